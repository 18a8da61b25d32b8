import { plainWords } from '../words/plain.ts';
import { isVerb } from '../words/verbs.ts';
import type { Scope } from './scope.ts';

export type Piece = { text: string; start: number; end: number };

const border =
  /\s*(?:,|;|\.(?!\d)|[?!]|\band\b|\bplus\b|\bfor\b|\bat\b|\bfrom\b|\bto\b|\bunder\b|\bin total\b)(?![^,;]*\d+\s*$)/;
const single = /(?<=(?:^|[,;:]|\band|\bplus|\bfor|\bwith|\badd|\bof)\s+)(?:an?|one)\s+(?=\p{L}{2,})/giu;

/** The things that are counted: each number with what it counts, and "a pack of butter" as one of it. */
export function piecesOf({ text, mentions }: Scope): Piece[] {
  const numbers = mentions.filter((one) => one.kind === 'number' && one.currency === undefined && !one.inList);
  const starts = numbers.map(({ start }) => ({ start, skip: 0 }));
  // One thing alone is a thing among others: "2 notebooks and a pen".
  const ones =
    numbers.length === 0
      ? []
      : [...text.matchAll(single)].map((match) => ({ start: match.index, skip: match[0].length }));
  const all = [...starts, ...ones.filter(({ start }) => !isInside(start, numbers))].sort((a, b) => a.start - b.start);
  return all.flatMap(({ start, skip }, at) => {
    const raw = text.slice(start, all[at + 1]?.start ?? text.length);
    const cut = raw.search(border);
    const said = (cut > 0 ? raw.slice(0, cut) : raw).replace(/[\s,;.!?]+$/, '').replace(/\s+and$/, '');
    const kept = withoutTail(said);
    const piece = skip > 0 ? `1 ${kept.slice(skip)}` : kept;
    return kept.length > skip ? [{ text: piece, start, end: start + kept.length }] : [];
  });
}

function isInside(at: number, numbers: { start: number; end: number }[]): boolean {
  return numbers.some(({ start, end }) => at >= start - 1 && at <= end);
}

/** "2 kg of salt cost altogether" counts salt: the name of a thing ends where a verb begins. */
function withoutTail(said: string): string {
  const words = said.replace(/\s+\p{L}+ed$/u, '').split(/(?<=\s)/);
  const from = /^\d/.test(said) ? 2 : 3;
  const end = words.findIndex((word, at) => at >= from && ends(word.trim().toLowerCase()));
  return words
    .slice(0, end < 0 ? words.length : end)
    .join('')
    .trimEnd();
}

function ends(word: string): boolean {
  if (/^(?:of|the|small|big|large|long|short|full|half|whole|new|old|light|dark|fresh)$/.test(word)) return false;
  return (
    plainWords.has(word) ||
    /^(?:be|is|are|was|were|will|would)$/.test(word) ||
    (isVerb(word) &&
      /(?:ed|s)$/.test(word) &&
      !/(?:books|records|orders|notes|prints|books|stamps|tickets|posts|cards|shares|rents|plans)$/.test(word))
  );
}

/** One of what is counted: notebooks are of the kind notebook. */
export function singular(word: string): string {
  if (!/^[\p{L} '-]{4,}$/u.test(word) || /(?:ss|us|is|news|glasses|scissors|trousers|jeans)$/i.test(word)) return word;
  if (/ies$/i.test(word)) return word.replace(/ies$/i, 'y');
  if (/(?:ch|sh|x|ss|zz|o)es$/i.test(word)) return word.slice(0, -2);
  return word.replace(/s$/i, '');
}
