import { type RefObject, useEffect, useLayoutEffect } from 'react';

type Field = RefObject<HTMLTextAreaElement | null>;

/** As many lines as are written, up to a third of the window. */
export function useFittingHeight(field: Field, draft: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows what is written.
  useLayoutEffect(() => {
    const { current } = field;
    if (!current) return;
    current.style.height = 'auto';
    current.style.height = `${Math.min(current.scrollHeight, window.innerHeight / 3)}px`;
  }, [field, draft]);
}

/** As in Slack, one can write at once where one goes; on a phone the keyboard would cover what one came to read. */
export function useFocusAtFirst(field: Field): void {
  useEffect(() => {
    if (hasKeyboard()) field.current?.focus();
  }, [field]);
}

/** Back to the message field from where nothing has the focus any more. */
export function focusComposer(pane: Element | null): void {
  if (hasKeyboard()) pane?.querySelector<HTMLElement>('.composer textarea')?.focus();
}

function hasKeyboard(): boolean {
  return window.matchMedia('(pointer: fine) and (min-width: 761px)').matches;
}
