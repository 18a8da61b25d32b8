import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
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
  const where = {
    tenant,
    tier: asked.tier,
    city: asked.city === undefined ? undefined : { equals: asked.city, mode: 'insensitive' as const },
  };
  const [total, rows] = await Promise.all([
    prisma.customer.count({ where }),
    prisma.customer.findMany({
      where,
      select: { id: true, name: true, email: true, tier: true, city: true },
      orderBy: { id: 'asc' },
      take: asked.limit,
      skip: asked.offset,
    }),
  ]);
  const customers = z.array(customer).parse(rows);
  const named = customers.map((each) => `${each.name} (${each.id}, ${each.tier}, ${each.city})`).join('; ');
  const text = `${customers.length} of ${total} customers${named && `: ${named}`}.`;
  return donePage(text, { customers, total, next_offset: nextOffset(asked, total) });
}
