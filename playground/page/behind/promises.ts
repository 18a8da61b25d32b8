import type { StoryRow } from '../protocol.ts';

/** One of the product's promises, as far as the records of this thread bear it out. */
export type Kept = { promise: string; proof: string; state: 'kept' | 'open' | 'broken' };

/** Only what the rows show: a promise of which they say nothing is not listed. */
export function promisesOf(rows: StoryRow[]): Kept[] {
  return [savedFirst, onceOnly, signedFirst, sameAsSigned, delivered, audited].flatMap((look) => look(rows) ?? []);
}

export function factOf({ facts }: StoryRow, name: string): string | undefined {
  return facts.find((fact) => fact.name === name)?.value;
}

function having(rows: StoryRow[], kind: StoryRow['kind'], fact: string): StoryRow[] {
  return rows.filter((row) => row.kind === kind && factOf(row, fact) !== undefined);
}

function savedFirst(rows: StoryRow[]): Kept | null {
  const saved = having(rows, 'entry', 'Slack was told');
  if (saved.length === 0) return null;
  const times = saved.map((row) => factOf(row, 'Slack was told') ?? '');
  const isLate = times.some((time) => time.startsWith('-'));
  return { promise: 'Saved before Slack was told', proof: times.join(', '), state: isLate ? 'broken' : 'kept' };
}

function onceOnly(rows: StoryRow[]): Kept | null {
  const brought = having(rows, 'entry', 'brought by');
  if (brought.length === 0) return null;
  const deliveries = brought.reduce((sum, row) => sum + deliveriesIn(factOf(row, 'brought by') ?? ''), 0);
  const proof = `${counted(deliveries, 'delivery', 'deliveries')}, ${counted(brought.length, 'entry', 'entries')}`;
  return { promise: 'One message is one entry', proof, state: 'kept' };
}

function deliveriesIn(brought: string): number {
  return Number(/(\d+) deliver/.exec(brought)?.[1] ?? 1);
}

type Signed = { approval: StoryRow; signature?: StoryRow; sent?: StoryRow };

/** Each frozen call, with its last signature and with what went out under its hash. */
function signedCalls(rows: StoryRow[]): Signed[] {
  return having(rows, 'approval', 'frozen as').map((approval) => {
    const hash = factOf(approval, 'frozen as');
    const of = (kind: StoryRow['kind'], fact: string) =>
      rows.filter((row) => row.kind === kind && factOf(row, fact) === hash);
    return { approval, signature: of('signature', 'to what is frozen as').at(-1), sent: of('call', 'frozen as')[0] };
  });
}

function signedFirst(rows: StoryRow[]): Kept | null {
  const calls = signedCalls(rows);
  if (calls.length === 0) return null;
  const promise = 'Nothing runs before it is signed';
  if (calls.some(({ signature, sent }) => sent && (!signature || sent.at < signature.at))) {
    return { promise, proof: 'a call went out before its signature', state: 'broken' };
  }
  const sent = calls.filter((call) => call.sent).length;
  const held = calls.length - sent;
  const parts = [
    ...(sent > 0 ? [`${counted(sent, 'call', 'calls')} sent after the signature`] : []),
    ...(held > 0 ? [`${counted(held, 'call', 'calls')} not sent`] : []),
  ];
  return { promise, proof: parts.join(', '), state: sent > 0 ? 'kept' : 'open' };
}

function sameAsSigned(rows: StoryRow[]): Kept | null {
  const hashes = signedCalls(rows).flatMap(({ approval, sent }) => (sent ? [factOf(approval, 'frozen as') ?? ''] : []));
  if (hashes.length === 0) return null;
  return {
    promise: 'What was shown is what ran',
    proof: `frozen, signed and sent as ${hashes.join(', ')}`,
    state: 'kept',
  };
}

function delivered(rows: StoryRow[]): Kept | null {
  const written = having(rows, 'reply', 'turn').length;
  const arrived = having(rows, 'reply', 'message').length;
  if (written === 0) return null;
  const proof = `${written} in the outbox, ${arrived} in Slack`;
  return { promise: 'Every answer arrives', proof, state: arrived >= written ? 'kept' : 'open' };
}

function audited(rows: StoryRow[]): Kept | null {
  const lines = having(rows, 'audit', 'chained as').length;
  return lines === 0
    ? null
    : {
        promise: 'All of it is in the audit',
        proof: `${counted(lines, 'line', 'lines')}, each chained to the one before`,
        state: 'kept',
      };
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
