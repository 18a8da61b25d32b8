import type { CardShown } from '../channels/channel.ts';
import { crashPoint } from '../core/crash-points.ts';
import type { JobData } from '../core/queue/queue.ts';
import {
  type Card,
  type CardResult,
  claimCard,
  notePosting,
  recordCardResult,
  type Subject,
} from '../core/records/cards.ts';
import { shorten } from '../core/text.ts';
import type { WorkerContext } from './context.ts';

/** Longer than one try can last, so that a late try cannot show an older state. */
const HOLD_MS = 10_000;
/** Over an hour of trying with the pauses below, for a card that nobody waits for. */
const MAX_FAILURES = 20;
const MAX_PAUSE_MS = 300_000;
const UNCONFIGURED_MS = 60_000;

/** Updates a card to the current state of its approval or matter, again and again while that changes. */
export async function card(context: WorkerContext, { tenant, card: id }: JobData<'card'>): Promise<void> {
  for (;;) {
    const claim = await claimCard(context.db, tenant, id, HOLD_MS);
    if (claim.kind === 'busy') return;
    crashPoint('card.claimed');
    const began = context.clock.now();
    if (claim.kind === 'unreadable') {
      context.log.error({ tenant, card: id }, 'a card is of a form that this build cannot read, and stays as it is');
      return void (await recordCardResult(context.db, tenant, claim.card, { failed: 'what it shows cannot be read' }));
    }
    const { subject } = claim;
    const shown = await attempt(context, claim.card, subject).catch((error) =>
      resultOfFault(context, tenant, id, error),
    );
    const result = resultOf(claim.card, subject, shown);
    await notePostingState(context, tenant, claim.card, subject, shown);
    if (shown.kind !== 'shown') logFailure(context, tenant, claim.card, shown.reason, result);
    else logShown(context, tenant, claim.card, subject, began);
    const recorded = await recordCardResult(context.db, tenant, claim.card, result);
    if (recorded.kind !== 'more' || shown.kind !== 'shown') return;
  }
}

function logShown({ log, clock }: WorkerContext, tenant: string, card: Card, subject: Subject, began: number): void {
  const ids = { tenant, card: card.id, ...idsOf(subject) };
  log.info({ ...ids, kind: card.kind, state: stateOf(subject), ms: clock.now() - began }, 'a card is delivered');
}

function idsOf(subject: Subject): object {
  if (subject.kind === 'matter') return { matter: subject.matter.id, desk: subject.matter.desk };
  const { id, desk, tool } = subject.approval;
  return { approval: id, desk, tool };
}

function stateOf(subject: Subject): string {
  return subject.kind === 'matter' ? subject.matter.state : subject.approval.state;
}

async function attempt({ channels }: WorkerContext, card: Card, subject: Subject): Promise<CardShown> {
  const channel = channels[card.channel];
  if (channel && subject.kind === 'matter') return channel.showMatter(card, subject.matter);
  if (channel && subject.kind === 'approval') return channel.show(card, subject.approval);
  const reason = `no way to send by ${card.channel}: its account is not configured`;
  return { kind: 'retry', waitMs: UNCONFIGURED_MS, reason };
}

/** Counts a fault of ours as a failed try: another build may be able to show the card, but nobody tries for ever. */
function resultOfFault(context: WorkerContext, tenant: string, card: number, error: unknown): CardShown {
  context.log.error({ err: error, tenant, card }, 'showing a card failed by a fault of ours');
  return { kind: 'retry', waitMs: 0, reason: `a fault of ours: ${shorten(String(error), 200)}` };
}

/** Tells the thread of the requester why the card to sign could not be posted, and when it could. */
async function notePostingState(
  { db }: WorkerContext,
  tenant: string,
  { kind }: Card,
  subject: Subject,
  shown: CardShown,
): Promise<void> {
  if (kind !== 'signers' || subject.kind !== 'approval') return;
  const { id, details } = subject.approval;
  if (shown.kind === 'barred') await notePosting(db, tenant, id, shown.reason);
  if (shown.kind === 'shown' && details.unposted !== undefined) await notePosting(db, tenant, id, null);
}

function resultOf({ wanted, failures }: Card, subject: Subject, shown: CardShown): CardResult {
  const state = stateOf(subject);
  // Never give up on an open one: it is needed, and it expires by itself.
  const isLast = state !== 'open' && failures + 1 >= MAX_FAILURES;
  switch (shown.kind) {
    case 'shown':
      return { message: shown.message, shown: wanted };
    case 'failed':
      return { failed: shown.reason };
    case 'barred':
      return state === 'open' ? { waitMs: shown.waitMs } : { failed: shown.reason };
    case 'retry': {
      const { waitMs, reason, message } = shown;
      if (isLast) return { failed: `${reason}, ${failures + 1} times` };
      const pause = Math.min(MAX_PAUSE_MS, 1000 * 2 ** failures);
      return { waitMs: Math.max(waitMs, pause), ...(message === undefined ? {} : { message }) };
    }
  }
}

function logFailure(
  { log }: WorkerContext,
  tenant: string,
  { id, kind }: Card,
  reason: string,
  result: CardResult,
): void {
  if ('failed' in result) log.error({ tenant, card: id, kind, reason }, 'a card cannot be shown');
  else log.warn({ tenant, card: id, kind, reason }, 'a card is not shown yet');
}
