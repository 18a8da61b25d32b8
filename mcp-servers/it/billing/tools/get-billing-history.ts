import { z } from 'zod';
import { done } from '../../../kit/answers.ts';
import type { ToolDatabase } from '../../../kit/database.ts';
import { asDollars, day, dayInput, money } from '../../../kit/fields.ts';
import { listing, page, pageOf, paging } from '../../../kit/pages.ts';
import { defineTool } from '../../../kit/tool.ts';
import { customerId, inOrder, invoiceId } from '../../fields.ts';
import { noSuchCustomer } from '../../records.ts';

const input = z
  .strictObject({
    customer_id: customerId,
    from: dayInput.optional().describe('First day, for example 2026-07-01; left out, from the beginning'),
    to: dayInput.optional().describe('Last day, for example 2026-09-30; left out, to the end'),
    ...paging,
  })
  .refine(...inOrder);
type Input = z.infer<typeof input>;

const entry = z.object({
  on: day,
  kind: z.enum(['invoice', 'payment']),
  invoice_id: invoiceId,
  reference: z.string().nullable().describe('What the payer wrote, for a payment'),
  amount: money.describe('Invoiced or paid'),
  balance: money.describe('Owed after this entry'),
});
const output = z.object({
  customer_id: customerId,
  company: z.string(),
  opening_balance: money.describe('Owed before the first day'),
  invoiced: money.describe('In these days in all, on all pages'),
  paid: money.describe('In these days in all, on all pages'),
  closing_balance: money.describe('Owed at the end of the last day'),
  entries: z.array(entry).describe('Invoices and payments, oldest first'),
  ...page,
});
type Shown = z.infer<typeof output>;
type Row = {
  company: string;
  opening: string;
  invoiced: string;
  paid: string;
  closing: string;
  total: number;
  entries: z.infer<typeof entry>[];
};

export const getBillingHistory = defineTool({
  name: 'get_billing_history',
  title: 'Get the billing history',
  description:
    'Invoices and payments of a customer in order of day, with the balance after each and the totals of the days asked ' +
    'for. For example {"customer_id": "CUST-001", "from": "2026-07-01", "to": "2026-09-30"}.',
  does: 'reads',
  input,
  output,
  async run(db, asked) {
    const row = await find(db, asked);
    if (!row) return noSuchCustomer(asked.customer_id);
    const entries = row.entries.map((each) => {
      return { ...each, amount: asDollars(each.amount), balance: asDollars(each.balance) };
    });
    const shown: Shown = {
      customer_id: asked.customer_id,
      company: row.company,
      opening_balance: asDollars(row.opening),
      invoiced: asDollars(row.invoiced),
      paid: asDollars(row.paid),
      closing_balance: asDollars(row.closing),
      entries,
      ...pageOf(asked, row.total),
    };
    return done(textOf(asked, shown), shown);
  },
});

// SQL returns amounts as texts, because JSON numbers are not exact.
async function find({ prisma, tenant }: ToolDatabase, asked: Input): Promise<Row | undefined> {
  const id = asked.customer_id;
  const [from, to] = [asked.from ?? '-infinity', asked.to ?? 'infinity'];
  const [row] = await prisma.$queryRaw<Row[]>`
    with entries as (
      select issued_on as day, 'invoice' as kind, id as invoice_id, 0 as number, null as reference, total as amount,
        total as change
      from it.invoices where tenant = ${tenant} and customer_id = ${id}
      union all
      select p.paid_on, 'payment', p.invoice_id, p.number, p.reference, p.amount, -p.amount
      from it.invoices i join it.payments p on p.tenant = i.tenant and p.invoice_id = i.id
      where i.tenant = ${tenant} and i.customer_id = ${id}
    ), running as (
      select *, sum(change) over (order by day, kind, invoice_id, number) as balance from entries
    ), within as (
      select * from running where day between ${from}::date and ${to}::date
    ), paged as (
      select jsonb_build_object('on', to_char(day, 'YYYY-MM-DD'), 'kind', kind, 'invoice_id', invoice_id,
        'reference', reference, 'amount', amount::text, 'balance', balance::text) as shown, day, kind, invoice_id, number
      from within order by day, kind, invoice_id, number limit ${asked.limit} offset ${asked.offset}
    )
    select c.company,
      (select coalesce(sum(change), 0)::text from entries where day < ${from}::date) as opening,
      (select coalesce(sum(amount) filter (where kind = 'invoice'), 0)::text from within) as invoiced,
      (select coalesce(sum(amount) filter (where kind = 'payment'), 0)::text from within) as paid,
      (select coalesce(sum(change), 0)::text from entries where day <= ${to}::date) as closing,
      (select count(*)::int from within) as total,
      (select coalesce(jsonb_agg(shown order by day, kind, invoice_id, number), '[]') from paged) as entries
    from it.customers c where c.tenant = ${tenant} and c.id = ${id}`;
  return row;
}

function textOf(asked: Input, shown: Shown): string {
  const days = `from ${asked.from ?? 'the beginning'} to ${asked.to ?? 'the end'}`;
  const none = 'No entries: try other days.';
  return (
    `${shown.company} (${shown.customer_id}), ${days}: opening balance ${shown.opening_balance}, invoiced ${shown.invoiced}, ` +
    `paid ${shown.paid}, closing balance ${shown.closing_balance}. ` +
    listing(asked, shown.total, shown.entries, { of: 'entries', line: lineOf, none })
  );
}

function lineOf({ on, kind, invoice_id, amount, balance }: z.infer<typeof entry>): string {
  return `${on} ${kind} ${invoice_id} ${amount}, balance ${balance}`;
}
