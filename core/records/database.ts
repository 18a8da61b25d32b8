import { PrismaPg } from '@prisma/adapter-pg';
import type { z } from 'zod';
import { type Prisma, PrismaClient } from '../../prisma/client/client.ts';
import { openPool, statementNames, withSettings } from '../../prisma/connection.ts';
import { openBatches, type Transition } from './batches.ts';
import { stillUsed, transitionsSchema } from './install.ts';

/** Transitions that may share a batch: each locks its own thread and nothing else. */
const TOGETHER = new Set(['claim_thread', 'record_steps', 'finish_turn', 'release_thread']);

const HOUR_MS = 3_600_000;

export type Database = {
  /** Runs one transition: a SQL function that takes and returns JSON, in one round trip. */
  transition<T>(name: string, tenant: string, payload: object, result: z.ZodType<T>): Promise<T>;
  /** Runs a function that looks over all tenants. */
  overall<T>(name: string, payload: object, result: z.ZodType<T>): Promise<T>;
  /** Reads under the tenant's row-level security. */
  read<T>(tenant: string, query: (prisma: Prisma.TransactionClient) => Promise<T>): Promise<T>;
  ping(): Promise<void>;
  close(): Promise<void>;
};

export function openDatabase(url: string, connections = 6): Database {
  const pool = openPool(
    {
      // Every statement of a transition finds a few rows by key: one plan fits all values.
      connectionString: withSettings(url, { role: 'countersign_app', plan_cache_mode: 'force_generic_plan' }),
      max: connections,
      application_name: 'countersign',
    },
    () => {},
  );
  const prisma = new PrismaClient({
    errorFormat: 'minimal',
    adapter: new PrismaPg(pool, { statementNameGenerator: statementNames() }),
  });

  async function json(sql: string, args: string[]): Promise<unknown> {
    const rows = await prisma.$queryRawUnsafe<{ r: unknown }[]>(sql, ...args);
    return rows[0]?.r;
  }
  const alone = ({ name, tenant, payload }: Transition) =>
    json(`select ${transitionsSchema}.${name}($1, $2::jsonb) as r`, [tenant, payload]);
  const batched = openBatches(alone, (transitions) =>
    json(`select ${transitionsSchema}.run_together($1::jsonb) as r`, [`[${transitions.map(written).join(',')}]`]),
  );

  const inUse = setInterval(() => void prisma.$executeRawUnsafe(stillUsed, transitionsSchema).catch(() => {}), HOUR_MS);
  inUse.unref();

  return {
    async transition(name, tenant, payload, result) {
      const transition = { name, tenant, payload: JSON.stringify(payload) };
      const thread = 'thread' in payload && typeof payload.thread === 'number' ? payload.thread : null;
      const goesTogether = thread !== null && TOGETHER.has(name) && !isLimited(payload);
      return result.parse(await (goesTogether ? batched(transition, thread) : alone(transition)));
    },
    async overall(name, payload, result) {
      return result.parse(await json(`select ${transitionsSchema}.${name}($1::jsonb) as r`, [JSON.stringify(payload)]));
    },
    async read(tenant, query) {
      return prisma.$transaction(async (tx) => {
        await tx.$queryRaw`select set_config('countersign.tenant', ${tenant}, true)`;
        return query(tx);
      });
    },
    async ping() {
      await prisma.$queryRaw`select 1`;
    },
    async close() {
      clearInterval(inUse);
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

/** A limit stays locked until the commit, so that a batch would lock limits and threads in no fixed order. */
function isLimited(payload: object): boolean {
  if (!('calls' in payload) || !Array.isArray(payload.calls)) return false;
  return payload.calls.some((call: { limits?: unknown[] }) => (call.limits?.length ?? 0) > 0);
}

function written({ name, tenant, payload }: Transition): string {
  return `{"name":${JSON.stringify(name)},"tenant":${JSON.stringify(tenant)},"payload":${payload}}`;
}
