import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { type Answer, answer, refused } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { donePage, nextOffset, oneLine, page, paging, reads } from '../../fields.ts';
import { customerId, orderId } from '../fields.ts';
import { note, showNote } from '../notes.ts';
import { subjectOf } from '../subjects.ts';

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
        'Internal notes, newest first: of a customer, for example {"customer_id": "CUST-001"}, of an order or, with ' +
        'neither, of the whole shop. Customers do not see these notes.',
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
  const text = total === 0 ? nothing(asked) : `${notes.length} of ${total} notes${told && `: ${told}`}`;
  return donePage(text, { notes, total, next_offset: nextOffset(asked, total) });
}

function nothing({ customer_id, order_id }: Asked): string {
  if (order_id === undefined) return `There is no note${customer_id ? ` on ${customer_id}` : ''}: add_note writes one.`;
  return `There is no note on ${order_id}. Notes on its customer are found with customer_id alone.`;
}
