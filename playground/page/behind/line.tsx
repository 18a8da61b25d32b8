import { useState } from 'react';
import { Button } from 'react-aria-components';
import { Icon, type IconName } from '../icons.tsx';
import type { StoryRow } from '../protocol.ts';
import { fullTimeText, type Reader, timeText } from '../text/dates.ts';
import type { Kind } from './groups.ts';

export const kinds: Record<Kind, { icon: IconName; one: string; many: string }> = {
  entry: { icon: 'mail', one: 'entry', many: 'entries' },
  job: { icon: 'gear', one: 'job', many: 'jobs' },
  turn: { icon: 'layers', one: 'turn', many: 'turns' },
  model: { icon: 'brain', one: 'model call', many: 'model calls' },
  call: { icon: 'tool', one: 'tool call', many: 'tool calls' },
  approval: { icon: 'bell', one: 'approval', many: 'approvals' },
  signature: { icon: 'pen', one: 'signature', many: 'signatures' },
  reply: { icon: 'send', one: 'reply', many: 'replies' },
  audit: { icon: 'book', one: 'audit line', many: 'audit lines' },
};

const states: Record<StoryRow['state'], string> = {
  running: 'running',
  waiting: 'waiting',
  ok: 'done',
  refused: 'refused',
  failed: 'failed',
  unknown: 'unknown',
};

type LineProps = { row: StoryRow; times: number; sinceMs: number | null; reader: Reader };

/** One row of the story; a press unfolds its facts. */
export function StoryLine({ row, times, sinceMs, reader }: LineProps) {
  const { kind, title, detail, facts, state, at } = row;
  const [isOpen, setOpen] = useState(false);
  return (
    <li className="story-line" data-state={state} data-kind={kind}>
      <span className="story-sign" role="img" aria-label={kinds[kind].one}>
        <Icon name={kinds[kind].icon} size={16} />
      </span>
      <div className="story-main">
        <Button className="story-head" aria-expanded={isOpen} onPress={() => setOpen(!isOpen)}>
          <span className="story-title">
            {title}
            {times > 1 && ` (${times} times)`}
          </span>{' '}
          <span className="story-state">{states[state]}</span>{' '}
          <time className="story-time" dateTime={new Date(at).toISOString()} title={fullTimeText(at, reader)}>
            {sinceMs === null ? timeText(at, reader, true) : `+${spanText(sinceMs)}`}
          </time>
          <Icon name={isOpen ? 'down' : 'right'} size={12} />
        </Button>
        {detail && <p className={isOpen ? 'story-detail' : 'story-detail story-folded'}>{detail}</p>}
        {isOpen && <Facts facts={facts} />}
      </div>
    </li>
  );
}

function Facts({ facts }: { facts: StoryRow['facts'] }) {
  if (facts.length === 0) return <p className="story-detail quiet">Nothing more is on record.</p>;
  return (
    <dl className="story-facts">
      {facts.map(({ name, value }) => (
        <div key={`${name}${value}`}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function spanText(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return ms < 3_600_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
}
