import { z } from 'zod';
import { lock } from '../../../prisma/locks.ts';
import { done, type Refused } from '../../kit/answers.ts';
import type { Tables } from '../../kit/database.ts';
import { oneLine, words } from '../../kit/fields.ts';
import { defineTool } from '../../kit/tool.ts';
import { noSuchCustomer } from '../customers.ts';
import { author, channel, customerId, ticketId } from '../fields.ts';
import { message, showMessage } from '../messages.ts';
import { noSuchTicket, numberOf, otherCustomersTicket } from '../tickets.ts';

const input = z.strictObject({
  channel,
  text: words(1, 2000).describe('The message, for example "INC-001 is being worked on"'),
  ticket_id: ticketId.optional().describe('Ticket it is about, for example TCK-0012; its customer is then known'),
  customer_id: customerId.optional().describe('Customer it is about, for example CUST-003'),
  author,
});
type Input = z.infer<typeof input>;

const count = z.object({ messages: z.int().describe('How many messages the channel holds') });

export const sendMessage = defineTool({
  name: 'send_message',
  title: 'Send a message',
  description:
    'Sends a message to a support channel, where colleagues read it and customers do not, for example ' +
    '{"channel": "support", "text": "INC-001 is being worked on"}. It cannot be taken back.',
  does: 'adds',
  input,
  output: z.object({ message, before: count, after: count }),
  async run(db, asked) {
    const { prisma, tenant } = db;
    const { channel, text, author } = asked;
    const subject = await subjectOf(db, asked);
    if (subject.kind === 'refused') return subject;
    const { ticket, customerId } = subject;
    await lock(prisma, `helpdesk messages ${tenant}`);
    const { held, next } = await countsOf(db, channel);
    const data = { tenant, number: next, channel, author, body: text, ticket, customerId };
    const sent = showMessage(await prisma.helpdeskMessage.create({ data }));
    const [before, after] = [{ messages: held }, { messages: held + 1 }];
    const said = `${sent.id} was sent to ${channel}: ${oneLine(text)} (${channel} held ${held} messages, now ${held + 1})`;
    return done(said, { message: sent, before, after });
  },
});

type Subject = { kind: 'known'; ticket: number | null; customerId: string | null } | Refused;

async function subjectOf(db: Tables, asked: Input): Promise<Subject> {
  const { prisma, tenant } = db;
  if (asked.ticket_id !== undefined) return ticketOf(db, asked.ticket_id, asked.customer_id);
  const id = asked.customer_id;
  if (id === undefined) return { kind: 'known', ticket: null, customerId: null };
  const where = { tenant_id: { tenant, id } };
  const customer = await prisma.helpdeskCustomer.findUnique({ where, select: { id: true } });
  return customer ? { kind: 'known', ticket: null, customerId: id } : noSuchCustomer(id);
}

async function ticketOf({ prisma, tenant }: Tables, id: string, customer: string | undefined): Promise<Subject> {
  const number = numberOf(id);
  const where = { tenant_number: { tenant, number } };
  const ticket = await prisma.helpdeskTicket.findUnique({ where, select: { customerId: true } });
  if (!ticket) return noSuchTicket(id);
  const { customerId } = ticket;
  if (customer === undefined || customer === customerId) return { kind: 'known', ticket: number, customerId };
  return otherCustomersTicket(id, customerId, customer);
}

type Counts = { held: number; next: number };

async function countsOf({ prisma, tenant }: Tables, channel: string): Promise<Counts> {
  const [counts] = await prisma.$queryRaw<Counts[]>`
    select (select count(*)::int from helpdesk.messages where tenant = ${tenant} and channel = ${channel}) as held,
      (select coalesce(max(number), 0) + 1 from helpdesk.messages where tenant = ${tenant}) as next`;
  return counts ?? { held: 0, next: 1 };
}
