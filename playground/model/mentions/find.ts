import { measuresOf } from '../words/units.ts';
import { datesIn } from './dates.ts';
import { formulasIn } from './formulas.ts';
import { listsIn } from './lists.ts';
import { namesIn } from './names.ts';
import { numbersIn } from './numbers.ts';
import { type Mention, type NumberSaid, overlaps, type TextSaid } from './types.ts';

const shapes: [kind: TextSaid['kind'], shape: RegExp, group: number][] = [
  ['email', /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}/gu, 0],
  ['url', /\b(?:https?|ftp):\/\/[^\s<>"'`]{1,500}/giu, 0],
  ['url', /(?<![\p{L}\p{N}.@-])(?:\d{1,3}\.){3}\d{1,4}(?::\d{1,5})?(?![\p{L}\p{N}])/gu, 0],
  [
    'url',
    /(?<![\p{L}\p{N}.@/-])(?:[a-z0-9-]{1,63}\.){1,4}(?:com|org|net|io|ca|co|edu|gov|dev|ai|example|de|fr|uk|info|app)(?:\/[^\s<>"'`]{0,300})?(?![\p{L}\p{N}-])/giu,
    0,
  ],
];
const path =
  /(?<![\p{L}\p{N}/:])(?:~|\.{1,2})?(?:\/[\p{L}\p{N}_.-]+)+\/?|(?<![\p{L}\p{N}])[\p{L}\p{N}_-]{1,60}\.(?:txt|csv|json|pdf|md|ya?ml|xml|html?|py|js|ts|java|png|jpe?g|gif|mp[34]|wav|docx?|xlsx?|log|zip|nii|db|sql)\b/giu;
const quoted =
  /"([^"\n]{1,2000})"|“([^”]{1,2000})”|‘([^’]{1,500})’|`([^`\n]{1,500})`|(?<![\p{L}\p{N}])'([^'\n]{1,500}(?:'s [^'\n]{1,200}|'t [^'\n]{1,200})?)'(?!\p{L})/gu;
const phone =
  /(?<![\p{L}\p{N}.-])(?:\+\d{1,3}[\s.-]?)?(?:\(\d{2,4}\)[\s.-]?)?\d{2,4}(?:[\s.-]\d{2,4}){1,4}(?![\p{L}\p{N}])/gu;
/** Letters and digits in one word, or words joined by hyphens, underscores, slashes: ORD-1013, user_001, C6H12O6, tc-db-01. */
const code = /(?<![\p{L}\p{N}_@.\-/^])#?[\p{L}\p{N}]+(?:[-_./:@][\p{L}\p{N}]+)*(?![\p{L}\p{N}_@^])/gu;

/** A text with more is a table or a trial of patience. */
const MOST_MENTIONS = 80;

/** What a text says that can be a value, in its order. Nothing overlaps, but numbers may lie in dates and names in quotes. */
export function findMentions(text: string, today: Date): Mention[] {
  const found: Mention[] = [];
  const take = (some: Mention[]) => {
    for (const one of some) if (!found.some((other) => overlaps(one, other))) found.push(one);
  };
  for (const [kind, shape, group] of shapes) take([...text.matchAll(shape)].map((match) => spanOf(kind, match, group)));
  take(listsIn(text));
  take([...text.matchAll(quoted)].map(quotedSpan).filter((one) => one.text !== ''));
  take([...text.matchAll(path)].map((match) => spanOf('code', match, 0)));
  take(formulasIn(text));
  take(datesIn(text, today));
  take([...text.matchAll(phone)].filter(isPhone).map((match) => spanOf('phone', match, 0)));
  take([...text.matchAll(code)].filter(isCode).map((match) => spanOf('code', match, 0)));
  const names = namesIn(text);
  take(names.filter((one) => /\p{L} \d+$/u.test(one.text)));
  take(numbersIn(text));
  const numbers = numbersIn(text);
  found.push(...numbers.filter((one) => isDuration(one, found)));
  found.push(...numbers.filter((one) => isInList(one, found)).map((one) => ({ ...one, inList: true as const })));
  take(names);
  return found.sort((a, b) => a.start - b.start).slice(0, MOST_MENTIONS);
}

/** The 3 of "the last 3 days", which is a span of days as well. */
function isDuration(one: NumberSaid, found: Mention[]): boolean {
  const day = found.find((other) => other.kind === 'date' && overlaps(one, other));
  return (
    day !== undefined &&
    /^(?:days?|weeks?|months?|years?|hours?|minutes?|nights?|seconds?)$/.test(one.unit) &&
    !/\bago\b/i.test(day.text)
  );
}

function isInList(one: NumberSaid, found: Mention[]): boolean {
  return found.some((other) => other.kind === 'list' && overlaps(one, other));
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
  if (/^\p{L}+(?:_\p{L}+)+$/u.test(word)) return true;
  if (/^\d{3,}-\d{3,}$/.test(word)) return true;
  const hasDigit = /\d/.test(word);
  const hasLetter = /\p{L}/u.test(word);
  if (!hasDigit || !hasLetter || word.length > 80) return false;
  // 2e-9 is a number.
  if (/^\d+(?:\.\d+)?e[-+]?\d{1,3}$/i.test(word)) return false;
  // 6cm and 2-bedroom are numbers with their units.
  const unit = /^\d+(?:\.\d+)?-?(\p{L}+)$/u.exec(word)?.[1];
  if (unit !== undefined && (measuresOf(unit).length > 0 || !/^\d{3,}[A-Z]/.test(word))) return false;
  if (/^\d+(?:[.,]\d+)?[\p{L}]+\/[\p{L}\d]+$/u.test(word)) return false; // 5m/s
  return !/^\d{1,2}(?::\d{2})?(?:am|pm|st|nd|rd|th)$/i.test(word);
}
