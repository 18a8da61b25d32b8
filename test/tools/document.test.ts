import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readDesks } from '../../core/desk/desks.ts';
import type { ToolRule } from '../../core/desk/types.ts';
import { servers } from '../../mcp-servers/servers.ts';
import { hostServer, type ServerName } from './kit.ts';

const root = new URL('../../', import.meta.url);
const document = readFileSync(new URL('docs/tools.md', root), 'utf8');
const desks = deskList();
const described = z.object({ enum: z.array(z.string()).optional(), description: z.string() });

type Row = { tool: string; reads: string; changes: string; needs: string; rule: string };

/** The rows below each server's heading. */
const sections = new Map(
  document.split(/^## /m).map((section) => {
    const [name = '', ...lines] = section.split('\n');
    return [name, lines.filter((line) => line.startsWith('| `')).map(rowOf)] as const;
  }),
);

function rowOf(line: string): Row {
  const [, tool = '', reads = '', changes = '', needs = '', rule = ''] = line.split('|').map((cell) => cell.trim());
  return { tool: tool.replaceAll('`', ''), reads, changes, needs, rule };
}

function deskList() {
  const read = readDesks(fileURLToPath(new URL('desks', root)));
  if (read.kind === 'broken') throw new Error(read.lines.join('\n'));
  return read.desks;
}

describe.each(Object.keys(servers) as ServerName[])('docs/tools.md on %s', (name) => {
  const host = hostServer(name);
  const rows = sections.get(name) ?? [];
  const tools = async () => (await (await host.open('read only')).client.listTools()).tools;

  test('names its tools, no more and no fewer', async () => {
    expect(rows.map(({ tool }) => tool).sort()).toEqual((await tools()).map((tool) => tool.name).sort());
  });

  test('says which of them change something, and what each needs', async () => {
    const said = rows.map(({ tool, changes, needs }) => ({
      tool,
      changes: changes !== '',
      needs: namesIn(outside(needs)),
    }));
    const are = (await tools()).map((tool) => ({
      tool: tool.name,
      changes: tool.annotations?.readOnlyHint === false,
      needs: (tool.inputSchema.required ?? []).toSorted(),
    }));
    expect(said.toSorted(byTool)).toEqual(are.toSorted(byTool));
  });

  test('names in brackets what a call cannot do without', async () => {
    const known = new Map((await tools()).map((tool): [string, Tool] => [tool.name, tool]));
    const { call } = await host.open('read only');
    for (const { tool, needs } of rows) {
      const choice = namesIn(/\((.*)\)/.exec(needs)?.[1] ?? '');
      expect(Object.keys(known.get(tool)?.inputSchema.properties ?? {})).toEqual(expect.arrayContaining(choice));
      if (choice.length > 0 && outside(needs) === '') expect(await call(tool, {})).toMatchObject({ isError: true });
    }
  });

  test('says "or" where a call can do with one only, and "and/or" where it takes several', async () => {
    const known = new Map((await tools()).map((tool): [string, Tool] => [tool.name, tool]));
    const { call } = await host.open('read only');
    const choices = rows.filter(({ needs }) => needs.includes('(') && outside(needs) === '');
    for (const { tool, needs } of choices) {
      const args = namesIn(needs).map((name) => [name, exampleOf(known.get(tool)?.inputSchema.properties?.[name])]);
      const { isError, text } = await call(tool, Object.fromEntries(args));
      const isOnlyOne = isError && /exactly one|not both/.test(text);
      expect({ tool, isOnlyOne }).toEqual({ tool, isOnlyOne: !needs.includes('and/or') });
    }
  });

  test('says what the desk asks before a call', () => {
    const said = rows.map(({ tool, rule }) => [tool, rule.match(/\b(allow|confirm|approve|deny)\b/g)]);
    const are = rows.map(({ tool }) => [tool, wordsOf(ruleOf(`${name}__${tool}`))]);
    expect(said).toEqual(are);
  });
});

/** As the description of the argument gives it. */
function exampleOf(property: unknown): string {
  const { enum: words, description } = described.parse(property);
  return words?.[0] ?? /for example "?([\w.@-]+)/i.exec(description)?.[1] ?? 'an example';
}

function outside(needs: string): string {
  return needs.replace(/\(.*\)/, '').trim();
}

function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name).sort();
}

function byTool(one: { tool: string }, other: { tool: string }): number {
  return one.tool < other.tool ? -1 : 1;
}

function ruleOf(tool: string): ToolRule | undefined {
  return desks.flatMap((desk) => desk.tools.get(tool) ?? [])[0];
}

function wordsOf(rule: ToolRule | undefined): string[] {
  return [...new Set([rule?.rule, ...(rule?.when.map((condition) => condition.rule) ?? [])])].map(String);
}
