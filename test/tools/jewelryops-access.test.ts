import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openToolDatabase, type ToolDatabase } from '../../mcp-servers/kit/database.ts';
import { servers } from '../../mcp-servers/servers.ts';
import { inRun } from '../support/claim.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { bundled, fromSource } from '../support/programs.ts';

const today = new Date('2026-11-20T12:00:00Z');
const lisa = { name: 'get_customer', arguments: { customer_id: 'CUST-001' } };
const main = [...bundled('mcp-servers/main.ts'), 'jewelryops'];

let database: TestDatabase;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  database = await freshDatabase();
});
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});
afterAll(() => database.drop());

function openTools(tenant: string, url = database.url): ToolDatabase {
  const db = openToolDatabase(url, tenant);
  open.push(db);
  return db;
}

describe('a tenant', () => {
  test('sees no row of another, even where nobody asks for a tenant', async () => {
    const [acme, empty] = [openTools('acme'), openTools('empty')];
    await servers.jewelryops.seed(acme, today);
    expect(await acme.prisma.customer.count()).toBe(14);
    expect(await empty.prisma.customer.count()).toBe(0);
    expect(await empty.prisma.$queryRaw`select * from jewelryops.orders`).toEqual([]);
    expect(await empty.prisma.order.updateMany({ data: { refundedCents: 0 } })).toEqual({ count: 0 });
  });

  test('cannot write under the name of another', async () => {
    const { prisma } = openTools('thief');
    const data = { tenant: 'acme', key: 'k', server: 'jewelryops', tool: 'add_note', argumentsHash: 'h', result: {} };
    await expect(prisma.effect.create({ data })).rejects.toThrow('row-level security');
  });

  test('loads its shop once, also when two processes start at once', async () => {
    const [one, two] = [openTools('twins'), openTools('twins')];
    await Promise.all([servers.jewelryops.seed(one, today), servers.jewelryops.seed(two, today)]);
    await servers.jewelryops.seed(one, new Date('2027-01-01T00:00:00Z'));
    expect(await two.prisma.order.count()).toBe(25);
    const newest = await two.prisma.order.findFirst({ orderBy: { placedAt: 'desc' } });
    expect(newest?.placedAt.toISOString()).toBe('2026-11-19T09:00:00.000Z');
  });

  test.each(['T 1 -c role=postgres', 'back\\slash', '-c', 'Ünï'])(
    'named %s is bound to just that name',
    async (tenant) => {
      const { prisma } = openTools(tenant);
      const bound =
        await prisma.$queryRaw`select current_setting('countersign.tenant') as tenant, current_user as role`;
      expect(bound).toEqual([{ tenant, role: 'countersign_tools' }]);
    },
  );

  test('stays bound where the URL brings options of its own', async () => {
    const url = new URL(database.url);
    url.searchParams.set('options', '-c countersign.tenant=acme -c role=none');
    const { prisma } = openTools('thief', url.href);
    const bound = await prisma.$queryRaw`select current_setting('countersign.tenant') as tenant, current_user as role`;
    expect(bound).toEqual([{ tenant: 'thief', role: 'countersign_tools' }]);
  });

  test.each(['', 'a\nb', 'x'.repeat(201)])('cannot be named %j', (tenant) => {
    expect(() => openToolDatabase(database.url, tenant)).toThrow('A tenant needs a name');
  });
});

describe('the role of the tools', () => {
  test('reads no record of the application', async () => {
    const { prisma } = openTools('acme');
    await expect(prisma.$queryRaw`select * from countersign.threads`).rejects.toThrow('permission denied');
    await expect(prisma.tenant.count()).rejects.toThrow();
  });

  test.each([
    'delete from jewelryops.refunds',
    'update jewelryops.refunds set amount_cents = 1',
    'update tools.effects set key = key',
    'update jewelryops.stock_changes set after = 0',
    'delete from jewelryops.customers',
  ])('may not %s', async (statement) => {
    await expect(openTools('acme').prisma.$executeRawUnsafe(statement)).rejects.toThrow('permission denied');
  });
});

const KEY = 'the-right-key-of-24-chars';
const warning =
  "Warning: the tools of jewelryops run here without Countersign's gate: no rules, no signatures, no audit.";

describe('npm run mcp', () => {
  test('serves over stdio and ends with its client', async () => {
    const env = { PATH: process.env.PATH ?? '', DATABASE_URL: database.url, MCP_TENANT: 'over stdio' };
    const args = [...fromSource('mcp-servers/main.ts'), 'jewelryops'];
    const transport = new StdioClientTransport({ command: process.execPath, args, env });
    const client = new Client({ name: 'test', version: '1' });
    open.push(client);
    await client.connect(transport);
    expect(await client.callTool(lisa)).toMatchObject({ structuredContent: { name: 'Lisa Park' } });
    const { pid } = transport;
    await client.close();
    expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH');
  });

  test('serves over HTTP to those who have the key', async () => {
    const { url } = await startHttp();
    const client = await connectHttp(url);
    expect(await client.callTool(lisa)).toMatchObject({ structuredContent: { name: 'Lisa Park' } });
    expect((await client.listTools()).tools).toHaveLength(9);
    expect(await statusOf(url, {})).toBe(401);
    expect(await statusOf(url, { authorization: 'Bearer wrong' })).toBe(401);
    expect(await statusOf(url, { authorization: `Bearer ${KEY}`, host: 'evil.example' })).toBe(403);
    expect(await statusOf(url, { authorization: `Bearer ${KEY}` }, '{')).toBe(400);
    expect((await fetch(url, { headers: { authorization: `Bearer ${KEY}` } })).status).toBe(405);
  });

  test('over HTTP, offers what changes something only where it is told to pass the gate by', async () => {
    const note = { name: 'add_note', arguments: { customer_id: 'CUST-001', body: 'Called' } };
    const offered = await connectHttp((await startHttp()).url);
    expect(await offered.callTool(note)).toMatchObject({ isError: true, content: [{ text: /add_note not found/ }] });
    const ungated = await connectHttp((await startHttp('--ungated')).url);
    expect((await ungated.listTools()).tools).toHaveLength(13);
    expect(await ungated.callTool(note)).toMatchObject({ structuredContent: { idempotent_replay: false } });
  });

  test.each([
    [[], warning],
    [
      ['--http', '0'],
      'Only the tools of jewelryops that change nothing are offered, for no gate and no audit stand before them: add --ungated for the others.',
    ],
    [['--http', '0', '--ungated'], warning],
  ])('%j says at start that no gate stands before the tools', async (args, line) => {
    const child = startMain(args, { MCP_API_KEY: KEY });
    const [said] = await once(child.stderr!, 'data');
    expect(String(said).trim()).toBe(line);
  });

  test.each([
    [['--http', '0'], {}, 'MCP_API_KEY'],
    [['--http', 'many'], {}, '"many" is no port'],
    [['--http', ''], {}, '"" is no port'],
    [['--http', '99999'], {}, '"99999" is no port: give --http one from 0 to 65535'],
    [['extra'], {}, 'leave out "extra"'],
    [[], { DATABASE_URL: 'mysql://x' }, 'DATABASE_URL is not the URL of a Postgres'],
    [[], { MCP_TENANT: '' }, 'MCP_TENANT is empty'],
    [['--http', '0'], { MCP_API_KEY: 'two words' }, 'holds a space'],
    [['--http', '0'], { MCP_API_KEY: 'a'.repeat(23) }, 'fewer than 24 characters'],
    [['--http', '0'], { MCP_API_KEY: '' }, 'fewer than 24 characters'],
    [['--ungated'], {}, '--ungated goes with --http'],
  ])('%j with %j says in one line what to set', async (args, env, hint) => {
    const child = startMain(args, env);
    const said = await textOf(child);
    expect(child.exitCode).toBe(1);
    expect(said.trim().split('\n')).toHaveLength(1);
    expect(said).toContain(hint);
  });

  test('reads .env where it is started, and the environment goes before it', async () => {
    const cwd = workplace();
    writeFileSync(join(cwd, '.env'), `DATABASE_URL=${database.url}\nMCP_TENANT=from a file\n`);
    const environments = [{}, { MCP_TENANT: 'from the environment' }];
    for (const env of environments) {
      const child = spawn(process.execPath, main, { cwd, env: { PATH: process.env.PATH, ...env }, stdio: ['ignore'] });
      expect(await textOf(child)).toBe(`${warning}\n`);
    }
    for (const tenant of ['from a file', 'from the environment']) {
      expect(await openTools(tenant).prisma.customer.count()).toBe(14);
    }
  });

  test('has a Postgres of its own where none is named, and finds its rows there again', async () => {
    const cwd = workplace();
    for (const replayed of [false, true]) {
      const env = { PATH: process.env.PATH ?? '', DATABASE_URL: '' };
      const client = new Client({ name: 'test', version: '1' });
      await client.connect(new StdioClientTransport({ command: process.execPath, args: main, env, cwd }));
      const note = { name: 'add_note', arguments: { customer_id: 'CUST-001', body: 'Called' } };
      const said = await client.callTool({ ...note, _meta: { 'countersign/idempotency-key': 'key-1' } });
      expect(said).toMatchObject({ structuredContent: { idempotent_replay: replayed } });
      await client.close();
    }
  });

  test('shares that Postgres with others that start at once, and goes on with it when the one that had it ends', async () => {
    const cwd = workplace();
    const env = { PATH: process.env.PATH ?? '' };
    const clients = Array.from({ length: 3 }, () => new Client({ name: 'test', version: '1' }));
    await Promise.all(
      clients.map((client) =>
        client.connect(new StdioClientTransport({ command: process.execPath, args: main, env, cwd })),
      ),
    );
    while (clients.length > 0) {
      for (const client of clients) {
        await expect.poll(async () => (await client.callTool(lisa)).isError ?? false, { timeout: 20_000 }).toBe(false);
      }
      await clients.shift()?.close();
    }
  });

  test('says what to do with a .env that is a folder', async () => {
    const cwd = workplace();
    mkdirSync(join(cwd, '.env'));
    const child = spawn(process.execPath, main, { cwd, env: { PATH: process.env.PATH } });
    expect(await textOf(child)).toBe('.env is a folder: make it a file of lines NAME=value, or move it away\n');
    expect(child.exitCode).toBe(1);
  });

  test('says what to do about a port that is taken', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    open.push({ close: async () => void squatter.close() });
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    const child = startMain(['--http', String(port)], { MCP_API_KEY: KEY });
    const line = `Port ${port} on 127.0.0.1 cannot be opened (EADDRINUSE): give --http a free one, or stop what listens there\n`;
    expect(await textOf(child)).toBe(line);
    expect(child.exitCode).toBe(1);
  });
});

function workplace(): string {
  const folder = mkdtempSync(inRun('mcp-'));
  open.push({ close: async () => rmSync(folder, { recursive: true }) });
  return folder;
}

function startMain(args: string[], env: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, [...main, ...args], {
    env: { PATH: process.env.PATH, DATABASE_URL: database.url, MCP_TENANT: 'over http', ...env },
  });
  open.push({ close: () => stop(child) });
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function textOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stderr?.on('data', (chunk) => {
    text += chunk;
  });
  await once(child, 'close');
  return text;
}

async function connectHttp(url: string): Promise<Client> {
  const requestInit = { headers: { authorization: `Bearer ${KEY}` } };
  const client = new Client({ name: 'test', version: '1' });
  open.push(client);
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  return client;
}

async function startHttp(...more: string[]): Promise<{ url: string }> {
  const child = startMain(['--http', '0', ...more], { MCP_API_KEY: KEY });
  child.stderr?.pipe(process.stderr);
  const [line] = await once(child.stdout!, 'data');
  const url = /http:\S+/.exec(String(line))?.[0];
  if (!url) throw new Error(`No address in: ${line}`);
  return { url };
}

// Not by fetch, which does not let a caller name another Host.
async function statusOf(url: string, headers: Record<string, string>, body = '{}'): Promise<number | undefined> {
  const sent = request(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers } });
  sent.end(body);
  const [answer] = await once(sent, 'response');
  answer.resume();
  return answer.statusCode;
}
