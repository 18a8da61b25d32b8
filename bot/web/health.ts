import type { FastifyPluginAsync } from 'fastify';

/** A part is up, down, or has a word to say about itself; a check that hangs counts as down. */
export type Check = () => Promise<string> | string;

const PATIENCE_MS = 2_000;

export function healthPlugin(checks: Record<string, Check>): FastifyPluginAsync {
  return async (server) => {
    server.get('/health', async (_request, reply) => {
      const parts = await Promise.all(
        Object.entries(checks).map(async ([name, check]) => [name, await outcome(check)] as const),
      );
      const healthy = parts.every(([, state]) => !state.startsWith('down'));
      const body = { status: healthy ? 'ok' : 'degraded', parts: Object.fromEntries(parts) };
      return reply
        .code(healthy ? 200 : 503)
        .type('application/json')
        .send(`${JSON.stringify(body)}\n`);
    });
  };
}
/** The same in lines, for people. */
export async function partsText(checks: Record<string, Check>): Promise<string[]> {
  return Promise.all(Object.entries(checks).map(async ([name, check]) => `${name}: ${await outcome(check)}`));
}

async function outcome(check: Check): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('down: no answer'), PATIENCE_MS);
  });
  try {
    return await Promise.race([check(), late]);
  } catch (error) {
    return `down: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    clearTimeout(timer);
  }
}
