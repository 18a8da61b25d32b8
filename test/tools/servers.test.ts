import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { serveHttp } from '../../mcp-servers/http.ts';
import { openToolDatabase, type ToolDatabase } from '../../mcp-servers/kit/database.ts';
import { servers } from '../../mcp-servers/servers.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { bundled } from '../support/programs.ts';
import { announce, firstSeed, long } from '../support/seeds.ts';
import type { ServerName } from './kit.ts';
import { written } from './tool-list.ts';

const names = Object.keys(servers) as ServerName[];
const conformance = fileURLToPath(
  new URL('../../node_modules/@modelcontextprotocol/conformance/dist/index.js', import.meta.url),
);
const KEY = 'right-key';
const described = z.looseObject({
  description: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
});

let database: TestDatabase;
let db: ToolDatabase;
const open: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  announce('conformance of the tool servers', 'tools/servers.test.ts');
  database = await freshDatabase();
  db = openToolDatabase(database.url, 'local');
  for (const { seed } of Object.values(servers)) await seed(db, new Date());
});
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

describe.each(names)('%s', (name) => {
  test('has the tools that its list says', async () => {
    const client = await connect(inMemory(name));
    const { tools } = await client.listTools();
    await expect(written(client.getInstructions(), tools)).toMatchFileSnapshot(`lists/${name}.txt`);
  });

  test('explains every argument, and promises the form of every answer', async () => {
    const { tools } = await (await connect(inMemory(name))).listTools();
    expect(tools.flatMap(({ inputSchema }) => unexplained(inputSchema))).toEqual([]);
    for (const { inputSchema, title, description, outputSchema, annotations } of tools) {
      expect(inputSchema.additionalProperties).toBe(false);
      expect({ title, description, outputSchema }).toEqual({
        title: expect.any(String),
        description: expect.any(String),
        outputSchema: expect.objectContaining({ type: 'object' }),
      });
      expect(annotations?.readOnlyHint).toEqual(expect.any(Boolean));
    }
  });

  test('is the same over stdio and over HTTP', async () => {
    const { tools } = await (await connect(inMemory(name))).listTools();
    const command = { command: process.execPath, args: [...bundled('mcp-servers/main.ts'), name] };
    const env = { PATH: process.env.PATH ?? '', DATABASE_URL: database.url };
    const overStdio = await connect(new StdioClientTransport({ ...command, env }));
    const requestInit = { headers: { authorization: `Bearer ${KEY}` } };
    const overHttp = await connect(new StreamableHTTPClientTransport(new URL(await serve(name)), { requestInit }));
    for (const client of [overStdio, overHttp]) expect((await client.listTools()).tools).toEqual(tools);
  });

  test.each(scenariosOf(name))('passes the conformance scenario %s', async (scenario) => {
    const url = await withKey(await serve(name));
    const run = spawn(process.execPath, [conformance, 'server', '--url', url, '--scenario', scenario]);
    const [said] = await Promise.all([text(run.stdout), once(run, 'close')]);
    expect(stripVTControlCharacters(said)).toMatch(/Passed: [1-9]\d*\/\d+, 0 failed, 0 warnings/);
    expect(run.exitCode).toBe(0);
  });
});

/** The servers share one way over HTTP: in a sample each is given one of the scenarios, and every scenario has its turn. */
function scenariosOf(name: ServerName): string[] {
  const all = ['server-initialize', 'ping', 'tools-list', 'dns-rebinding-protection'];
  return long ? all : all.filter((_, at) => (at + firstSeed + names.indexOf(name)) % all.length === 0);
}

function inMemory(name: ServerName): Promise<Transport> {
  const [here, there] = InMemoryTransport.createLinkedPair();
  return servers[name]
    .create(db)
    .connect(there)
    .then(() => here);
}

async function connect(transport: Transport | Promise<Transport>): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  open.push(() => client.close());
  await client.connect(await transport);
  return client;
}

async function serve(name: ServerName): Promise<string> {
  const http = await serveHttp(() => servers[name].create(db), { host: '127.0.0.1', port: 0, apiKey: KEY });
  open.push(() => http.close());
  return http.url;
}

/** The scenarios know of no keys: one is added on the way, and nothing else is changed. */
async function withKey(url: string): Promise<string> {
  const { port, pathname } = new URL(url);
  const relay = createServer((asked, answered) => {
    const headers = { ...asked.headers, authorization: `Bearer ${KEY}` };
    const onward = request({ host: '127.0.0.1', port, path: asked.url, method: asked.method, headers }, (answer) => {
      answered.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(answered);
    });
    asked.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  open.push(async () => {
    relay.closeAllConnections();
    relay.close();
  });
  return `http://127.0.0.1:${(relay.address() as AddressInfo).port}${pathname}`;
}

function unexplained(schema: unknown): string[] {
  const { properties = {}, items } = described.parse(schema);
  const members = Object.entries(properties);
  const bare = members.filter(([, member]) => described.parse(member).description === undefined);
  return [
    ...bare.map(([name]) => name),
    ...members.flatMap(([, member]) => unexplained(member)),
    ...(items ? unexplained(items) : []),
  ];
}
