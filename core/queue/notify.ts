import type { CoreContext } from '../context.ts';
import { waitingCards } from '../records/cards.ts';

/**
 * Adds the jobs that update the cards of these approvals and tell their thread. The sweeper adds any that fail here.
 */
export async function notify(
  { db, jobs, log }: Pick<CoreContext, 'db' | 'jobs' | 'log'>,
  tenant: string,
  { approvals, thread }: { approvals: string[]; thread?: number },
): Promise<void> {
  if (thread !== undefined) jobs.add('turn', { tenant, thread });
  try {
    for (const card of await waitingCards(db, tenant, approvals)) jobs.add('card', { tenant, card });
  } catch (error) {
    log.warn({ err: error, approvals }, 'the cards are left to the sweeper');
  }
}
