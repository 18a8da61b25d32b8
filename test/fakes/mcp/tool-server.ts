import { McpServer, type RegisteredTool } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { z } from 'zod';
import type { ServerEntry } from '../../../core/mcp/servers.ts';

export type LedgerLine = { tool: string; args: unknown; key?: unknown };
export type ToolServer = {
  ledger: LedgerLine[];
  /** The methods of the requests that arrived over `entry`. */
  requests: string[];
  entry: ServerEntry & { kind: 'memory' };
  servers: McpServer[];
  create(): McpServer;
  /** Changes the definition of `add`. */
  reword(description: string): void;
};

/** A server with a ledger of its own: what is written there has really arrived. */
export function toolServer(moreTools: string[] = []): ToolServer {
  const ledger: LedgerLine[] = [];
  const requests: string[] = [];
  const servers: McpServer[] = [];
  const adders: RegisteredTool[] = [];
  const create = () => {
    const server = new McpServer({ name: 'tools', version: '1' });
    adders.push(registerTools(server, ledger));
    for (const name of moreTools) server.registerTool(name, {}, async () => ({ content: [] }));
    servers.push(server);
    return server;
  };
  const connect = async (transport: Transport) => {
    const server = create();
    await server.connect(noting(transport, requests));
    return server;
  };
  const reword = (description: string) => {
    for (const adder of adders) adder.update({ description });
  };
  return { ledger, requests, servers, create, reword, entry: { kind: 'memory', connect } };
}

function noting(transport: Transport, requests: string[]): Transport {
  transport.onmessage = (message) => {
    if ('method' in message && 'id' in message) requests.push(message.method);
  };
  return transport; // the SDK calls the listener that it finds before its own
}

function registerTools(server: McpServer, ledger: LedgerLine[]): RegisteredTool {
  const sum = { a: z.number(), b: z.number() };
  const adder = server.registerTool(
    'add',
    { inputSchema: sum, outputSchema: { sum: z.number() } },
    async (args, { _meta }) => {
      ledger.push({ tool: 'add', args, key: _meta?.['countersign/idempotency-key'] });
      const structuredContent = { sum: args.a + args.b };
      return { content: [{ type: 'text', text: `${structuredContent.sum}` }], structuredContent };
    },
  );
  server.registerTool('fail', {}, async () => {
    ledger.push({ tool: 'fail', args: {} });
    throw new Error('the order is closed');
  });
  server.registerTool(
    'wait',
    { inputSchema: { ms: z.number() } },
    async (args, { signal, sendNotification, _meta }) => {
      ledger.push({ tool: 'wait', args });
      const progressToken = _meta?.progressToken;
      if (progressToken !== undefined) {
        await sendNotification({ method: 'notifications/progress', params: { progressToken, progress: 1, total: 2 } });
      }
      await new Promise((resolve) => setTimeout(resolve, args.ms));
      if (signal.aborted) ledger.push({ tool: 'wait was cancelled', args });
      return { content: [{ type: 'text', text: 'waited' }] };
    },
  );
  server.registerTool('media', {}, async () => ({
    content: [
      { type: 'text', text: 'Look:' },
      { type: 'image', mimeType: 'image/png', data: Buffer.alloc(12_000).toString('base64') },
      { type: 'resource', resource: { uri: 'file:///a.txt', mimeType: 'text/plain', text: 'inside' } },
      { type: 'resource_link', uri: 'file:///b.txt', name: 'b' },
    ],
  }));
  server.registerTool('long', { inputSchema: { bytes: z.number() } }, async ({ bytes }) => ({
    content: [{ type: 'text', text: 'é'.repeat(bytes / 2) }],
  }));
  return adder;
}
