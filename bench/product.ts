import { startBot } from '../bot/main.ts';
import { openContext } from '../context.ts';
import { loadEnv } from '../core/env.ts';
import { runUntilSignalled } from '../process.ts';
import { openToolServers } from '../tool-servers.ts';
import { startWorkers } from '../workers/main.ts';

/** Runs the product with everything real configured, in the given shape; sends its URL to the parent. */
await runUntilSignalled(async () => {
  const shape = process.argv[2];
  const context = await openContext(loadEnv());
  const tools = openToolServers(context);
  const workers = shape === 'bot' ? null : startWorkers(context, tools);
  const bot = shape === 'workers' ? null : await startBot(context);
  process.send?.({ url: bot?.url });
  // The bench is gone: so are we.
  process.once('disconnect', () => process.exit(1));
  return {
    async stop() {
      await bot?.stop();
      await workers?.stop();
      await tools.close();
      await context.close();
    },
  };
});
