import { setTimeout as sleep } from 'node:timers/promises';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { httpHost } from '../fakes/mcp/http-host.ts';

export const toolNames = ['look', 'book', 'note'] as const;
export type ToolName = (typeof toolNames)[number];

/** Tools whose calls have to be signed, by what may be repeated of them. */
export const signedTools = ['sign_look', 'sign_note', 'sign_book'] as const;
export type SignedTool = (typeof signedTools)[number];

export type Tools = {
  url: string;
  /** Every call that arrived, as it arrived. */
  ledger: { tool: ToolName | SignedTool; of: string; key: unknown }[];
  close(): Promise<void>;
};

/** A tool server in this process, out of reach of what kills the workers: `look` reads, `book` and `note` act. */
export async function startTools(): Promise<Tools> {
  const ledger: Tools['ledger'] = [];
  const create = () => {
    const server = new McpServer({ name: 'sweep', version: '1' });
    for (const tool of [...toolNames, ...signedTools]) {
      server.registerTool(tool, { inputSchema: { of: z.string() } }, async ({ of }, { _meta }) => {
        ledger.push({ tool, of, key: _meta?.['countersign/idempotency-key'] });
        await sleep(10);
        return { content: [{ type: 'text', text: `${tool} says yes-${of}` }] };
      });
    }
    return server;
  };
  const { url, close } = await httpHost(create);
  return { url, ledger, close };
}

export const desk = `title: Sweep
instructions: sweep.md
slack: { channels: '*' }
tools:
  sweep:
    look: { effect: read, rule: allow }
    book: { effect: once, rule: allow }
    note: { effect: keyed, rule: allow }
    sign_look: { effect: read, rule: approve }
    sign_note: { effect: keyed, rule: approve }
    sign_book: { effect: once, rule: approve }
approvals: { channel: C0APPROVALS, signers: [U0MARCO] }
`;
