import { looseNumber, numberWord, scaleOf } from '../words/numbers.ts';
import { currencySigns, measuresOf } from '../words/units.ts';
import type { NumberSaid } from './types.ts';

const written =
  /([$€£¥₹]\s?)?([-−–]?[$€£¥₹]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?(?:e[-+]?\d{1,3})?|\.\d+))(?:\s?(%|percent\b|per cent\b)|(\s?-?)(hundred|thousand|million|billion|trillion|mn|bn|k|m|b)\b|)/giu;

/** The numbers that a text says, in digits or in words, each with the unit behind it. */
export function numbersIn(text: string): NumberSaid[] {
  const inDigits = [...text.matchAll(written)].flatMap((match) => {
    const one = readDigits(text, match);
    return one ? [one] : [];
  });
  const inWords = [...wordNumbers(text), ...ordinalsIn(text), ...spansOfTime(text)].filter(
    (one) => !inDigits.some((other) => one.start < other.end && other.start < one.end),
  );
  return [...inDigits, ...inWords].sort((a, b) => a.start - b.start);
}

function readDigits(text: string, match: RegExpMatchArray): NumberSaid | undefined {
  const [whole, sign = '', digits = '', percent, gap = '', scale] = match;
  let start = match.index!;
  const before = text[start - 1] ?? ' ';
  const minus = /^[-−–]/.test(digits);
  // The 12 of tc-db-12 or A12 is part of a name; the minus of 3-5 is none.
  if (/[\p{L}_#@^]/u.test(before) || (before === '.' && /\d/.test(text[start - 2] ?? ''))) return undefined;
  if (minus && /[\p{L}\p{N})\]]/u.test(before)) start += 1;
  const negative = minus && start === match.index;
  const value = Number(digits.replace(/[^\d.e+-]|^[-−–]/gi, ''));
  if (!Number.isFinite(value)) return undefined;
  const currency = currencySigns[sign.trim()] ?? currencySigns[/[$€£¥₹]/.exec(digits)?.[0] ?? ''];
  const isKelvin = scale === 'K' && /\b(?:temperatures?|kelvin|heat|gas|temp)\b/i.test(text);
  const factor = scale && !isKelvin && mayScale(scale, gap, currency) ? scaleFactor(scale) : 1;
  let end = match.index! + whole.length;
  if (scale && factor === 1) end -= gap.length + scale.length;
  const unit = percent ? '%' : unitAfter(text, end);
  if (!percent && factor === 1 && isGlued(text, end) && unit === '') return undefined;
  return {
    kind: 'number',
    value: (negative ? -value : value) * factor,
    unit: currency || isPrice(text, start, end) ? 'money' : unit,
    percent: percent !== undefined,
    ...(currency ? { currency } : {}),
    text: text.slice(start, end),
    start,
    end,
  };
}

/** "at 160 per kg", "120 each". */
function isPrice(text: string, start: number, end: number): boolean {
  const behind = text.slice(end, end + 20);
  const before = text.slice(Math.max(0, start - 40), start);
  if (/^\s?(?:per|each|apiece|a piece)\b/i.test(behind))
    return /\b(?:at|for|price|costs?|costing|is)\s*$/i.test(before);
  if (
    /\bprices? (?:is|are|was|to|of|now|went up to|goes up to)(?: now)?\s*$|\b(?:prices?:?|costs?|costing|priced at)\s*$/i.test(
      before,
    )
  )
    return true;
  // "30 pieces at 210.50": what is counted stands before it, and no clock or measure behind it.
  return (
    /\d\s?\p{L}[\p{L}\s]{0,25}\s(?:at|@)\s*$/u.test(before) &&
    /^(?:[,.;)]?\s|[,.;)]?$)/.test(behind) &&
    !/^\s?(?:am|pm|o['’]clock|percent|degrees?|%|h\b)/i.test(behind) &&
    !/^\s\p{Lu}/u.test(behind) &&
    measuresOf(unitAfter(text, end)).length === 0
  );
}

function mayScale(scale: string, gap: string, currency: string | undefined): boolean {
  if (/^(?:m|b)$/i.test(scale)) return currency !== undefined || (scale !== scale.toLowerCase() && gap === '');
  if (/^k$/i.test(scale)) return gap === '';
  return true;
}

function scaleFactor(scale: string): number {
  const lower = scale.toLowerCase();
  return lower === 'm' ? 1e6 : lower === 'b' ? 1e9 : (scaleOf(lower) ?? 1);
}

function isGlued(text: string, end: number): boolean {
  return /[\p{L}_]/u.test(text[end] ?? ' ');
}

const unitShape = /^(?:\s?(°\s?[CFK]|[\p{L}µ]+(?:\/[\p{L}]+)?(?:\^?[23²³])?)|-([\p{L}]+))/u;

const noUnits = new Set(
  'and or to in for from with on at of is are was as by then using but if the a an into about over under than that which per each respectively also using via between until'.split(
    ' ',
  ),
);

/** The word right behind a number. What is glued to it counts only as a unit that is known. */
function unitAfter(text: string, end: number): string {
  const match = unitShape.exec(text.slice(end, end + 40));
  if (!match) return '';
  const unit = (match[1] ?? match[2] ?? '').replace(/\s/g, '');
  const glued = !/^[\s-]/.test(match[0]);
  if (!glued && noUnits.has(unit.toLowerCase())) return '';
  if (glued && measuresOf(unit).length === 0 && !unit.includes('/') && !/^(?:x|th|st|nd|rd|am|pm)$/i.test(unit))
    return '';
  if (glued && /^(?:x|th|st|nd|rd)$/i.test(unit)) return '';
  return unit.toLowerCase();
}

/** The 14 of "the 14th century". */
function ordinalsIn(text: string): NumberSaid[] {
  return [...text.matchAll(/(?<![\p{L}\p{N}.])(\d{1,4})(?:st|nd|rd|th)\b(?:\s(\p{L}+))?/gu)].map((match) => ({
    kind: 'number',
    value: Number(match[1]),
    unit: (match[2] ?? '').toLowerCase(),
    percent: false,
    text: match[1]!,
    start: match.index,
    end: match.index + match[1]!.length,
  }));
}

/** "The next month" is one month. */
function spansOfTime(text: string): NumberSaid[] {
  return [...text.matchAll(/\b(?:next|past|last|coming|upcoming|this) (day|week|month|year)\b/gi)].map((match) => ({
    kind: 'number',
    value: 1,
    unit: match[1]!.toLowerCase(),
    percent: false,
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
}

function wordNumbers(text: string): NumberSaid[] {
  const found: NumberSaid[] = [];
  const words = [...text.matchAll(/[\p{L}]+(?:-[\p{L}]+)?/gu)];
  for (let at = 0; at < words.length; at += 1) {
    const read = readWords(text, words, at);
    if (!read) continue;
    found.push(read.said);
    at = read.last;
  }
  return found;
}

function readWords(
  text: string,
  words: RegExpMatchArray[],
  first: number,
): { said: NumberSaid; last: number } | undefined {
  let total = 0;
  let part: number | undefined;
  let last = first - 1;
  for (let at = first; at < words.length && at < first + 8; at += 1) {
    const match = words[at]!;
    const between = at === first ? '' : text.slice(words[at - 1]!.index! + words[at - 1]![0].length, match.index);
    if (between.trim() !== '') break;
    const word = match[0].toLowerCase();
    const one = numberWord(word);
    const scale = word.length > 1 ? scaleOf(word) : undefined;
    if (one !== undefined) part = (part ?? 0) + one;
    else if (scale !== undefined && (part !== undefined || at > first)) {
      if (scale === 100) part = (part ?? 1) * 100;
      else {
        total += (part ?? 1) * scale;
        part = undefined;
      }
    } else if (
      !(
        word === 'and' &&
        at > first &&
        numberWord(words[at + 1]?.[0] ?? '') !== undefined &&
        total + (part ?? 0) >= 100
      )
    )
      break;
    last = at;
  }
  if (last < first) return looseWord(words, first);
  const value = total + (part ?? 0);
  const start = words[first]!.index!;
  const end = words[last]!.index! + words[last]![0].length;
  // "one" alone is a pronoun more often than a number.
  const unit = unitAfter(text, end);
  if (value === 1 && first === last && unit === '') return undefined;
  return {
    said: {
      kind: 'number',
      value,
      unit,
      percent: /^(?:percent|per)$/.test(unit),
      text: text.slice(start, end),
      start,
      end,
    },
    last,
  };
}

function looseWord(words: RegExpMatchArray[], at: number): { said: NumberSaid; last: number } | undefined {
  const match = words[at]!;
  const value = looseNumber(match[0]);
  // "1 dozen eggs" counts in dozens.
  if (
    /^dozens?$/i.test(match[0]) &&
    /\d\s?(?:an?\s|per\s)?$/.test(match.input!.slice(Math.max(0, match.index! - 6), match.index!))
  )
    return undefined;
  const next = words[at + 1]?.[0].toLowerCase() ?? '';
  if (/^\d/.test(words[at - 1]?.[0] ?? '')) return undefined;
  if (value === undefined || !/^(?:dozen|couple|half|twice|once|thrice)$/i.test(match[0])) return undefined;
  const start = match.index!;
  const end = start + match[0].length;
  const unit = next === 'of' ? (words[at + 2]?.[0].toLowerCase() ?? '') : next;
  return { said: { kind: 'number', value, unit, percent: false, text: match[0], start, end }, last: at };
}
