import type { Param } from '../tools/params.ts';
import { isVerb } from '../words/verbs.ts';
import type { Candidate } from './candidates.ts';
import { phraseFrom } from './phrases.ts';
import type { Scope } from './scope.ts';

/** What a verb is said of: the song of "play Hey Jude", the item of "add 10 kg sugar". */
export function verbObjects(param: Param, scope: Scope): Candidate[] {
  if (
    param.role === 'place' ||
    param.role === 'date' ||
    param.role === 'unit' ||
    param.role === 'url' ||
    param.role === 'email'
  )
    return [];
  const at = scope.tokens.slice(0, 8).findIndex((token) => isVerb(token.lower));
  if (at < 0) return [];
  let next = at + 1;
  const number = scope.mentions.find(
    (one) =>
      one.kind === 'number' &&
      one.start <= (scope.tokens[next]?.start ?? -1) &&
      one.end >= (scope.tokens[next]?.start ?? 0),
  );
  if (number?.kind === 'number') {
    const end =
      number.unit === '' || number.unit === 'money'
        ? number.end
        : Math.max(number.end, scope.text.toLowerCase().indexOf(number.unit, number.start) + number.unit.length);
    next = scope.tokens.findIndex((token) => token.start >= end);
    if (next < 0) return wholeUnit(param, scope, number);
    if (scope.tokens[next]!.lower === 'of') next += 1;
  }
  const phrase = phraseFrom(scope, next);
  if (!phrase) return number?.kind === 'number' ? wholeUnit(param, scope, number) : [];
  const fit = param.role === 'title' || param.role === 'query' ? 0.42 : param.role === 'other' ? 0.32 : 0.24;
  return [{ value: phrase.text, start: phrase.start, end: phrase.end, score: fit }];
}

/** "1 shampoo": what is counted stands where a unit would. */
function wholeUnit(param: Param, scope: Scope, { unit, end }: { unit: string; end: number }): Candidate[] {
  if (unit === '' || (param.role !== 'title' && param.role !== 'other')) return [];
  const start = scope.text.toLowerCase().indexOf(unit, end);
  return start < 0
    ? []
    : [{ value: scope.text.slice(start, start + unit.length), start, end: start + unit.length, score: 0.4 }];
}
