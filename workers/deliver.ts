import { reached } from '../core/points.ts';
import type { JobData } from '../core/queue.ts';
import { claimReply, settleReply } from '../core/store/replies.ts';
import { type Parts, SEND_MS } from './parts.ts';
import { settle } from './turn.ts';

/** About four hours of trying, with the longest pause below. */
const MAX_ATTEMPTS = 60;
const MAX_PAUSE_MS = 300_000;

/** Sends a reply that its own turn could not send, or takes a begun one away that is not wanted any more. */
export async function deliver(parts: Parts, { tenant, reply: id }: JobData<'deliver'>): Promise<void> {
  const claim = await claimReply(parts.db, tenant, id, SEND_MS);
  if (claim.kind === 'busy') return;
  reached('reply.claimed');
  const { reply } = claim;
  const channel = parts.channels[reply.channel];
  if (!channel) throw new Error(`no way to send by ${reply.channel}: its account is not configured`);
  const sent = claim.kind === 'dropping' ? await channel.drop(reply) : await channel.resend(reply);
  if (sent.kind === 'sent') {
    const state = claim.kind === 'dropping' ? 'dropped' : 'sent';
    return settleReply(parts.db, tenant, id, { state, messages: sent.messages });
  }
  if (sent.kind === 'retry' && reply.attempts >= MAX_ATTEMPTS) {
    return settle(parts, tenant, id, { kind: 'failed', reason: `${sent.reason}, ${reply.attempts} times` });
  }
  const pause = Math.min(MAX_PAUSE_MS, 1000 * 2 ** reply.attempts);
  await settle(parts, tenant, id, sent.kind === 'retry' ? { ...sent, waitMs: Math.max(sent.waitMs, pause) } : sent);
}
