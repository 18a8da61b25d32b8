import { z } from 'zod';
import { done, refused } from '../../kit/answers.ts';
import type { Tables } from '../../kit/database.ts';
import { money, oneLine, words } from '../../kit/fields.ts';
import { defineTool } from '../../kit/tool.ts';
import { asMoney, orderId, orderStatus, sku } from '../fields.ts';
import { lockShelves, restock } from '../stock.ts';
import { noSuchOrder } from '../subjects.ts';

const state = z.object({ status: orderStatus });
const returned = z.object({ sku, before: z.int(), after: z.int() });
type Restocked = z.infer<typeof returned>[];

export const cancelOrder = defineTool({
  name: 'cancel_order',
  title: 'Cancel an order',
  description:
    'Cancels an order that has not been shipped and puts its items back in stock, for example ' +
    '{"order_id": "ORD-1018", "reason": "Customer changed their mind"}. It cannot be undone. Money is not given back by it: refund_order does that.',
  does: 'alters',
  input: z.strictObject({
    order_id: orderId,
    reason: words(3, 500).describe('Why, for example "Customer changed their mind"'),
  }),
  output: z.object({
    order_id: orderId,
    before: state,
    after: state,
    restocked: z.array(returned).describe('Items put back on the shelf, with their quantities'),
    refundable: money.describe('Paid and not refunded: give it back with refund_order'),
  }),
  async run(db, { order_id, reason }) {
    const { prisma, tenant } = db;
    // Locked before it is read: a second cancellation waits and then finds the order cancelled.
    await prisma.$executeRaw`select 1 from jewelryops.orders where tenant = ${tenant} and id = ${order_id} for update`;
    const order = await prisma.order.findUnique({ where: { tenant_id: { tenant, id: order_id } } });
    if (!order) return noSuchOrder(order_id);
    const before = { status: orderStatus.parse(order.status) };
    const obstacle = whyNot(order.id, before.status);
    if (obstacle) return refused(obstacle);
    await prisma.$executeRaw`
      update jewelryops.orders set status = 'cancelled', cancelled_at = now(), cancel_reason = ${reason}
      where tenant = ${tenant} and id = ${order_id}`;
    const after = { status: 'cancelled' as const };
    const restocked = await putBack(db, order_id);
    const refundable = asMoney(order.paidCents - order.refundedCents);
    const pieces = restocked.reduce((sum, { before, after }) => sum + after - before, 0);
    const back = `${pieces} ${pieces === 1 ? 'piece is' : 'pieces are'} back in stock`;
    const text = `${order_id} was cancelled (${oneLine(reason)}), ${back}, ${refundable} can be refunded.`;
    return done(text, { order_id, before, after, restocked, refundable });
  },
});

function whyNot(id: string, status: z.infer<typeof orderStatus>): string | undefined {
  if (status === 'cancelled') return `${id} is cancelled already.`;
  if (status === 'shipped') return `${id} is on its way; once it is back, refund it with refund_order.`;
  if (status === 'delivered') return `${id} was delivered; refund it with refund_order instead.`;
  return undefined;
}

async function putBack(db: Tables, id: string): Promise<Restocked> {
  const { prisma, tenant } = db;
  const lines = await prisma.orderLine.groupBy({
    by: ['sku'],
    where: { tenant, orderId: id },
    _sum: { quantity: true },
  });
  const taken = new Map(lines.map((line) => [line.sku, line._sum.quantity ?? 0]));
  const restocked: Restocked = [];
  for (const shelf of await lockShelves(db, [...taken.keys()])) {
    const after = shelf.quantity + (taken.get(shelf.sku) ?? 0);
    await restock(db, shelf, after, `${id} cancelled`);
    restocked.push({ sku: shelf.sku, before: shelf.quantity, after });
  }
  return restocked;
}
