import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { type Answer, answer, refused } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { donePage, nextOffset, page, paging, reads } from '../../fields.ts';
import { customerId, orderStatus } from '../fields.ts';
import { orderHead, showOrder } from '../orders.ts';
import { subjectOf } from '../subjects.ts';

const inputSchema = z.strictObject({
  customer_id: customerId.optional().describe('Only orders of this customer, for example CUST-001'),
  status: orderStatus.optional(),
  ...paging,
});
type Asked = z.infer<typeof inputSchema>;

const outputSchema = z.object({ orders: z.array(orderHead), ...page });
type Shown = z.infer<typeof outputSchema>;

export function listOrders(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'list_orders',
    {
      title: 'List orders',
      description:
        'Orders, newest first, a page at a time, for example {"customer_id": "CUST-001"} or {"status": "processing"}. ' +
        'Items and refunds of one order are shown by get_order.',
      inputSchema,
      outputSchema,
      annotations: reads,
    },
    (asked) => answer(read(db, asked)),
  );
}

async function read({ prisma, tenant }: ToolDatabase, asked: Asked): Promise<Answer<Shown>> {
  const subject = await subjectOf(prisma, tenant, asked);
  if (subject.kind === 'refused') return refused(`${subject.text} Nothing was read.`);
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
  const named = orders
    .map((each) => `${each.id} (${each.customer_id}, ${each.status}, ${each.total}, placed ${each.placed_on})`)
    .join('; ');
  const text = total === 0 ? nothing(asked) : `${orders.length} of ${total} orders${named && `: ${named}`}.`;
  return donePage(text, { orders, total, next_offset: nextOffset(asked, total) });
}

function nothing({ customer_id, status }: Asked): string {
  const which = `${status ? `${status} order` : 'order'}${customer_id ? ` of ${customer_id}` : ''}`;
  return `There is no ${which}. ${status ? 'Leave the status out to see the others.' : 'list_orders without arguments shows all.'}`;
}
