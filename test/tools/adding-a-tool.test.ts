import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDeskFile } from '../../core/desk/file.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { type Call, callTool } from './kit.ts';

// Does what docs/adding-a-tool.md tells its reader to do, in a copy of the repository, and uses what comes of it.

const root = fileURLToPath(new URL('../..', import.meta.url));
const blocks = blocksOf(readFileSync(join(root, 'docs/adding-a-tool.md'), 'utf8'));

let copy: string;
let database: TestDatabase;
const clients: Client[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  copy = copyOfRepository();
  for (const block of blocks) follow(block);
  const commands = blocks.filter(({ kind }) => kind === 'sh').flatMap(({ body }) => body.trim().split('\n'));
  for (const command of commands) await run(command);
}, 240_000);
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await database.drop();
  rmSync(copy, { recursive: true });
});

test('its server answers over stdio', async () => {
  const { tools, call } = await open('suppliers');
  expect(tools).toEqual(['list_suppliers', 'rate_supplier']);
  const listed = await call('list_suppliers', { supplies: 'metal' });
  expect(listed).toMatchObject({ isError: false, data: { total: 1, suppliers: [{ id: 'SUP-001', ratings: 4 }] } });

  expect(await call('rate_supplier', { supplier_id: 'SUP-099', stars: 5 }, 'key')).toMatchObject({ isError: true });
  const rating = { supplier_id: 'SUP-001', stars: 5 };
  const rated = await call('rate_supplier', rating, 'key');
  expect(rated.data).toMatchObject({ before: { ratings: 4 }, after: { ratings: 5 }, idempotent_replay: false });
  const again = await call('rate_supplier', rating, 'key');
  expect(again.data).toEqual({ ...rated.data, idempotent_replay: true });
  const after = await call('list_suppliers', { supplies: 'metal' });
  expect(after.data).toMatchObject({ suppliers: [{ id: 'SUP-001', ratings: 5 }] });
});

test('its further tool is one of the server that it joined', async () => {
  const { tools, call } = await open('notion');
  expect(tools).toContain('count_issues');
  expect(await call('count_issues', { priority: 'urgent' })).toMatchObject({ data: { unfinished: 2, done: 0 } });
});

test('its desk is one, and has rules for the new tools', () => {
  const read = readDeskFile(join(copy, 'desks'), 'jewelry.yaml');
  const tools = read.kind === 'ok' ? read.file.desk.tools : undefined;
  expect(tools?.get('suppliers__list_suppliers')).toMatchObject({ effect: 'read', rule: 'allow' });
  expect(tools?.get('suppliers__rate_supplier')).toMatchObject({ effect: 'keyed', rule: 'confirm' });
  expect(tools?.get('notion__count_issues')).toMatchObject({ effect: 'read', rule: 'allow' });
});

function copyOfRepository(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-reader-'));
  const tracked = filesOf('--cached').filter(isNeeded);
  const folders = new Set(tracked.filter((path) => path.includes('/')).map((path) => path.split('/', 1)[0] ?? ''));
  const added = filesOf('--others', '--exclude-standard', '--', ...folders).filter(isNeeded);
  // What the preparation has made already it makes anew only where the reader changed what it is made of.
  const made = ['prisma/client', 'playground/page/dist'].filter((path) => existsSync(join(root, path)));
  for (const path of [...tracked, ...added, ...made]) cpSync(join(root, path), join(folder, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Tests that the reader is not sent to need not be checked by the compiler once more. */
function isNeeded(path: string): boolean {
  return !path.endsWith('.test.ts') || blocks.some((block) => block.path === path || block.body.includes(path));
}

// What is new counts in the folders of the project only: notes that lie beside them are nobody's code.
function filesOf(...which: string[]): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', ...which], { cwd: root }).toString();
  return listed.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
}

type Block = { kind: string; path: string; body: string };

/** The fenced blocks: those for a file name it behind their language. */
function blocksOf(document: string): Block[] {
  const fenced = [...document.matchAll(/^```(\S+) ?(.*)\n([\s\S]*?)^```$/gm)];
  return fenced.map(([, kind = '', path = '', body = '']) => ({ kind, path, body }));
}

function follow({ kind, path, body }: Block): void {
  if (path === '') return;
  const file = join(copy, path);
  const isChange = kind === 'diff';
  if (existsSync(file) !== isChange) throw new Error(`${path} is ${isChange ? 'not there' : 'there already'}`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, isChange ? changed(path, readFileSync(file, 'utf8'), body) : body);
}

/** What stands in the file must stand there once, or a reader would not know where. */
function changed(path: string, before: string, diff: string): string {
  return diff.split(/^@@\n/m).reduce((whole, hunk) => {
    const lines = hunk.trimEnd().split('\n');
    const side = (sign: string) =>
      lines
        .filter((line) => line[0] !== sign)
        .map((line) => `${line.slice(1)}\n`)
        .join('');
    const [old, now] = [side('+'), side('-')];
    const parts = `\n${whole}`.split(`\n${old}`);
    if (parts.length !== 2) throw new Error(`${path} has this ${parts.length - 1} times:\n${old}`);
    return parts.join(`\n${now}`).slice(1);
  }, before);
}

async function run(command: string): Promise<void> {
  const { PATH, HOME } = process.env;
  const child = spawn(command, { cwd: copy, shell: true, env: { PATH, HOME }, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${out}${err}`);
}

async function open(server: string): Promise<{ tools: string[]; call: Call }> {
  const client = new Client({ name: 'test', version: '1' });
  clients.push(client);
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: ['--import', 'tsx', 'mcp-servers/main.ts', server],
      cwd: copy,
      env: { PATH: process.env.PATH ?? '', DATABASE_URL: database.url },
    }),
  );
  const { tools } = await client.listTools();
  return { tools: tools.map(({ name }) => name), call: (tool, args, key) => callTool(client, tool, args, key) };
}
