import type { Log } from './log.ts';
import type { Bells } from './queue.ts';
import { waitingCards } from './store/cards.ts';
import type { Database } from './store/database.ts';

type Ringing = { db: Database; bells: Bells; log: Log };

/** After something became of approvals: their cards show it, and the thread is told. The sweeper does it otherwise. */
export async function ringFor(
  { db, bells, log }: Ringing,
  tenant: string,
  { approvals, thread }: { approvals: string[]; thread?: number },
): Promise<void> {
  if (thread !== undefined) bells.ring('turn', { tenant, thread });
  try {
    for (const card of await waitingCards(db, tenant, approvals)) bells.ring('card', { tenant, card });
  } catch (error) {
    log.warn({ err: error, approvals }, 'the cards are left to the sweeper');
  }
}
