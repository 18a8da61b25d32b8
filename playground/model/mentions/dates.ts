import { parse } from 'chrono-node/en';
import type { DaySaid } from './types.ts';

/** chrono reads a whole text several times over: long ones are read by their beginning. */
const LONGEST = 800;
const MOST_NUMBERS = 60;

/** The days and times that a text says, counted from today. */
export function datesIn(text: string, today: Date): DaySaid[] {
  if ((text.slice(0, LONGEST).match(/\d+/g)?.length ?? 0) > MOST_NUMBERS) return [];
  const base = saidToday(text, today);
  const all = parse(text.slice(0, LONGEST), { instant: base, timezone: 0 }, { forwardDate: false });
  const years = new Set(all.flatMap(({ start }) => (start.isCertain('year') ? [start.get('year')] : [])));
  return all
    .filter((found) => isMeant(found.text, text, found.index))
    .map((found) => withYear(found, text, years.size === 1 ? [...years][0]! : undefined))
    .map(({ text: said, index, start, end }) => ({
      kind: 'date' as const,
      text: said,
      start: index,
      end: index + said.length,
      ...spanOf(said, index, start, end, text, base),
      hasDay: start.isCertain('day') || start.isCertain('weekday') || !start.isCertain('hour'),
      hasTime: start.isCertain('hour'),
    }));
}

/** "Today is March 6, 2024" tells from when days are counted. */
function saidToday(text: string, today: Date): Date {
  const said =
    /\b(?:today(?:['’]s date)?(?: is|,)?|current date(?: is)?:?)\s+(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?([^.?!;]{4,30})/i.exec(
      text.slice(0, LONGEST),
    )?.[1];
  if (!said || !/^\D{0,12}\d/.test(said)) return today;
  const [found] = parse(said, { instant: today, timezone: 0 });
  return found &&
    found.index === 0 &&
    found.start.isCertain('day') &&
    found.start.isCertain('month') &&
    found.start.isCertain('year')
    ? found.start.date()
    : today;
}

type Parsed = ReturnType<typeof parse>[number];

/** "2023 April 4th to April 8th": a year that is said once holds for the other days, too. */
function withYear(found: Parsed, text: string, only: number | undefined): Parsed {
  const before = /\b((?:19|20)\d{2})[\s,]*(?:from\s+)?$/.exec(
    text.slice(Math.max(0, found.index - 12), found.index),
  )?.[1];
  const year = before === undefined ? only : Number(before);
  if (year === undefined) return found;
  for (const part of [found.start, found.end])
    if (part?.isCertain('month') && !part.isCertain('year') && 'assign' in part)
      (part as { assign: (unit: 'year', value: number) => unknown }).assign('year', year);
  return found;
}

/** chrono takes "5 seconds", "second" and a bare "may" for moments, which in a request they hardly ever are. */
function isMeant(said: string, text: string, at: number): boolean {
  const lower = said.toLowerCase().trim();
  if (
    /^(?:for |in |within |over |after )?(?:the )?(?:next |last |past |previous )?[\w.]+ (?:seconds?|secs?|minutes?|mins?|hours?|hrs?)$/.test(
      lower,
    )
  ) {
    return /\b(?:ago|in)\b/.test(lower);
  }
  if (/^(?:sun|sat|mon|may|mar|now|march|second|sec)$/.test(lower)) return lower === 'march';
  if (/^(?:from |at |by )?\d{1,4}(?: (?:to|and|-) \d{1,4})?$/.test(lower) || /^\d+[.]\d+$/.test(lower)) return false;
  // "345 a dozen" is no quarter to four.
  if (/^\d{1,4}\s+[ap]$/.test(lower)) return false;
  if (/^\d+\s?(?:years?|months?|weeks?|days?|y|m|d|w|h|s|min)$/.test(lower))
    return /^\s+ago/.test(text.slice(at + said.length));
  return true;
}

type Moment = Parsed['start'];
const DAY = 86_400_000;

/** The first and the last moment that are meant: all of October, all of last week, and no weekday to come where "since" stands before it. */
function spanOf(
  said: string,
  at: number,
  start: Moment,
  end: Parsed['end'],
  text: string,
  today: Date,
): { from: Date; to?: Date } {
  const from = start.date();
  if (end) return { from, to: end.date() };
  const span = /^(?:in |during |of )?(last|this|previous|past) (week|month|year)$/i.exec(said.trim());
  if (span && !/\b(?:since|after|until|till|before|by)\s*$/i.test(text.slice(0, at)))
    return calendarSpan(span[2]!.toLowerCase(), /this/i.test(span[1]!) ? 0 : -1, today);
  const opens =
    /\b(?:since|after|from|until|till|before|by|starting|to)\s*(?:the\s*)?$/i.test(text.slice(0, at)) ||
    /^(?:since|after|from|until|till|before|by|starting)\b/i.test(said);
  if (opens) {
    const isPast =
      /\bsince\b/i.test(`${text.slice(Math.max(0, at - 8), at)}${said}`) && start.isCertain('weekday') && from > today;
    return { from: isPast ? new Date(from.getTime() - 7 * DAY) : from };
  }
  if (
    start.isCertain('month') &&
    !start.isCertain('day') &&
    !start.isCertain('weekday') &&
    /^(?:in |during |of )?\p{L}{3,9}\.?,?(?: \d{4})?$/u.test(said.trim())
  ) {
    const year = from.getUTCFullYear();
    const month = from.getUTCMonth();
    return { from: new Date(Date.UTC(year, month, 1, 12)), to: new Date(Date.UTC(year, month + 1, 0, 12)) };
  }
  return { from };
}

function calendarSpan(unit: string, by: number, today: Date): { from: Date; to: Date } {
  const [year, month, day] = [today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate()];
  const noon = (y: number, m: number, d: number) => new Date(Date.UTC(y, m, d, 12));
  if (unit === 'year') return { from: noon(year + by, 0, 1), to: noon(year + by, 11, 31) };
  if (unit === 'month') return { from: noon(year, month + by, 1), to: noon(year, month + by + 1, 0) };
  const monday = day - ((today.getUTCDay() + 6) % 7) + by * 7;
  return { from: noon(year, month, monday), to: noon(year, month, monday + 6) };
}

export function asDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

export function asTime(date: Date): string {
  return date.toISOString().slice(11, 16);
}
