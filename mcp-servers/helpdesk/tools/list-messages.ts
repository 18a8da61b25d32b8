import { z } from 'zod';
import { done, type Refused } from '../../kit/answers.ts';
import type { ToolDatabase } from '../../kit/database.ts';
import { oneLine } from '../../kit/fields.ts';
import { listing, page, pageOf, paging } from '../../kit/pages.ts';
import { defineTool } from '../../kit/tool.ts';
import { noSuchCustomer } from '../customers.ts';
import { channel, customerId, ticketId } from '../fields.ts';
import { type Message, message, showMessage } from '../messages.ts';
import { noSuchTicket, numberOf, otherCustomersTicket } from '../tickets.ts';

const input = z.strictObject({
  channel,
  ticket_id: ticketId.optional().describe('Only messages about this ticket, for example TCK-0011'),
  customer_id: customerId.optional().describe('Only messages about this customer, for example CUST-007'),
  ...paging,
});
type Input = z.infer<typeof input>;

export const listMessages = defineTool({
  name: 'list_messages',
  title: 'List messages',
  description:
    'What stands in a support channel, newest first, a page at a time, for example {"channel": "incidents"} or ' +
    '{"channel": "escalations", "ticket_id": "TCK-0011"}. Customers do not see these messages.',
  does: 'reads',
  input,
  output: z.object({
    messages: z.array(message),
    about: z
      .string()
      .nullable()
      .describe(
        'The ticket or customer asked for, for example TCK-0011 of Gladstone Legal (CUST-007); null without one',
      ),
    ...page,
  }),
  async run(db, asked) {
    const subject = await subjectOf(db, asked);
    if (subject.kind === 'refused') return subject;
    const { prisma, tenant } = db;
    const { about } = subject;
    const ticket = asked.ticket_id === undefined ? undefined : numberOf(asked.ticket_id);
    const where = { tenant, channel: asked.channel, ticket, customerId: asked.customer_id };
    const [total, rows] = await Promise.all([
      prisma.helpdeskMessage.count({ where }),
      prisma.helpdeskMessage.findMany({ where, orderBy: { number: 'desc' }, take: asked.limit, skip: asked.offset }),
    ]);
    const messages = rows.map(showMessage);
    const of = `messages in ${asked.channel}${about === null ? '' : ` about ${about}`}`;
    const none = `There are no ${of}. Look in another channel${about === null ? '' : ', or at all of this one'}.`;
    const text = listing(asked, total, messages, { of, line: lineOf, between: ' | ', none });
    return done(text, { messages, about, ...pageOf(asked, total) });
  },
});

/** The ticket or customer asked for, in words. */
type Subject = { kind: 'known'; about: string | null } | Refused;

async function subjectOf({ prisma, tenant }: ToolDatabase, { ticket_id, customer_id }: Input): Promise<Subject> {
  const select = { id: true, company: true };
  if (ticket_id !== undefined) {
    const where = { tenant_number: { tenant, number: numberOf(ticket_id) } };
    const ticket = await prisma.helpdeskTicket.findUnique({ where, select: { customer: { select } } });
    if (!ticket) return noSuchTicket(ticket_id);
    const { customer } = ticket;
    if (customer_id === undefined || customer_id === customer.id) return known(`${ticket_id} of ${named(customer)}`);
    return otherCustomersTicket(ticket_id, customer.id, customer_id);
  }
  if (customer_id === undefined) return known(null);
  const customer = await prisma.helpdeskCustomer.findUnique({
    where: { tenant_id: { tenant, id: customer_id } },
    select,
  });
  return customer ? known(named(customer)) : noSuchCustomer(customer_id);
}

function known(about: string | null): Subject {
  return { kind: 'known', about };
}

function named({ id, company }: { id: string; company: string }): string {
  return `${company} (${id})`;
}

function lineOf({ id, author, sent_at, ticket_id, customer_id, text }: Message): string {
  const subject = ticket_id ?? customer_id;
  return `${id} by ${oneLine(author)}, ${sent_at}${subject ? `, on ${subject}` : ''}: ${oneLine(text)}`;
}
