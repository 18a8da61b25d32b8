import type { FastifyPluginAsync } from 'fastify';
import { type HealthReport, httpAnswer } from '../../core/health.ts';

export function healthPlugin(health: HealthReport): FastifyPluginAsync {
  return async (server) => {
    server.get('/health', async (_request, reply) => {
      const { code, body } = httpAnswer(await health.read());
      return reply.code(code).type('application/json').send(body);
    });
  };
}

/** The health of each part, a line each, for people. */
export async function partsText(health: HealthReport): Promise<string[]> {
  const { parts } = await health.read();
  return Object.entries(parts).map(([name, state]) => `${name}: ${state}`);
}
