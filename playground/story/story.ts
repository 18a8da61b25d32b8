import type { StoryRow } from '../page/protocol.ts';
import type { Deliveries } from './deliveries.ts';
import type { Claim, Job, Worker, WorkSeen } from './work.ts';

/** The product's records of a conversation, and the ids that jobs about it carry. */
export type RecordedStory = {
  rows: StoryRow[];
  marks: { thread: number; approvals: string[]; replies: number[]; cards: number[] };
};

export type Seen = {
  seen: Pick<WorkSeen, 'jobs' | 'claims'>;
  deliveries: Pick<Deliveries, 'of'>;
};

/** Adds the observed acts of workers and Slack to the records' rows. */
export function storyOf(recorded: RecordedStory, { seen, deliveries }: Seen): StoryRow[] {
  const jobs = seen.jobs().filter((job) => isAbout(job, recorded.marks));
  const rows = recorded.rows.map((row) =>
    row.kind === 'entry' ? withDelivery(row, deliveries) : withClaims(row, seen.claims()),
  );
  return [...rows, ...jobs.map(jobRow)].sort((a, b) => a.at - b.at || rank(a) - rank(b));
}

/** Within one millisecond, a job comes before what its worker then does. */
const rank = ({ kind }: StoryRow): number => (kind === 'entry' ? 0 : kind === 'job' ? 1 : 2);

function isAbout({ jobs }: Job, { thread, approvals, replies, cards }: RecordedStory['marks']): boolean {
  return jobs.some(
    (job) =>
      job.thread === thread ||
      approvals.some((one) => one === job.approval) ||
      replies.some((one) => one === job.reply) ||
      cards.some((one) => one === job.card),
  );
}

const jobTitles: Record<string, string> = {
  turn: 'A worker picked up a job: the thread waits for an answer',
  deliver: 'A worker picked up a job: an answer waits in the outbox',
  dispatch: 'A worker picked up a job: a signed call may go out',
  card: 'A worker picked up a job: a card must be shown or updated',
  edit: 'A worker picked up a job: a person changed a call',
  summarize: 'A worker picked up a job: a long thread needs a summary',
};

function jobRow({ id, name, queue, jobs, addedAt, takenAt, by }: Job): StoryRow {
  return {
    id: `job:${queue}:${id}`,
    // BullMQ notes the time before it waits for the store, so a job may seem to be taken before it was added.
    at: Math.max(addedAt, takenAt),
    kind: 'job',
    title: jobTitles[name] ?? `A worker picked up a job named ${name}`,
    facts: [
      { name: 'BullMQ job', value: `${id} of the queue ${queue}` },
      { name: 'picked up after', value: `${Math.max(0, takenAt - addedAt)} ms` },
      { name: 'carries', value: `ids only: ${JSON.stringify(jobs.length === 1 ? jobs[0] : jobs)}` },
      { name: 'worker', value: workerText(by) },
    ],
    state: 'ok',
  };
}

/** Compares the record's time with Slack's; both clocks are this machine's. */
function withDelivery(row: StoryRow, deliveries: Pick<Deliveries, 'of'>): StoryRow {
  const ts = row.facts.find(({ name }) => name === 'message')?.value;
  const delivered = ts === undefined ? undefined : deliveries.of(ts);
  if (!delivered) return row;
  const facts = [
    { name: 'acknowledged', value: `${Math.round(delivered.acknowledgedAt - row.at)} ms later` },
    { name: 'delivered as', value: `${delivered.events.size} events, ${delivered.times} deliveries` },
  ];
  return { ...row, facts: [...row.facts, ...facts] };
}

/** Adds each observed claim of the turn by a worker. */
function withClaims(row: StoryRow, claims: readonly Claim[]): StoryRow {
  const ours = claims.filter(({ turn }) => row.id === `turn:${turn}`);
  if (ours.length === 0) return row;
  const facts = ours.map(({ epoch, step, resumed, by }) => ({
    name: resumed ? 'taken up again' : 'claimed',
    value: `${resumed ? `at step ${step} ` : ''}under epoch ${epoch}, by ${workerText(by)}`,
  }));
  return { ...row, facts: [...facts, ...row.facts.filter(({ name }) => name !== 'epoch now')] };
}

export function workerText(by: Worker): string {
  return by === 'inner' ? 'the worker in this process' : `the second worker (process ${by})`;
}
