import type { NumberSaid, TextSaid } from '../mentions/types.ts';
import type { Param } from '../tools/params.ts';
import { stem } from '../words/stem.ts';
import type { Candidate } from './candidates.ts';
import type { Scope } from './scope.ts';

/** Ids as the schema's pattern or examples have them, in any case, also where only their number is said: "order 1013". */
export function idCandidates(param: Param, scope: Scope): Candidate[] {
  const shape = param.shape;
  if (!shape) return [];
  const written = scope.mentions
    .filter((one): one is TextSaid => one.kind === 'code' || one.kind === 'quoted')
    .flatMap((one) => {
      const value = [one.text, one.text.toUpperCase(), one.text.toLowerCase()].find(shape.matches);
      return value === undefined ? [] : [{ value, start: one.start, end: one.end, score: 1.2, shared: true }];
    });
  const found = [...written, ...spoken(param, scope)];
  return found.length === 0 && shape.loose ? labelled(param, scope) : found;
}

/** "The serial number X7-33": behind its very name an id may look otherwise than the example. */
function labelled(param: Param, { mentions, tokens }: Scope): Candidate[] {
  return mentions
    .filter(({ kind }) => kind === 'code')
    .flatMap(({ text, start, end }) => {
      const before = tokens.filter((token) => token.end <= start).slice(-param.stems.length);
      const isNamed = before.length > 0 && before.every((token, at) => token.stem === param.stems[at]);
      return isNamed ? [{ value: text, start, end, score: 1.1 }] : [];
    });
}

function spoken(param: Param, scope: Scope): Candidate[] {
  const { fromNumber } = param.shape!;
  if (!fromNumber) return [];
  const nouns = new Set([
    ...param.stems.filter((one) => one !== 'id' && one !== 'number'),
    stem(/^[A-Za-z]+/.exec(param.shape!.example ?? '')?.[0] ?? ''),
  ]);
  const digits = scope.tokens.flatMap((token, at) => (/^#?\d{1,9}$/.test(token.text) ? [at] : []));
  const codes = scope.mentions.filter((one): one is NumberSaid => one.kind === 'number');
  return digits.flatMap((at) => {
    const token = scope.tokens[at]!;
    if (scope.mentions.some((one) => one.kind !== 'number' && one.start <= token.start && one.end >= token.end))
      return [];
    if (
      codes.some(
        (one) =>
          one.start <= token.start &&
          one.end >= token.end &&
          (one.currency || one.percent || !Number.isInteger(one.value)),
      )
    )
      return [];
    const value = fromNumber(token.text.replace('#', ''));
    const before = [1, 2, 3].map((back) => scope.tokens[at - back]).filter((one) => one !== undefined);
    const named = before.findIndex((one) => nouns.has(one.stem));
    const fillersBetween = before
      .slice(0, Math.max(0, named))
      .every((one) => /^(?:number|no|nr|id|and|or|with|the|is|\d+)$/.test(one.lower));
    const isCut = /[.;?!]/.test(token.gap) && !/^(?:no|nr)$/.test(before[0]?.lower ?? '');
    if (value === undefined || named < 0 || !fillersBetween || isCut) return [];
    return [{ value, start: token.start, end: token.end, score: 1.1 }];
  });
}
