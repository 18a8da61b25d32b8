import { choiceCandidates } from '../arguments/choices.ts';
import type { Scope } from '../arguments/scope.ts';
import { type Mention, overlaps } from '../mentions/types.ts';
import type { ToolView } from '../tools/view.ts';
import { valuesOfKind } from '../words/kinds.ts';
import { measuresOf } from '../words/units.ts';

/** A place in a text where a value of a kind stands: values of one kind may be for calls of their own. */
export type Spot = { kind: string; start: number; end: number };

const SURE_CHOICE = 0.75;

/** The values in a text, in its order, without those that lie in others. */
export function spotsIn({ params }: ToolView, scope: Scope): Spot[] {
  const takesList = params.some(({ type }) => type === 'array');
  const takesDay = params.some(({ role }) => role === 'date' || role === 'time');
  const said = scope.mentions
    .filter(({ kind }) => takesDay || kind !== 'date')
    .filter((one) =>
      one.kind === 'list' ? isBracketed(one.text) || takesList : one.kind !== 'number' || !takesList || !one.inList,
    )
    .map((one) => ({ kind: kindOf(one), start: one.start, end: one.end }));
  const chosen = params.flatMap((param) => [
    ...(param.type === 'array' || param.type === 'boolean' ? [] : choiceCandidates(param, scope, new Set(param.stems)))
      .filter(({ score }) => score >= SURE_CHOICE)
      .map(({ start, end }) => ({ kind: `one of ${param.name}`, start, end })),
    ...valuesOfKind(param.stems, scope.text).map(({ start, end }) => ({ kind: `one of ${param.name}`, start, end })),
  ]);
  const spots: Spot[] = [];
  for (const one of [...said, ...chosen].sort((a, b) => a.start - b.start || b.end - a.end))
    if (!spots.some((other) => overlaps(other, one))) spots.push(one);
  return spots;
}

function isBracketed(text: string): boolean {
  return /^[[(]/.test(text);
}

function kindOf(one: Mention): string {
  if (one.kind !== 'number') return one.kind;
  if (one.percent) return 'percent';
  if (one.currency || one.unit === 'money') return 'money';
  return `number ${measuresOf(one.unit)[0] ?? ''}`;
}
