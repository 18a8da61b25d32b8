import type { Param } from '../tools/params.ts';
import type { Candidate } from './candidates.ts';
import type { Scope } from './scope.ts';

const openings: [RegExp, number][] = [
  [/:\s+(?=\S)/g, 0.85],
  [/\b(?:saying|says|say)\s+(?:that\s+)?/gi, 0.8],
  [/\b(?:because|due to|(?:since|as) (?=(?:it|the|he|she|they|we|i|my|her|his|their)\b))\s*/gi, 0.7],
  [/\bthat\s+/gi, 0.6],
  [/[,;–—-]\s+(?=(?:the|it|its|they|he|she|we|customer|i)\b)/gi, 0.62],
  [/[,;–—]\s+/g, 0.42],
];

/** Where a text is wanted: the rest of the sentence behind a colon, a "because", a comma. */
export function restCandidates(param: Param, scope: Scope): Candidate[] {
  const isTitle = param.required && param.label.some((word) => /^(?:title|subject|headline|topic)$/.test(word));
  if (param.role !== 'text' && !isTitle) return [];
  return openings.flatMap(([opening, score]) => {
    const match = [...scope.text.matchAll(opening)].at(0);
    if (!match) return [];
    const start = match.index + match[0].length;
    const end = scope.text.replace(/[\s.!]+$/, '').length;
    const value = scope.text
      .slice(start, end)
      .replace(/^["'“]|["'”]$/g, '')
      .trim();
    if (value.length < 3) return [];
    return [{ value: capitalised(value), start, end, score: isTitle ? score - 0.25 : score, shared: true }];
  });
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
