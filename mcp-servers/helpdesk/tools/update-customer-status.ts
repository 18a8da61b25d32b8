import { z } from 'zod';
import { done, refused } from '../../kit/answers.ts';
import type { Tables } from '../../kit/database.ts';
import { oneLine, words } from '../../kit/fields.ts';
import { defineTool } from '../../kit/tool.ts';
import { noSuchCustomer } from '../customers.ts';
import { customerId, customerStatus } from '../fields.ts';

const input = z.strictObject({
  customer_id: customerId,
  status: customerStatus.describe('The new status, for example suspended'),
  reason: words(3, 500).describe('Why, for example "Unpaid for 60 days"'),
});
type Input = z.infer<typeof input>;

const state = z.object({ status: customerStatus });

export const updateCustomerStatus = defineTool({
  name: 'update_customer_status',
  title: "Update a customer's status",
  description:
    'Changes the status of a customer and keeps the reason, for example {"customer_id": "CUST-005", ' +
    '"status": "suspended", "reason": "Unpaid for 60 days"}. The reason stays in the history.',
  does: 'alters',
  input,
  output: z.object({
    customer_id: customerId,
    company: z.string(),
    before: state,
    after: state,
    reason: z.string(),
  }),
  async run(db, asked) {
    const { customer_id, status, reason } = asked;
    const customer = await lockCustomer(db, customer_id);
    if (!customer) return noSuchCustomer(customer_id);
    const { company } = customer;
    const before = { status: customerStatus.parse(customer.status) };
    if (before.status === status) {
      return refused(`${company} (${customer_id}) is ${status} already. Give another status.`);
    }
    await change(db, asked, before.status);
    const after = { status };
    const text = `${company} (${customer_id}) was ${before.status} and is ${status} now (${oneLine(reason)}).`;
    return done(text, { customer_id, company, before, after, reason });
  },
});

// The lock makes changes of a customer wait for each other, so each sees the status that it replaces.
async function lockCustomer(
  { prisma, tenant }: Tables,
  id: string,
): Promise<{ company: string; status: string } | undefined> {
  const [customer] = await prisma.$queryRaw<{ company: string; status: string }[]>`
    select company, status from helpdesk.customers where tenant = ${tenant} and id = ${id} for update`;
  return customer;
}

async function change(
  { prisma, tenant }: Tables,
  { customer_id, status, reason }: Input,
  before: string,
): Promise<void> {
  await prisma.$executeRaw`
    with changed as (
      update helpdesk.customers set status = ${status} where tenant = ${tenant} and id = ${customer_id}
    )
    insert into helpdesk.status_changes (tenant, customer_id, number, before, after, reason)
    select ${tenant}, ${customer_id}, coalesce(max(number), 0) + 1, ${before}, ${status}, ${reason}
    from helpdesk.status_changes where tenant = ${tenant} and customer_id = ${customer_id}`;
}
