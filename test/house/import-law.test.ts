import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { circlesIn, isProduct, limits, packagesOf, type SourceFile, tooLong, violations } from './law.ts';

const root = new URL('../..', import.meta.url);
const skipped = /^(node_modules|\.|prisma\/client\/|playground\/page\/dist\/)/;
const files: SourceFile[] = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !skipped.test(path))
  .map((path) => ({ path, source: readFileSync(new URL(path, root), 'utf8') }));
const outside = /^(test|bench)\/|^(vitest|prisma)\.config\.ts$/;

test('the product keeps the law of imports', () => {
  const product = files.filter(({ path }) => isProduct(path));
  expect(product.length).toBeGreaterThan(80);
  expect(product.flatMap(violations)).toEqual([]);
});

test('no file imports itself round about', () => {
  expect(circlesIn(files.filter(({ path }) => !path.startsWith('test/')))).toEqual([]);
  const circle = [
    { path: 'a.ts', source: `import { b } from './b/b.ts';` },
    { path: 'b/b.ts', source: `import type { C } from './c.ts';` },
    { path: 'b/c.ts', source: `import type { A } from '../a.ts';` },
    { path: 'd.ts', source: `import { a } from './a.ts';` },
  ];
  expect(circlesIn(circle)).toEqual(['a.ts → b/b.ts → b/c.ts → a.ts']);
});

test('every file is either under the law or a test, a benchmark or a setting', () => {
  expect(files.filter(({ path }) => !isProduct(path) && !outside.test(path)).map(({ path }) => path)).toEqual([]);
});

test('npm start needs no development package: only the page is built, and pictures are taken, with those', () => {
  const builtWith = /^(playground\/page|scripts)\//;
  const threads = [
    'playground/model/meaning/embedder.mjs',
    'playground/model/planner/worker.mjs',
    'reading/mail/worker.mjs',
    'reading/mail/said.mjs',
    'reading/mail/text-of-html.mjs',
    'reading/files/pdf.mjs',
  ].map((path) => ({ path, source: readFileSync(new URL(path, root), 'utf8') }));
  const running = files.filter(({ path }) => isProduct(path) && !builtWith.test(path));
  const needed = [...running, ...threads].flatMap(packagesOf);
  const { dependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  expect([...new Set(needed)].filter((name) => !(name in dependencies))).toEqual([]);
});

test('files and functions stay short', () => {
  expect(files.flatMap(tooLong)).toEqual([]);
});

describe('a planted violation is found', () => {
  test.each([
    ['core/agent/turn.ts', `import { openSlackApi } from '../../channels/slack.ts';`, 'downward only'],
    ['core/desk/desks.ts', `import type { WorkerContext } from '../../workers/context.ts';`, 'downward only'],
    ['channels/slack/api/api.ts', `export { saveEntry } from '../../../bot/slack/to-entry.ts';`, 'downward only'],
    ['bot/slack/door.ts', `import { answerThread } from '../../workers/turn.ts';`, 'downward only'],
    ['bot/slack/door.ts', `import { startBot } from '../main.ts';`, 'downward only'],
    ['bot/main.ts', `import { startWorkers } from '../workers/main.ts';`, 'downward only'],
    [
      'workers/main.ts',
      `const { createWorkspace } = await import('../playground/slack/workspace.ts');`,
      'downward only',
    ],
    ['core/gate/gate.ts', `import '../../test/fakes/model/server.ts';`, 'downward only'],
    ['core/queue/queue.ts', `import { servers } from '../../mcp-servers/servers.ts';`, 'downward only'],
    ['mcp-servers/jewelryops/server.ts', `import { openGate } from '../../core/gate/gate.ts';`, 'downward only'],
    ['mcp-servers/jewelryops/server.ts', `import { send } from '../../mailbox/send.ts';`, 'downward only'],
    ['playground/door.ts', `import { openContext } from '../context.ts';`, 'downward only'],
    ['workers/turn.ts', `import { openMcp } from '../core/mcp/mcp.ts';`, 'only core/gate/'],
    ['core/agent/calls.ts', `import { type Tool, openMcp } from '../mcp/mcp.ts';`, 'only core/gate/'],
    ['core/agent/calls.ts', `import * as mcp from '../mcp/mcp.ts';`, 'only core/gate/'],
    [
      'core/agent/turn.ts',
      `import { extractEntities } from './tools/extract-entities.ts';`,
      'only core/agent/transcript.ts',
    ],
    ['core/queue/queue.ts', `import type { Prisma } from '../../prisma/client/client.ts';`, 'only core/records/'],
    ['core/queue/queue.ts', `import {\n  App,\n  type Logger,\n} from '@slack/bolt';`, 'named in bot/slack/ only'],
    ['bot/slack/door.ts', `import { WebClient } from '@slack/web-api';`, 'named in channels/slack/api/'],
    ['bot/slack/door.ts', `import { Queue } from 'bullmq';`, 'named in core/queue/, workers/ only'],
    [
      'core/gate/gate.ts',
      `import { Client } from '@modelcontextprotocol/sdk/client/index.js';`,
      'named in core/mcp/ only',
    ],
    [
      'core/mcp/reconnecting.ts',
      `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';`,
      'named in mcp-servers/',
    ],
    ['core/agent/turn.ts', `import OpenAI from 'openai';`, 'named in core/agent/model.ts'],
    ['core/agent/turn.ts', `import { left } from 'left-pad';`, 'does not say where that package belongs'],
    ['core/agent/turn.ts', 'const tool = await import(`../mcp/$' + '{name}.ts`);', 'name the module'],
    ['core/agent/turn.ts', `const mcp = createRequire(import.meta.url)('../mcp/mcp.ts');`, 'name the module'],
  ])('%s: %s', (path, source, complaint) => {
    expect(violations({ path, source: `import { z } from 'zod';\n${source}\n` })).toEqual([
      expect.stringContaining(complaint),
    ]);
  });

  test('what is allowed is not', () => {
    const source = `import type { ToolOutcome } from '../mcp/mcp.ts';\nimport { type Tool } from '../mcp/mcp.ts';\n`;
    expect(violations({ path: 'core/agent/calls.ts', source })).toEqual([]);
  });

  test('a file and a function of one line too many', () => {
    const body = (lines: number) => `function long() {\n${'  work();\n'.repeat(lines)}}\n`;
    expect(tooLong({ path: 'a.ts', source: body(limits.function - 2) })).toEqual([]);
    expect(tooLong({ path: 'a.ts', source: body(limits.function - 1) })).toEqual([
      `a.ts:1 has ${limits.function + 1} lines`,
    ]);
    expect(tooLong({ path: 'a.ts', source: '//\n'.repeat(limits.file + 1) })).toEqual([
      `a.ts has ${limits.file + 1} lines`,
    ]);
  });
});
