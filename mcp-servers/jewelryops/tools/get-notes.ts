import { z } from 'zod';
import { done } from '../../kit/answers.ts';
import { oneLine } from '../../kit/fields.ts';
import { listing, page, pageOf, paging } from '../../kit/pages.ts';
import { defineTool } from '../../kit/tool.ts';
import { customerId, orderId } from '../fields.ts';
import { type Note, note, showNote } from '../notes.ts';
import { subjectOf } from '../subjects.ts';

const input = z.strictObject({
  customer_id: customerId.optional().describe('Notes about this customer and all their orders, for example CUST-001'),
  order_id: orderId.optional().describe('Notes about this order only, for example ORD-1001'),
  ...paging,
});
type Input = z.infer<typeof input>;

export const getNotes = defineTool({
  name: 'get_notes',
  title: 'Get notes',
  description:
    'Internal notes, newest first: of a customer, for example {"customer_id": "CUST-001"}, of an order or, with ' +
    'neither, of the whole shop. Customers do not see these notes.',
  does: 'reads',
  input,
  output: z.object({ notes: z.array(note), ...page }),
  async run(db, asked) {
    const { prisma, tenant } = db;
    const subject = await subjectOf(db, asked);
    if (subject.kind === 'refused') return subject;
    const where = { tenant, customerId: asked.customer_id, orderId: asked.order_id };
    const [total, rows] = await Promise.all([
      prisma.customerNote.count({ where }),
      prisma.customerNote.findMany({ where, orderBy: { number: 'desc' }, take: asked.limit, skip: asked.offset }),
    ]);
    const notes = rows.map(showNote);
    const text = listing(asked, total, notes, { of: 'notes', line: lineOf, between: ' | ', none: noneText(asked) });
    return done(text, { notes, ...pageOf(asked, total) });
  },
});

function lineOf({ id, customer_id, order_id, author, body, written_on }: Note): string {
  return `${id} of ${written_on} on ${order_id ?? customer_id} by ${oneLine(author)}: ${oneLine(body)}`;
}

function noneText({ customer_id, order_id }: Input): string {
  if (order_id === undefined) return `There is no note${customer_id ? ` on ${customer_id}` : ''}: add_note writes one.`;
  return `There is no note on ${order_id}. Notes on its customer are found with customer_id alone.`;
}
