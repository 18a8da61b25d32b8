import type { Sent } from '../channels/channel.ts';
import { reached } from '../core/points.ts';
import type { JobData } from '../core/queue.ts';
import { claimReply, type DueReply, settleReply } from '../core/store/replies.ts';
import { whileHeld } from './lease.ts';
import { type Parts, SEND_MS } from './parts.ts';
import { settle } from './settle.ts';

/** About four hours of trying, with the longest pause below. */
const MAX_ATTEMPTS = 60;
const MAX_PAUSE_MS = 300_000;
const UNCONFIGURED_MS = 60_000;

/** Sends a reply that its own turn could not send, or takes a begun one away that is not wanted any more. */
export async function deliver(parts: Parts, { tenant, reply: id }: JobData<'deliver'>): Promise<void> {
  const claim = await claimReply(parts.db, tenant, id, SEND_MS);
  if (claim.kind === 'busy') return;
  reached('reply.claimed');
  const { reply } = claim;
  const hold = { tenant, reply: id, attempts: reply.attempts };
  const channel = parts.channels[reply.channel];
  if (!channel) {
    const reason = `no way to send by ${reply.channel}: its account is not configured`;
    return settle(parts, hold, { kind: 'retry', waitMs: UNCONFIGURED_MS, reason, messages: reply.messages });
  }
  const dropping = claim.kind === 'dropping';
  const sent = await whileHeld(parts, hold, () => (dropping ? channel.drop(reply) : channel.resend(reply)));
  if (sent.kind === 'sent') {
    await settleReply(parts.db, hold, { state: dropping ? 'dropped' : 'sent', messages: sent.messages });
    return;
  }
  if (sent.kind === 'failed') return settle(parts, hold, sent);
  if (reply.attempts >= MAX_ATTEMPTS) {
    return settle(parts, hold, { kind: 'failed', reason: `${sent.reason}, ${reply.attempts} times` });
  }
  await settle(parts, hold, { ...sent, waitMs: Math.max(sent.waitMs, pauseAfter(reply, sent)) });
}

/** Longer each time; a long answer that got some parts further goes on at once. */
function pauseAfter(reply: DueReply, sent: Extract<Sent, { kind: 'retry' }>): number {
  return sent.messages.length > reply.messages.length ? 0 : Math.min(MAX_PAUSE_MS, 1000 * 2 ** reply.attempts);
}
