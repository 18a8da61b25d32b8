import { z } from 'zod';
import { customerId, orderId, sku } from '../jewelryops/fields.ts';
import { idOf } from '../kit/fields.ts';

// Each number has one spelling, so that two ids never name one issue.
export const issueId = idOf(
  /^ISSUE-(?:\d{3}|[1-9]\d{3,5})$/,
  'An issue id looks like ISSUE-001; list_issues finds it from a few words',
).describe('Issue id, for example ISSUE-001');

export const issueStatus = z.enum(['open', 'in_progress', 'done']).describe('open: nobody has begun yet');

export const priority = z.enum(['urgent', 'high', 'medium', 'low']).describe('How soon it has to be dealt with');

export const label = z
  .enum(['repair', 'quality', 'stock', 'delivery', 'payment', 'service', 'shop'])
  .describe(
    'What it is about: repair (of a piece), quality, stock, delivery, payment, service, shop (the place itself)',
  );

/** Records of jewelryops that an issue may name; only that server knows whether they exist. */
export const references = {
  customer_id: customerId.describe('Customer it is about, for example CUST-001'),
  order_id: orderId.describe('Order it is about, for example ORD-1001'),
  sku: sku.describe('Item it is about, for example RNG-GLD-001'),
};
