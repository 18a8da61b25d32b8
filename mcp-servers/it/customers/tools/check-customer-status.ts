import { z } from 'zod';
import { Prisma } from '../../../../prisma/client/client.ts';
import { done } from '../../../kit/answers.ts';
import { asDay, asDollars, day, money } from '../../../kit/fields.ts';
import { defineTool } from '../../../kit/tool.ts';
import { customerId, tier } from '../../fields.ts';
import { invoicesWhere } from '../../invoices.ts';
import { noSuchCustomer } from '../../records.ts';
import { countOf, today } from '../../today.ts';

const output = z.object({
  customer_id: customerId,
  company: z.string(),
  status: z
    .enum(['active', 'past_due', 'suspended'])
    .describe('past_due: an invoice is overdue; suspended: support is stopped, whatever is owed'),
  tier,
  since: day,
  suspended_on: day.nullable(),
  open_balance: money.describe('All that is invoiced and not paid, overdue or not'),
  overdue_balance: money.describe('The part of it that is overdue'),
  reasons: z.string().describe('Why the account has this status'),
});
type Shown = z.infer<typeof output>;
type Row = {
  company: string;
  tier: string;
  since: Date;
  suspended_on: Date | null;
  suspended_reason: string | null;
  open: string;
  overdue: string;
  overdue_invoices: string[];
  days_overdue: number;
};

export const checkCustomerStatus = defineTool({
  name: 'check_customer_status',
  title: 'Check the status of an account',
  description:
    "Whether a customer's account is active, past due or suspended, and why; with tier and open balance. " +
    'For example {"customer_id": "CUST-006"}. calculate_outstanding_balance lists the invoices behind it.',
  does: 'reads',
  input: z.strictObject({ customer_id: customerId }),
  output,
  async run({ prisma, tenant }, { customer_id: id }) {
    const [row] = await prisma.$queryRaw<Row[]>`
      select c.company, c.tier, c.since, c.suspended_reason,
        case when c.suspended_on <= ${today} then c.suspended_on end as suspended_on, owed.*
      from it.customers c
      cross join lateral (
        select coalesce(sum(open), 0)::text as open,
          coalesce(sum(open) filter (where status = 'overdue'), 0)::text as overdue,
          coalesce(array_agg(id order by due_on, id) filter (where status = 'overdue'), '{}') as overdue_invoices,
          coalesce(max(days_overdue), 0) as days_overdue
        from (${invoicesWhere(Prisma.sql`i.tenant = c.tenant and i.customer_id = c.id`)}) invoices
      ) owed
      where c.tenant = ${tenant} and c.id = ${id}`;
    if (!row) return noSuchCustomer(id);
    const shown: Shown = {
      customer_id: id,
      company: row.company,
      status: statusOf(row),
      tier: tier.parse(row.tier),
      since: asDay(row.since),
      suspended_on: row.suspended_on && asDay(row.suspended_on),
      open_balance: asDollars(row.open),
      overdue_balance: asDollars(row.overdue),
      reasons: reasonsOf(row),
    };
    const text =
      `${shown.company} (${id}), ${shown.tier} tier, customer since ${shown.since}: ${shown.status}. ${shown.reasons} ` +
      `Open balance ${shown.open_balance}, of it overdue ${shown.overdue_balance}.`;
    return done(text, shown);
  },
});

function statusOf({ suspended_on, overdue_invoices }: Row): Shown['status'] {
  if (suspended_on) return 'suspended';
  return overdue_invoices.length > 0 ? 'past_due' : 'active';
}

const NAMED_INVOICES = 5;

function reasonsOf({ suspended_on, suspended_reason, overdue_invoices, days_overdue, open }: Row): string {
  const more = overdue_invoices.length - NAMED_INVOICES;
  const named = overdue_invoices.slice(0, NAMED_INVOICES).join(', ') + (more > 0 ? ` and ${more} more` : '');
  return [
    suspended_on && `Suspended on ${asDay(suspended_on)}: ${suspended_reason}.`,
    named && `Overdue: ${named}, the oldest by ${countOf(days_overdue)}.`,
    !named && (Number(open) > 0 ? 'Nothing is overdue, something is to be paid.' : 'Nothing is owed.'),
  ]
    .filter(Boolean)
    .join(' ');
}
