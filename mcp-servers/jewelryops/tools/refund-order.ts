import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import type { Prisma } from '../../../prisma/client/client.ts';
import { type Answer, answer, done, refused } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { effect } from '../../effects.ts';
import { alters, hasDecimals, money, oneLine, replayed, words } from '../../fields.ts';
import { asMoney, orderId } from '../fields.ts';
import { amounts, showAmounts } from '../orders.ts';
import { noSuchOrder } from '../subjects.ts';

const inputSchema = z.strictObject({
  order_id: orderId,
  // Always said, never "the rest": a rule or a person who signs must see the sum. A `multipleOf` would fail on 19.99
  // in validators that divide doubles.
  amount: z
    .number()
    .min(0.01)
    .max(10_000_000)
    .refine(hasDecimals(2), 'An amount has at most two decimals, for example 129.99')
    .describe('US dollars to give back, for example 49.5; for a full refund the "refundable" of get_order'),
  reason: words(3, 500).describe('Why, for example "Stone came loose after a week"'),
});
type Asked = z.infer<typeof inputSchema>;

const outputSchema = z.object({
  order_id: orderId,
  amount: money,
  reason: z.string(),
  before: amounts,
  after: amounts,
  idempotent_replay: replayed,
});
type Shown = z.infer<typeof outputSchema>;

export function refundOrder(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'refund_order',
    {
      title: 'Refund an order',
      description:
        'Gives back all or part of what was paid for an order, never more than is left to refund, for example ' +
        '{"order_id": "ORD-1001", "amount": 49.5, "reason": "Stone came loose after a week"}. It cannot be undone. It does not change the status of the order: use cancel_order for that.',
      inputSchema,
      outputSchema,
      annotations: alters,
    },
    (args, { _meta }) => {
      const asked = { server: 'jewelryops', tool: 'refund_order', args, meta: _meta, output: outputSchema };
      return answer(effect(db, asked, (tx) => refund(tx, db.tenant, args)));
    },
  );
}

type Paid = { paidCents: number; refundedCents: number };

async function refund(tx: Prisma.TransactionClient, tenant: string, asked: Asked): Promise<Answer<Shown>> {
  const { order_id, reason } = asked;
  const cents = Math.round(asked.amount * 100);
  const before = await paidFor(tx, tenant, order_id);
  if (!before) return refused(`${noSuchOrder(order_id)} Nothing was refunded.`);
  const left = before.paidCents - before.refundedCents;
  if (cents > left) return refused(tooMuch(order_id, cents, left));
  await giveBack(tx, tenant, order_id, cents, reason);
  const after = { ...before, refundedCents: before.refundedCents + cents };
  const amount = asMoney(cents);
  const shown = { before: showAmounts(before), after: showAmounts(after) };
  const text = `${amount} of ${order_id} was refunded (${oneLine(reason)}). ${shown.after.refundable} can still be refunded.`;
  return done(text, { order_id, amount, reason, ...shown, idempotent_replay: false });
}

// The lock makes one refund wait for the other, so each sees what is really left.
async function paidFor(tx: Prisma.TransactionClient, tenant: string, id: string): Promise<Paid | undefined> {
  const [paid] = await tx.$queryRaw<Paid[]>`
    select paid_cents as "paidCents", refunded_cents as "refundedCents"
    from jewelryops.orders where tenant = ${tenant} and id = ${id} for update`;
  return paid;
}

function tooMuch(id: string, asked: number, left: number): string {
  if (left === 0) return `Nothing of ${id} is left to refund: it is unpaid or fully refunded. Nothing was refunded.`;
  return `${asMoney(asked)} is more than the ${asMoney(left)} left to refund of ${id}. Ask for at most that. Nothing was refunded.`;
}

async function giveBack(
  tx: Prisma.TransactionClient,
  tenant: string,
  id: string,
  cents: number,
  reason: string,
): Promise<void> {
  await tx.$executeRaw`
    with changed as (
      update jewelryops.orders set refunded_cents = refunded_cents + ${cents} where tenant = ${tenant} and id = ${id}
    )
    insert into jewelryops.refunds (tenant, order_id, number, amount_cents, reason)
    select ${tenant}, ${id}, coalesce(max(number), 0) + 1, ${cents}::int, ${reason}
    from jewelryops.refunds where tenant = ${tenant} and order_id = ${id}`;
}
