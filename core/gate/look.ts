import { createHash } from 'node:crypto';
import type { Look } from '../desk.ts';
import type { Seen } from '../store/approvals.ts';
import { shorten } from '../text.ts';
import { canonical } from './canonical.ts';
import type { Caller } from './gate.ts';
import { type Answer, fieldOf, type Reach, readTool, recordOf } from './reach.ts';
import { bindScope } from './scope.ts';
import { valueAt } from './secrets.ts';

type Args = Record<string, unknown>;

/** Looks at what a call is about, under the scope of who asks for it. */
export async function look(
  reach: Reach,
  caller: Caller,
  { tool, arguments: names }: Look,
  call: Args,
): Promise<Answer> {
  const given = Object.entries(names).map(([to, from]) => [to, valueAt(call, from.split('.'))] as const);
  const args = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  const found = await reach.find(tool);
  if (found.kind === 'down') return found;
  if (found.kind === 'none') return { kind: 'refused', text: `There is no tool "${tool}".` };
  const bound = await bindScope(reach, caller, found.tool, args);
  return bound.kind === 'ok' ? readTool(reach, caller, tool, bound.args) : bound;
}

export type World = { kind: 'seen'; seen: Seen[] } | Exclude<Answer, { kind: 'ok' }>;

/** The fields that the desk wants to be the same when the call goes out. */
export async function seeWorld(reach: Reach, caller: Caller, name: string, call: Args): Promise<World> {
  const check = caller.desk.tools.get(name)?.check;
  if (!check) return { kind: 'seen', seen: [] };
  const answer = await look(reach, caller, check, call);
  if (answer.kind !== 'ok') return answer;
  const record = recordOf(answer);
  if (record === undefined) return { kind: 'refused', text: `The answer of ${check.tool} cannot be read.` };
  return { kind: 'seen', seen: check.fields.map((field) => ({ field, value: shown(fieldOf(record, field)) })) };
}

const LONGEST_FIELD = 300;

/** A longer one is shown in part; its digest stands for the rest, so that a change there is seen too. */
function shown(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  const text = typeof value === 'string' ? value : canonical(value);
  if (text.length <= LONGEST_FIELD) return text;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return `${shorten(text, LONGEST_FIELD)} (${digest})`;
}
