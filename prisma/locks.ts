import type { Prisma } from './client/client.ts';

// Named locks, held to the end of the transaction.

export async function lock(tx: Prisma.TransactionClient, name: string): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
}

/** Every change by a tool server shares this lock; a reset takes it alone, so the two wait for each other. */
export async function shareChanges(tx: Prisma.TransactionClient, tenant: string, server: string): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock_shared(hashtextextended(${changesOf(server, tenant)}, 0))`;
}

export function holdOffChanges(tx: Prisma.TransactionClient, tenant: string, server: string): Promise<void> {
  return lock(tx, changesOf(server, tenant));
}

function changesOf(server: string, tenant: string): string {
  return `changes of ${server} ${tenant}`;
}
