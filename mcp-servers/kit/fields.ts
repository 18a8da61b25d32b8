import { z } from 'zod';

// What arguments and answers of tools are made of.

export const money = z.string().describe('US dollars, for example $1,250.00');

export const day = z.string().describe('Day in UTC, for example 2026-11-20');

/** Postgres has no year 0, and no record is older than databases. A malformed day is reported as malformed, not as too old. */
export const dayInput = z.iso
  .date({ error: 'A day looks like 2026-11-20', abort: true })
  .refine(
    (text) => text >= '1970-01-01',
    'A day looks like 2026-11-20, and nothing is older than 1970-01-01: give a later day',
  );

/** Postgres stores neither a NUL nor half of a character. */
export function isStorable(text: string): boolean {
  return !/[\0\p{Surrogate}]/u.test(text);
}

/** `says` how such an id looks and which tool finds it; a missing id gets the same message. */
export function idOf(form: RegExp, says: string) {
  return z.string(says).regex(form, says);
}

export function words(min: number, max: number) {
  return z
    .string(`A text of ${min} to ${max} characters is needed`)
    .trim()
    .min(min)
    .max(max)
    .refine(isStorable, 'A text cannot hold a NUL character or half of a character');
}

/** Visible characters and spaces only, so that two texts that look the same are the same, and each stays in one line. */
export function isPlain(text: string): boolean {
  return !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text);
}

// Counts the digits as written: multiplying doubles would find more decimals than there are.
export function hasDecimals(places: number): (amount: number) => boolean {
  const form = new RegExp(`^-?\\d+(?:\\.\\d{1,${places}})?$`);
  return (amount) => form.test(String(amount));
}

const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });

/** `amount` is an exact decimal, as Postgres or Prisma's Decimal writes it. */
export function asDollars(amount: string): string {
  return dollars.format(amount as `${number}`);
}

export function asDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** People write several lines; a tool's text is one. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
