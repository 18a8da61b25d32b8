import { useEffect, useMemo, useState } from 'react';
import { Button, ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import { useKnown, usePage, useReader } from '../context.tsx';
import { Icon } from '../icons.tsx';
import { displayName, plainWords } from '../messages/message.tsx';
import { IconButton, PaneHead } from '../parts.tsx';
import type { StoryRow } from '../protocol.ts';
import { chaptersOf, type Kind, mergeRepeats, talliesOf } from './groups.ts';
import { kinds, StoryLine } from './line.tsx';
import { checkPromises } from './promises.ts';

/** Shows live what the product's records say of one thread. */
export function BehindPane() {
  const { go, route, send } = usePage();
  const isOpen = useKnown((state) => state.link.kind === 'open');
  const story = useKnown((state) => state.story);
  const { channel, thread } = route.watched ?? {};
  useEffect(() => {
    if (!isOpen || !channel || !thread) return;
    send({ type: 'watch', channel, thread });
    return () => send({ type: 'unwatch' });
  }, [isOpen, channel, thread, send]);
  const close = () => go({ ...route, tool: undefined });
  const rows = story && story.channel === channel && story.thread === thread ? story.rows : null;
  return (
    <>
      <PaneHead title="Behind the scenes" onBack={close}>
        <IconButton className="pane-close" icon="close" label="Close behind the scenes" onPress={close} />
      </PaneHead>
      {channel && thread ? <Subject channel={channel} thread={thread} /> : null}
      {channel && thread ? <Timeline rows={rows} /> : <NothingChosen />}
    </>
  );
}

function NothingChosen() {
  return (
    <div className="behind-empty">
      <Icon name="layers" size={32} />
      <p>Choose a thread: point at one of its messages and press “Behind the scenes”.</p>
      <p>You will see each thing that the product recorded on the way from the question to the answer.</p>
    </div>
  );
}

function Subject({ channel, thread }: { channel: string; thread: string }) {
  const { go, route } = usePage();
  const people = useKnown((state) => state.people);
  const root = useKnown((state) => state.logs[channel]?.messages[thread]);
  const name = useKnown((state) => state.channels.find(({ id }) => id === channel)?.name ?? channel);
  return (
    <Button className="behind-subject" onPress={() => go({ ...route, place: { kind: 'channel', channel }, thread })}>
      <span className="behind-where">{channel.startsWith('D') ? 'Direct message' : `#${name}`}</span>
      <span className="behind-words">
        {root ? `${displayName(people[root.user], root.user)}: ${plainWords(root, people)}` : 'a thread'}
      </span>
      <span className="unseen">, open thread</span>
    </Button>
  );
}

function Timeline({ rows }: { rows: StoryRow[] | null }) {
  const [only, setOnly] = useState<Kind | null>(null);
  const shown = useMemo(() => (rows ?? []).filter(({ kind }) => only === null || kind === only), [rows, only]);
  if (rows === null) return <p className="quiet behind-wait">Reading the records …</p>;
  if (rows.length === 0) return <p className="quiet behind-wait">The bot has received nothing from this thread.</p>;
  return (
    <>
      <Promises rows={rows} />
      <Tallies rows={rows} only={only} onOnly={setOnly} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse. */}
      <div className="behind-rows" role="log" aria-label="What happened" tabIndex={0}>
        {chaptersOf(shown).map(({ key, rows: chapter }) => (
          <Chapter key={key} rows={chapter} />
        ))}
      </div>
    </>
  );
}

function Chapter({ rows }: { rows: StoryRow[] }) {
  const reader = useReader();
  return (
    <ol className="chapter">
      {mergeRepeats(rows).map(({ row, times }, at) => (
        <StoryLine
          key={row.id}
          row={row}
          times={times}
          sinceMs={at === 0 ? null : row.at - (rows[0]?.at ?? row.at)}
          reader={reader}
        />
      ))}
    </ol>
  );
}

const promiseSigns = { kept: 'check', open: 'clock', broken: 'cross' } as const;
const promiseStates = { kept: 'ok', open: 'waiting', broken: 'failed' } as const;

function Promises({ rows }: { rows: StoryRow[] }) {
  const kept = useMemo(() => checkPromises(rows), [rows]);
  if (kept.length === 0) return null;
  return (
    <ul className="promises" aria-label="Promises">
      {kept.map(({ promise, proof, state }) => (
        <li key={promise} data-state={promiseStates[state]}>
          <span className="promise-sign" role="img" aria-label={state}>
            <Icon name={promiseSigns[state]} size={14} />
          </span>
          <span>
            <strong>{promise}</strong> <span className="promise-proof">{proof}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

type TalliesProps = { rows: StoryRow[]; only: Kind | null; onOnly: (kind: Kind | null) => void };

function Tallies({ rows, only, onOnly }: TalliesProps) {
  return (
    <ToggleButtonGroup
      className="tallies"
      aria-label="Show only"
      selectionMode="single"
      selectedKeys={only === null ? [] : [only]}
      onSelectionChange={(keys) => onOnly(([...keys][0] as Kind | undefined) ?? null)}
    >
      {talliesOf(rows).map(({ kind, count, worst }) => (
        <ToggleButton key={kind} id={kind} className="tally" data-state={worst}>
          <Icon name={kinds[kind].icon} size={14} />
          <strong>{count}</strong> {count === 1 ? kinds[kind].one : kinds[kind].many}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
