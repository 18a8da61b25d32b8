import { loadEnv } from '../core/env.ts';
import { fatal } from '../core/log.ts';
import { prepareQueue } from '../core/queue/connection.ts';
import { prepareDatabase } from '../core/records/install.ts';
import { reachDatabase } from './database.ts';

try {
  const env = loadEnv();
  const { url, stop } = await reachDatabase(env);
  const { applied } = await prepareDatabase(url);
  if (env.queue.kind === 'postgres') await prepareQueue({ kind: 'postgres', url });
  await stop();
  for (const name of applied) process.stdout.write(`${name}\n`);
  process.stdout.write(`The database is up to date: ${applied.length} migrations applied now.\n`);
} catch (error) {
  fatal(error);
}
