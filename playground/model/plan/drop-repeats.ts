import type { Filled } from '../arguments/filled.ts';
import type { Scope } from '../arguments/scope.ts';
import { overlaps } from '../mentions/types.ts';
import type { ToolView } from '../tools/view.ts';
import { onlyAsks } from '../words/orders.ts';
import { canonical } from './canonical.ts';
import type { Goal } from './goal.ts';
import { spotsIn } from './values-in-text.ts';

/** A goal with the share of what its tool needs that rests on names, numbers and the like, and not on stray words. */
export type Weighed = { goal: Goal; firm: number };

/** "I also like Jazz": beside a call that rests on values, one of the same tool that rests on hardly any is no wish of its own. */
export function withoutEchoes(all: Weighed[]): Goal[] {
  const kept = all.filter((one) => !all.some((other) => other !== one && isEchoOf(one, other)));
  return kept.map(({ goal }) => goal);
}

function isEchoOf(one: Weighed, other: Weighed): boolean {
  if (one.goal.view !== other.goal.view) return false;
  const isVague = one.firm * 2 < other.firm && !onlyAsks(one.goal.part);
  return isVague || saysLess(one.goal, other.goal);
}

function saysLess({ args }: Goal, { args: more }: Goal): boolean {
  const names = Object.keys(args);
  return (
    names.length > 0 &&
    names.length < Object.keys(more).length &&
    names.every((name) => canonical(args[name]) === canonical(more[name]))
  );
}

export function firmness(view: ToolView, scope: Scope, { spans }: Filled): number {
  const needed = view.params.filter(({ required }) => required);
  const asked = needed.length > 0 ? needed : view.params.filter(({ name }) => name in spans);
  // Any words will do to search by.
  if (asked.length === 0 || (needed.length === 0 && asked.some(({ role }) => role === 'query'))) return 1;
  const spots = spotsIn(view, scope);
  const firm = asked.filter(({ name }) => spans[name] && spots.some((spot) => overlaps(spot, spans[name]!)));
  return firm.length / asked.length;
}
