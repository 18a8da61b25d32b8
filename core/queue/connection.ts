import { setTimeout as sleep } from 'node:timers/promises';
import { runMigrations } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { openPool, withSettings } from '../../prisma/connection.ts';
import type { Log } from '../log.ts';

/** Several installations may share a Redis: all keys begin with the prefix. */
export type QueueStore = { kind: 'redis'; url: string; prefix: string } | { kind: 'postgres'; url: string };

export type Connection =
  | { kind: 'redis'; redis: Redis; prefix: string; isLost(): boolean }
  | { kind: 'postgres'; pool: pg.Pool };

/** How long a stopping process waits for a store that is out of reach. */
const CLOSE_PATIENCE_MS = 2_000;
const REACH_MS = 5_000;

/** Checks the store and prepares its tables; throws one line where it is out of reach. */
export async function prepareQueue(store: QueueStore): Promise<void> {
  if (store.kind === 'redis') return reachRedis(store.url);
  const client = new pg.Client({ connectionString: store.url });
  await client.connect();
  try {
    await runMigrations(client);
  } finally {
    await client.end();
  }
}

async function reachRedis(url: string): Promise<void> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: REACH_MS });
  let reason = '';
  redis.on('error', (error) => {
    reason = error.message || String((error as NodeJS.ErrnoException).code);
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    throw new Error(
      `REDIS_URL cannot be reached (${reason || (error as Error).message}): check it, or unset it to keep the queue in Postgres.`,
    );
  } finally {
    redis.disconnect();
  }
}

export function connect(
  store: QueueStore,
  most: number,
  log: Log,
  redisOptions: { enableOfflineQueue: boolean },
): Connection {
  if (store.kind === 'redis') {
    const redis = new Redis(store.url, { maxRetriesPerRequest: null, ...redisOptions });
    let lost = false;
    redis.on('error', (error) => log.warn({ err: error }, 'Redis is out of reach'));
    redis.on('ready', () => (lost = false)).on('close', () => (lost = true));
    return { kind: 'redis', redis, prefix: store.prefix, isLost: () => lost };
  }
  const connectionString = withSettings(store.url, { search_path: 'bullmq', synchronous_commit: 'off' });
  const pool = openPool({ connectionString, max: most, application_name: 'countersign-queue' }, (error) =>
    log.warn({ err: error }, 'a connection of the queue broke'),
  );
  return { kind: 'postgres', pool };
}

export async function disconnect(connection: Connection): Promise<void> {
  if (connection.kind === 'postgres') return patiently(connection.pool.end());
  await patiently(connection.redis.quit());
  connection.redis.disconnect();
}

export async function patiently(work: Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  const late = sleep(CLOSE_PATIENCE_MS, undefined, { signal: patience.signal });
  await Promise.race([work, late]).catch(() => {});
  patience.abort();
}
