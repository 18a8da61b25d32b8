import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import type {
  JsonSchemaType,
  JsonSchemaValidator,
  jsonSchemaValidator,
} from '@modelcontextprotocol/sdk/validation/types.js';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { openToolDatabase, type ToolDatabase } from '../../mcp-servers/kit/database.ts';
import { servers } from '../../mcp-servers/servers.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';

export type ServerName = keyof typeof servers;

/** The day on which the demonstration data of these tests is loaded. */
export const today = new Date('2026-11-20T12:00:00Z');

export type Said = {
  text: string;
  data: Record<string, unknown> | undefined;
  isError: boolean;
  meta: object | undefined;
};
export type Call = (tool: string, args: object, key?: string) => Promise<Said>;
/** One tenant's rows, and a real MCP client of the server. */
export type Opened = { db: ToolDatabase; client: Client; call: Call };

export type Host = {
  url(): string;
  /**
   * Of a tenant with this name, or of a new one, here or in another database. Tests that name the same tenant share what
   * was opened for it, as those do that only read.
   */
  open(tenant?: string, url?: string): Promise<Opened>;
  /** With all its connections open: calls made at once then really meet, none is done before the others connect. */
  openBusy(): Promise<Opened>;
};

/** A database for this test file, with as many tenants of one server as its tests open. */
export function hostServer(name: ServerName): Host {
  let database: TestDatabase;
  let tenants = 0;
  const shared = new Map<string, Promise<Opened>>();
  const toClose: ToolDatabase[] = [];
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterEach(async () => {
    await Promise.all(toClose.splice(0).map((db) => db.close()));
  });
  afterAll(async () => {
    for (const opened of await Promise.all(shared.values())) await opened.db.close();
    await database.drop();
  });

  const begin = async (db: ToolDatabase): Promise<Opened> => {
    await servers[name].seed(db, today);
    const [here, there] = InMemoryTransport.createLinkedPair();
    await servers[name].create(db).connect(there);
    const client = new Client({ name: 'test', version: '1' }, { jsonSchemaValidator: validators });
    await client.connect(here);
    // Knowing the tools' schemas, the client refuses an answer that does not keep to them.
    await client.listTools();
    return { db, client, call: (tool, args, key) => callTool(client, tool, args, key) };
  };
  const openForTest = (tenant: string, url: string): Promise<Opened> => {
    const db = openToolDatabase(url, tenant);
    toClose.push(db);
    return begin(db);
  };
  const openForAll = (tenant: string): Promise<Opened> => {
    const opened = shared.get(tenant) ?? begin(openToolDatabase(database.url, tenant));
    shared.set(tenant, opened);
    return opened;
  };
  const openNew = () => openForTest(`T${tenants++}`, database.url);
  return {
    url: () => database.url,
    open(tenant, url) {
      if (tenant === undefined) return openNew();
      return url === undefined ? openForAll(tenant) : openForTest(tenant, url);
    },
    async openBusy() {
      const opened = await openNew();
      await atOnce(8, () => opened.db.prisma.$executeRaw`select pg_sleep(0.1)`);
      return opened;
    },
  };
}

const ajv = new AjvJsonSchemaValidator();
const known = new Map<string, JsonSchemaValidator<unknown>>();

/** Each schema is compiled once, however many clients come to know it. */
const validators: jsonSchemaValidator = {
  getValidator<T>(schema: JsonSchemaType) {
    const text = JSON.stringify(schema);
    const validator = known.get(text) ?? ajv.getValidator(schema);
    known.set(text, validator);
    return validator as JsonSchemaValidator<T>;
  },
};

/** Whatever list is read: some models see its text only, so the way to the next page stands there, too. */
export async function callTool(client: Client, name: string, args: object, key?: string): Promise<Said> {
  const meta = key === undefined ? {} : { _meta: { 'countersign/idempotency-key': key } };
  const answer = await client.callTool({ name, arguments: { ...args }, ...meta });
  const { content, structuredContent, isError, _meta } = CallToolResultSchema.parse(answer);
  const text = content.map((each) => (each.type === 'text' ? each.text : '')).join('');
  const next = structuredContent?.next_offset;
  if (typeof next === 'number') expect(text).toMatch(new RegExp(` More with offset ${next}\\.$`));
  return { text, data: structuredContent, isError: isError === true, meta: _meta };
}

type Answered = (tool: string, args: object, expected: object, told?: string) => Promise<void>;
type Refused = (tool: string, args: object, hint: string) => Promise<void>;

/** For a table of calls that only read: each is answered with these data, in one line that tells. */
export function answersOf(host: Host, tenant: string): Answered {
  return async (tool, args, expected, told = '') => {
    const { call } = await host.open(tenant);
    const said = await call(tool, args);
    expect(said).toMatchObject({ isError: false, data: expected, text: expect.stringContaining(told) });
    expect(said.text).not.toContain('\n');
  };
}

/** For a table of calls that are refused, each with a hint of what to do. */
export function refusalsOf(host: Host, tenant: string): Refused {
  return async (tool, args, hint) => {
    const { call } = await host.open(tenant);
    expect(await call(tool, args)).toMatchObject({ isError: true, text: expect.stringContaining(hint) });
  };
}

export function atOnce<T>(times: number, work: (at: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: times }, (_, at) => work(at)));
}
