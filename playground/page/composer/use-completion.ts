import { type KeyboardEvent, type RefObject, useId, useLayoutEffect, useRef, useState } from 'react';
import { useKnown } from '../context.tsx';
import { type Completion, completionAt, type Suggestion } from './completion.ts';

type Field = { draft: string; setDraft(draft: string): void; field: RefObject<HTMLTextAreaElement | null> };

/** The list of suggestions while somebody types a name or a command. */
export function useCompletion({ draft, setDraft, field }: Field) {
  const people = useKnown((state) => state.people);
  const channels = useKnown((state) => state.channels);
  const commands = useKnown((state) => state.hello?.commands ?? none);
  const [caret, setCaret] = useState(0);
  const [chosen, setChosen] = useState(0);
  const [closedAt, setClosedAt] = useState<string | null>(null);
  const id = useId();
  const wanted = useRef<number | null>(null);
  // Set the caret before the next key comes, or that key goes to the wrong place.
  useLayoutEffect(() => {
    const end = wanted.current;
    wanted.current = null;
    if (end !== null) field.current?.setSelectionRange(end, end);
  });
  const completion =
    closedAt === draft ? null : completionAt(draft, caret, { people: Object.values(people), channels, commands });
  const at = completion ? Math.min(chosen, completion.suggestions.length - 1) : 0;

  function take(completion: Completion, { text }: Suggestion): void {
    const after = draft.slice(completion.to);
    const next = draft.slice(0, completion.from) + text + after.replace(/^ /, '');
    const end = completion.from + text.length;
    setDraft(next);
    setCaret(end);
    setClosedAt(next);
    wanted.current = end;
    field.current?.focus();
  }

  /** True where the list used the key. */
  function onKey(event: KeyboardEvent): boolean {
    const suggestion = completion?.suggestions[at];
    if (!completion || !suggestion) return false;
    const count = completion.suggestions.length;
    if (event.key === 'ArrowDown') setChosen((at + 1) % count);
    else if (event.key === 'ArrowUp') setChosen((at + count - 1) % count);
    else if (event.key === 'Escape') setClosedAt(draft);
    else if (event.key === 'Tab' || (event.key === 'Enter' && !event.shiftKey)) take(completion, suggestion);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  return { completion, at, id, onKey, take, onCaret: setCaret };
}

const none: { name: string; about: string }[] = [];
