import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import type { Prisma } from '../../../prisma/client/client.ts';
import { lock } from '../../../prisma/locks.ts';
import { type Answer, answer, done, refused } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { effect } from '../../effects.ts';
import { adds, oneLine, replayed, words } from '../../fields.ts';
import { customerId, noteKind, orderId } from '../fields.ts';
import { note, showNote } from '../notes.ts';
import { subjectOf } from '../subjects.ts';

const inputSchema = z.strictObject({
  customer_id: customerId.optional().describe('Customer the note is about, for example CUST-001'),
  order_id: orderId.optional().describe('Order the note is about, for example ORD-1001; its customer is then known'),
  body: words(1, 2000).describe('The note, for example "Prefers platinum; ring size 6"'),
  kind: noteKind.default('general'),
  author: words(1, 100).default('assistant').describe('Who says so, for example "Maya at the front desk"'),
});
type Asked = z.infer<typeof inputSchema>;

const count = z.object({ notes: z.int().describe('How many notes the customer has') });
const outputSchema = z.object({ note, before: count, after: count, idempotent_replay: replayed });
type Shown = z.infer<typeof outputSchema>;

export function addNote(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'add_note',
    {
      title: 'Add a note',
      description:
        'Adds an internal note to a customer or to an order, for example {"customer_id": "CUST-001", "body": "Prefers ' +
        'platinum"}. A note cannot be changed or removed afterwards.',
      inputSchema,
      outputSchema,
      annotations: adds,
    },
    (args, { _meta }) => {
      const asked = { server: 'jewelryops', tool: 'add_note', args, meta: _meta, output: outputSchema };
      return answer(effect(db, asked, (tx) => add(tx, db.tenant, args)));
    },
  );
}

async function add(tx: Prisma.TransactionClient, tenant: string, asked: Asked): Promise<Answer<Shown>> {
  const subject = await subjectOf(tx, tenant, asked);
  if (subject.kind === 'refused') return refused(`${subject.text} Nothing was added.`);
  const { customerId } = subject;
  if (customerId === undefined) {
    return refused('Say what the note is about: give customer_id or order_id. Nothing was added.');
  }
  await lock(tx, `jewelryops notes ${tenant}`);
  const last = await tx.customerNote.findFirst({ where: { tenant }, orderBy: { number: 'desc' } });
  const before = { notes: await tx.customerNote.count({ where: { tenant, customerId } }) };
  const number = (last?.number ?? 0) + 1;
  const { kind, author, body } = asked;
  const row = await tx.customerNote.create({
    data: { tenant, number, customerId, orderId: asked.order_id, kind, author, body },
  });
  const written = showNote(row);
  const after = { notes: before.notes + 1 };
  const text = `${written.id} was added to ${asked.order_id ?? customerId}: ${oneLine(body)}`;
  return done(text, { note: written, before, after, idempotent_replay: false });
}
