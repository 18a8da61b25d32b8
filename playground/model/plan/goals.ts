import { fillParams } from '../arguments/fill.ts';
import { scopeOf } from '../arguments/scope.ts';
import type { Param } from '../tools/params.ts';
import type { Fit } from '../tools/rank.ts';
import type { ToolView } from '../tools/view.ts';
import { spread } from './spread.ts';

/** One call that a part of the request asks for; what is missing must be looked up, or asked for. */
export type Goal = { part: string; view: ToolView; args: Record<string, unknown>; missing: Param[] };

/** A part of the request with the tool that fits it best, if any does. */
export type Wish = { part: string; fit: Fit | undefined };

/** The calls that the wishes ask for. Neighbours that want the same tool are read together. */
export function goalsOf(wishes: Wish[], question: string, today: Date): Goal[] {
  const clusters: { view: ToolView; parts: string[] }[] = [];
  let waiting: string[] = [];
  for (const { part, fit } of wishes) {
    const last = clusters.at(-1);
    if (!fit) {
      if (last) last.parts.push(part);
      else waiting.push(part);
    } else if (last && last.view === fit.view) last.parts.push(part);
    else {
      clusters.push({ view: fit.view, parts: [...waiting, part] });
      waiting = [];
    }
  }
  return clusters.flatMap(({ view, parts }) => goalsOfCluster(view, parts, question, today));
}

function goalsOfCluster(view: ToolView, parts: string[], question: string, today: Date): Goal[] {
  const about = aboutOf(view);
  const needed = view.params.filter(({ required, fallback }) => required && fallback === undefined);
  const whole = parts.join('. ');
  if (parts.length > 1 && needed.length > 0) {
    const each = parts.map((part) => ({ part, filled: fillParams(view.params, scopeOf(part, today), about) }));
    const own = each.filter(
      ({ filled }) => filled.missing.length * 2 < Math.max(1, needed.length) || filled.missing.length === 0,
    );
    if (own.length > 1 && differ(own.map(({ filled }) => filled.args))) {
      return own.flatMap(({ part, filled }, at) => {
        const inherited = inherit(filled, at > 0 ? own[at - 1]!.filled.args : {});
        return spread(view, part, { ...filled, ...inherited }, today).map((goal) => ({ ...goal, part, view }));
      });
    }
  }
  const filled = fillParams(view.params, scopeOf(whole, today), about);
  const more =
    filled.missing.length > 0 && whole !== question
      ? fillParams(filled.missing, scopeOf(question, today), about)
      : undefined;
  const complete = more ? { ...filled, args: { ...filled.args, ...more.args }, missing: more.missing } : filled;
  return spread(view, whole, complete, today).map((goal) => ({ ...goal, part: whole, view }));
}

function inherit(
  filled: { args: Record<string, unknown>; missing: Param[] },
  before: Record<string, unknown>,
): { args: Record<string, unknown>; missing: Param[] } {
  const found = filled.missing.filter(({ name }) => name in before);
  const args = { ...filled.args, ...Object.fromEntries(found.map(({ name }) => [name, before[name]])) };
  return { args, missing: filled.missing.filter(({ name }) => !(name in args)) };
}

function differ(all: Record<string, unknown>[]): boolean {
  return new Set(all.map((args) => JSON.stringify(args))).size > 1;
}

export function aboutOf({ name, about }: ToolView): Set<string> {
  return new Set([...name, ...about.slice(0, 12)]);
}
