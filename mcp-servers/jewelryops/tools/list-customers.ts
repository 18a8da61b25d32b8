import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { Prisma } from '../../../prisma/client/client.ts';
import { type Answer, answer } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { donePage, nextOffset, page, paging, reads, words } from '../../fields.ts';
import { customerId, tier } from '../fields.ts';

const inputSchema = z.strictObject({
  tier: tier.optional(),
  city: words(1, 100).optional().describe('Only customers of this city, in any case, for example Chicago'),
  ...paging,
});
type Asked = z.infer<typeof inputSchema>;

const customer = z.object({ id: customerId, name: z.string(), email: z.string(), tier, city: z.string() });
const outputSchema = z.object({ customers: z.array(customer), ...page });
type Shown = z.infer<typeof outputSchema>;
type Found = Pick<Shown, 'total' | 'customers'>;

export function listCustomers(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'list_customers',
    {
      title: 'List customers',
      description:
        'Customers in order of id, a page at a time, for example {"tier": "vip"} or {"city": "Chicago", "limit": 5}. ' +
        'To find one person use search_customers.',
      inputSchema,
      outputSchema,
      annotations: reads,
    },
    (asked) => answer(read(db, asked)),
  );
}

async function read({ prisma, tenant }: ToolDatabase, asked: Asked): Promise<Answer<Shown>> {
  const [found] = await prisma.$queryRaw<Found[]>`
    with fitting as (
      select id, name, email, tier, city from jewelryops.customers where tenant = ${tenant} ${filters(asked)}
    )
    select (select count(*)::int from fitting) as total, coalesce(jsonb_agg(paged order by id), '[]') as customers
    from (select * from fitting order by id limit ${asked.limit} offset ${asked.offset}) paged`;
  const { total, customers } = found ?? { total: 0, customers: [] };
  const named = customers.map((each) => `${each.name} (${each.id}, ${each.tier}, ${each.city})`).join('; ');
  const text = total === 0 ? NONE : `${customers.length} of ${total} customers${named && `: ${named}`}.`;
  return donePage(text, { customers, total, next_offset: nextOffset(asked, total) });
}

const NONE =
  'No customer fits. Leave the tier or the city out: list_customers without arguments shows all. ' +
  'search_customers forgives typing errors in a city.';

function filters({ tier, city }: Asked): Prisma.Sql {
  return Prisma.sql`
    ${tier === undefined ? Prisma.empty : Prisma.sql`and tier = ${tier}`}
    ${city === undefined ? Prisma.empty : Prisma.sql`and lower(city) = lower(${city})`}`;
}
