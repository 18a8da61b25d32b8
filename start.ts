import { loadEnv } from './core/env.ts';
import { runUntilSignalled } from './process.ts';
import { openDatabaseOf } from './start/database.ts';

await runUntilSignalled(async () => {
  const env = loadEnv();
  // Postgres comes up while all the rest is read.
  const opening = openDatabaseOf(env);
  opening.catch(() => {}); // told by who waits for it
  const { startEverything } = await import('./start/everything.ts');
  const everything = await startEverything(env, opening);
  process.stdout.write(everything.table);
  return everything;
});
