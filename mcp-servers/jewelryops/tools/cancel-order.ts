import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import type { Order, Prisma } from '../../../prisma/client/client.ts';
import { type Answer, answer, done, refused } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { effect } from '../../effects.ts';
import { alters, money, oneLine, replayed, words } from '../../fields.ts';
import { asMoney, orderId, orderStatus, sku } from '../fields.ts';
import { lockShelves, restock } from '../stock.ts';
import { noSuchOrder } from '../subjects.ts';

const inputSchema = z.strictObject({
  order_id: orderId,
  reason: words(3, 500).describe('Why, for example "Customer changed their mind"'),
});
type Asked = z.infer<typeof inputSchema>;

const state = z.object({ status: orderStatus });
const returned = z.object({ sku, before: z.int(), after: z.int() });
const outputSchema = z.object({
  order_id: orderId,
  before: state,
  after: state,
  restocked: z.array(returned).describe('Items put back on the shelf, with their quantities'),
  refundable: money.describe('Paid and not refunded: give it back with refund_order'),
  idempotent_replay: replayed,
});
type Shown = z.infer<typeof outputSchema>;
type Restocked = z.infer<typeof returned>[];

export function cancelOrder(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'cancel_order',
    {
      title: 'Cancel an order',
      description:
        'Cancels an order that has not been shipped and puts its items back in stock, for example ' +
        '{"order_id": "ORD-1018", "reason": "Customer changed their mind"}. It cannot be undone. Money is not given back by it: refund_order does that.',
      inputSchema,
      outputSchema,
      annotations: alters,
    },
    (args, { _meta }) => {
      const asked = { server: 'jewelryops', tool: 'cancel_order', args, meta: _meta, output: outputSchema };
      return answer(effect(db, asked, (tx) => cancel(tx, db.tenant, args)));
    },
  );
}

async function cancel(tx: Prisma.TransactionClient, tenant: string, asked: Asked): Promise<Answer<Shown>> {
  const { order_id, reason } = asked;
  // Locked before it is read: a second cancellation waits and then finds the order cancelled.
  await tx.$executeRaw`select 1 from jewelryops.orders where tenant = ${tenant} and id = ${order_id} for update`;
  const order = await tx.order.findUnique({ where: { tenant_id: { tenant, id: order_id } } });
  if (!order) return refused(`${noSuchOrder(order_id)} Nothing was cancelled.`);
  const before = { status: orderStatus.parse(order.status) };
  const obstacle = whyNot(order.id, before.status);
  if (obstacle) return refused(`${obstacle} Nothing was cancelled.`);
  await tx.$executeRaw`
    update jewelryops.orders set status = 'cancelled', cancelled_at = now(), cancel_reason = ${reason}
    where tenant = ${tenant} and id = ${order_id}`;
  const after = { status: 'cancelled' as const };
  const restocked = await putBack(tx, order);
  const refundable = asMoney(order.paidCents - order.refundedCents);
  const pieces = restocked.reduce((sum, { before, after }) => sum + after - before, 0);
  const back = `${pieces} ${pieces === 1 ? 'piece is' : 'pieces are'} back in stock`;
  const text = `${order_id} was cancelled (${oneLine(reason)}), ${back}, ${refundable} can be refunded.`;
  return done(text, { order_id, before, after, restocked, refundable, idempotent_replay: false });
}

function whyNot(id: string, status: z.infer<typeof orderStatus>): string | undefined {
  if (status === 'cancelled') return `${id} is cancelled already.`;
  if (status === 'shipped') return `${id} is on its way; once it is back, refund it with refund_order.`;
  if (status === 'delivered') return `${id} was delivered; refund it with refund_order instead.`;
  return undefined;
}

async function putBack(tx: Prisma.TransactionClient, { tenant, id }: Order): Promise<Restocked> {
  const lines = await tx.orderLine.groupBy({
    by: ['sku'],
    where: { tenant, orderId: id },
    _sum: { quantity: true },
  });
  const taken = new Map(lines.map((line) => [line.sku, line._sum.quantity ?? 0]));
  const restocked: Restocked = [];
  for (const shelf of await lockShelves(tx, tenant, [...taken.keys()])) {
    const after = shelf.quantity + (taken.get(shelf.sku) ?? 0);
    await restock(tx, tenant, shelf, after, `${id} cancelled`);
    restocked.push({ sku: shelf.sku, before: shelf.quantity, after });
  }
  return restocked;
}
