import { z } from 'zod';
import { asDollars, idOf } from '../kit/fields.ts';

export const customerId = idOf(
  /^CUST-\d{3,6}$/,
  'A customer id looks like CUST-001; search_customers finds it from a name',
).describe('Customer id, for example CUST-001');

export const orderId = idOf(
  /^ORD-\d{4,8}$/,
  'An order id looks like ORD-1001; list_orders finds it from the customer',
).describe('Order id, for example ORD-1001');

export const sku = idOf(/^[A-Z]{3}-[A-Z]{3}-\d{3}$/, 'A SKU looks like RNG-GLD-001; list_inventory finds it').describe(
  'SKU of an item, for example RNG-GLD-001 (a gold ring) or NCK-SLV-001 (a silver necklace)',
);

export const tier = z.enum(['standard', 'silver', 'gold', 'vip']).describe('Loyalty tier');

export const orderStatus = z
  .enum(['pending', 'paid', 'processing', 'shipped', 'delivered', 'cancelled'])
  .describe('pending: not paid yet; paid and processing: not shipped yet; then shipped, delivered; or cancelled');

export const itemKind = z.enum(['ring', 'necklace', 'earrings', 'bracelet', 'watch']).describe('Kind of jewellery');

export const noteKind = z
  .enum(['general', 'preference', 'complaint', 'repair', 'follow_up'])
  .describe('What a note is: general, preference (taste, sizes), complaint, repair, or follow_up (something to do)');

export function asMoney(cents: number): string {
  return asDollars((cents / 100).toFixed(2));
}
