import type { Sent } from '../channels/channel.ts';
import { crashPoint } from '../core/crash-points.ts';
import type { JobData } from '../core/queue/queue.ts';
import { type ClaimedReply, claimReply, type DueReply, type Hold } from '../core/records/replies.ts';
import { shorten } from '../core/text.ts';
import type { WorkerContext } from './context.ts';
import { whileReplyHeld } from './lease.ts';
import { addNext, record, recordUnsent } from './settle-reply.ts';
import { SEND_MS } from './times.ts';

type Retry = Extract<Sent, { kind: 'retry' }>;

/** About four hours of trying with the pauses below. */
const MAX_ATTEMPTS = 60;
const MAX_PAUSE_MS = 300_000;
const UNCONFIGURED_MS = 60_000;

/** Sends a reply that its turn could not send, or removes a half-sent one that was superseded. */
export async function deliver(context: WorkerContext, { tenant, reply: id }: JobData<'deliver'>): Promise<void> {
  const claim = await claimReply(context.db, tenant, id, SEND_MS);
  if (claim.kind === 'busy') return;
  if (claim.kind === 'failed') {
    context.log.error({ tenant, reply: id, reason: 'it was tried too often' }, 'a reply cannot be delivered');
    return addNext(context, tenant, claim.next);
  }
  crashPoint('reply.claimed');
  const { reply } = claim;
  const hold = { tenant, reply: id, attempts: reply.attempts };
  const sent = await attempt(context, hold, claim).catch((error) => resultOfFault(context, hold, reply, error));
  if (sent.kind === 'sent') {
    return record(context, hold, { state: claim.kind === 'dropping' ? 'dropped' : 'sent', messages: sent.messages });
  }
  await recordUnsent(context, hold, sent.kind === 'retry' ? again(reply, sent) : sent);
}

async function attempt(context: WorkerContext, hold: Hold, { kind, reply }: ClaimedReply): Promise<Sent> {
  const channel = context.channels[reply.channel];
  if (channel && kind === 'dropping') {
    return whileReplyHeld(context, hold, { outcome: 'dropped' }, () => channel.drop(reply));
  }
  if (channel) return whileReplyHeld(context, hold, { outcome: 'sent' }, () => channel.resend(reply));
  const reason = `no way to send by ${reply.channel}: its account is not configured`;
  return { kind: 'retry', waitMs: UNCONFIGURED_MS, reason, messages: reply.messages };
}

/** Counts a fault of ours as a failed try: another build may be able to send the reply, but nobody tries for ever. */
function resultOfFault(
  context: WorkerContext,
  { tenant, reply: id }: Hold,
  { messages }: DueReply,
  error: unknown,
): Sent {
  context.log.error({ err: error, tenant, reply: id }, 'sending a reply failed by a fault of ours');
  return { kind: 'retry', waitMs: 0, reason: `a fault of ours: ${shorten(String(error), 200)}`, messages };
}

function again(reply: DueReply, sent: Retry): Exclude<Sent, { kind: 'sent' }> {
  if (reply.attempts >= MAX_ATTEMPTS) return { kind: 'failed', reason: `${sent.reason}, ${reply.attempts} times` };
  return { ...sent, waitMs: Math.max(sent.waitMs, pauseAfter(reply, sent)) };
}

/** Waits longer after each try; a long answer of which more parts were sent goes on at once. */
function pauseAfter(reply: DueReply, sent: Retry): number {
  return sent.messages.length > reply.messages.length ? 0 : Math.min(MAX_PAUSE_MS, 1000 * 2 ** reply.attempts);
}
