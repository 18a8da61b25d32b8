import type { Sent } from '../channels/channel.ts';
import { type Delivery, type Hold, recordDelivery } from '../core/records/replies.ts';
import type { WorkerContext } from './context.ts';

/** Leaves a reply that could not be sent now to a deliver job, and marks one that can never be sent as failed. */
export async function recordUnsent(
  context: WorkerContext,
  hold: Hold,
  sent: Exclude<Sent, { kind: 'sent' }>,
): Promise<void> {
  const { tenant, reply } = hold;
  if (sent.kind === 'failed') {
    context.log.error({ tenant, reply, reason: sent.reason }, 'a reply cannot be delivered');
    return record(context, hold, { state: 'failed', error: sent.reason });
  }
  context.log.warn({ tenant, reply, reason: sent.reason }, 'a reply is not delivered yet');
  await record(context, hold, { waitMs: sent.waitMs, error: sent.reason, messages: sent.messages });
}

/** Adds the job for the reply that waited for this one, so that it need not wait for the sweeper. */
export async function record(context: WorkerContext, hold: Hold, delivery: Delivery): Promise<void> {
  const recorded = await recordDelivery(context.db, hold, delivery);
  if (recorded.kind === 'ok') addNext(context, hold.tenant, recorded.next);
}

export function addNext(context: WorkerContext, tenant: string, next: number | null): void {
  if (next !== null) context.jobs.add('deliver', { tenant, reply: next });
}
