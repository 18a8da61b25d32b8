import { loadEnv } from './core/env.ts';
import { runUntilSignalled } from './process.ts';
import { openDatabaseOf } from './start/database.ts';

await runUntilSignalled(async () => {
  const env = loadEnv();
  // Start Postgres while the rest of the code is loaded.
  const opening = openDatabaseOf(env);
  opening.catch(() => {}); // startEverything reports the failure
  const { startEverything } = await import('./start/everything.ts');
  const everything = await startEverything(env, opening);
  process.stdout.write(everything.table);
  return everything;
});
