import { parse } from 'chrono-node/en';
import type { DaySaid } from './types.ts';

/** chrono reads a whole text several times over: long ones are read by their beginning. */
const LONGEST = 800;
const MOST_NUMBERS = 60;

/** The days and times that a text says, counted from today. */
export function datesIn(text: string, today: Date): DaySaid[] {
  if ((text.slice(0, LONGEST).match(/\d+/g)?.length ?? 0) > MOST_NUMBERS) return [];
  return parse(text.slice(0, LONGEST), { instant: today, timezone: 0 }, { forwardDate: false })
    .filter((found) => isMeant(found.text, text, found.index))
    .map(({ text: said, index, start, end }) => ({
      kind: 'date' as const,
      text: said,
      start: index,
      end: index + said.length,
      from: start.date(),
      ...(end ? { to: end.date() } : {}),
      hasDay: start.isCertain('day') || start.isCertain('weekday') || !start.isCertain('hour'),
      hasTime: start.isCertain('hour'),
    }));
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
  if (/^\d+\s?(?:years?|months?|weeks?|days?|y|m|d|w|h|s|min)$/.test(lower))
    return /^\s+ago/.test(text.slice(at + said.length));
  return true;
}

export function asDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

export function asTime(date: Date): string {
  return date.toISOString().slice(11, 16);
}
