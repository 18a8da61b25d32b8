import { fillParams } from '../arguments/fill.ts';
import { scopeOf } from '../arguments/scope.ts';
import { baseName } from '../lookups/find.ts';
import type { Conversation } from '../thread/conversation.ts';
import { aboutOf, type ToolView } from '../tools/view.ts';
import { stem, wordsIn } from '../words/stem.ts';
import { meanAlike } from '../words/synonyms.ts';
import type { Goal } from './goal.ts';

type FirstCall = { view: ToolView; args: Record<string, unknown> };

/** What the system message or the tool's own description wants to be called before a call that changes something. */
export function callBefore(
  goal: Goal,
  { system, done }: Conversation,
  views: ToolView[],
  today: Date,
): FirstCall | undefined {
  if (goal.view.deeds.includes('read') || goal.view.meta) return undefined;
  for (const sentence of [...sentencesOf(system), ...sentencesOf(goal.view.tool.description)]) {
    if (!/\b(?:first|before)\b/i.test(sentence)) continue;
    for (const view of views) {
      if (view === goal.view || !namesTool(sentence, view) || !view.deeds.includes('read')) continue;
      if (!isAbout(sentence, goal.view, view)) continue;
      if (done.some(({ name, arguments: args }) => name === view.tool.name && concerns(args, goal))) continue;
      const args = argumentsFor(view, goal, today);
      if (args) return { view, args };
    }
  }
  return undefined;
}

function sentencesOf(text: string): string[] {
  return text
    .slice(0, 20_000)
    .split(/(?<=[.;])\s+(?=\S)|\n\s*\n|\n\s*[-*]\s/)
    .map((one) => one.replace(/\s+/g, ' '));
}

function namesTool(sentence: string, { tool }: ToolView): boolean {
  return sentence.includes(tool.name) || sentence.includes(baseName(tool.name));
}

/** "Before an action that changes something", "before you open a ticket", "call preview first, and then create". */
function isAbout(sentence: string, target: ToolView, first: ToolView): boolean {
  if (namesTool(sentence, target))
    return sentence.indexOf(baseName(first.tool.name)) < sentence.indexOf(baseName(target.tool.name));
  const before =
    /\bbefore (?:an? |any |each )?(?:action|change|call)\b/i.test(sentence) && /\bchang|\baction/i.test(sentence);
  if (before) return true;
  const clause = /\bbefore (?:you )?([^,;.]{3,60})/i.exec(sentence)?.[1];
  if (!clause)
    return sentence.startsWith('A ')
      ? false
      : target.tool.description.includes(sentence.slice(0, 40)) && /\bfirst\b/i.test(sentence);
  const words = wordsIn(clause).map(stem);
  const nouns = target.name.filter((one) => words.includes(one)).length;
  return (
    nouns > 0 &&
    words.some((word) => target.name.some((one) => one !== word && meanAlike(word, one)) || target.name.includes(word))
  );
}

function concerns(args: Record<string, unknown>, goal: Goal): boolean {
  const told = JSON.stringify(args);
  if (told === '{}') return true;
  return Object.values(args).some(
    (value) =>
      value === goal.view.tool.name ||
      Object.values(goal.args).some((one) => JSON.stringify(one) === JSON.stringify(value)),
  );
}

/** A tool that judges a call is given its name and arguments; another what both take, and what was said. */
function argumentsFor(view: ToolView, goal: Goal, today: Date): Record<string, unknown> | undefined {
  const args: Record<string, unknown> = {};
  for (const param of view.params) {
    if (param.name in goal.args) args[param.name] = goal.args[param.name];
    else if (
      /^(?:tool|tool_name|action|function|operation)$/i.test(param.name) &&
      param.type === 'string' &&
      !param.strict
    )
      args[param.name] = goal.view.tool.name;
    else if (/^(?:arguments|args|parameters|params|input)$/i.test(param.name) && param.type === 'object')
      args[param.name] = goal.args;
  }
  const left = view.params.filter(({ name, required }) => required && !(name in args));
  if (left.length === 0) return Object.keys(args).length > 0 ? args : undefined;
  const more = fillParams(left, scopeOf(goal.part, today), aboutOf(view));
  return more.missing.length === 0 ? { ...args, ...more.args } : undefined;
}
