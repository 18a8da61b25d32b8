import { type RefObject, useLayoutEffect } from 'react';

/**
 * A pressed button often disappears with its own effect. Then the message with the outcome gets the focus, and outside of
 * messages the next button, so that the keyboard goes on from there.
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
