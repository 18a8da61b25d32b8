import type { Env } from '../core/env.ts';
import { createLog } from '../core/log.ts';
import { hasEmbedded, type JoinedOrStarted, joinOrStartEmbedded } from '../prisma/embedded/join.ts';

/** If the embedded database is not running, starts it for the time of the command. */
export async function reachDatabase({ database, logLevel }: Env): Promise<Pick<JoinedOrStarted, 'url' | 'stop'>> {
  if (database.kind === 'url') return { url: database.url, stop: async () => {} };
  const { dataDir } = database;
  if (!hasEmbedded(dataDir)) throw new Error(`There is no database in ${dataDir} yet.`);
  const level = logLevel === 'info' ? 'warn' : logLevel;
  return joinOrStartEmbedded(dataDir, { log: createLog({ level, write: (line) => process.stderr.write(line) }) });
}
