import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from 'react';
import { type Components, Virtuoso } from 'react-virtuoso';
import { usePage } from '../context.tsx';
import type { Row } from '../state/rows.ts';
import { EphemeralMessage } from './ephemeral.tsx';
import { useKeptPlace } from './kept-place.ts';
import { Message } from './message.tsx';

type ListProps = {
  rows: Row[];
  label: string;
  inThread: boolean;
  editing: string | null;
  onEdit: (ts: string | null) => void;
  /** Called when the oldest loaded message comes into view. */
  onStart?: () => void;
  /** Called when the newest message comes into view. */
  onEnd?: () => void;
};

/** Far from zero, so that older rows get numbers too. */
const FIRST = 1_000_000;

export function MessageList({ rows, label, inThread, editing, onEdit, onStart, onEnd }: ListProps) {
  const { go, route } = usePage();
  const first = useFirstIndex(rows);
  const keepPlace = useKeptPlace();
  const render = useCallback(
    (_: number, row: Row) => <RowOf row={row} inThread={inThread} editing={editing} onEdit={onEdit} />,
    [inThread, editing, onEdit],
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys go from message to message.
    <div
      className="message-list"
      onKeyDown={(event) => moveOn(event, onEdit, (thread) => inThread || go({ ...route, thread, tool: undefined }))}
    >
      <Virtuoso
        scrollerRef={keepPlace}
        data={rows}
        firstItemIndex={first}
        initialTopMostItemIndex={{ index: 'LAST', align: 'end' }}
        computeItemKey={(_, row) => row.key}
        itemContent={render}
        followOutput={(isAtBottom) => (isAtBottom || rows.at(-1)?.kind === 'ephemeral' ? 'auto' : false)}
        alignToBottom={!inThread}
        atBottomThreshold={60}
        atBottomStateChange={(isAtBottom) => isAtBottom && onEnd?.()}
        startReached={onStart}
        increaseViewportBy={400}
        context={{ label }}
        components={listParts}
      />
    </div>
  );
}

const listParts: Components<Row, { label: string }> = {
  // biome-ignore lint/a11y/useSemanticElements: the list is made by Virtuoso, of elements that measure their height.
  List: ({ context, ...props }) => <div {...props} role="list" aria-label={context?.label} />,
  // biome-ignore lint/a11y/useSemanticElements: as above.
  Item: ({ item: _, context: __, ...props }) => <div {...props} role="listitem" />,
};

/** Virtuoso keeps what is being read in its place when the first index goes down by the number of older rows. */
function useFirstIndex(rows: Row[]): number {
  const known = useRef({ first: FIRST, keys: [] as string[] });
  const keys = rows.map(({ key }) => key);
  const anchor = known.current.keys.find((key) => isMessageKey(key) && keys.includes(key));
  if (anchor !== undefined) {
    const before = known.current.keys.indexOf(anchor);
    known.current.first += before - keys.indexOf(anchor);
  }
  known.current.keys = keys;
  return known.current.first;
}

/** Lines of days cannot anchor the list: an older message moves its day's line up. */
function isMessageKey(key: string): boolean {
  return /^\d+\.\d+$/.test(key);
}

function RowOf({ row, ...props }: { row: Row } & Pick<ListProps, 'inThread' | 'editing' | 'onEdit'>) {
  switch (row.kind) {
    case 'day':
      return (
        <div className="day-line">
          <span>{row.title}</span>
        </div>
      );
    case 'new':
      return (
        <div className="new-line">
          <span>New</span>
        </div>
      );
    case 'replies':
      return (
        <div className="replies-line">
          <span>
            {row.count} {row.count === 1 ? 'reply' : 'replies'}
          </span>
        </div>
      );
    case 'message':
      return (
        <Message
          message={row.message}
          follows={row.follows}
          inThread={props.inThread}
          isEditing={props.editing === row.message.ts}
          onEdit={props.onEdit}
        />
      );
    case 'ephemeral':
      return <EphemeralMessage ephemeral={row.ephemeral} />;
  }
}

/** Arrow keys go from message to message, as in Slack; T opens the thread, and E edits one's own message. */
function moveOn(event: KeyboardEvent<HTMLElement>, onEdit: ListProps['onEdit'], onThread: (ts: string) => void): void {
  const target = event.target as HTMLElement;
  if (target.closest('textarea, input, [role="toolbar"], [role="listbox"]')) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')];
  const at = all.indexOf(target.closest<HTMLElement>('[data-row]') as HTMLElement);
  if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
    const next = at < 0 ? all.at(-1) : all[at + (event.key === 'ArrowUp' ? -1 : 1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: 'nearest' });
  }
  const { row, mine } = all[at]?.dataset ?? {};
  if (!row || target !== all[at] || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'e' && mine === 'true') {
    event.preventDefault();
    onEdit(row);
  }
  if (event.key === 't') {
    event.preventDefault();
    onThread(row);
  }
}

/** Ends editing when the person goes elsewhere. */
export function useEditing(place: string): [string | null, (ts: string | null) => void] {
  const [editing, setEditing] = useState<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the place that makes it forgotten.
  useEffect(() => setEditing(null), [place]);
  return [editing, setEditing];
}
