import type { Env } from '../core/env.ts';
import { createLog } from '../core/log.ts';
import { startEmbedded } from '../prisma/embedded/start.ts';
import { SetupFault } from '../process.ts';

export type OpenDatabase = { database: { kind: 'url'; url: string }; stop(): Promise<void> };

export async function openDatabaseOf(env: Env): Promise<OpenDatabase> {
  if (env.database.kind === 'url') return { database: env.database, stop: async () => {} };
  const log = createLog({ level: env.logLevel });
  const { dataDir } = env.database;
  const postgres = await startEmbedded(dataDir, { log }).catch((error) => {
    throw new SetupFault(dataFault(dataDir, error));
  });
  void postgres.lost.then(giveUp);
  return { database: { kind: 'url', url: postgres.url }, stop: postgres.stop };
}

/** Ends the process without a clean stop, which is not possible any more. A supervisor starts it again. */
export function giveUp(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

/** Explains errors of the operating system; our own errors already say what to do. */
function dataFault(dataDir: string, error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!('code' in error && 'syscall' in error)) return error.message;
  return `DATA_DIR ${dataDir} cannot be used (${error.code}): set it to a folder that may be made or written.`;
}
