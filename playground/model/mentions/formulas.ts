import type { TextSaid } from './types.ts';

const term = String.raw`[-+]?\s?(?:\d+(?:\.\d+)?\s?\*?\s?)?(?:[a-z]|sin|cos|tan|log|ln|exp|sqrt)(?:\^|\*\*)?(?:\(?-?\d+(?:\.\d+)?\)?|\([a-z\d]{1,6}\))?`;
const formula = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?:[fgyh](?:\([a-z]\))?\s?=\s?)?((?:${term}|[-+]?\s?\d+(?:\.\d+)?)(?:\s?[-+*/]\s?(?:${term}|\d+(?:\.\d+)?)){0,12})(?![\p{L}\p{N}(^])`,
  'giu',
);

/** Mathematical terms such as 3x^2 + 2x - 1, without what they are equal to. */
export function formulasIn(text: string): TextSaid[] {
  return [...text.matchAll(formula)].flatMap((match) => {
    const said = (match[1] ?? '').trim();
    const isOne =
      /[a-z]\s?(?:\^|\*\*)|\d\s?\*?\s?[xyzt]\b|(?:sin|cos|tan|log|ln|exp|sqrt)\(|[xyzt]\s?[-+*/]\s?\d/i.test(said);
    // 5 m and 10 km are lengths.
    const isMeasure =
      /^\d+(?:\.\d+)?\s?[a-wA-W](?:\/[a-z]+)?(?:\^[23])?$/.test(said) || /^[-\d.\s]+(?:m|km|cm|ft|kg|mi)\b/.test(said);
    if (!isOne || isMeasure || /\/\s?s\b/.test(said)) return [];
    const start = match.index + match[0].indexOf(said);
    return [{ kind: 'formula' as const, text: said.replace(/\s?\*\*\s?/g, '**'), start, end: start + said.length }];
  });
}
