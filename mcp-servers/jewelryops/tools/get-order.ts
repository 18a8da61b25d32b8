import { z } from 'zod';
import { done } from '../../kit/answers.ts';
import type { ToolDatabase } from '../../kit/database.ts';
import { asDay, day, money, oneLine } from '../../kit/fields.ts';
import { defineTool } from '../../kit/tool.ts';
import { asMoney, orderId, sku } from '../fields.ts';
import { orderHead, ownerId, showOrder } from '../orders.ts';
import { noSuchOrder } from '../subjects.ts';

const line = z.object({ sku, name: z.string(), quantity: z.int(), unit_price: money, line_total: money });
const refund = z.object({ amount: money, reason: z.string(), refunded_on: day });
const output = orderHead.extend({
  customer_name: z.string(),
  shipped_on: day.nullable(),
  delivered_on: day.nullable(),
  cancelled_on: day.nullable(),
  cancel_reason: z.string().nullable(),
  lines: z.array(line),
  items: z.string().describe('The lines in words'),
  refunds: z.array(refund),
});
type Shown = z.infer<typeof output>;

export const getOrder = defineTool({
  name: 'get_order',
  title: 'Get an order',
  description:
    'One order by id, for example {"order_id": "ORD-1001"}: customer, status, items, dates, what was paid, what was ' +
    'refunded and what still can be. Without an id, find it with list_orders.',
  does: 'reads',
  input: z.strictObject({ order_id: orderId, customer_id: ownerId }),
  output,
  async run(db, { order_id: id, customer_id }) {
    const order = await find(db, id, customer_id);
    if (!order) return noSuchOrder(id, customer_id);
    const head = showOrder(order);
    const lines = order.lines.map((each) => ({
      sku: each.sku,
      name: each.item.name,
      quantity: each.quantity,
      unit_price: asMoney(each.unitPriceCents),
      line_total: asMoney(each.unitPriceCents * each.quantity),
    }));
    const refunds = order.refunds.map((each) => ({
      amount: asMoney(each.amountCents),
      reason: each.reason,
      refunded_on: asDay(each.createdAt),
    }));
    const items = lines.map((each) => `${each.quantity} × ${each.name} (${each.sku})`).join(', ');
    const dates = datesOf(order);
    const text =
      `${head.id} of ${order.customer.name} (${head.customer_id}), ${tellDates(head.placed_on, dates)}: ${head.status}, ` +
      `total ${head.total}, paid ${head.paid}, refunded ${head.refunded}, refundable ${head.refundable}. Items: ${items}.` +
      tellRefunds(refunds);
    return done(text, { ...head, customer_name: order.customer.name, ...dates, lines, items, refunds });
  },
});

function find({ prisma, tenant }: ToolDatabase, id: string, customerId?: string) {
  return prisma.order.findUnique({
    where: { tenant_id: { tenant, id }, customerId },
    include: {
      customer: { select: { name: true } },
      lines: { include: { item: { select: { name: true } } }, orderBy: { line: 'asc' } },
      refunds: { orderBy: { number: 'asc' } },
    },
  });
}

type Dates = Pick<Shown, 'shipped_on' | 'delivered_on' | 'cancelled_on' | 'cancel_reason'>;

function datesOf(order: NonNullable<Awaited<ReturnType<typeof find>>>): Dates {
  return {
    shipped_on: order.shippedAt && asDay(order.shippedAt),
    delivered_on: order.deliveredAt && asDay(order.deliveredAt),
    cancelled_on: order.cancelledAt && asDay(order.cancelledAt),
    cancel_reason: order.cancelReason,
  };
}

function tellDates(placed: string, { shipped_on, delivered_on, cancelled_on, cancel_reason }: Dates): string {
  const why = cancel_reason === null ? '' : ` (${oneLine(cancel_reason)})`;
  return [
    `placed ${placed}`,
    shipped_on && `shipped ${shipped_on}`,
    delivered_on && `delivered ${delivered_on}`,
    cancelled_on && `cancelled ${cancelled_on}${why}`,
  ]
    .filter(Boolean)
    .join(', ');
}

function tellRefunds(refunds: Shown['refunds']): string {
  const told = refunds.map(({ amount, refunded_on, reason }) => `${amount} on ${refunded_on} (${oneLine(reason)})`);
  return told.length > 0 ? ` Refunds: ${told.join('; ')}.` : '';
}
