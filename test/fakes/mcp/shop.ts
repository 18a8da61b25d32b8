import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';

export type ShopLine = { tool: string; args: unknown; key: unknown; at: number; doneAt?: number };
export type Shop = { ledger: ShopLine[]; called(): string[]; create(): McpServer };

/** A tool server that does nothing but note who reached it, and when: what is in its ledger has really arrived. */
export function openShop(): Shop {
  const ledger: ShopLine[] = [];
  const create = () => {
    const server = new McpServer({ name: 'shop', version: '1' });
    for (const [name, { input, run }] of Object.entries(tools)) {
      server.registerTool(name, { inputSchema: input }, async (args, { _meta }) => {
        const line: ShopLine = { tool: name, args, key: _meta?.['countersign/idempotency-key'], at: performance.now() };
        ledger.push(line);
        const answer = await run(args);
        line.doneAt = performance.now();
        return answer;
      });
    }
    return server;
  };
  return { ledger, called: () => ledger.map(({ tool }) => tool), create };
}

type Answer = { content: { type: 'text'; text: string }[]; isError?: boolean; _meta?: Record<string, unknown> };
type Args = Record<string, unknown>;

const input = { id: z.string().optional(), ms: z.number().optional(), text: z.string().optional() };
const strict = { id: z.string(), count: z.number().int().min(1) };

async function answer(args: Args): Promise<Answer> {
  if (args.ms) await new Promise((resolve) => setTimeout(resolve, Number(args.ms)));
  return said(args.text === undefined ? `${args.id} is here` : String(args.text));
}

function said(text: string): Answer {
  return { content: [{ type: 'text', text }] };
}

/** The first call for an id takes longer than anybody waits. */
function slowAtFirst() {
  const seen = new Set<unknown>();
  return async ({ id }: Args): Promise<Answer> => {
    if (!seen.has(id)) {
      seen.add(id);
      await new Promise((resolve) => setTimeout(resolve, 30_000).unref());
    }
    return said(`${id} at last`);
  };
}

const tools: Record<string, { input: z.ZodRawShape; run(args: Args): Promise<Answer> }> = {
  look_up: { input, run: answer },
  order: { input: strict, run: answer },
  save: { input, run: answer },
  once_only: { input, run: answer },
  /** Fails so that it cannot tell whether it took effect. */
  stumble: {
    input,
    run: async () => ({ ...said('the shop broke'), isError: true, _meta: { 'countersign/outcome': 'unknown' } }),
  },
  /** Fails, and nothing was done. */
  decline: { input, run: async () => ({ ...said('the order is closed'), isError: true }) },
  /** Fails in bytes that are no text, long enough to be cut where a character stands. */
  binary: {
    input,
    run: async () => ({ ...said(`a\0b\ud83d${'x'.repeat(481)}${'\u{1f600}'.repeat(40)}`), isError: true }),
  },
  slow_look: { input, run: slowAtFirst() },
  slow_save: { input, run: slowAtFirst() },
  slow_once: { input, run: slowAtFirst() },
  note: { input, run: answer },
  pay: { input, run: answer },
  erase: { input, run: answer },
  unlisted: { input, run: answer },
};
