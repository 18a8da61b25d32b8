import { loadEnv } from './core/env.ts';
import { runUntilSignalled } from './ground.ts';
import { startEverything } from './start/everything.ts';

await runUntilSignalled(async () => {
  const everything = await startEverything(loadEnv());
  process.stdout.write(everything.table);
  return everything;
});
