import { parseArgs } from 'node:util';
import { z } from 'zod';

export type Options = { url: string | null; desk?: string; user?: string };

export const usage = `npm run chat [-- --desk bank] [--user marco] [--url http://127.0.0.1:3000]

Talks to the desks in a terminal, or over a pipe:
  printf "What's my account balance?\\n" | npm run --silent chat -- --desk bank

It uses the npm start at --url, or at PORT of this machine. Where none runs and you give no --url, it starts everything
itself, and stops it when you quit. Write help in it to see the commands.`;

type Read = { kind: 'options'; options: Options } | { kind: 'help' } | { kind: 'wrong'; line: string };

const httpUrl = z.url({ protocol: /^https?$/, error: 'is no address, such as http://127.0.0.1:3000' });

export function readOptions(args: string[]): Read {
  try {
    const options = {
      url: { type: 'string' },
      desk: { type: 'string' },
      user: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    const { values } = parseArgs({ args, options, strict: true });
    if (values.help) return { kind: 'help' };
    const { url, desk, user } = values;
    const address = url === undefined ? undefined : httpUrl.safeParse(url);
    if (address?.error) return { kind: 'wrong', line: `--url ${address.error.issues[0]?.message}` };
    return {
      kind: 'options',
      options: { url: url?.replace(/\/+$/, '') ?? null, ...(desk && { desk }), ...(user && { user }) },
    };
  } catch (error) {
    return { kind: 'wrong', line: error instanceof Error ? error.message : String(error) };
  }
}
