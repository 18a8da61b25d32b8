import { z } from 'zod';
import { done, refused } from '../../kit/answers.ts';
import type { Tables } from '../../kit/database.ts';
import { hasDecimals, money, oneLine, words } from '../../kit/fields.ts';
import { defineTool } from '../../kit/tool.ts';
import { asMoney, orderId } from '../fields.ts';
import { amounts, ownerId, showAmounts } from '../orders.ts';
import { noSuchOrder } from '../subjects.ts';

export const refundOrder = defineTool({
  name: 'refund_order',
  title: 'Refund an order',
  description:
    'Gives back all or part of what was paid for an order, never more than is left to refund, for example ' +
    '{"order_id": "ORD-1001", "amount": 49.5, "reason": "Stone came loose after a week"}. It cannot be undone. It does not change the status of the order: use cancel_order for that.',
  does: 'alters',
  input: z.strictObject({
    order_id: orderId,
    // Required, so that rules and signers see the sum. Validators that divide doubles would fail `multipleOf` on 19.99.
    amount: z
      .number()
      .min(0.01)
      .max(10_000_000)
      .refine(hasDecimals(2), 'An amount has at most two decimals, for example 129.99')
      .describe('US dollars to give back, for example 49.5; for a full refund the "refundable" of get_order'),
    reason: words(3, 500).describe('Why, for example "Stone came loose after a week"'),
    customer_id: ownerId,
  }),
  output: z.object({
    order_id: orderId,
    amount: money,
    reason: z.string(),
    before: amounts,
    after: amounts,
  }),
  async run(db, asked) {
    const { order_id, customer_id, reason } = asked;
    const cents = Math.round(asked.amount * 100);
    const before = await paidFor(db, order_id, customer_id);
    if (!before) return noSuchOrder(order_id, customer_id);
    const left = before.paidCents - before.refundedCents;
    if (cents > left) return refused(tooMuch(order_id, cents, left));
    await giveBack(db, order_id, cents, reason);
    const after = { ...before, refundedCents: before.refundedCents + cents };
    const amount = asMoney(cents);
    const shown = { before: showAmounts(before), after: showAmounts(after) };
    const text = `${amount} of ${order_id} was refunded (${oneLine(reason)}). ${shown.after.refundable} can still be refunded.`;
    return done(text, { order_id, amount, reason, ...shown });
  },
});

type Paid = { paidCents: number; refundedCents: number };

// The lock makes refunds of an order wait for each other, so each sees what is left.
async function paidFor(
  { prisma, tenant }: Tables,
  id: string,
  customerId: string | null = null,
): Promise<Paid | undefined> {
  const [paid] = await prisma.$queryRaw<Paid[]>`
    select paid_cents as "paidCents", refunded_cents as "refundedCents"
    from jewelryops.orders where tenant = ${tenant} and id = ${id} and customer_id = coalesce(${customerId}, customer_id) for update`;
  return paid;
}

function tooMuch(id: string, asked: number, left: number): string {
  if (left === 0) return `Nothing of ${id} is left to refund: it is unpaid or fully refunded.`;
  return `${asMoney(asked)} is more than the ${asMoney(left)} left to refund of ${id}. Ask for at most that.`;
}

async function giveBack({ prisma, tenant }: Tables, id: string, cents: number, reason: string): Promise<void> {
  await prisma.$executeRaw`
    with changed as (
      update jewelryops.orders set refunded_cents = refunded_cents + ${cents} where tenant = ${tenant} and id = ${id}
    )
    insert into jewelryops.refunds (tenant, order_id, number, amount_cents, reason)
    select ${tenant}, ${id}, coalesce(max(number), 0) + 1, ${cents}::int, ${reason}
    from jewelryops.refunds where tenant = ${tenant} and order_id = ${id}`;
}
