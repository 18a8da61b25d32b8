import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { FaultOrder } from '../page/protocol.ts';
import type { FaultsPort } from '../ports.ts';
import { post } from './acts.ts';
import { attempt } from './answers.ts';

const level = z.enum(['ok', 'slow', 'down', 'lossy']);
const order: z.ZodType<FaultOrder> = z.discriminatedUnion('part', [
  z.strictObject({ part: z.enum(['slack', 'model']), level }),
  z.strictObject({ part: z.literal('tools'), server: z.string(), level }),
  z.strictObject({ part: z.literal('threefold'), on: z.boolean() }),
  z.strictObject({ part: z.literal('worker'), order: z.enum(['start', 'kill', 'end']) }),
]);
const orderThis =
  'Send {"part": "slack", "level": "down"} (or "model"; levels are ok, slow, down, lossy), ' +
  '{"part": "tools", "server": "bank", "level": "slow"}, {"part": "threefold", "on": true} ' +
  'or {"part": "worker", "order": "start"} (or kill, end).';

export function addFaults(server: FastifyInstance, faults: FaultsPort): void {
  post(server, 'faults', order, orderThis, (asked) => faults.order(asked));
  server.get('/playground/faults', (_request, reply) => attempt(reply, async () => faults.state()));
}
