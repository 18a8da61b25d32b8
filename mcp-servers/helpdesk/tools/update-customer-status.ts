import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import type { Prisma } from '../../../prisma/client/client.ts';
import { type Answer, answer, done, refused } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { effect } from '../../effects.ts';
import { alters, oneLine, replayed, words } from '../../fields.ts';
import { noSuchCustomer } from '../customers.ts';
import { customerId, customerStatus } from '../fields.ts';

const inputSchema = z.strictObject({
  customer_id: customerId,
  status: customerStatus.describe('The new status, for example suspended'),
  reason: words(3, 500).describe('Why, for example "Unpaid for 60 days"'),
});
type Asked = z.infer<typeof inputSchema>;

const state = z.object({ status: customerStatus });
const outputSchema = z.object({
  customer_id: customerId,
  company: z.string(),
  before: state,
  after: state,
  reason: z.string(),
  idempotent_replay: replayed,
});
type Shown = z.infer<typeof outputSchema>;

export function updateCustomerStatus(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'update_customer_status',
    {
      title: "Update a customer's status",
      description:
        'Changes the status of a customer and keeps the reason, for example {"customer_id": "CUST-005", ' +
        '"status": "suspended", "reason": "Unpaid for 60 days"}. The reason stays in the history.',
      inputSchema,
      outputSchema,
      annotations: alters,
    },
    (args, { _meta }) => {
      const asked = { server: 'helpdesk', tool: 'update_customer_status', args, meta: _meta, output: outputSchema };
      return answer(effect(db, asked, (tx) => update(tx, db.tenant, args)));
    },
  );
}

async function update(tx: Prisma.TransactionClient, tenant: string, asked: Asked): Promise<Answer<Shown>> {
  const { customer_id, status, reason } = asked;
  const customer = await lockCustomer(tx, tenant, customer_id);
  if (!customer) return refused(`${noSuchCustomer(customer_id)} Nothing was changed.`);
  const { company } = customer;
  const before = { status: customerStatus.parse(customer.status) };
  if (before.status === status) {
    return refused(`${company} (${customer_id}) is ${status} already. Give another status. Nothing was changed.`);
  }
  await change(tx, tenant, asked, before.status);
  const after = { status };
  const text = `${company} (${customer_id}) was ${before.status} and is ${status} now (${oneLine(reason)}).`;
  return done(text, { customer_id, company, before, after, reason, idempotent_replay: false });
}

// The lock makes one change wait for the other, so each sees the status that it really replaces.
async function lockCustomer(
  tx: Prisma.TransactionClient,
  tenant: string,
  id: string,
): Promise<{ company: string; status: string } | undefined> {
  const [customer] = await tx.$queryRaw<{ company: string; status: string }[]>`
    select company, status from helpdesk.customers where tenant = ${tenant} and id = ${id} for update`;
  return customer;
}

async function change(
  tx: Prisma.TransactionClient,
  tenant: string,
  { customer_id, status, reason }: Asked,
  before: string,
): Promise<void> {
  await tx.$executeRaw`
    with changed as (
      update helpdesk.customers set status = ${status} where tenant = ${tenant} and id = ${customer_id}
    )
    insert into helpdesk.status_changes (tenant, customer_id, number, before, after, reason)
    select ${tenant}, ${customer_id}, coalesce(max(number), 0) + 1, ${before}, ${status}, ${reason}
    from helpdesk.status_changes where tenant = ${tenant} and customer_id = ${customer_id}`;
}
