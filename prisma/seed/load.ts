import { readFileSync } from 'node:fs';
import { parse, type ScalarTag } from 'yaml';
import { z } from 'zod';
import type { Prisma, PrismaClient } from '../client/client.ts';
import { lock } from '../locks.ts';

export type SeedTarget = {
  readonly prisma: PrismaClient;
  readonly tenant: string;
  /** In a reset: removes the old rows, in the transaction that loads the new ones. */
  empty?(tx: Prisma.TransactionClient): Promise<void>;
};

/** Loads demonstration data once per tenant, however many processes start at once. The same day gives the same rows. */
export async function loadOnce({ prisma, tenant, empty }: SeedTarget, data: string, today: Date): Promise<void> {
  await prisma.$transaction(async (tx) => {
    // Other processes wait here and then find the data loaded.
    await lock(tx, `loading ${data} ${tenant}`);
    await empty?.(tx);
    const loaded = await tx.loaded.findUnique({ where: { tenant_data: { tenant, data } } });
    if (loaded) return;
    await load(tx, tenant, data, today);
    await tx.loaded.create({ data: { tenant, data } });
  });
}

async function load(tx: Prisma.TransactionClient, tenant: string, data: string, today: Date): Promise<void> {
  // Tables may name each other's rows in any order.
  await tx.$executeRaw`set constraints all deferred`;
  for (const [model, rows] of Object.entries(seedOf(data))) {
    const table: Table | undefined = Reflect.get(tx, model);
    if (!table)
      throw new Error(`prisma/seed/${data}.yaml has rows for "${model}", which is no model: correct its name.`);
    await table.createMany({ data: rows.map((row) => ({ tenant, ...dated(row, today) })) });
  }
}

type Table = { createMany(args: { data: object[] }): Promise<unknown> };

const seeds = new Map<string, Seed>();

function seedOf(data: string): Seed {
  const known = seeds.get(data);
  if (known) return known;
  const source = readFileSync(new URL(`${data}.yaml`, import.meta.url), 'utf8');
  const seed = seedSchema.parse(parse(source, { customTags: ['binary', dayTag, monthEndTag] }));
  seeds.set(data, seed);
  return seed;
}

/** Rows by Prisma model. */
const seedSchema = z.record(z.string(), z.array(z.record(z.string(), z.unknown())));
type Seed = z.infer<typeof seedSchema>;

type DateFrom = (today: Date) => Date;

/** `!day -3 14:05`: three days before the day of loading, in UTC; `!day 60` has no time. */
const dayTag: ScalarTag = {
  tag: '!day',
  resolve(text, onError): DateFrom {
    const [, days, hour = 0, minute = 0] = /^(-?\d+)(?: (\d\d):(\d\d))?$/.exec(text) ?? [];
    if (days === undefined) onError(`"${text}" must look like -3 or -3 14:05`);
    return (today) => dayFrom(today, Number(days), Number(hour), Number(minute));
  },
};

/** `!monthEnd 26`: the last day of the 26th month after the month of loading. */
const monthEndTag: ScalarTag = {
  tag: '!monthEnd',
  resolve: (text): DateFrom => {
    return (today) => new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + Number(text) + 1, 0));
  },
};

function dated(row: Record<string, unknown>, today: Date): object {
  const dates = Object.entries(row).map(([name, value]) => [name, typeof value === 'function' ? value(today) : value]);
  return Object.fromEntries(dates);
}

/** A day before today where negative, in UTC. */
export function dayFrom(today: Date, days: number, hour = 0, minute = 0): Date {
  return new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate() + days, hour, minute));
}
