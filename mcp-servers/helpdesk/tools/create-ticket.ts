import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import type { HelpdeskTicket, Prisma } from '../../../prisma/client/client.ts';
import { lock } from '../../../prisma/locks.ts';
import { type Answer, answer, done, refused } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { effect } from '../../effects.ts';
import { adds, replayed, words } from '../../fields.ts';
import { noSuchCustomer } from '../customers.ts';
import { category, customerId, priority, serviceId } from '../fields.ts';
import { noSuchService } from '../services.ts';
import { lineOf, showTicket, ticket, ticketIdOf } from '../tickets.ts';

const inputSchema = z.strictObject({
  customer_id: customerId.describe('Whose ticket it is, for example CUST-003'),
  subject: words(3, 200).describe('In a few words, for example "Cannot log in"'),
  description: words(3, 4000).describe('What the customer said, for example "Nobody can log in since this morning"'),
  priority: priority.default('normal'),
  category,
  service_id: serviceId.optional().describe('The service that it is about, where known, for example identity-api'),
  idempotency_key: words(1, 200)
    .optional()
    .describe(
      'A name of your own for this ticket, for example mail-4711: given again with exactly the same words, it finds the ticket it opened',
    ),
});
type Asked = z.infer<typeof inputSchema>;

const count = z.object({ open_tickets: z.int().describe('How many tickets of the customer are not solved') });
const outputSchema = z.object({ ticket, before: count, after: count, idempotent_replay: replayed });
type Shown = z.infer<typeof outputSchema>;

export function createTicket(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'create_ticket',
    {
      title: 'Create a ticket',
      description:
        'Opens a ticket for a customer, for example {"customer_id": "CUST-003", "subject": "Cannot log in", ' +
        '"description": "Nobody can log in since this morning", "category": "access", "priority": "high"}. ' +
        'With an idempotency_key that has opened a ticket it opens none: it answers with that ticket, if all else is the same, too.',
      inputSchema,
      outputSchema,
      annotations: adds,
    },
    (args, { _meta }) => {
      const asked = { server: 'helpdesk', tool: 'create_ticket', args, meta: _meta, output: outputSchema };
      return answer(effect(db, asked, (tx) => create(tx, db.tenant, args)));
    },
  );
}

async function create(tx: Prisma.TransactionClient, tenant: string, asked: Asked): Promise<Answer<Shown>> {
  // Numbers leave no gap, and of two calls with one key of the caller's the second finds the first one's ticket.
  await lock(tx, `helpdesk tickets ${tenant}`);
  const earlier = await openedUnder(tx, tenant, asked.idempotency_key);
  const facts = await factsOf(tx, tenant, asked);
  if (earlier) return again(earlier, asked, facts);
  if (!facts) return refused(`${noSuchCustomer(asked.customer_id)} No ticket was opened.`);
  if (asked.service_id !== undefined && !facts.hasService) {
    return refused(`${await noSuchService(tx, tenant, asked.service_id)} No ticket was opened.`);
  }
  const row = await tx.helpdeskTicket.create({ data: { tenant, number: facts.next, ...columnsOf(asked) } });
  const opened = showTicket(row);
  const { company, open } = facts;
  const text = `${lineOf(opened)} was opened for ${company}. Its open tickets now: ${open + 1}.`;
  const after = { open_tickets: open + 1 };
  return done(text, { ticket: opened, before: { open_tickets: open }, after, idempotent_replay: false });
}

async function openedUnder(
  tx: Prisma.TransactionClient,
  tenant: string,
  key: string | undefined,
): Promise<HelpdeskTicket | null> {
  if (key === undefined) return null;
  return tx.helpdeskTicket.findUnique({ where: { tenant_idempotencyKey: { tenant, idempotencyKey: key } } });
}

type Facts = { company: string; open: number; hasService: boolean; next: number };

async function factsOf(tx: Prisma.TransactionClient, tenant: string, asked: Asked): Promise<Facts | undefined> {
  const [facts] = await tx.$queryRaw<Facts[]>`
    select company,
      (select count(*)::int from helpdesk.tickets
       where tenant = ${tenant} and customer_id = c.id and status <> 'solved') as open,
      exists (select 1 from helpdesk.services
              where tenant = ${tenant} and id = ${asked.service_id ?? null}) as "hasService",
      (select coalesce(max(number), 0) + 1 from helpdesk.tickets where tenant = ${tenant}) as next
    from helpdesk.customers c where tenant = ${tenant} and id = ${asked.customer_id}`;
  return facts;
}

// Nothing changes these columns, so they still are what the first call asked for.
function again(earlier: HelpdeskTicket, asked: Asked, facts: Facts | undefined): Answer<Shown> {
  const id = ticketIdOf(earlier.number);
  const same = Object.entries(columnsOf(asked)).every(([column, value]) => (earlier as Columns)[column] === value);
  if (!same || !facts) {
    return refused(
      `The idempotency_key "${asked.idempotency_key}" opened ${id} with other arguments. No ticket was opened. ` +
        'Use another key for another ticket, or repeat the first call with exactly its arguments.',
    );
  }
  const opened = showTicket(earlier);
  const now = { open_tickets: facts.open };
  const text = `Already opened under this idempotency_key, nothing was repeated: ${lineOf(opened)}.`;
  return done(text, { ticket: opened, before: now, after: now, idempotent_replay: true });
}

type Columns = Record<string, unknown>;

function columnsOf(asked: Asked) {
  return {
    customerId: asked.customer_id,
    serviceId: asked.service_id ?? null,
    subject: asked.subject,
    description: asked.description,
    priority: asked.priority,
    category: asked.category,
    idempotencyKey: asked.idempotency_key ?? null,
  };
}
