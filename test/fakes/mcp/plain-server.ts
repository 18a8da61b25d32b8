import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { ServerEntry } from '../../../core/mcp/servers.ts';

type Args = Record<string, unknown>;
export type PlainTool = { schema: Record<string, unknown>; description?: string; run?(args: Args): object };
export type PlainServer = {
  ledger: { tool: string; args: Args }[];
  called(): string[];
  entry: ServerEntry;
  /** From now on, the tools are these. */
  become(tools: Record<string, PlainTool>): Promise<void>;
};

/** A server whose schemas are written by hand, so that they can hold what a builder of schemas would not write. */
export function plainServer(first: Record<string, PlainTool>): PlainServer {
  let tools = first;
  const servers: Server[] = [];
  const ledger: PlainServer['ledger'] = [];
  const connect: (ServerEntry & { kind: 'memory' })['connect'] = async (transport) => {
    const server = new Server({ name: 'plain', version: '1' }, { capabilities: { tools: { listChanged: true } } });
    server.setRequestHandler(ListToolsRequestSchema, () => ({
      tools: Object.entries(tools).map(([name, { schema, description = `Does ${name}.` }]) => ({
        name,
        description,
        inputSchema: { type: 'object' as const, ...schema },
      })),
    }));
    server.setRequestHandler(CallToolRequestSchema, ({ params: { name, arguments: args = {} } }) => {
      ledger.push({ tool: name, args });
      const answer = tools[name]?.run?.(args) ?? { done: true };
      return 'isError' in answer
        ? { isError: true, content: [{ type: 'text', text: JSON.stringify(answer) }] }
        : { content: [{ type: 'text', text: JSON.stringify(answer) }], structuredContent: { ...answer } };
    });
    servers.push(server);
    await server.connect(transport);
    return server;
  };
  return {
    ledger,
    called: () => ledger.map(({ tool }) => tool),
    entry: { kind: 'memory', connect },
    async become(next) {
      tools = next;
      await Promise.all(servers.map((server) => server.sendToolListChanged()));
    },
  };
}
