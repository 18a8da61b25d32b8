import type { Span } from '../mentions/types.ts';
import { prepositions, questionWords } from '../words/common.ts';
import type { Scope } from './scope.ts';

const leading = new Set(
  'most best top famous popular nearest closest cheapest latest recent current good nice new different following the a an my our your their his her its this that these those some any all of is are was were be as to'.split(
    ' ',
  ),
);
const stops = new Set(
  (
    'and or but if then than is are was were be been being am do does did has have had can could will would shall should may might must ' +
    'i me you we us they he she it please that which who whose so because whether while also not'
  ).split(' '),
);

const endings =
  /^(?:including|includes?|happening|performing|related|associated|given|found|located|named|called|available|starting|beginning|playing|showing|doing|going|coming|went|came|released|directed|made|produced|released|today|tomorrow|tonight|please|now|exactly)$/;

/** The words from one on that make one phrase: up to a mark, a preposition, a verb of being. */
export function phraseFrom(scope: Scope, first: number, most = 6): Span | undefined {
  const { tokens, text } = scope;
  let from = first;
  while (
    from < first + 3 &&
    tokens[from] &&
    leading.has(tokens[from]!.lower) &&
    !/[,;.?!]/.test(tokens[from + 1]?.gap ?? '')
  )
    from += 1;
  let to = from;
  for (; to < tokens.length && to < from + most; to += 1) {
    const token = tokens[to]!;
    if (to > from && /[,;:.?!()\n"“”]/.test(token.gap)) break;
    if (stops.has(token.lower) || questionWords.has(token.lower) || (to > from && endings.test(token.lower))) break;
    if (prepositions.has(token.lower) && !(token.lower === 'of' && to > from)) break;
  }
  if (to <= from || tokens[from]!.lower === 'same') return undefined;
  const start = tokens[from]!.start;
  const end = tokens[to - 1]!.end;
  return { text: text.slice(start, end).replace(/['’]s$/, ''), start, end };
}

/** The words before one that belong to it: "Darwin" before model, "vegan" before food. */
export function phraseBefore(scope: Scope, last: number, most = 3): Span | undefined {
  const { tokens, text } = scope;
  if (/[,;:.?!()\n]/.test(tokens[last]?.gap ?? '')) return undefined;
  let from = last;
  while (from > 0 && from > last - most) {
    const token = tokens[from - 1]!;
    if (
      stops.has(token.lower) ||
      prepositions.has(token.lower) ||
      leading.has(token.lower) ||
      questionWords.has(token.lower)
    )
      break;
    from -= 1;
    if (/[,;:.?!()\n"“]/.test(token.gap)) break;
  }
  if (from === last) return undefined;
  const start = tokens[from]!.start;
  const end = tokens[last - 1]!.end;
  return { text: text.slice(start, end), start, end };
}

/** The word before a place, articles passed over: the in of "in the Chicago area". */
export function linkBefore(scope: Scope, position: number): string {
  const before = scope.tokens
    .filter((token) => token.end <= position)
    .slice(-3)
    .toReversed();
  return before.find(({ lower }) => !/^(?:the|a|an|my|our|your|this|that)$/.test(lower))?.lower ?? '';
}

/** The word before a place, in lower case. */
export function wordBefore(scope: Scope, position: number, back = 1): string {
  const before = scope.tokens.filter((token) => token.end <= position);
  return before.at(-back)?.lower ?? '';
}
