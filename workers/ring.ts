import { waitingCards } from '../core/store/cards.ts';
import type { Parts } from './parts.ts';

type Changed = { approvals: string[]; thread?: number };

/** After something became of an approval: its cards show it, and its thread is told. The sweeper does it otherwise. */
export async function ringFor(
  { db, bells, log }: Pick<Parts, 'db' | 'bells' | 'log'>,
  tenant: string,
  { approvals, thread }: Changed,
): Promise<void> {
  if (thread !== undefined) bells.ring('turn', { tenant, thread });
  try {
    for (const card of await waitingCards(db, tenant, approvals)) bells.ring('card', { tenant, card });
  } catch (error) {
    log.warn({ err: error, approvals }, 'the cards are left to the sweeper');
  }
}
