import type { Param } from '../tools/params.ts';
import { stem } from '../words/stem.ts';
import { type Scope, tokenAt } from './scope.ts';

const weak = new Set(
  'number value id name type of the in for a an and or to is by with max min maximum minimum total start end from first second initial final current new'
    .split(' ')
    .map(stem),
);

/** How strongly the words around a place name a parameter, from 0 to 1: those right before it most. */
export function cueAround(
  param: Param,
  scope: Scope,
  start: number,
  end: number,
  barriers: { start: number; end: number }[],
): number {
  const first = tokenAt(scope, start);
  const before = scope.tokens.slice(Math.max(0, first - 9), first).toReversed();
  const next = scope.tokens.findIndex((token, at) => at >= first && token.start >= end);
  const after = next < 0 ? [] : scope.tokens.slice(next, next + 4);
  const left = side(
    param,
    before,
    (token) => barriers.some((one) => one.start < start && one.start >= token.end),
    scope,
    'left',
  );
  const right = side(
    param,
    after,
    (token) => barriers.some((one) => one.start >= end && one.end <= token.start + 1),
    scope,
    'right',
  );
  return Math.max(left, right);
}

function side(
  param: Param,
  tokens: Scope['tokens'],
  isBehindBarrier: (token: Scope['tokens'][number]) => boolean,
  scope: Scope,
  where: 'left' | 'right',
): number {
  let best = 0;
  let sum = 0;
  for (const [distance, token] of tokens.entries()) {
    if (isBehindBarrier(token)) break;
    if (where === 'right' && (/[,.;:?!\n()]/.test(token.gap) || token.lower === 'and')) break;
    const after = tokens[distance - 1];
    if (where === 'left' && after && /[.?!;\n]/.test(after.gap)) break;
    const isArticle = token.lower === 'a' && !/^\s?[=:]|^ is\b/.test(scope.text.slice(token.end));
    const strength = isArticle ? 0 : strengthOf(param, token);
    const near = 1 / (1 + distance * (where === 'left' ? 0.15 : 0.45));
    best = Math.max(best, strength * near);
    sum += strength * near;
  }
  return Math.min(1, best + Math.max(0, sum - best) * 0.25);
}

function strengthOf(param: Param, token: { stem: string; lower: string }): number {
  if (param.label.length === 1 && param.label[0]!.length === 1) return token.lower === param.label[0] ? 1 : 0;
  if (param.stems.includes(token.stem)) return weak.has(token.stem) ? 0.45 : 1;
  if (param.about.includes(token.stem)) return weak.has(token.stem) ? 0.15 : 0.4;
  return 0;
}
