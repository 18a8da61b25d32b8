import { z } from 'zod';
import { lock } from '../../../prisma/locks.ts';
import { done, refused } from '../../kit/answers.ts';
import { oneLine, words } from '../../kit/fields.ts';
import { defineTool } from '../../kit/tool.ts';
import { customerId, noteKind, orderId } from '../fields.ts';
import { note, showNote } from '../notes.ts';
import { subjectOf } from '../subjects.ts';

const count = z.object({ notes: z.int().describe('How many notes the customer has') });

export const addNote = defineTool({
  name: 'add_note',
  title: 'Add a note',
  description:
    'Adds an internal note to a customer or to an order, for example {"customer_id": "CUST-001", "body": "Prefers ' +
    'platinum"}. A note cannot be changed or removed afterwards.',
  does: 'adds',
  input: z.strictObject({
    customer_id: customerId.optional().describe('Customer the note is about, for example CUST-001'),
    order_id: orderId.optional().describe('Order the note is about, for example ORD-1001; its customer is then known'),
    body: words(1, 2000).describe('The note, for example "Prefers platinum; ring size 6"'),
    kind: noteKind.default('general'),
    author: words(1, 100).default('assistant').describe('Who says so, for example "Maya at the front desk"'),
  }),
  output: z.object({ note, before: count, after: count }),
  async run(db, asked) {
    const { prisma, tenant } = db;
    const subject = await subjectOf(db, asked);
    if (subject.kind === 'refused') return subject;
    const { customerId } = subject;
    if (customerId === undefined) {
      return refused('Say what the note is about: give customer_id or order_id.');
    }
    await lock(prisma, `jewelryops notes ${tenant}`);
    const last = await prisma.customerNote.findFirst({ where: { tenant }, orderBy: { number: 'desc' } });
    const before = { notes: await prisma.customerNote.count({ where: { tenant, customerId } }) };
    const number = (last?.number ?? 0) + 1;
    const { kind, author, body } = asked;
    const row = await prisma.customerNote.create({
      data: { tenant, number, customerId, orderId: asked.order_id, kind, author, body },
    });
    const written = showNote(row);
    const after = { notes: before.notes + 1 };
    const text = `${written.id} was added to ${asked.order_id ?? customerId}: ${oneLine(body)}`;
    return done(text, { note: written, before, after });
  },
});
