import type { TakenTurn } from '../records/threads.ts';
import type { Divider, EntryContent, PastTurn, Step } from '../records/types.ts';

export function inputOf(steps: readonly Step[]): EntryContent[] {
  return steps.flatMap((step) => (step.kind === 'input' ? step.content.entries : []));
}

/** The turns after the last divider, and what follows it in its own turn. */
export function sinceDivider(turns: PastTurn[]): PastTurn[] {
  const at = turns.findLastIndex(({ steps }) => steps.some(({ kind }) => kind === 'divider'));
  const [first, ...rest] = turns.slice(Math.max(at, 0));
  if (!first) return [];
  const steps = stepsSinceDivider(first.steps);
  // Nothing but the answer to the command is left: drop the turn.
  return steps.some(({ kind }) => kind === 'input') ? [{ ...first, steps }, ...rest] : rest;
}

export function stepsSinceDivider(steps: readonly Step[]): Step[] {
  const at = steps.findLastIndex(({ kind }) => kind === 'divider');
  const divider = steps[at];
  if (divider?.kind !== 'divider') return [...steps];
  return [...saidAfter(steps, divider.content.after), ...steps.slice(at + 1).filter(({ kind }) => kind !== 'input')];
}

/** The messages of a turn after the first `count`. */
function saidAfter(steps: readonly Step[], count: number): Step[] {
  let passed = 0;
  return steps.flatMap((step): Step[] => {
    if (step.kind !== 'input') return [];
    const entries = step.content.entries.slice(Math.max(0, count - passed));
    passed += step.content.entries.length;
    return entries.length > 0 ? [{ ...step, content: { entries } }] : [];
  });
}

/** The newest divider, which may be of this turn. */
export function lastDivider({ thread }: TakenTurn, steps: readonly Step[]): Divider | null {
  const own = steps.findLast((step) => step.kind === 'divider');
  return own?.content ?? thread.divider;
}

/** Drops the loaded history, approvals, summary and notes if this turn has made a divider. */
export function withoutWhatEnded(turn: TakenTurn, steps: readonly Step[]): TakenTurn {
  if (!steps.some(({ kind }) => kind === 'divider')) return turn;
  return { ...turn, history: [], approvals: [], thread: { ...turn.thread, summary: '', notes: '' } };
}
