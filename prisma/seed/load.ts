import type { Prisma, PrismaClient } from '../client/client.ts';
import { lock } from '../locks.ts';

export type Place = {
  readonly prisma: PrismaClient;
  readonly tenant: string;
  /** Where it is a reset: removes what is there, in the transaction that loads anew. */
  empty?(tx: Prisma.TransactionClient): Promise<void>;
};

/** Loads demonstration data once per tenant, however many processes start at once. */
export async function loadOnce(
  { prisma, tenant, empty }: Place,
  data: string,
  load: (tx: Prisma.TransactionClient) => Promise<void>,
): Promise<void> {
  await prisma.$transaction(async (tx) => {
    // The first one loads, the others wait here and find that it has.
    await lock(tx, `loading ${data} ${tenant}`);
    await empty?.(tx);
    const loaded = await tx.loaded.findUnique({ where: { tenant_data: { tenant, data } } });
    if (loaded) return;
    await load(tx);
    await tx.loaded.create({ data: { tenant, data } });
  });
}

/** So many days from today in UTC, before it where negative, at an hour and a minute. */
export function dayFrom(today: Date, days: number, hour = 0, minute = 0): Date {
  return new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate() + days, hour, minute));
}
