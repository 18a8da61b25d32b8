import { z } from 'zod';
import { type Done, done } from './answers.ts';

// What the arguments and answers of all servers' tools have in common.

export const money = z.string().describe('US dollars, for example $1,250.00');

export const day = z.string().describe('Day in UTC, for example 2026-11-20');

/**
 * A day that somebody asks for. Postgres has no year 0, and nothing here is from before there were databases. What is no
 * day at all is told so, and not compared.
 */
export const dayInput = z.iso
  .date({ error: 'A day looks like 2026-11-20', abort: true })
  .refine(
    (text) => text >= '1970-01-01',
    'A day looks like 2026-11-20, and nothing is older than 1970-01-01: give a later day',
  );

/** Postgres stores no NUL in a text, and no half of a character that was cut. */
export function isStorable(text: string): boolean {
  return !/[\0\p{Surrogate}]/u.test(text);
}

/** `says` what it looks like and where to find it, also where none is given. */
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

/** None but the characters that are seen and spaces: what looks the same is the same, and stays in its line. */
export function isPlain(text: string): boolean {
  return !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text);
}

// By the digits as they are written: a product of doubles would find more than there are.
export function hasDecimals(places: number): (amount: number) => boolean {
  const form = new RegExp(`^-?\\d+(?:\\.\\d{1,${places}})?$`);
  return (amount) => form.test(String(amount));
}

export const paging = {
  limit: z.int().min(1).max(50).default(20).describe('How many to return at most, 1 to 50'),
  offset: z.int().min(0).max(100_000).default(0).describe('How many to skip, for example 20 for the second page of 20'),
};

export const page = {
  total: z.int().describe('How many match in all'),
  next_offset: z.int().nullable().describe('Offset of the next page; null on the last'),
};

export function nextOffset(asked: { limit: number; offset: number }, total: number): number | null {
  const next = asked.offset + asked.limit;
  return next < total ? next : null;
}

/** A page of a list: some models see nothing but the text, so it tells how to go on. */
export function donePage<Data extends { next_offset: number | null }>(text: string, data: Data): Done<Data> {
  return done(data.next_offset === null ? text : `${text} More with offset ${data.next_offset}.`, data);
}

export const replayed = z
  .boolean()
  .describe('True where this idempotency key had been used: the first result again, nothing was done twice');

export const reads = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
export const adds = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false };
/** What was there before is not there any more. */
export const alters = { ...adds, destructiveHint: true };

const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });

/** From the exact decimal, as Postgres or Prisma's Decimal writes it. */
export function asDollars(amount: string): string {
  return dollars.format(amount as `${number}`);
}

export function asDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** What people wrote may have lines; what a tool says is one. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
