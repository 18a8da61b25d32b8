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
  return rowsOf(numbers, scope.text).flatMap((row) => {
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
  });
}

function rowsOf(numbers: NumberSaid[], text: string): NumberSaid[][] {
  const rows: NumberSaid[][] = [];
  for (const one of numbers) {
    const last = rows.at(-1)?.at(-1);
    if (last && /^\s?\p{L}{0,12}\s?(?:,|and|, and|&|x|by)\s?$/u.test(text.slice(last.end, one.start)))
      rows.at(-1)!.push(one);
    else rows.push([one]);
  }
  return rows.filter((row) => row.length > 1);
}
