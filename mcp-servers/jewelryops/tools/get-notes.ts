import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { type Answer, answer } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { donePage, nextOffset, oneLine, page, paging, reads } from '../../fields.ts';
import { customerId, orderId } from '../fields.ts';
import { note, showNote } from '../notes.ts';

const inputSchema = z.strictObject({
  customer_id: customerId.optional().describe('Notes about this customer and all their orders, for example CUST-001'),
  order_id: orderId.optional().describe('Notes about this order only, for example ORD-1001'),
  ...paging,
});
type Asked = z.infer<typeof inputSchema>;

const outputSchema = z.object({ notes: z.array(note), ...page });
type Shown = z.infer<typeof outputSchema>;

export function getNotes(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'get_notes',
    {
      title: 'Get notes',
      description:
        'Internal notes, newest first: of a customer, of an order or, with neither, of the whole shop. ' +
        'Customers do not see these notes.',
      inputSchema,
      outputSchema,
      annotations: reads,
    },
    (asked) => answer(read(db, asked)),
  );
}

async function read({ prisma, tenant }: ToolDatabase, asked: Asked): Promise<Answer<Shown>> {
  const where = { tenant, customerId: asked.customer_id, orderId: asked.order_id };
  const [total, rows] = await Promise.all([
    prisma.customerNote.count({ where }),
    prisma.customerNote.findMany({ where, orderBy: { number: 'desc' }, take: asked.limit, skip: asked.offset }),
  ]);
  const notes = rows.map(showNote);
  const told = notes
    .map((each) => {
      const about = each.order_id ?? each.customer_id;
      return `${each.id} of ${each.written_on} on ${about} by ${oneLine(each.author)}: ${oneLine(each.body)}`;
    })
    .join(' | ');
  const text = `${notes.length} of ${total} notes${told && `: ${told}`}`;
  return donePage(text, { notes, total, next_offset: nextOffset(asked, total) });
}
