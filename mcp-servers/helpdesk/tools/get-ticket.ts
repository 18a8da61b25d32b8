import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { type Answer, answer, done, refused } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { oneLine, reads } from '../../fields.ts';
import { ticketId } from '../fields.ts';
import { lineOf, noSuchTicket, numberOf, showTicket, ticket } from '../tickets.ts';

const inputSchema = z.strictObject({ ticket_id: ticketId });

const outputSchema = ticket.extend({ company: z.string().describe("The customer's") });
type Shown = z.infer<typeof outputSchema>;

export function getTicket(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'get_ticket',
    {
      title: 'Get a ticket',
      description:
        'One ticket by id, for example {"ticket_id": "TCK-0012"}: whose it is, what it says, priority, status. ' +
        'Without an id, find it with list_tickets.',
      inputSchema,
      outputSchema,
      annotations: reads,
    },
    ({ ticket_id }) => answer(read(db, ticket_id)),
  );
}

async function read({ prisma, tenant }: ToolDatabase, id: string): Promise<Answer<Shown>> {
  const row = await prisma.helpdeskTicket.findUnique({
    where: { tenant_number: { tenant, number: numberOf(id) } },
    include: { customer: { select: { company: true } } },
  });
  if (!row) return refused(noSuchTicket(id));
  const shown = { ...showTicket(row), company: row.customer.company };
  return done(`${lineOf(shown)}, ${shown.company}, opened ${shown.opened_at}: ${oneLine(shown.description)}`, shown);
}
