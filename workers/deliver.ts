import type { Sent } from '../channels/channel.ts';
import { crashPoint } from '../core/crash-points.ts';
import type { JobData } from '../core/queue/queue.ts';
import { type ClaimedReply, claimReply, type DueReply, type Hold } from '../core/records/replies.ts';
import { shorten } from '../core/text.ts';
import { whileHeld } from './lease.ts';
import { type Parts, SEND_MS } from './parts.ts';
import { record, ringNext, settle } from './settle-reply.ts';

type Retry = Extract<Sent, { kind: 'retry' }>;

/** About four hours of trying, with the longest pause below. */
const MAX_ATTEMPTS = 60;
const MAX_PAUSE_MS = 300_000;
const UNCONFIGURED_MS = 60_000;

/** Sends a reply that its own turn could not send, or takes a begun one away that is not wanted any more. */
export async function deliver(parts: Parts, { tenant, reply: id }: JobData<'deliver'>): Promise<void> {
  const claim = await claimReply(parts.db, tenant, id, SEND_MS);
  if (claim.kind === 'busy') return;
  if (claim.kind === 'failed') {
    parts.log.error({ tenant, reply: id, reason: 'it was tried too often' }, 'a reply cannot be delivered');
    return ringNext(parts, tenant, claim.next);
  }
  crashPoint('reply.claimed');
  const { reply } = claim;
  const hold = { tenant, reply: id, attempts: reply.attempts };
  const sent = await attempt(parts, hold, claim).catch((error) => faulty(parts, hold, reply, error));
  if (sent.kind === 'sent') {
    return record(parts, hold, { state: claim.kind === 'dropping' ? 'dropped' : 'sent', messages: sent.messages });
  }
  await settle(parts, hold, sent.kind === 'retry' ? again(reply, sent) : sent);
}

async function attempt(parts: Parts, hold: Hold, { kind, reply }: ClaimedReply): Promise<Sent> {
  const channel = parts.channels[reply.channel];
  if (channel && kind === 'dropping') {
    return whileHeld(parts, hold, { outcome: 'dropped' }, () => channel.drop(reply));
  }
  if (channel) return whileHeld(parts, hold, { outcome: 'sent' }, () => channel.resend(reply));
  const reason = `no way to send by ${reply.channel}: its account is not configured`;
  return { kind: 'retry', waitMs: UNCONFIGURED_MS, reason, messages: reply.messages };
}

/** A reply that we stumble over is one more try: another build may be able to read it, but it must not be tried for ever. */
function faulty(parts: Parts, { tenant, reply: id }: Hold, { messages }: DueReply, error: unknown): Sent {
  parts.log.error({ err: error, tenant, reply: id }, 'sending a reply failed by a fault of ours');
  return { kind: 'retry', waitMs: 0, reason: `a fault of ours: ${shorten(String(error), 200)}`, messages };
}

function again(reply: DueReply, sent: Retry): Exclude<Sent, { kind: 'sent' }> {
  if (reply.attempts >= MAX_ATTEMPTS) return { kind: 'failed', reason: `${sent.reason}, ${reply.attempts} times` };
  return { ...sent, waitMs: Math.max(sent.waitMs, pauseAfter(reply, sent)) };
}

/** Longer each time; a long answer that got some parts further goes on at once. */
function pauseAfter(reply: DueReply, sent: Retry): number {
  return sent.messages.length > reply.messages.length ? 0 : Math.min(MAX_PAUSE_MS, 1000 * 2 ** reply.attempts);
}
