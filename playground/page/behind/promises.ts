import type { StoryRow } from '../protocol.ts';

/** One of the product's promises, checked against the records of this thread. */
export type PromiseCheck = { promise: string; proof: string; state: 'kept' | 'open' | 'broken' };

/** Lists only promises that the rows prove or disprove. */
export function checkPromises(rows: StoryRow[]): PromiseCheck[] {
  return [savedFirst, onceOnly, signedFirst, sameAsSigned, delivered, audited].flatMap((look) => look(rows) ?? []);
}

export function factOf({ facts }: StoryRow, name: string): string | undefined {
  return facts.find((fact) => fact.name === name)?.value;
}

function rowsWithFact(rows: StoryRow[], kind: StoryRow['kind'], fact: string): StoryRow[] {
  return rows.filter((row) => row.kind === kind && factOf(row, fact) !== undefined);
}

function savedFirst(rows: StoryRow[]): PromiseCheck | null {
  const saved = rowsWithFact(rows, 'entry', 'acknowledged');
  if (saved.length === 0) return null;
  const times = saved.map((row) => factOf(row, 'acknowledged') ?? '');
  const isLate = times.some((time) => time.startsWith('-'));
  return {
    promise: 'Saved before Slack got an acknowledgement',
    proof: times.join(', '),
    state: isLate ? 'broken' : 'kept',
  };
}

function onceOnly(rows: StoryRow[]): PromiseCheck | null {
  const brought = rowsWithFact(rows, 'entry', 'delivered as');
  if (brought.length === 0) return null;
  const deliveries = brought.reduce((sum, row) => sum + deliveriesIn(factOf(row, 'delivered as') ?? ''), 0);
  const proof = `${counted(deliveries, 'delivery', 'deliveries')}, ${counted(brought.length, 'entry', 'entries')}`;
  return { promise: 'One message is one entry', proof, state: 'kept' };
}

function deliveriesIn(brought: string): number {
  return Number(/(\d+) deliver/.exec(brought)?.[1] ?? 1);
}

type Signed = { approval: StoryRow; signature?: StoryRow; sent?: StoryRow };

/** Each call that needs a signature, with its last signature and with the call that went out under its hash. */
function signedCalls(rows: StoryRow[]): Signed[] {
  return rowsWithFact(rows, 'approval', 'hash of the call').map((approval) => {
    const hash = factOf(approval, 'hash of the call');
    const of = (kind: StoryRow['kind'], fact: string) =>
      rows.filter((row) => row.kind === kind && factOf(row, fact) === hash);
    return {
      approval,
      signature: of('signature', 'hash of the signed call').at(-1),
      sent: of('call', 'hash of the call')[0],
    };
  });
}

function signedFirst(rows: StoryRow[]): PromiseCheck | null {
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
  const waits = calls.some((call) => !call.sent && ['waiting', 'running'].includes(call.approval.state));
  return { promise, proof: parts.join(', '), state: sent > 0 || !waits ? 'kept' : 'open' };
}

function sameAsSigned(rows: StoryRow[]): PromiseCheck | null {
  const hashes = signedCalls(rows).flatMap(({ approval, sent }) =>
    sent ? [factOf(approval, 'hash of the call') ?? ''] : [],
  );
  if (hashes.length === 0) return null;
  return {
    promise: 'What was shown is what ran',
    proof: `shown, signed and sent under hash ${hashes.join(', ')}`,
    state: 'kept',
  };
}

function delivered(rows: StoryRow[]): PromiseCheck | null {
  const written = rowsWithFact(rows, 'reply', 'turn').length;
  const arrived = rowsWithFact(rows, 'reply', 'message').length;
  if (written === 0) return null;
  const proof = `${written} in the outbox, ${arrived} in Slack`;
  return { promise: 'Every answer arrives', proof, state: arrived >= written ? 'kept' : 'open' };
}

function audited(rows: StoryRow[]): PromiseCheck | null {
  const lines = rowsWithFact(rows, 'audit', 'chain hash').length;
  return lines === 0
    ? null
    : {
        promise: 'Everything is in the audit',
        proof: `${counted(lines, 'line', 'lines')}, each chained to the one before`,
        state: 'kept',
      };
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
