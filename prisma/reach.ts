import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Embedded, InUse, startEmbedded } from './embedded.ts';
import { readSettings } from './embedded-settings.ts';
import { whoHolds } from './postmaster.ts';

type Parts = Parameters<typeof startEmbedded>[1];
/** `joined`: it belongs to another process and ends with that one. */
export type Reached = Pick<Embedded, 'url' | 'stop' | 'release'> & { kind: 'own' | 'joined' };

const PATIENCE_MS = 30_000;
const LOOK_EVERY_MS = 500;

/** The embedded Postgres that runs in a data folder, as beside `npm start`; where none does, one of this process. */
export async function reachEmbedded(dataDir: string, parts: Parts): Promise<Reached> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const url = await runningUrl(dataDir);
    if (url !== null) return { kind: 'joined', url, stop: async () => {}, release: () => {} };
    try {
      return { kind: 'own', ...(await startEmbedded(dataDir, parts)) };
    } catch (error) {
      // Of several that start at once, one is first and the others join it.
      if (!(error instanceof InUse) || Date.now() > deadline) throw error;
    }
    await sleep(LOOK_EVERY_MS);
  }
}

/** When the process ends whose Postgres this one has joined, this one goes on with it, at the same address. */
export function takeOver(dataDir: string, parts: Parts): void {
  let looking = false;
  const look = async () => {
    if (await isRunning(dataDir)) return;
    const next = await reachEmbedded(dataDir, parts);
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
  const { kind } = await whoHolds(join(await realpath(dataDir), 'postgres'));
  return kind === 'owner';
}

/** Null also while it is on its way up or down. */
async function runningUrl(dataDir: string): Promise<string | null> {
  if (!(await isRunning(dataDir))) return null;
  const { password, port } = await readSettings(dataDir);
  if (port === undefined) return null;
  const url = `postgresql://countersign:${password}@127.0.0.1:${port}/postgres`;
  return (await answers(url)) ? url : null;
}

async function answers(url: string): Promise<boolean> {
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
