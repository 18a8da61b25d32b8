import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { ServerEntry } from '../../../core/mcp/servers.ts';

type Args = Record<string, unknown>;
export type PlainTool = {
  schema: Record<string, unknown>;
  title?: string;
  description?: string;
  run?(args: Args): object;
};
export type PlainServer = {
  ledger: { tool: string; args: Args }[];
  called(): string[];
  /** How often somebody asked for the tools. */
  listings(): number;
  create(): Server;
  entry: ServerEntry;
  /** From now on, the tools are these. */
  become(tools: Record<string, PlainTool>): Promise<void>;
};

/** A server whose schemas are written by hand, so that they can hold what a builder of schemas would not write. */
export function plainServer(first: Record<string, PlainTool>): PlainServer {
  let tools = first;
  const servers: Server[] = [];
  const ledger: PlainServer['ledger'] = [];
  let listings = 0;
  const create = () => {
    const server = new Server({ name: 'plain', version: '1' }, { capabilities: { tools: { listChanged: true } } });
    server.setRequestHandler(ListToolsRequestSchema, () => {
      listings += 1;
      return {
        tools: Object.entries(tools).map(([name, { schema, title, description = `Does ${name}.` }]) => ({
          name,
          title,
          description,
          inputSchema: { type: 'object' as const, ...schema },
        })),
      };
    });
    server.setRequestHandler(CallToolRequestSchema, ({ params: { name, arguments: args = {} } }) => {
      ledger.push({ tool: name, args });
      const answer = tools[name]?.run?.(args) ?? { done: true };
      return 'isError' in answer
        ? { isError: true, content: [{ type: 'text', text: JSON.stringify(answer) }] }
        : { content: [{ type: 'text', text: JSON.stringify(answer) }], structuredContent: { ...answer } };
    });
    servers.push(server);
    return server;
  };
  const connect: (ServerEntry & { kind: 'memory' })['connect'] = async (transport) => {
    const server = create();
    await server.connect(transport);
    return server;
  };
  return {
    ledger,
    called: () => ledger.map(({ tool }) => tool),
    listings: () => listings,
    create,
    entry: { kind: 'memory', connect },
    async become(next) {
      tools = next;
      const connected = servers.filter(({ transport }) => transport !== undefined);
      await Promise.all(connected.map((server) => server.sendToolListChanged()));
    },
  };
}
