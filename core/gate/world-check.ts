import type { Field, Lookup } from '../desk/types.ts';
import type { Seen } from '../records/approvals.ts';
import { shortenTelling } from '../text.ts';
import { canonical } from './canonical.ts';
import { bindScope } from './scope.ts';
import { valueAt } from './secrets.ts';
import { type Answer, fieldOf, readTool, recordOf } from './tool-access.ts';
import type { Caller, ToolAccess } from './types.ts';

type Args = Record<string, unknown>;

/** Looks up what a call is about, within the scope of its requester. */
export async function lookUp(
  tools: ToolAccess,
  caller: Caller,
  { tool, arguments: names }: Lookup,
  call: Args,
): Promise<Answer> {
  const given = Object.entries(names).map(([to, from]) => [to, valueAt(call, from.split('.'))] as const);
  const args = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  const found = await tools.find(tool);
  if (found.kind === 'down') return found;
  if (found.kind === 'none') return { kind: 'refused', text: `There is no tool "${tool}".` };
  const bound = await bindScope(tools, caller, found.tool, args);
  return bound.kind === 'ok' ? readTool(tools, caller, tool, bound.args) : bound;
}

export type World = { kind: 'seen'; seen: Seen[] } | Exclude<Answer, { kind: 'ok' }>;

/** Looks up the current values that the desk wants on the card. */
export async function seeWorld(tools: ToolAccess, caller: Caller, name: string, call: Args): Promise<World> {
  const check = caller.desk.tools.get(name)?.check;
  if (!check) return { kind: 'seen', seen: [] };
  const answer = await lookUp(tools, caller, check, call);
  if (answer.kind !== 'ok') return answer;
  const record = recordOf(answer);
  if (record === undefined) return { kind: 'refused', text: `The answer of ${check.tool} cannot be read.` };
  return { kind: 'seen', seen: check.fields.map((field) => seenOf(record, field)) };
}

function seenOf(record: unknown, { path, words, compared }: Field): Seen {
  return { field: path, ...(words === undefined ? {} : { words }), compared, value: valueText(fieldOf(record, path)) };
}

/** A card has room for no more. */
const LONGEST_FIELD = 1_500;

function valueText(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  return shortenTelling(typeof value === 'string' ? value : canonical(value), LONGEST_FIELD);
}
