import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import type { Prisma } from '../../../prisma/client/client.ts';
import { lock } from '../../../prisma/locks.ts';
import { type Answer, answer, done, refused } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { effect } from '../../effects.ts';
import { adds, oneLine, replayed, words } from '../../fields.ts';
import { noSuchCustomer } from '../customers.ts';
import { author, channel, customerId, ticketId } from '../fields.ts';
import { message, showMessage } from '../messages.ts';
import { noSuchTicket, numberOf, othersTicket } from '../tickets.ts';

const inputSchema = z.strictObject({
  channel,
  text: words(1, 2000).describe('The message, for example "INC-001 is being worked on"'),
  ticket_id: ticketId.optional().describe('Ticket it is about, for example TCK-0012; its customer is then known'),
  customer_id: customerId.optional().describe('Customer it is about, for example CUST-003'),
  author,
});
type Asked = z.infer<typeof inputSchema>;

const count = z.object({ messages: z.int().describe('How many messages the channel holds') });
const outputSchema = z.object({ message, before: count, after: count, idempotent_replay: replayed });
type Shown = z.infer<typeof outputSchema>;

export function sendMessage(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'send_message',
    {
      title: 'Send a message',
      description:
        'Sends a message to a support channel, where colleagues read it and customers do not, for example ' +
        '{"channel": "support", "text": "INC-001 is being worked on"}. It cannot be taken back.',
      inputSchema,
      outputSchema,
      annotations: adds,
    },
    (args, { _meta }) => {
      const asked = { server: 'helpdesk', tool: 'send_message', args, meta: _meta, output: outputSchema };
      return answer(effect(db, asked, (tx) => send(tx, db.tenant, args)));
    },
  );
}

async function send(tx: Prisma.TransactionClient, tenant: string, asked: Asked): Promise<Answer<Shown>> {
  const { channel, text, author } = asked;
  const subject = await subjectOf(tx, tenant, asked);
  if (subject.kind === 'refused') return refused(`${subject.text} Nothing was sent.`);
  const { ticket, customerId } = subject;
  await lock(tx, `helpdesk messages ${tenant}`);
  const { held, next } = await countsOf(tx, tenant, channel);
  const data = { tenant, number: next, channel, author, body: text, ticket, customerId };
  const sent = showMessage(await tx.helpdeskMessage.create({ data }));
  const [before, after] = [{ messages: held }, { messages: held + 1 }];
  const said = `${sent.id} was sent to ${channel}: ${oneLine(text)} (${channel} held ${held} messages, now ${held + 1})`;
  return done(said, { message: sent, before, after, idempotent_replay: false });
}

type Subject = { kind: 'known'; ticket: number | null; customerId: string | null } | { kind: 'refused'; text: string };

async function subjectOf(tx: Prisma.TransactionClient, tenant: string, asked: Asked): Promise<Subject> {
  if (asked.ticket_id !== undefined) return ticketOf(tx, tenant, asked.ticket_id, asked.customer_id);
  const id = asked.customer_id;
  if (id === undefined) return { kind: 'known', ticket: null, customerId: null };
  const where = { tenant_id: { tenant, id } };
  const customer = await tx.helpdeskCustomer.findUnique({ where, select: { id: true } });
  return customer ? { kind: 'known', ticket: null, customerId: id } : refused(noSuchCustomer(id));
}

async function ticketOf(
  tx: Prisma.TransactionClient,
  tenant: string,
  id: string,
  customer: string | undefined,
): Promise<Subject> {
  const number = numberOf(id);
  const where = { tenant_number: { tenant, number } };
  const ticket = await tx.helpdeskTicket.findUnique({ where, select: { customerId: true } });
  if (!ticket) return refused(noSuchTicket(id));
  const { customerId } = ticket;
  if (customer === undefined || customer === customerId) return { kind: 'known', ticket: number, customerId };
  return refused(othersTicket(id, customerId, customer));
}

type Counts = { held: number; next: number };

async function countsOf(tx: Prisma.TransactionClient, tenant: string, channel: string): Promise<Counts> {
  const [counts] = await tx.$queryRaw<Counts[]>`
    select (select count(*)::int from helpdesk.messages where tenant = ${tenant} and channel = ${channel}) as held,
      (select coalesce(max(number), 0) + 1 from helpdesk.messages where tenant = ${tenant}) as next`;
  return counts ?? { held: 0, next: 1 };
}
