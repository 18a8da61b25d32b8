import { datesIn } from './dates.ts';
import { formulasIn } from './formulas.ts';
import { listsIn } from './lists.ts';
import { namesIn } from './names.ts';
import { numbersIn } from './numbers.ts';
import { type Mention, overlaps, type TextSaid } from './types.ts';

const shapes: [kind: TextSaid['kind'], shape: RegExp, group: number][] = [
  ['url', /\b(?:https?|ftp):\/\/[^\s<>"'`]{1,500}/giu, 0],
  ['email', /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}/gu, 0],
];
const quoted =
  /"([^"\n]{1,2000})"|“([^”]{1,2000})”|‘([^’]{1,500})’|`([^`\n]{1,500})`|(?<![\p{L}\p{N}])'([^'\n]{1,500}(?:'s [^'\n]{1,200}|'t [^'\n]{1,200})?)'(?!\p{L})/gu;
const phone =
  /(?<![\p{L}\p{N}.-])(?:\+\d{1,3}[\s.-]?)?(?:\(\d{2,4}\)[\s.-]?)?\d{2,4}(?:[\s.-]\d{2,4}){1,4}(?![\p{L}\p{N}])/gu;
/** Letters and digits in one word, or words joined by hyphens, underscores, slashes: ORD-1013, user_001, C6H12O6, tc-db-01. */
const code = /(?<![\p{L}\p{N}_@.\-/^])#?[\p{L}\p{N}]+(?:[-_./:@][\p{L}\p{N}]+)*(?![\p{L}\p{N}_@^])/gu;

/** What a text says that can be a value, in its order. Nothing overlaps, but numbers may lie in dates and names in quotes. */
export function findMentions(text: string, today: Date): Mention[] {
  const found: Mention[] = [];
  const take = (some: Mention[]) => {
    for (const one of some) if (!found.some((other) => overlaps(one, other))) found.push(one);
  };
  for (const [kind, shape, group] of shapes) take([...text.matchAll(shape)].map((match) => spanOf(kind, match, group)));
  take(listsIn(text));
  take([...text.matchAll(quoted)].map(quotedSpan));
  take(formulasIn(text));
  take(datesIn(text, today));
  take([...text.matchAll(phone)].filter(isPhone).map((match) => spanOf('phone', match, 0)));
  take([...text.matchAll(code)].filter(isCode).map((match) => spanOf('code', match, 0)));
  take(numbersIn(text));
  take(namesIn(text));
  return found.sort((a, b) => a.start - b.start);
}

function spanOf(kind: TextSaid['kind'], match: RegExpMatchArray, group: number): TextSaid {
  const said = (match[group] ?? '').replace(/[.,;:!?)\]]+$/, '');
  return { kind, text: said, start: match.index!, end: match.index! + said.length };
}

/** The span holds the quotation marks, the text does not. */
function quotedSpan(match: RegExpMatchArray): TextSaid {
  const said = match.slice(1).find((one) => one !== undefined) ?? '';
  return { kind: 'quoted', text: said.trim(), start: match.index!, end: match.index! + match[0].length };
}

function isPhone(match: RegExpMatchArray): boolean {
  const digits = match[0].replace(/\D/g, '');
  return digits.length >= 7 && digits.length <= 15 && !/^\d{4}-\d{2}-\d{2}$/.test(match[0]);
}

function isCode(match: RegExpMatchArray): boolean {
  const word = match[0];
  const hasDigit = /\d/.test(word);
  const hasLetter = /\p{L}/u.test(word);
  if (!hasDigit || !hasLetter || word.length > 80) return false;
  if (/^\d+(?:\.\d+)?-?\p{L}+$/u.test(word) && !/^\d{3,}[A-Z]/.test(word)) return false; // 6cm, 2-bedroom
  if (/^\d+(?:[.,]\d+)?[\p{L}]+\/[\p{L}\d]+$/u.test(word)) return false; // 5m/s
  return !/^\d{1,2}(?::\d{2})?(?:am|pm|st|nd|rd|th)$/i.test(word);
}
