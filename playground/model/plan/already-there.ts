import { baseName, kindOf } from '../lookups/find.ts';
import { valuesFor } from '../lookups/results.ts';
import type { Conversation } from '../thread/conversation.ts';
import type { Param } from '../tools/params.ts';
import type { ToolView } from '../tools/view.ts';
import { wordsIn } from '../words/stem.ts';
import { canonical } from './canonical.ts';
import type { Goal } from './goal.ts';

export type Instead =
  | { kind: 'as_planned' }
  | { kind: 'look'; view: ToolView; args: Record<string, unknown> }
  | { kind: 'other'; goal: Goal };

const rule = /\balready\b[^.]{0,80}?\buse (\w+)(?: with (\w+))?/i;

/** "More of what there is already is not new: use update_item with stock_change": looks first whether it is there. */
export function insteadOf(goal: Goal, { done }: Conversation, views: ToolView[]): Instead {
  const said = rule.exec(goal.view.tool.description);
  const other = said && views.find(({ tool }) => tool.name === said[1] || baseName(tool.name) === said[1]);
  const id = other?.params.find((param) => param.required && param.shape);
  const named = goal.view.params.find(
    (param) => param.required && /^(?:name|title|subject)$/.test(param.label.at(-1) ?? ''),
  );
  const name = named && goal.args[named.name];
  if (!other || !id || typeof name !== 'string') return { kind: 'as_planned' };
  const list = listOf(id, other, views);
  if (!list) return { kind: 'as_planned' };
  const args = { [list.param.name]: name };
  const made = done.find((one) => one.name === list.view.tool.name && canonical(one.arguments) === canonical(args));
  if (!made) return { kind: 'look', view: list.view, args };
  const same = valuesFor(id, made.text).find((one) => isVeryName(one.said, name));
  return same ? { kind: 'other', goal: changed(goal, other, id, same, said[2]) } : { kind: 'as_planned' };
}

/** The tool that finds such things by words. */
function listOf(id: Param, other: ToolView, views: ToolView[]): { view: ToolView; param: Param } | undefined {
  for (const view of views) {
    if (view === other || !view.deeds.includes('read') || !kindOf(id).some((one) => view.name.includes(one))) continue;
    const param = view.params.find(({ role, shape, type }) => role === 'query' && !shape && type === 'string');
    if (param) return { view, param };
  }
  return undefined;
}

/** What is said of it begins with the name and nothing more of a name: "Sugar (ITEM-001 …", not "Brown Sugar (…". */
function isVeryName(said: string, name: string): boolean {
  const own = wordsIn(said.split('(')[0] ?? '');
  const wanted = wordsIn(name);
  return own.length === wanted.length && own.every((word, at) => word === wanted[at]);
}

/** What both take goes over, but for what is so already; the amount goes where the rule says. */
function changed(
  goal: Goal,
  other: ToolView,
  id: Param,
  found: { value: unknown; said: string },
  amountTo: string | undefined,
): Goal {
  const args: Record<string, unknown> = { [id.name]: found.value };
  const target = other.params.find(({ name }) => name === amountTo);
  for (const param of goal.view.params) {
    const value = goal.args[param.name];
    if (typeof value !== 'number') continue;
    if (target && param.stems.some((one) => target.stems.includes(one))) args[target.name] = value;
    else if (other.params.some(({ name }) => name === param.name) && !found.said.includes(String(value)))
      args[param.name] = value;
  }
  const missing = other.params.filter(({ name, required }) => required && !(name in args));
  return { part: goal.part, view: other, args, missing };
}
