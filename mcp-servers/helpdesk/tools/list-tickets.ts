import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { type Answer, answer, refused } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { donePage, nextOffset, page, paging, reads } from '../../fields.ts';
import { noSuchCustomer } from '../customers.ts';
import { customerId, ticketStatus } from '../fields.ts';
import { lineOf, showTicket, ticket } from '../tickets.ts';

const inputSchema = z.strictObject({
  customer_id: customerId.optional().describe('Only tickets of this customer, for example CUST-003'),
  status: ticketStatus.optional(),
  ...paging,
});
type Asked = z.infer<typeof inputSchema>;

const outputSchema = z.object({ tickets: z.array(ticket), ...page });
type Shown = z.infer<typeof outputSchema>;

export function listTickets(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'list_tickets',
    {
      title: 'List tickets',
      description:
        'Tickets, newest first, a page at a time, for example {"customer_id": "CUST-003"} or {"status": "open"}. ' +
        'Look here for a ticket on the same matter before opening another one.',
      inputSchema,
      outputSchema,
      annotations: reads,
    },
    (asked) => answer(read(db, asked)),
  );
}

async function read({ prisma, tenant }: ToolDatabase, asked: Asked): Promise<Answer<Shown>> {
  const { customer_id: id, status, limit: take, offset: skip } = asked;
  if (id !== undefined && (await prisma.helpdeskCustomer.count({ where: { tenant, id } })) === 0) {
    return refused(`${noSuchCustomer(id)} Nothing was read.`);
  }
  const where = { tenant, customerId: id, status };
  const [total, rows] = await Promise.all([
    prisma.helpdeskTicket.count({ where }),
    prisma.helpdeskTicket.findMany({ where, orderBy: [{ createdAt: 'desc' }, { number: 'desc' }], take, skip }),
  ]);
  const tickets = rows.map(showTicket);
  const named = tickets.map(lineOf).join('; ');
  const text = total === 0 ? nothing(asked) : `${tickets.length} of ${total} tickets${named && `: ${named}`}.`;
  return donePage(text, { tickets, total, next_offset: nextOffset(asked, total) });
}

function nothing({ customer_id, status }: Asked): string {
  const which = `${status ? `${status} ticket` : 'ticket'}${customer_id ? ` of ${customer_id}` : ''}`;
  return `There is no ${which}. ${status ? 'Leave the status out to see the others.' : 'create_ticket opens one.'}`;
}
