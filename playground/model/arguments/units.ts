import type { NumberSaid } from '../mentions/types.ts';
import type { Param } from '../tools/params.ts';
import { measuresOf } from '../words/units.ts';
import type { Candidate } from './candidates.ts';
import { linkBefore } from './phrases.ts';
import type { Scope } from './scope.ts';

/** Units as values: the miles of "in miles", both of "how many ounces in 2 pounds". */
export function unitCandidates(param: Param, scope: Scope): Candidate[] {
  const numbers = scope.mentions.filter((one): one is NumberSaid => one.kind === 'number');
  const wantsFrom = param.label.some((word) => /^(?:from|source|input|base|original)$/.test(word));
  const wantsTo = param.label.some((word) => /^(?:to|target|output|destination|return|into)$/.test(word));
  return unitsIn(scope).map(({ text, start, end }) => {
    const counted = numbers.some((one) => start >= one.end && start - one.end <= 1);
    const before = linkBefore(scope, start);
    const asked = /^(?:to|in|into|as)$/.test(before) || /\bhow many\s*$/i.test(scope.text.slice(0, start));
    const fit = wantsFrom
      ? counted
        ? 0.3
        : asked
          ? -0.25
          : 0.05
      : wantsTo
        ? asked
          ? 0.3
          : counted
            ? -0.25
            : 0.05
        : asked
          ? 0.25
          : counted
            ? -0.1
            : 0;
    return { value: text, start, end, score: 0.55 + fit };
  });
}

const shape = /(?<![\p{L}\p{N}])(?:\p{L}{1,14}\/\p{L}{1,8}\d?|°[CF]|\p{L}{2,14}|(?<=\d\s?)\p{L})(?![\p{L}\p{N}])/gu;

function unitsIn(scope: Scope): { text: string; start: number; end: number }[] {
  return [...scope.text.matchAll(shape)]
    .filter(
      ([word]) =>
        (measuresOf(word).length > 0 && !/^(?:in|second|degree|degrees|quarter|pa|bar|cal)$/i.test(word)) ||
        /^\p{L}+\/\p{L}+\d?$/u.test(word),
    )
    .map((match) => ({ text: match[0], start: match.index, end: match.index + match[0].length }));
}
