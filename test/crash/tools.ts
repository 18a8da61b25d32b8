import { setTimeout as sleep } from 'node:timers/promises';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { httpHost } from '../fakes/mcp/http-host.ts';

export const toolNames = ['look', 'book', 'note'] as const;
export type ToolName = (typeof toolNames)[number];

/** Tools whose calls have to be signed, by what may be repeated of them. */
export const signedTools = ['sign_look', 'sign_note', 'sign_book'] as const;
export type SignedTool = (typeof signedTools)[number];

/** Tools whose calls their asker has to confirm. */
export const confirmedTools = ['ask_look', 'ask_note', 'ask_book'] as const;
export type ConfirmedTool = (typeof confirmedTools)[number];

export type AnyTool = ToolName | SignedTool | ConfirmedTool;
export const allTools: AnyTool[] = [...toolNames, ...signedTools, ...confirmedTools];

export type Tools = {
  url: string;
  /** Every call that arrived, as it arrived. */
  ledger: { tool: AnyTool; of: string; key: unknown }[];
  close(): Promise<void>;
};

/** A tool server in this process, out of reach of what kills the workers: `look` reads, `book` and `note` act. */
export async function startTools(): Promise<Tools> {
  const ledger: Tools['ledger'] = [];
  const create = () => {
    const server = new McpServer({ name: 'sweep', version: '1' });
    for (const tool of allTools) {
      server.registerTool(
        tool,
        { inputSchema: { of: z.string(), who: z.string().optional() } },
        async ({ of }, { _meta }) => {
          ledger.push({ tool, of, key: _meta?.['countersign/idempotency-key'] });
          await sleep(10);
          return { content: [{ type: 'text', text: `${tool} says yes-${of}` }] };
        },
      );
    }
    return server;
  };
  const { url, close } = await httpHost(create);
  return { url, ledger, close };
}

export const desk = `title: Sweep
instructions: sweep.md
slack: { channels: '*' }
email: { assistant: false }
tools:
  sweep:
${allTools.map((tool) => `    ${tool}: { effect: ${effectOf(tool)}, rule: ${ruleOf(tool)}, customer: who }`).join('\n')}
approvals: { channel: C0APPROVALS, signers: [U0MARCO] }
`;

/** The same where a colleague sends each answer to a mail. */
export const draftsDesk = desk
  .replace("'*'", '[C0DRAFTS]')
  .replace('email: { assistant: false }', 'email: { assistant: false, answers: draft }');

function effectOf(tool: AnyTool): string {
  if (tool.endsWith('look')) return 'read';
  return tool.endsWith('note') ? 'keyed' : 'once';
}

function ruleOf(tool: AnyTool): string {
  if (tool.startsWith('sign_')) return 'approve';
  return tool.startsWith('ask_') ? 'confirm' : 'allow';
}
