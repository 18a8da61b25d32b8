import type { Fact } from './cases.ts';
import { waysToSay } from './days.ts';

/** Lower case, without Markdown, with plain quotes, dashes and single spaces: `in_progress` and "in progress" are one. */
export function plain(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[*`~\u200b]|^#+ |\[|\](?:\([^)]*\))?/gmu, '')
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/[‐‑‒–—−]/g, '-')
    .replace(/\|/g, ' ; ')
    .replace(/[_\s]+/g, ' ')
    .trim()
    .toLowerCase();
}

export function holdsFact(answer: string, fact: Fact, today: Date): boolean {
  if (Array.isArray(fact)) return fact.some((one) => holdsFact(answer, one, today));
  if (typeof fact === 'number') return numbersIn(answer).some((value) => same(value, fact));
  if (typeof fact === 'object') return waysToSay(today, fact.day).test(plain(answer));
  const pattern = /^\/(.+)\/$/s.exec(fact)?.[1];
  if (pattern !== undefined)
    return new RegExp(pattern, 'iu').test(plain(answer)) || new RegExp(pattern, 'iu').test(answer);
  return plain(answer).includes(plain(fact));
}

export function showFact(fact: Fact): string {
  if (Array.isArray(fact)) return fact.map(showFact).join(' or ');
  return typeof fact === 'object' ? `the day ${fact.day} days from today` : String(fact);
}

export function same(a: number, b: number): boolean {
  return Math.abs(Math.abs(a) - Math.abs(b)) < 0.005;
}

const WORDS = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');
const MONTHS = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec';
/** Their digits are no figures. */
const dates = new RegExp(
  [
    '\\d{4}-\\d{2}-\\d{2}(?:[t ]\\d{2}:\\d{2}(?::\\d{2})?)?',
    '\\d{1,2}:\\d{2}',
    `\\d{1,2}(?:st|nd|rd|th)?\\.? (?:of )?(?:${MONTHS})[a-z]*(?:,? \\d{4})?`,
    `(?:${MONTHS})[a-z]* \\d{1,2}(?:st|nd|rd|th)?(?:,? \\d{4})?`,
  ].join('|'),
  'g',
);
// A number that is a part of an id, a code or another word is none.
const figures = /(?<![\w.])(?<!\w-)\d{1,3}(?:[,']\d{3})+(?:\.\d+)?(?!\d)|(?<![\w.])(?<!\w-)\d+(?:\.\d+)?(?!\d)/g;

/** The figures of a text, those written as words up to twelve included, in their order. */
export function numbersIn(text: string): number[] {
  const bare = plain(text).replace(dates, ' ');
  const digits = [...bare.matchAll(figures)].map(([figure]) => Number(figure.replace(/[,']/g, '')));
  const words = [...bare.matchAll(/\b[a-z]+\b/g)].flatMap(([word]) => {
    const value = word === 'none' || word === 'no' || word === 'nothing' ? 0 : WORDS.indexOf(word);
    return value < 0 ? [] : [value];
  });
  return [...digits, ...words];
}
