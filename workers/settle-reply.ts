import type { Sent } from '../channels/channel.ts';
import { type Hold, type Settlement, settleReply } from '../core/records/replies.ts';
import type { Parts } from './parts.ts';

/** What could not be sent now is left to a deliver job; what can never be sent is failed where it can be seen. */
export async function settle(parts: Parts, hold: Hold, sent: Exclude<Sent, { kind: 'sent' }>): Promise<void> {
  const { tenant, reply } = hold;
  if (sent.kind === 'failed') {
    parts.log.error({ tenant, reply, reason: sent.reason }, 'a reply cannot be delivered');
    return record(parts, hold, { state: 'failed', error: sent.reason });
  }
  parts.log.warn({ tenant, reply, reason: sent.reason }, 'a reply is not delivered yet');
  await record(parts, hold, { waitMs: sent.waitMs, error: sent.reason, messages: sent.messages });
}

/** The reply that waited for this one goes at once, not when the sweeper comes. */
export async function record(parts: Parts, hold: Hold, settlement: Settlement): Promise<void> {
  const settled = await settleReply(parts.db, hold, settlement);
  if (settled.kind === 'ok') ringNext(parts, hold.tenant, settled.next);
}

export function ringNext(parts: Parts, tenant: string, next: number | null): void {
  if (next !== null) parts.jobs.add('deliver', { tenant, reply: next });
}
