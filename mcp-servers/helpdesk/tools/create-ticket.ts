import { z } from 'zod';
import type { HelpdeskTicket } from '../../../prisma/client/client.ts';
import { lock } from '../../../prisma/locks.ts';
import { type Answer, done, refused, replayed } from '../../kit/answers.ts';
import type { Tables } from '../../kit/database.ts';
import { words } from '../../kit/fields.ts';
import { defineTool } from '../../kit/tool.ts';
import { noSuchCustomer } from '../customers.ts';
import { category, customerId, priority, serviceId } from '../fields.ts';
import { noSuchService } from '../services.ts';
import { lineOf, showTicket, ticket, ticketIdOf } from '../tickets.ts';

const input = z.strictObject({
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
type Input = z.infer<typeof input>;

const count = z.object({ open_tickets: z.int().describe('How many tickets of the customer are not solved') });
const output = z.object({ ticket, before: count, after: count });
type Shown = z.infer<typeof output>;

export const createTicket = defineTool({
  name: 'create_ticket',
  title: 'Create a ticket',
  description:
    'Opens a ticket for a customer, for example {"customer_id": "CUST-003", "subject": "Cannot log in", ' +
    '"description": "Nobody can log in since this morning", "category": "access", "priority": "high"}. ' +
    'With an idempotency_key that has opened a ticket it opens none: it answers with that ticket, if all else is the same, too.',
  does: 'adds',
  input,
  output,
  async run(db, asked) {
    const { prisma, tenant } = db;
    // Numbers leave no gap, and of two calls with one idempotency_key the second finds the first one's ticket.
    await lock(prisma, `helpdesk tickets ${tenant}`);
    const earlier = await openedUnder(db, asked.idempotency_key);
    const facts = await factsOf(db, asked);
    if (earlier) return again(earlier, asked, facts);
    if (!facts) return noSuchCustomer(asked.customer_id);
    if (asked.service_id !== undefined && !facts.hasService) {
      return await noSuchService(db, asked.service_id);
    }
    const row = await prisma.helpdeskTicket.create({ data: { tenant, number: facts.next, ...columnsOf(asked) } });
    const opened = showTicket(row);
    const { company, open } = facts;
    const text = `${lineOf(opened)} was opened for ${company}. Its open tickets now: ${open + 1}.`;
    const after = { open_tickets: open + 1 };
    return done(text, { ticket: opened, before: { open_tickets: open }, after });
  },
});

async function openedUnder({ prisma, tenant }: Tables, key: string | undefined): Promise<HelpdeskTicket | null> {
  if (key === undefined) return null;
  return prisma.helpdeskTicket.findUnique({ where: { tenant_idempotencyKey: { tenant, idempotencyKey: key } } });
}

type Facts = { company: string; open: number; hasService: boolean; next: number };

async function factsOf({ prisma, tenant }: Tables, asked: Input): Promise<Facts | undefined> {
  const [facts] = await prisma.$queryRaw<Facts[]>`
    select company,
      (select count(*)::int from helpdesk.tickets
       where tenant = ${tenant} and customer_id = c.id and status <> 'solved') as open,
      exists (select 1 from helpdesk.services
              where tenant = ${tenant} and id = ${asked.service_id ?? null}) as "hasService",
      (select coalesce(max(number), 0) + 1 from helpdesk.tickets where tenant = ${tenant}) as next
    from helpdesk.customers c where tenant = ${tenant} and id = ${asked.customer_id}`;
  return facts;
}

// No tool changes these columns, so they are still what the first call asked for.
function again(earlier: HelpdeskTicket, asked: Input, facts: Facts | undefined): Answer<Shown> {
  const id = ticketIdOf(earlier.number);
  const same = Object.entries(columnsOf(asked)).every(([column, value]) => (earlier as Columns)[column] === value);
  if (!same || !facts) {
    return refused(
      `The idempotency_key "${asked.idempotency_key}" opened ${id} with other arguments. ` +
        'Use another key for another ticket, or repeat the first call with exactly its arguments.',
    );
  }
  const opened = showTicket(earlier);
  const now = { open_tickets: facts.open };
  const text = `Already opened under this idempotency_key, nothing was repeated: ${lineOf(opened)}.`;
  return replayed(text, { ticket: opened, before: now, after: now });
}

type Columns = Record<string, unknown>;

function columnsOf(asked: Input) {
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
