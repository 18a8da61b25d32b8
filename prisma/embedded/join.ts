import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { holderOf } from './postmaster.ts';
import { readSettings } from './settings.ts';
import { type Embedded, InUse, startEmbedded } from './start.ts';

type Parts = Parameters<typeof startEmbedded>[1];
/** `joined`: the server belongs to another process and ends with it. */
export type JoinedOrStarted = Pick<Embedded, 'url' | 'stop' | 'release'> & { kind: 'own' | 'joined' };

const PATIENCE_MS = 30_000;
const LOOK_EVERY_MS = 500;

/** Joins the embedded Postgres that another process, such as `npm start`, runs in the data folder, or starts one. */
export async function joinOrStartEmbedded(dataDir: string, parts: Parts): Promise<JoinedOrStarted> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const url = await runningUrl(dataDir);
    if (url !== null) return { kind: 'joined', url, stop: async () => {}, release: () => {} };
    try {
      return { kind: 'own', ...(await startEmbedded(dataDir, parts)) };
    } catch (error) {
      // If several processes start at once, one starts the server and the others join it.
      if (!(error instanceof InUse) || Date.now() > deadline) throw error;
    }
    await sleep(LOOK_EVERY_MS);
  }
}

/** When the process that owns the joined Postgres ends, starts Postgres again at the same address. */
export function takeOver(dataDir: string, parts: Parts): void {
  let looking = false;
  const look = async () => {
    if (await isRunning(dataDir)) return;
    const next = await joinOrStartEmbedded(dataDir, parts);
    next.release();
    if (next.kind === 'own') clearInterval(timer);
  };
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    look()
      .catch((error) =>
        parts.log.error(`the embedded Postgres is gone: ${error instanceof Error ? error.message : error}`),
      )
      .finally(() => {
        looking = false;
      });
  }, LOOK_EVERY_MS).unref();
}

export function hasEmbedded(dataDir: string): boolean {
  return existsSync(join(dataDir, 'postgres'));
}

async function isRunning(dataDir: string): Promise<boolean> {
  if (!hasEmbedded(dataDir)) return false;
  const { kind } = await holderOf(join(await realpath(dataDir), 'postgres'));
  return kind === 'owner';
}

/** Null if no server runs, or if it is starting or stopping. */
async function runningUrl(dataDir: string): Promise<string | null> {
  if (!(await isRunning(dataDir))) return null;
  const { password, port } = await readSettings(dataDir);
  if (port === undefined) return null;
  const url = `postgresql://countersign:${password}@127.0.0.1:${port}/postgres`;
  return (await isAnswering(url)) ? url : null;
}

async function isAnswering(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}
