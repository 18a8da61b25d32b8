import { z } from 'zod';
import { done } from '../../kit/answers.ts';
import { asDay, day, money } from '../../kit/fields.ts';
import { defineTool } from '../../kit/tool.ts';
import { asMoney, customerId, tier } from '../fields.ts';
import { noSuchCustomer } from '../subjects.ts';

const output = z.object({
  id: customerId,
  name: z.string(),
  email: z.string(),
  phone: z.string(),
  tier,
  city: z.string(),
  customer_since: day,
  orders: z.int().describe('How many orders, cancelled ones included'),
  spent: money.describe('Paid less refunded, over all orders'),
});
type Shown = z.infer<typeof output>;
type Row = Omit<Shown, 'customer_since' | 'spent'> & { created_at: Date; spent_cents: number };

export const getCustomer = defineTool({
  name: 'get_customer',
  title: 'Get a customer',
  description:
    'One customer by id, for example {"customer_id": "CUST-001"}: contact, loyalty tier, city, number of orders, money ' +
    'spent. With only a name, an email or a phone number, call search_customers first.',
  does: 'reads',
  input: z.strictObject({ customer_id: customerId }),
  output,
  async run({ prisma, tenant }, { customer_id: id }) {
    // A sum of whole cents stays exact in a double, which arrives as a plain number.
    const [row] = await prisma.$queryRaw<Row[]>`
      select c.id, c.name, c.email, c.phone, c.tier, c.city, c.created_at, o.orders, o.spent_cents
      from jewelryops.customers c
      cross join lateral (
        select count(*)::int as orders, coalesce(sum(paid_cents - refunded_cents), 0)::float8 as spent_cents
        from jewelryops.orders where tenant = c.tenant and customer_id = c.id
      ) o
      where c.tenant = ${tenant} and c.id = ${id}`;
    if (!row) return noSuchCustomer(id);
    const { created_at, spent_cents, ...customer } = row;
    const shown = { ...customer, customer_since: asDay(created_at), spent: asMoney(spent_cents) };
    const text =
      `${shown.name} (${shown.id}), ${shown.tier} tier, ${shown.city}, ${shown.email}, ${shown.phone}; ` +
      `customer since ${shown.customer_since}, ${shown.orders} orders, ${shown.spent} spent.`;
    return done(text, shown);
  },
});
