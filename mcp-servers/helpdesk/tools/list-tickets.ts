import { z } from 'zod';
import { done } from '../../kit/answers.ts';
import { listing, page, pageOf, paging } from '../../kit/pages.ts';
import { defineTool } from '../../kit/tool.ts';
import { noSuchCustomer } from '../customers.ts';
import { customerId, ticketStatus } from '../fields.ts';
import { lineOf, showTicket, ticket } from '../tickets.ts';

const input = z.strictObject({
  customer_id: customerId.optional().describe('Only tickets of this customer, for example CUST-003'),
  status: ticketStatus.optional(),
  ...paging,
});
type Input = z.infer<typeof input>;

export const listTickets = defineTool({
  name: 'list_tickets',
  title: 'List tickets',
  description:
    'Tickets, newest first, a page at a time, for example {"customer_id": "CUST-003"} or {"status": "open"}. ' +
    'Look here for a ticket on the same matter before opening another one.',
  does: 'reads',
  input,
  output: z.object({ tickets: z.array(ticket), ...page }),
  async run({ prisma, tenant }, asked) {
    const { customer_id: id, status, limit: take, offset: skip } = asked;
    if (id !== undefined && (await prisma.helpdeskCustomer.count({ where: { tenant, id } })) === 0) {
      return noSuchCustomer(id);
    }
    const where = { tenant, customerId: id, status };
    const [total, rows] = await Promise.all([
      prisma.helpdeskTicket.count({ where }),
      prisma.helpdeskTicket.findMany({ where, orderBy: [{ createdAt: 'desc' }, { number: 'desc' }], take, skip }),
    ]);
    const tickets = rows.map(showTicket);
    const text = listing(asked, total, tickets, { of: 'tickets', line: lineOf, none: noneText(asked) });
    return done(text, { tickets, ...pageOf(asked, total) });
  },
});

function noneText({ customer_id, status }: Input): string {
  const which = `${status ? `${status} ticket` : 'ticket'}${customer_id ? ` of ${customer_id}` : ''}`;
  return `There is no ${which}. ${status ? 'Leave the status out to see the others.' : 'create_ticket opens one.'}`;
}
