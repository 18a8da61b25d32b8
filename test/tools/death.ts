import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { bundled } from '../support/programs.ts';
import type { ServerName } from './kit.ts';

type Doomed = { url: string; tenant: string; tool: string; args: object; key: string };

/** Calls a tool of a server process that is killed as soon as Postgres has committed, before it hears of that itself. */
export async function callAndDie(
  server: ServerName,
  { url, tenant, tool, args, key }: Doomed,
): Promise<'no answer' | 'answered'> {
  const relay = await relayTo(url);
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...bundled('mcp-servers/main.ts'), server],
    env: { PATH: process.env.PATH ?? '', DATABASE_URL: relay.url, MCP_TENANT: tenant },
  });
  const client = new Client({ name: 'test', version: '1' });
  try {
    await client.connect(transport);
    relay.onCommit(() => process.kill(transport.pid ?? 0, 'SIGKILL'));
    const asked = { name: tool, arguments: { ...args }, _meta: { 'countersign/idempotency-key': key } };
    return await client.callTool(asked).then(
      () => 'answered' as const,
      () => 'no answer' as const,
    );
  } finally {
    await client.close();
    await relay.close();
  }
}

/** How Postgres says, in its protocol, that a transaction is committed. */
const COMMITTED = Buffer.from('COMMIT\0');

/** A way to Postgres that, from `onCommit` on, does not pass on the word of a commit. */
export async function relayTo(url: string) {
  const target = new URL(url);
  const socket = target.searchParams.get('host');
  let committed: (() => void) | undefined;
  const ends = new Set<Socket>();
  const server = createServer((near) => {
    ends.add(near.once('close', () => ends.delete(near)));
    const far = socket ? connect(`${socket}/.s.PGSQL.${target.port}`) : connect(Number(target.port), target.hostname);
    near.pipe(far);
    far.on('data', (bytes) => {
      if (committed && bytes.includes(COMMITTED)) committed();
      else near.write(bytes);
    });
    far.on('close', () => near.destroy()).on('error', () => near.destroy());
    near.on('close', () => far.destroy()).on('error', () => far.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = new URL(url);
  own.hostname = '127.0.0.1';
  own.searchParams.delete('host');
  own.port = String((server.address() as AddressInfo).port);
  return {
    url: own.href,
    onCommit: (act: () => void) => {
      committed = act;
    },
    async close() {
      server.close();
      for (const end of ends) end.destroy();
      await once(server, 'close');
    },
    /** As a network that breaks. */
    cut() {
      for (const end of ends) end.destroy();
    },
  };
}
