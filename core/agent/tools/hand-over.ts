import { z } from 'zod';
import type { LocalTool } from '../../gate/types.ts';

const input = z.strictObject({
  reason: z.string().min(1).max(500).describe('What the customer needs that you cannot do, for the colleague to read'),
});

/** Its call ends the turn, and the conversation waits for a colleague (see workers/mail-turn.ts). */
export const handOver: LocalTool = {
  name: 'hand_over',
  description:
    'Hands this conversation with a customer over to a colleague, when you cannot help them. The customer is told that a colleague answers, and you say nothing more there.',
  input,
  async run(args, { principal: { kind } }) {
    const { reason } = input.parse(args);
    if (kind === 'customer' || kind === 'anonymous') return { kind: 'ok', text: reason };
    return { kind: 'error', text: 'You talk with a colleague here, so there is nobody to hand over to.' };
  },
};
