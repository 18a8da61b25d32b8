import { PrismaPg } from '@prisma/adapter-pg';
import { Prisma, PrismaClient } from '../client/client.ts';
import { openPool } from '../connection.ts';
import { holdOffChanges } from '../locks.ts';
import type { SeedTarget } from './load.ts';

/** The database with its owner's rights: the tools' role may delete nothing. */
export type Owner = { prisma: PrismaClient; close(): Promise<void> };

export function openOwner(url: string): Owner {
  const pool = openPool({ connectionString: url, max: 1 }, () => {});
  const transactionOptions = { maxWait: 10_000, timeout: 60_000 };
  const prisma = new PrismaClient({ errorFormat: 'minimal', adapter: new PrismaPg(pool), transactionOptions });
  return {
    prisma,
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

/** Tenants with these demonstration data. */
export async function tenantsWith({ prisma }: Owner, data: string): Promise<string[]> {
  const rows = await prisma.loaded.findMany({ where: { data }, orderBy: { tenant: 'asc' } });
  return rows.map(({ tenant }) => tenant);
}

/**
 * A place whose next load is a reset: it removes the tenant's rows from the data's schema, and with them the servers' stored
 * idempotency keys, since a repeated call would be answered with rows that no longer exist.
 */
export function emptied({ prisma }: Owner, tenant: string, data: string, servers: string[]): SeedTarget {
  return {
    prisma,
    tenant,
    async empty(tx) {
      await tx.$executeRaw`select set_config('countersign.tenant', ${tenant}, true)`;
      for (const server of servers) await holdOffChanges(tx, tenant, server);
      await tx.$executeRaw`set constraints all deferred`;
      const tables = await tx.$queryRaw<{ place: string }[]>`
        select format('%I.%I', schemaname, tablename) as place from pg_tables where schemaname = ${data}`;
      for (const { place } of tables) {
        await tx.$executeRaw`delete from ${Prisma.raw(place)} where tenant = ${tenant}`;
      }
      await tx.effect.deleteMany({ where: { tenant, server: { in: servers } } });
      await tx.loaded.deleteMany({ where: { tenant, data } });
    },
  };
}

/** A running process that had the workspace finds it taken over, and ends. Counters stay, so no ts or id is given twice. */
export async function forgetPlayground({ prisma }: Owner, only?: string): Promise<string[]> {
  const rows = await prisma.playgroundWorkspace.findMany({ where: { team: only } });
  for (const { team } of rows) {
    await prisma.$transaction(async (tx) => {
      await tx.playgroundWorkspace.update({ where: { team }, data: { epoch: { increment: 1 } } });
      const tables = await tx.$queryRaw<{ place: string }[]>`
        select format('%I.%I', schemaname, tablename) as place from pg_tables
        where schemaname = 'playground' and tablename <> 'workspaces'`;
      for (const { place } of tables) await tx.$executeRaw`delete from ${Prisma.raw(place)} where team = ${team}`;
    });
  }
  return rows.map(({ team }) => team);
}
