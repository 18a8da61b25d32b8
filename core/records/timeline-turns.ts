import {
  channelOf,
  countOf,
  detailOf,
  durationOf,
  factsOf,
  momentOf,
  principalText,
  type TimelineRow,
  type TimelineSource,
  toolOf,
  turnNumber,
} from './timeline-text.ts';
import { type AttachedFile, type EntryContent, entryContentSchema, stepSchema } from './types.ts';
import type { EntryRecord, ReplyRecord, StepRecord, TurnRecord } from './whole-thread.ts';

export function entryRows(source: TimelineSource): TimelineRow[] {
  return source.entries.flatMap((entry) => {
    const said = entryContentSchema.safeParse(entry.content).data;
    return [rowOf(source, entry, said), ...withdrawnRows(entry)];
  });
}

function rowOf(source: TimelineSource, entry: EntryRecord, said: EntryContent | undefined): TimelineRow {
  if (entry.kind === 'outcome') return outcomeRow(entry, said);
  return entry.kind === 'colleague' ? colleagueRow(source, entry, said) : messageRow(source, entry, said);
}

const doings = {
  answered: 'A colleague wrote to the customer',
  edited: 'A colleague changed the answer and sent it',
  discarded: 'A colleague discarded the answer',
};

function colleagueRow(source: TimelineSource, entry: EntryRecord, said: EntryContent | undefined): TimelineRow {
  return {
    id: `entry:${entry.seq}`,
    at: entry.at,
    kind: 'entry',
    title: doings[said?.colleague ?? 'answered'],
    ...detailOf(said?.text),
    facts: factsOf({ by: source.accountName(entry.principal), 'message no.': entry.seq }),
    state: 'ok',
  };
}

function messageRow(source: TimelineSource, entry: EntryRecord, said: EntryContent | undefined): TimelineRow {
  return {
    id: `entry:${entry.seq}`,
    at: entry.at,
    kind: 'entry',
    title: `Saved before ${channelOf(source)} got an acknowledgement`,
    ...detailOf(said ? said.text : 'Its content was erased; its identity stays.'),
    facts: factsOf({
      from: source.accountName(entry.principal),
      as: principalText(entry),
      'message no.': entry.seq,
      message: said?.place.asked,
      identity: entry.identity.slice(0, 12),
      edited: said?.edited ? 'yes, before it was answered' : null,
    }),
    state: 'ok',
  };
}

function outcomeRow(entry: EntryRecord, said: EntryContent | undefined): TimelineRow {
  const tool = said?.outcome ? toolOf(said.outcome.tool) : 'a signed call';
  return {
    id: `entry:${entry.seq}`,
    at: entry.at,
    kind: 'entry',
    title: `The outcome of ${tool} was saved, to be reported in the thread`,
    ...detailOf(said?.text),
    facts: factsOf({ outcome: said?.outcome?.state, 'message no.': entry.seq }),
    state: 'ok',
  };
}

function withdrawnRows({ seq, withdrawnAt }: EntryRecord): TimelineRow[] {
  if (!withdrawnAt) return [];
  const title = 'Its author deleted it before it was answered';
  const of = `entry:${seq}`;
  return [{ id: `${of}:deleted`, of, at: withdrawnAt, kind: 'entry', title, facts: [], state: 'refused' }];
}

export function turnRows(source: TimelineSource): TimelineRow[] {
  return source.turns.flatMap((turn) => [
    turnStartRow(source, turn),
    ...turn.steps.flatMap((step, at) => stepRows(source, turn, step, turn.steps[at - 1])),
    ...turnEndRows(turn),
  ]);
}

function turnStartRow(
  { turnCount, leasedUntil, dueAt, epoch, entries, accountName }: TimelineSource,
  turn: TurnRecord,
): TimelineRow {
  const isLast = turn.number === turnCount;
  const isParked = turn.state === 'running' && leasedUntil === null && dueAt !== null;
  return {
    id: `turn:${turn.id}`,
    at: turn.startedAt,
    kind: 'turn',
    title: `A worker claimed the thread and began turn ${turn.number}`,
    ...detailOf(isParked ? `The model is away: it is asked again at ${momentOf(dueAt)}.` : null),
    facts: factsOf({
      answers: countOf(entries.filter((entry) => entry.turn === turn.id).length, 'message'),
      for: accountName(turn.principal),
      'cut off and taken up again': turn.attempts > 0 ? countOf(turn.attempts, 'time') : null,
      // Each claim raises the epoch, and a worker with an older one cannot write any more.
      'epoch now': isLast ? epoch : null,
      'held until': turn.state === 'running' ? momentOf(leasedUntil) : null,
    }),
    state: turn.state === 'running' ? (isParked ? 'waiting' : 'running') : 'ok',
  };
}

const ends: Record<string, { title: string; state: TimelineRow['state'] }> = {
  done: { title: 'The turn ended: last step, end and answer were committed together', state: 'ok' },
  failed: { title: 'The turn was given up, and the person is told so', state: 'failed' },
  superseded: { title: 'The message was changed meanwhile: the turn ended without an answer', state: 'refused' },
};

function turnEndRows({ id, state, startedAt, endedAt, tokens }: TurnRecord): TimelineRow[] {
  const end = ends[state];
  if (!end || !endedAt) return [];
  const facts = factsOf({ took: durationOf(startedAt, endedAt), tokens: tokens > 0 ? tokens : null });
  return [{ id: `turn:${id}:end`, of: `turn:${id}`, at: endedAt, kind: 'turn', ...end, facts }];
}

function stepRows(
  source: TimelineSource,
  turn: TurnRecord,
  record: StepRecord,
  before: StepRecord | undefined,
): TimelineRow[] {
  const step = stepSchema.safeParse(record).data;
  const row = {
    id: `step:${turn.id}:${record.n}`,
    at: record.at,
    facts: factsOf({
      step: record.n,
      'since the step before': durationOf(before?.at ?? null, record.at),
    }),
  };
  if (step?.kind === 'background') {
    const title = `Earlier messages of others were read from ${channelOf(source)}`;
    return [{ ...row, kind: 'model', title, ...detailOf(step.content.text), state: 'ok' }];
  }
  if (step?.kind === 'files') return [{ ...row, kind: 'model', ...filesRead(step.content.files), state: 'ok' }];
  if (step?.kind === 'model') {
    const { calls, text, tokens } = step.content;
    const asked = [...new Set(calls.map(({ name }) => toolOf(name)))].join(' and ');
    const facts = [...row.facts, ...factsOf({ tokens: tokens > 0 ? tokens : null })];
    // A step without tokens was written by code, not by a model.
    const who = tokens > 0 ? 'The model' : 'A command';
    const title = asked ? `${who} asked for ${asked}` : 'The answer was written';
    return [{ ...row, kind: 'model', title, ...detailOf(text), facts, state: 'ok' }];
  }
  if (step?.kind === 'divider') {
    const { subject } = step.content;
    const title = 'A command ended the conversation so far: the model no longer sees it';
    const about = factsOf({ 'about from here on': subject });
    return [{ ...row, kind: 'turn', title, facts: [...row.facts, ...about], state: 'ok' }];
  }
  if (step?.kind === 'tool') return resultRows(turn, row, step.content);
  return [];
}

function filesRead(files: AttachedFile[]): Pick<TimelineRow, 'title' | 'detail'> {
  const lines = files.map(({ name, content }) => (content.kind === 'unread' ? `${name}: ${content.why}` : name));
  const read = files.filter(({ content }) => content.kind === 'kept').length;
  return { title: `${countOf(read, 'file')} of ${files.length} read`, ...detailOf(lines.join('\n')) };
}

const results = {
  ok: { words: 'answered', state: 'ok' },
  error: { words: 'was not done', state: 'failed' },
  unknown: { words: 'may or may not have been done', state: 'unknown' },
} as const;

/** Rows for results of tools only; the gate's refusals have rows of their own. */
function resultRows(
  turn: TurnRecord,
  row: Pick<TimelineRow, 'id' | 'at' | 'facts'>,
  { call: id, status, text }: { call: string; status: keyof typeof results; text: string },
): TimelineRow[] {
  const call = turn.steps
    .flatMap((step) => stepSchema.safeParse(step).data ?? [])
    .flatMap((step) => (step.kind === 'model' ? step.content.calls : []))
    .find((one) => one.id === id);
  if (call?.decision.kind !== 'dispatch') return [];
  const { words, state } = results[status];
  return [{ ...row, of: `call:${id}`, kind: 'call', title: `${toolOf(call.name)} ${words}`, ...detailOf(text), state }];
}

export function replyRows(source: TimelineSource): TimelineRow[] {
  return source.replies.flatMap((reply) => [outboxRow(source, reply), ...deliveredRows(source, reply)]);
}

const standings: Record<string, { title: string; state: TimelineRow['state'] }> = {
  opening: { title: 'The answer is saved in the outbox and is streaming', state: 'running' },
  draft: { title: 'The answer is a draft that waits for a colleague', state: 'waiting' },
  ready: { title: 'The answer waits in the outbox until it is delivered', state: 'waiting' },
  dropping: { title: 'A begun message is being removed', state: 'running' },
  sent: { title: 'The answer was saved in the outbox', state: 'ok' },
  dropped: { title: 'A begun message was removed', state: 'refused' },
  unsent: { title: 'No answer was sent: colleagues answer, or the conversation has moved on', state: 'refused' },
  failed: { title: 'The answer could not be delivered', state: 'failed' },
};

function outboxRow(source: TimelineSource, reply: ReplyRecord): TimelineRow {
  const isUnsent = reply.state === 'dropped' && source.channel === 'email';
  const { title, state } = standings[isUnsent ? 'unsent' : reply.state] ?? {
    title: `Its state in the outbox is ${reply.state}`,
    state: 'unknown',
  };
  return {
    id: `reply:${reply.id}`,
    at: reply.at,
    kind: 'reply',
    title: reply.kind === 'notice' ? 'A notice was saved in the outbox' : (streamedTitle(source, reply) ?? title),
    ...detailOf(reply.body),
    facts: factsOf({
      turn: turnNumber(source, reply.turn),
      'last fault': reply.lastError,
      'sent again': againText(reply),
      'next try': reply.state === 'ready' && reply.attempts > 0 ? momentOf(reply.dueAt) : null,
    }),
    state,
  };
}

/** An outbox row that is older than the turn's last step was saved before streaming began. */
function streamedTitle({ turns }: TimelineSource, { turn, at, state }: ReplyRecord): string | null {
  const last = turns.find(({ id }) => id === turn)?.steps.at(-1);
  if (state !== 'sent' || !last || at >= last.at) return null;
  return 'The answer was saved in the outbox, then streamed';
}

function deliveredRows(source: TimelineSource, reply: ReplyRecord): TimelineRow[] {
  if (reply.state !== 'sent' || !reply.sentAt) return [];
  const facts = factsOf({
    after: durationOf(reply.at, reply.sentAt),
    message: reply.messages.join(', '),
    'sent again': againText(reply),
  });
  const title = `${channelOf(source)} has ${reply.kind === 'notice' ? 'the notice' : 'the answer'}`;
  const of = `reply:${reply.id}`;
  return [{ id: `${of}:sent`, of, at: reply.sentAt, kind: 'reply', title, facts, state: 'ok' }];
}

/** Counts only later attempts, each of which reads the channel first. */
function againText({ attempts }: ReplyRecord): string | null {
  return attempts > 0 ? `${countOf(attempts, 'time')}, each after checking whether it was already posted` : null;
}
