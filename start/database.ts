import type { Env } from '../core/env.ts';
import { createLog } from '../core/log.ts';
import { SetupFault } from '../ground.ts';
import { startEmbedded } from '../prisma/embedded.ts';

/** What is to be ended when all of it is, the last one first. */
export type OnStop = (end: () => Promise<void>) => void;

export async function databaseOf(env: Env, onStop: OnStop): Promise<Extract<Env['database'], { kind: 'url' }>> {
  if (env.database.kind === 'url') return env.database;
  const log = createLog({ level: env.logLevel });
  const { dataDir } = env.database;
  const postgres = await startEmbedded(dataDir, { log }).catch((error) => {
    throw new SetupFault(dataFault(dataDir, error));
  });
  onStop(postgres.stop);
  void postgres.lost.then(giveUp);
  return { kind: 'url', url: postgres.url };
}

/** Nothing can be done any more, nor be ended properly: whoever watches this process starts it again. */
export function giveUp(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

/** What the operating system refuses is said in its own terms; what we refuse says itself what to do. */
function dataFault(dataDir: string, error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!('code' in error && 'syscall' in error)) return error.message;
  return `DATA_DIR ${dataDir} cannot be used (${error.code}): set it to a folder that may be made or written.`;
}
