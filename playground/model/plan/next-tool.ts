import { findMentions } from '../mentions/find.ts';
import { onlyAsks } from '../words/orders.ts';
import { canonical } from './canonical.ts';
import type { Goal } from './goal.ts';
import { goalsOf } from './goals.ts';
import { type Known, resolve, type Step } from './resolve.ts';

/** What a goal comes to; where its tool cannot be asked, what that of the next tool comes to which can. */
export function stepOf(goal: Goal, known: Known): Step {
  const step = resolve(goal, known);
  if (!cannotBeAsked(goal, step, known)) return step;
  for (const { view } of goal.others ?? []) {
    if (view === goal.view || !view.deeds.includes('read')) continue;
    const [other] = goalsOf([{ part: goal.part, fit: fitFor(goal, view) }], goal.part, known.today);
    if (!other) continue;
    const next = resolve(other, known);
    if (next.kind === 'first' || (next.kind === 'ready' && !wasRefused(other, known))) return next;
  }
  return wasRefused(goal, known) ? { kind: 'ask', missing: goal.missing, among: [] } : step;
}

function fitFor({ others = [] }: Goal, view: Goal['view']) {
  return others.find((one) => one.view === view);
}

function cannotBeAsked(goal: Goal, step: Step, known: Known): boolean {
  if (!goal.view.deeds.includes('read')) return false;
  if (wasRefused(goal, known)) return true;
  return step.kind === 'ask' && step.among.length === 0 && wantsList(goal, known);
}

/** "Which cards", "how many hoops", or of somebody who is named: not of one thing whose id is still to be told. */
function wantsList({ part }: Goal, { today }: Known): boolean {
  return (
    (/\b(?:which|what|any|all|how many|how much|list|every|find)\b/i.test(part) && onlyAsks(part)) ||
    findMentions(part, today).some(({ kind }) => kind === 'name' || kind === 'quoted')
  );
}

function wasRefused({ view, args }: Goal, { conversation }: Known): boolean {
  return conversation.done.some(
    (one) => one.name === view.tool.name && canonical(one.arguments) === canonical(args) && isUsageError(one.text),
  );
}

/** The tool was called as it cannot be. */
export function isUsageError(text: string): boolean {
  return /\b(?:Give (?:exactly|at least|only) |Give \w+, \w+ or both|-32602|Input validation error)/i.test(
    text.slice(0, 600),
  );
}
