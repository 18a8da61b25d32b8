import type { Choice } from '../tools/choices.ts';
import type { Param } from '../tools/params.ts';
import { fillers } from '../words/common.ts';
import { meanAlike } from '../words/synonyms.ts';
import { isVerb } from '../words/verbs.ts';
import type { Candidate } from './candidates.ts';
import type { Scope } from './scope.ts';

const negations = new Set('not no without dont "don\'t" never except excluding exclude isn\'t'.split(' '));

/** Values of a list of choices that a text says, by their very words, by others of the same meaning, or by what the description says of them. */
export function choiceCandidates(param: Param, scope: Scope, about: ReadonlySet<string>): Candidate[] {
  return param.choices.flatMap((choice) => {
    const best = bestPlace(param, choice, scope, about);
    return best ? [{ ...best, value: choice.value, shared: true }] : [];
  });
}

function bestPlace(
  param: Param,
  choice: Choice,
  scope: Scope,
  about: ReadonlySet<string>,
): { start: number; end: number; score: number } | undefined {
  if (choice.stems.length === 0) return undefined;
  let best: { start: number; end: number; score: number } | undefined;
  for (let at = 0; at < scope.tokens.length; at += 1) {
    const score = scoreAt(param, choice, scope, at, about);
    if (score <= (best?.score ?? 0)) continue;
    const last = scope.tokens[Math.min(scope.tokens.length, at + choice.stems.length) - 1]!;
    best = { start: scope.tokens[at]!.start, end: last.end, score };
  }
  return best;
}

function scoreAt(param: Param, choice: Choice, scope: Scope, at: number, about: ReadonlySet<string>): number {
  const { tokens } = scope;
  const token = tokens[at]!;
  const whole = choice.stems.every((one, offset) => tokens[at + offset]?.stem === one);
  const single = choice.stems.length === 1;
  const own = about.has(token.stem) || param.stems.includes(token.stem);
  const alike = single && !whole && !own && !fillers.has(token.lower) && meanAlike(token.stem, choice.stems[0]!);
  const hinted = !whole && !alike && !own && choice.hints.includes(token.stem) && !fillers.has(token.lower);
  if (!whole && !alike && !hinted) return 0;
  if (negations.has(tokens[at - 1]?.lower ?? '')) return 0;
  let score = whole ? 0.8 : alike ? 0.55 : 0.5;
  const around = [
    tokens[at - 1],
    tokens[at - 2],
    tokens[at + choice.stems.length],
    tokens[at + choice.stems.length + 1],
  ];
  if (around.some((one) => one && param.stems.includes(one.stem))) score += 0.25;
  // "Open a ticket" opens one, and asks for none that is open.
  if (opensClause(scope, at) && isVerb(token.lower)) score -= 0.5;
  if (fillers.has(token.lower) || /^\d+$/.test(token.lower))
    score -= around.some((one) => one && param.stems.includes(one.stem)) ? 0 : 0.5;
  if (single && choice.stems[0]!.length === 1 && tokens[at]!.text !== String(choice.value)) score -= 0.4;
  return score;
}

function opensClause({ tokens }: Scope, at: number): boolean {
  const before = tokens[at - 1];
  return (
    !before || /[.;:!?\n]/.test(tokens[at]!.gap) || /^(?:and|please|to|can|you|then|i|we|also|just)$/.test(before.lower)
  );
}
