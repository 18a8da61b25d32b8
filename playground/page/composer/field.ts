import { type RefObject, useEffect, useLayoutEffect } from 'react';

type Field = RefObject<HTMLTextAreaElement | null>;

/** Grows the field with its lines, up to a third of the window. */
export function useFittingHeight(field: Field, draft: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows what is written.
  useLayoutEffect(() => {
    const { current } = field;
    if (!current) return;
    current.style.height = 'auto';
    current.style.height = `${Math.min(current.scrollHeight, window.innerHeight / 3)}px`;
  }, [field, draft]);
}

/** As in Slack, the opened place has the focus in its message field; not on a phone, whose keyboard would cover it. */
export function useFocusAtFirst(field: Field): void {
  useEffect(() => {
    if (hasKeyboard()) field.current?.focus();
  }, [field]);
}

/** Gives the focus back to the message field when nothing has it. */
export function focusComposer(pane: Element | null): void {
  if (hasKeyboard()) pane?.querySelector<HTMLElement>('.composer textarea')?.focus();
}

function hasKeyboard(): boolean {
  return window.matchMedia('(pointer: fine) and (min-width: 761px)').matches;
}
