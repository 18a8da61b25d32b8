import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { deskNamed, readDesks } from '../core/desk/desks.ts';
import { type People, readPeople } from '../core/desk/people.ts';
import { toolNamed } from '../core/desk/schema.ts';
import type { Desk } from '../core/desk/types.ts';
import { accept } from './accept.ts';
import { explain } from './explain.ts';
import { existenceOf } from './known-tools.ts';
import { listDesk } from './list-desk.ts';

const usage = `npm run rules                lists each desk's tools with their rules
npm run rules -- check --desk jewelry --tool jewelryops.refund_order \\
  --args '{"order_id":"ORD-1001","amount":80}' --as slack:U0LISA [--customer CUST-001]
                             tells what would happen to that call, and why;
                             a server of mcp.json is asked whether it has the tool
npm run rules -- accept      shows how the tools of other servers were changed since they were accepted, and
                             the command that accepts what is shown: then the assistant goes by it`;

const DESKS = 'desks';

try {
  const lines = await answer(process.argv.slice(2));
  process.stdout.write(`${lines.join('\n')}\n`);
} catch (fault) {
  process.stderr.write(`${fault instanceof Error ? fault.message : fault}\n`);
  process.exitCode = 1;
}

async function answer(words: string[]): Promise<string[]> {
  const { values, command, names } = optionsOf(words);
  if (command === 'accept') return accept(names);
  const desks = read(readDesks(DESKS)).desks;
  const people = read(readPeople(join(dirname(DESKS), 'people.yaml'))).people;
  return command === 'check' ? check(desks, people, values) : desks.flatMap((desk) => [...listDesk(desk), '']);
}

type Options = { desk?: string; tool?: string; args?: string; as?: string; customer?: string };

function optionsOf(words: string[]): { values: Options; command: 'check' | 'list' | 'accept'; names: string[] } {
  const text = { type: 'string' } as const;
  try {
    const options = { desk: text, tool: text, args: text, as: text, customer: text };
    const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true });
    const [command, ...names] = positionals;
    if (words.length === 0) return { values, command: 'list', names };
    if (command === 'check' && names.length === 0) return { values, command, names };
    if (command === 'accept' && Object.keys(values).length === 0) return { values, command, names };
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${usage}`);
  }
  throw new Error(usage);
}

function read<T extends { kind: 'ok' }>(outcome: T | { kind: 'broken'; lines: string[] }): T {
  if (outcome.kind === 'broken') throw new Error(outcome.lines.join('\n'));
  return outcome;
}

async function check(desks: Desk[], people: People, { desk: name, tool, args = '{}', as: account, customer }: Options) {
  if (!name || !tool || !account) throw new Error(`check needs --desk, --tool and --as.\n${usage}`);
  const desk = deskNamed(desks, name);
  if (!desk) throw new Error(`There is no desk ${name}; the desks are ${desks.map((one) => one.name).join(', ')}.`);
  if (!/^[a-z]+:\S+$/.test(account)) throw new Error(`--as ${account} is no account, such as slack:U0LISA.`);
  const asked = { tool: toolNamed(tool), args: argumentsOf(args), account, customer };
  return explain(desk, people, asked, await existenceOf(asked.tool));
}

function argumentsOf(written: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(written));
  } catch {
    throw new Error(`--args is not one JSON object, such as '{"order_id":"ORD-1001"}': put it in single quotes.`);
  }
}
