import { z } from 'zod';
import { done } from '../../kit/answers.ts';
import { listing, page, pageOf, paging } from '../../kit/pages.ts';
import { defineTool } from '../../kit/tool.ts';
import { customerId, orderStatus } from '../fields.ts';
import { type OrderHead, orderHead, showOrder } from '../orders.ts';
import { subjectOf } from '../subjects.ts';

const input = z.strictObject({
  customer_id: customerId.optional().describe('Only orders of this customer, for example CUST-001'),
  status: orderStatus.optional(),
  ...paging,
});
type Input = z.infer<typeof input>;

export const listOrders = defineTool({
  name: 'list_orders',
  title: 'List orders',
  description:
    'Orders, newest first, a page at a time, for example {"customer_id": "CUST-001"} or {"status": "processing"}. ' +
    'Items and refunds of one order are shown by get_order.',
  does: 'reads',
  input,
  output: z.object({ orders: z.array(orderHead), ...page }),
  async run(db, asked) {
    const { prisma, tenant } = db;
    const subject = await subjectOf(db, asked);
    if (subject.kind === 'refused') return subject;
    const where = { tenant, customerId: asked.customer_id, status: asked.status };
    const [total, rows] = await Promise.all([
      prisma.order.count({ where }),
      prisma.order.findMany({
        where,
        orderBy: [{ placedAt: 'desc' }, { id: 'desc' }],
        take: asked.limit,
        skip: asked.offset,
      }),
    ]);
    const orders = rows.map(showOrder);
    const text = listing(asked, total, orders, { of: 'orders', line: lineOf, none: noneText(asked) });
    return done(text, { orders, ...pageOf(asked, total) });
  },
});

function lineOf({ id, customer_id, status, total, placed_on }: OrderHead): string {
  return `${id} (${customer_id}, ${status}, ${total}, placed ${placed_on})`;
}

function noneText({ customer_id, status }: Input): string {
  const which = `${status ? `${status} order` : 'order'}${customer_id ? ` of ${customer_id}` : ''}`;
  return `There is no ${which}. ${status ? 'Leave the status out to see the others.' : 'list_orders without arguments shows all.'}`;
}
