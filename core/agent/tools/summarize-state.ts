import { z } from 'zod';
import type { LocalTool } from '../../gate/types.ts';

const input = z.strictObject({
  established: z
    .array(z.string().max(300))
    .min(1)
    .max(30)
    .describe('What is known by now, one fact a line, with exact ids, amounts and dates'),
  open: z.array(z.string().max(300)).max(10).default([]).describe('What is still to be found out or decided'),
  next: z.string().max(300).optional().describe('What you would do next'),
});

/** Its result becomes the thread's notes, which every later turn gets (see model-context.ts). */
export const summarizeState: LocalTool = {
  name: 'summarize_state',
  description:
    'Compacts an investigation into short notes that you can rely on later instead of reading the whole conversation again. They replace the notes that you made before.',
  input,
  async run(args) {
    const { established, open, next } = input.parse(args);
    const lines = [
      'Established:',
      ...established.map((fact) => `- ${fact}`),
      ...(open.length > 0 ? ['Open:', ...open.map((question) => `- ${question}`)] : []),
      ...(next ? [`Next: ${next}`] : []),
    ];
    return { kind: 'ok', text: lines.join('\n') };
  },
};
