import type { NumberSaid } from '../mentions/types.ts';
import type { Param } from '../tools/params.ts';
import type { Candidate } from './candidates.ts';
import type { Scope } from './scope.ts';

/** "Base and height as 6 and 10": where values stand in one row behind their names, the first is of the first name. */
export function respective(params: Param[], scope: Scope): { param: Param; order: number; candidate: Candidate }[] {
  const numbers = scope.mentions.filter((one): one is NumberSaid => one.kind === 'number');
  const wanted = params
    .map((param, order) => ({ param, order }))
    .filter(({ param }) => param.type === 'number' || param.type === 'integer');
  const rows = rowsOf(numbers, scope.text);
  return [
    ...siblingsInRow(wanted, rows),
    ...rows.flatMap((row) => {
      const before = scope.tokens.filter((token) => token.end <= row[0]!.start).slice(-14);
      const named = wanted
        .map((one) => ({ ...one, at: before.findLastIndex((token) => one.param.stems.includes(token.stem)) }))
        .filter(({ at }) => at >= 0)
        .sort((a, b) => a.at - b.at);
      const places = new Set(named.map(({ at }) => at));
      const between = numbers.some(
        (one) => one.end <= row[0]!.start && one.start > (before[named[0]?.at ?? 0]?.start ?? 0),
      );
      if (named.length !== row.length || places.size !== row.length || between) return [];
      return row.map((said, at) => ({
        param: named[at]!.param,
        order: named[at]!.order,
        candidate: { value: said.value, start: said.start, end: said.end, score: 1.3 },
      }));
    }),
  ];
}

type Wanted = { param: Param; order: number };

/** "The divisor of 36 and 48": number1 and number2 are the numbers of the first row that has as many. */
function siblingsInRow(wanted: Wanted[], rows: NumberSaid[][]): (Wanted & { candidate: Candidate })[] {
  const siblings = siblingParams(wanted.map(({ param }) => param));
  const row = siblings.length > 1 ? rows.find((one) => one.length === siblings.length) : undefined;
  if (!row) return [];
  return row.map((said, at) => ({
    ...wanted.find(({ param }) => param === siblings[at])!,
    candidate: { value: said.value, start: said.start, end: said.end, score: 1.1 },
  }));
}

/** Needed numbers whose names differ by a digit or are one letter each. */
export function siblingParams(params: Param[]): Param[] {
  const needed = params.filter(({ required, type }) => required && (type === 'number' || type === 'integer'));
  const kinds = needed.map(({ name }) => (name.length === 1 ? '' : name.replace(/\d+$/, '')));
  const kind = kinds.find((one, at) => kinds.indexOf(one) !== at);
  return kind === undefined ? [] : needed.filter((_, at) => kinds[at] === kind);
}

export function rowsOf(numbers: NumberSaid[], text: string): NumberSaid[][] {
  const rows: NumberSaid[][] = [];
  for (const one of numbers) {
    const last = rows.at(-1)?.at(-1);
    if (last && /^\s?\p{L}{0,12}\s?(?:,|and|, and|&|x|by)\s?$/u.test(text.slice(last.end, one.start)))
      rows.at(-1)!.push(one);
    else rows.push([one]);
  }
  return rows.filter((row) => row.length > 1);
}
