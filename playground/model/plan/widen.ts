import type { Conversation, Done } from '../thread/conversation.ts';
import type { Param } from '../tools/params.ts';
import { canonical } from './canonical.ts';
import type { Goal } from './goal.ts';

/** A call that found nothing, with fewer of the filters that it could do without: the words first, then the choices, then both. */
export function widened(goal: Goal, { done }: Conversation): Goal {
  if (!goal.view.deeds.includes('read')) return goal;
  for (const one of [goal, ...widerGoals(goal)]) {
    const made = done.find((call) => call.name === one.view.tool.name && isSame(call.arguments, one.args));
    if (!made || !foundNothing(made.text)) return one;
  }
  return goal;
}

function widerGoals(goal: Goal): Goal[] {
  const narrowing = goal.view.params.filter(({ name, required, shape }) => !required && !shape && name in goal.args);
  const words = narrowing.filter(isWords);
  const choices = narrowing.filter((param) => !isWords(param));
  // Words alone say what is sought: without them all there is would be told.
  if (choices.length === 0) return [];
  return [choices, words, narrowing].filter((some) => some.length > 0).map((some) => without(goal, some));
}

function isWords({ type, strict }: Param): boolean {
  return type === 'string' && !strict;
}

function without(goal: Goal, params: Param[]): Goal {
  const left = Object.entries(goal.args).filter(([name]) => !params.some((param) => param.name === name));
  return { ...goal, args: Object.fromEntries(left) };
}

function isSame(some: Record<string, unknown>, others: Record<string, unknown>): boolean {
  return canonical(some) === canonical(others);
}

export function foundNothing(text: string): boolean {
  return /^\s*(?:no\b|there (?:is|are) no\b|nothing\b|0 of 0\b|none\b|\[\s*\]|\{"\w+":\s*\[\s*\]\})/i.test(text);
}

/** Whether the same tool was asked with less and found something. */
export function wasWidened({ name, arguments: args, text }: Done, done: Done[]): boolean {
  if (!foundNothing(text)) return false;
  return done.some(
    (other) =>
      other.name === name &&
      !foundNothing(other.text) &&
      Object.keys(other.arguments).length < Object.keys(args).length &&
      Object.entries(other.arguments).every(([key, value]) => canonical(args[key]) === canonical(value)),
  );
}
