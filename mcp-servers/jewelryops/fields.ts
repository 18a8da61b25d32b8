import { z } from 'zod';

// What the tools' arguments and answers have in common. Ids are checked by shape here and looked up by the tool.

export const customerId = z
  .string()
  .regex(/^CUST-\d{3,6}$/, 'A customer id looks like CUST-001; search_customers finds it from a name')
  .describe('Customer id, for example CUST-001');

export const orderId = z
  .string()
  .regex(/^ORD-\d{4,8}$/, 'An order id looks like ORD-1001; list_orders finds it from the customer')
  .describe('Order id, for example ORD-1001');

export const sku = z
  .string()
  .regex(/^[A-Z]{3}-[A-Z]{3}-\d{3}$/, 'A SKU looks like RNG-GLD-001; list_inventory finds it')
  .describe('SKU of an item, for example RNG-GLD-001 (a gold ring) or NCK-SLV-001 (a silver necklace)');

export const tier = z.enum(['standard', 'silver', 'gold', 'vip']).describe('Loyalty tier');

export const orderStatus = z
  .enum(['pending', 'paid', 'processing', 'shipped', 'delivered', 'cancelled'])
  .describe('pending: not paid yet; paid and processing: not shipped yet; then shipped, delivered; or cancelled');

export const itemKind = z.enum(['ring', 'necklace', 'earrings', 'bracelet', 'watch']).describe('Kind of jewellery');

export const noteKind = z
  .enum(['general', 'preference', 'complaint', 'repair', 'follow_up'])
  .describe('What a note is: general, preference (taste, sizes), complaint, repair, or follow_up (something to do)');

export const money = z.string().describe('US dollars, for example $1,250.00');

export const day = z.string().describe('Day in UTC, for example 2026-11-20');

// Postgres stores no NUL in a text, so one is refused before it gets there.
export function words(min: number, max: number) {
  return z
    .string()
    .trim()
    .min(min)
    .max(max)
    .refine((text) => !text.includes('\0'), 'A text cannot hold a NUL character');
}

export const paging = {
  limit: z.int().min(1).max(50).default(20).describe('How many to return at most, 1 to 50'),
  offset: z.int().min(0).max(100_000).default(0).describe('How many to skip: the next_offset of the page before'),
};

export const page = {
  total: z.int().describe('How many match in all'),
  next_offset: z.int().nullable().describe('Offset of the next page; null on the last'),
};

export function nextOffset(asked: { limit: number; offset: number }, total: number): number | null {
  const next = asked.offset + asked.limit;
  return next < total ? next : null;
}

export const replayed = z
  .boolean()
  .describe('True where this idempotency key had been used: the first result again, nothing was done twice');

export const reads = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };

const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });

export function asMoney(cents: number): string {
  return dollars.format(cents / 100);
}

export function asDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}
