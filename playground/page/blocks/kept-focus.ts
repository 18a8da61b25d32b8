import { type RefObject, useLayoutEffect } from 'react';

/**
 * A pressed button often goes away with what it did. The message that shows the outcome then gets the focus, and elsewhere
 * what comes to press next, so that a keyboard goes on from there.
 */
export function useFocusKept(button: RefObject<HTMLButtonElement | null>): void {
  useLayoutEffect(() => {
    const { current } = button;
    const place = current?.closest<HTMLElement>('[data-row]') ?? current?.closest<HTMLElement>('[data-region]');
    return () => {
      if (current === null || document.activeElement !== current) return;
      requestAnimationFrame(() => {
        if (document.activeElement === document.body) nextIn(place)?.focus();
      });
    };
  }, [button]);
}

function nextIn(place: HTMLElement | null | undefined): HTMLElement | null {
  if (!place?.isConnected) return document.querySelector<HTMLElement>('.pane-main .composer textarea');
  return place.matches('[data-row]') ? place : place.querySelector<HTMLElement>('.blocks button, button, textarea');
}
