import type { Sent } from '../channels/channel.ts';
import { type Hold, settleReply } from '../core/store/replies.ts';
import type { Parts } from './parts.ts';

/** What could not be sent now is left to a deliver job; what can never be sent is failed where it can be seen. */
export async function settle(parts: Parts, hold: Hold, sent: Exclude<Sent, { kind: 'sent' }>): Promise<void> {
  const { tenant, reply } = hold;
  if (sent.kind === 'failed') {
    parts.log.error({ tenant, reply, reason: sent.reason }, 'a reply cannot be delivered');
    await settleReply(parts.db, hold, { state: 'failed', error: sent.reason });
    return;
  }
  parts.log.warn({ tenant, reply, reason: sent.reason }, 'a reply is not delivered yet');
  await settleReply(parts.db, hold, { waitMs: sent.waitMs, error: sent.reason, messages: sent.messages });
}
