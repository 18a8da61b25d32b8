import { waitingCards } from '../../core/store/cards.ts';
import type { DoorParts } from './parts.ts';

/** After something became of an approval: its cards show it, and its thread is told. The sweeper does it otherwise. */
export async function ringFor(
  { db, bells, log, identity }: DoorParts,
  approval: string,
  thread: number | null,
): Promise<void> {
  const tenant = identity.teamId;
  if (thread !== null) bells.ring('turn', { tenant, thread });
  try {
    for (const card of await waitingCards(db, tenant, [approval])) bells.ring('card', { tenant, card });
  } catch (error) {
    log.warn({ err: error, approval }, 'the cards are left to the sweeper');
  }
}
