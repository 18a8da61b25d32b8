import { loadAccounts } from './it/accounts.ts';
import { loadTickets } from './it/tickets.ts';
import { loadOnce, type Place } from './load.ts';

/** The demonstration customers of IT support, with their tickets and the knowledge base; the same day always gives the same rows. */
export function seedIt(place: Place, today: Date): Promise<void> {
  return loadOnce(place, 'it', async (tx) => {
    // Invoices name tickets, and tickets the machines that are loaded with the invoices.
    await tx.$executeRaw`set constraints all deferred`;
    await loadAccounts(tx, place.tenant, today);
    await loadTickets(tx, place.tenant, today);
  });
}
