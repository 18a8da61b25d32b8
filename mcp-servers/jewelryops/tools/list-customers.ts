import { z } from 'zod';
import { Prisma } from '../../../prisma/client/client.ts';
import { done } from '../../kit/answers.ts';
import { words } from '../../kit/fields.ts';
import { listing, page, pageOf, paging } from '../../kit/pages.ts';
import { defineTool } from '../../kit/tool.ts';
import { customerId, tier } from '../fields.ts';

const input = z.strictObject({
  tier: tier.optional(),
  city: words(1, 100).optional().describe('Only customers of this city, in any case, for example Chicago'),
  email: words(3, 254)
    .optional()
    .describe('Only the customer with exactly this address, for example lisa.park@example.com'),
  ...paging,
});
type Input = z.infer<typeof input>;

const customer = z.object({ id: customerId, name: z.string(), email: z.string(), tier, city: z.string() });
type Customer = z.infer<typeof customer>;
type Found = { total: number; customers: Customer[] };

export const listCustomers = defineTool({
  name: 'list_customers',
  title: 'List customers',
  description:
    'Customers in order of id, a page at a time, for example {"tier": "vip"} or {"city": "Chicago", "limit": 5}. ' +
    'To find one person use search_customers.',
  does: 'reads',
  input,
  output: z.object({ customers: z.array(customer), ...page }),
  async run({ prisma, tenant }, asked) {
    const [found] = await prisma.$queryRaw<Found[]>`
      with fitting as (
        select id, name, email, tier, city from jewelryops.customers where tenant = ${tenant} ${filters(asked)}
      )
      select (select count(*)::int from fitting) as total, coalesce(jsonb_agg(paged order by id), '[]') as customers
      from (select * from fitting order by id limit ${asked.limit} offset ${asked.offset}) paged`;
    const { total, customers } = found ?? { total: 0, customers: [] };
    const text = listing(asked, total, customers, { of: 'customers', line: lineOf, none: NONE });
    return done(text, { customers, ...pageOf(asked, total) });
  },
});

function lineOf({ id, name, tier, city }: Customer): string {
  return `${name} (${id}, ${tier}, ${city})`;
}

const NONE =
  'No customer fits. Leave the tier, the city or the email out: list_customers without arguments shows all. ' +
  'search_customers forgives typing errors in a city.';

function filters({ tier, city, email }: Input): Prisma.Sql {
  return Prisma.sql`
    ${tier === undefined ? Prisma.empty : Prisma.sql`and tier = ${tier}`}
    ${city === undefined ? Prisma.empty : Prisma.sql`and lower(city) = lower(${city})`}
    ${email === undefined ? Prisma.empty : Prisma.sql`and lower(email) = lower(${email})`}`;
}
