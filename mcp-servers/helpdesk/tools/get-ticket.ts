import { z } from 'zod';
import { done } from '../../kit/answers.ts';
import { oneLine } from '../../kit/fields.ts';
import { defineTool } from '../../kit/tool.ts';
import { ticketId } from '../fields.ts';
import { lineOf, noSuchTicket, numberOf, showTicket, ticket } from '../tickets.ts';

export const getTicket = defineTool({
  name: 'get_ticket',
  title: 'Get a ticket',
  description:
    'One ticket by id, for example {"ticket_id": "TCK-0012"}: whose it is, what it says, priority, status. ' +
    'Without an id, find it with list_tickets.',
  does: 'reads',
  input: z.strictObject({ ticket_id: ticketId }),
  output: ticket.extend({ company: z.string().describe("The customer's") }),
  async run({ prisma, tenant }, { ticket_id: id }) {
    const row = await prisma.helpdeskTicket.findUnique({
      where: { tenant_number: { tenant, number: numberOf(id) } },
      include: { customer: { select: { company: true } } },
    });
    if (!row) return noSuchTicket(id);
    const shown = { ...showTicket(row), company: row.customer.company };
    return done(`${lineOf(shown)}, ${shown.company}, opened ${shown.opened_at}: ${oneLine(shown.description)}`, shown);
  },
});
