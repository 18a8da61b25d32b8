import { z } from 'zod';
import type { Order } from '../../prisma/client/client.ts';
import { asDay, day, money } from '../kit/fields.ts';
import { asMoney, customerId, orderId, orderStatus } from './fields.ts';

/** How every tool shows an order's head. */
export const orderHead = z.object({
  id: orderId,
  customer_id: customerId,
  status: orderStatus,
  payment: z.enum(['unpaid', 'paid', 'partly_refunded', 'refunded']),
  total: money,
  paid: money,
  refunded: money,
  refundable: money.describe('Paid and not refunded yet: the most that refund_order can give back'),
  placed_on: day,
});
export type OrderHead = z.infer<typeof orderHead>;

/** Limits a call to the orders of one customer, for whoever calls in a customer's name. */
export const ownerId = customerId.optional().describe('Only if it is an order of this customer, for example CUST-001');

type Amounts = Pick<Order, 'paidCents' | 'refundedCents'>;

export function showOrder(order: Order): OrderHead {
  return {
    id: order.id,
    customer_id: order.customerId,
    status: orderStatus.parse(order.status),
    total: asMoney(order.totalCents),
    ...showAmounts(order),
    placed_on: asDay(order.placedAt),
  };
}

export const amounts = orderHead.pick({ payment: true, paid: true, refunded: true, refundable: true });

export function showAmounts(order: Amounts): z.infer<typeof amounts> {
  return {
    payment: paymentOf(order),
    paid: asMoney(order.paidCents),
    refunded: asMoney(order.refundedCents),
    refundable: asMoney(order.paidCents - order.refundedCents),
  };
}

function paymentOf({ paidCents, refundedCents }: Amounts): OrderHead['payment'] {
  if (paidCents === 0) return 'unpaid';
  if (refundedCents === 0) return 'paid';
  return refundedCents < paidCents ? 'partly_refunded' : 'refunded';
}
