import { DATE, MONEY } from '../answer/values.ts';
import type { Found } from './results.ts';

type Side = 'most' | 'least';
type Measure = (said: string) => number | undefined;

const measures: [asked: RegExp, side: Side, of: Measure][] = [
  [/\b(?:last|latest|newest|newer|most recent|recent)\b(?! \d| (?:few|two|three|week|month|year|days?))/i, 'most', day],
  [/\b(?:oldest|older|earliest|first)\b(?! \d| (?:few|two|three|name))/i, 'least', day],
  [/\b(?:biggest|bigger|largest|larger|highest|most expensive|dearest)\b/i, 'most', amount],
  [/\b(?:smallest|smaller|lowest|cheapest|cheaper|least expensive)\b/i, 'least', amount],
];

/** "The last bill", "the older one": the one of several that a superlative means, by what is said of each. */
export function extremeOf(found: Found[], part: string): Found | undefined {
  for (const [asked, side, of] of measures) {
    if (!asked.test(part)) continue;
    const measured = found.flatMap((one) => {
      const value = of(one.said);
      return value === undefined ? [] : [{ one, value }];
    });
    if (measured.length < found.length) return undefined;
    // What leaves an account is written below zero, and the biggest payment is the one farthest from it.
    const leaves = measured.every(({ value }) => value <= 0);
    const sign = (side === 'most' ? 1 : -1) * (leaves ? -1 : 1);
    const [best, next] = measured.toSorted((a, b) => (b.value - a.value) * sign);
    return best && best.value !== next?.value ? best.one : undefined;
  }
  return undefined;
}

function day(said: string): number | undefined {
  const written = new RegExp(DATE.source).exec(said)?.[0];
  const time = written === undefined ? Number.NaN : Date.parse(written.replace(/ ?UTC$/, 'Z').replace(' ', 'T'));
  return Number.isNaN(time) ? undefined : time;
}

function amount(said: string): number | undefined {
  const written = new RegExp(MONEY.source).exec(said)?.[0];
  return written === undefined ? undefined : Number(written.replace(/[^\d.-]/g, ''));
}
