import type { Param } from '../tools/params.ts';
import { linkBefore } from './phrases.ts';
import type { Scope } from './scope.ts';

const fromWords = new Set([
  'from',
  'start',
  'origin',
  'source',
  'departure',
  'begin',
  'starting',
  'base',
  'pickup',
  'initial',
  'old',
  'current',
  'src',
]);
const toWords = new Set([
  'to',
  'end',
  'destination',
  'target',
  'arrival',
  'dropoff',
  'final',
  'new',
  'dest',
  'ending',
  'where',
]);

export function wantsOrigin({ label }: Param): boolean {
  return label.some((one) => fromWords.has(one));
}

export function wantsTarget({ label }: Param): boolean {
  return label.some((one) => toWords.has(one));
}

/** From and to, in and by: which way the word before a value points. */
export function direction(param: Param, scope: Scope, { start }: { start: number }): number {
  const before = linkBefore(scope, start);
  const wantsFrom = wantsOrigin(param);
  const wantsTo = !wantsFrom && wantsTarget(param);
  const second = before === 'and' && /\bbetween\b/i.test(scope.text.slice(0, start));
  if (wantsFrom) return before === 'from' || before === 'between' ? 0.35 : before === 'to' || second ? -0.35 : 0;
  if (wantsTo)
    return before === 'to' || before === 'into' || second
      ? 0.35
      : before === 'from' || before === 'between'
        ? -0.35
        : 0;
  if (param.role === 'place')
    return /^(?:in|at|near|around|for|from|to|within|of|visit|visiting)$/.test(before)
      ? 0.2
      : before === 'by' || before === 'with'
        ? -0.15
        : 0;
  if (param.role === 'container') return /^(?:in|on|from|at|within)$/.test(before) ? 0.25 : -0.05;
  if (param.role === 'person')
    return /^(?:by|with|to|for|starring|from)$/.test(before)
      ? 0.15
      : before === 'in' || before === 'at' || before === 'near'
        ? -0.25
        : 0;
  return before === 'in' || before === 'near' || before === 'at' ? -0.12 : 0;
}
