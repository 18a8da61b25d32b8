import type { CardShown } from '../channels/channel.ts';
import { crashPoint } from '../core/crash-points.ts';
import type { JobData } from '../core/queue/queue.ts';
import type { Approval } from '../core/records/approvals.ts';
import { type Card, type CardResult, claimCard, notePosting, recordCardResult } from '../core/records/cards.ts';
import { shorten } from '../core/text.ts';
import type { WorkerContext } from './context.ts';

/** Longer than one try can last, so that a late try cannot show an older state. */
const HOLD_MS = 10_000;
/** Over an hour of trying with the pauses below, for a card that nobody waits for. */
const MAX_FAILURES = 20;
const MAX_PAUSE_MS = 300_000;
const UNCONFIGURED_MS = 60_000;

/** Updates a card to the current state of its approval, again and again while that changes. */
export async function card(context: WorkerContext, { tenant, card: id }: JobData<'card'>): Promise<void> {
  for (;;) {
    const claim = await claimCard(context.db, tenant, id, HOLD_MS);
    if (claim.kind === 'busy') return;
    crashPoint('card.claimed');
    const began = context.clock.now();
    if (claim.kind === 'unreadable') {
      context.log.error({ tenant, card: id }, 'a card is of a form that this build cannot read, and stays as it is');
      return void (await recordCardResult(context.db, tenant, claim.card, { failed: 'its approval cannot be read' }));
    }
    const shown = await attempt(context, claim.card, claim.approval).catch((error) =>
      resultOfFault(context, tenant, id, error),
    );
    const result = resultOf(claim.card, claim.approval, shown);
    await notePostingState(context, tenant, claim.card, claim.approval, shown);
    if (shown.kind !== 'shown') logFailure(context, tenant, claim.card, shown.reason, result);
    else logShown(context, tenant, claim.card, claim.approval, began);
    const recorded = await recordCardResult(context.db, tenant, claim.card, result);
    if (recorded.kind !== 'more' || shown.kind !== 'shown') return;
  }
}

function logShown({ log, clock }: WorkerContext, tenant: string, card: Card, approval: Approval, began: number): void {
  const { id, desk, tool, state } = approval;
  const ids = { tenant, card: card.id, approval: id, desk, tool };
  log.info({ ...ids, kind: card.kind, state, ms: clock.now() - began }, 'a card is delivered');
}

async function attempt({ channels }: WorkerContext, card: Card, approval: Approval): Promise<CardShown> {
  const channel = channels[card.channel];
  if (channel) return channel.show(card, approval);
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
  { id, details }: Approval,
  shown: CardShown,
): Promise<void> {
  if (kind !== 'signers') return;
  if (shown.kind === 'barred') await notePosting(db, tenant, id, shown.reason);
  if (shown.kind === 'shown' && details.unposted !== undefined) await notePosting(db, tenant, id, null);
}

function resultOf({ wanted, failures }: Card, { state }: Approval, shown: CardShown): CardResult {
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
