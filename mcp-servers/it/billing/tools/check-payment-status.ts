import { z } from 'zod';
import { Prisma } from '../../../../prisma/client/client.ts';
import { done, type Refused } from '../../../kit/answers.ts';
import type { ToolDatabase } from '../../../kit/database.ts';
import { asDay, asDollars, day, money } from '../../../kit/fields.ts';
import { defineTool } from '../../../kit/tool.ts';
import { customerId, exactlyOneOf, invoiceId } from '../../fields.ts';
import { invoicesWhere } from '../../invoices.ts';
import { noSuchCustomer } from '../../records.ts';
import { countOf } from '../../today.ts';
import { noSuchInvoice, paymentMethod } from '../fields.ts';

const input = z
  .strictObject({ invoice_id: invoiceId.optional(), customer_id: customerId.optional() })
  .refine(...exactlyOneOf('invoice_id', 'customer_id'));
type Input = z.infer<typeof input>;

const lastPayment = z.object({ invoice_id: invoiceId, paid_on: day, amount: money, method: paymentMethod });
const output = z.object({
  customer_id: customerId,
  company: z.string(),
  invoice_id: invoiceId.nullable().describe('Null where all invoices of the customer were asked for'),
  status: z
    .enum(['paid', 'pending', 'overdue', 'nothing_billed'])
    .describe('Of a customer: overdue where one invoice is, else pending where one is, else paid'),
  days_overdue: z.int().describe('Of the oldest overdue invoice; 0 where none is overdue'),
  invoices: z.object({ paid: z.int(), pending: z.int(), overdue: z.int() }).describe('How many there are of each'),
  open: money.describe('Not paid yet'),
  next_due_on: day.nullable().describe('When the next pending invoice is due'),
  last_payment: lastPayment.nullable(),
});
type Shown = z.infer<typeof output>;
type Row = {
  customer_id: string;
  company: string;
  paid: number;
  pending: number;
  overdue: number;
  open: string;
  days_overdue: number;
  next_due_on: Date | null;
  payment: { invoice_id: string; paid_on: string; amount: string; method: string } | null;
};

export const checkPaymentStatus = defineTool({
  name: 'check_payment_status',
  title: 'Check whether something is paid',
  description:
    'Whether an invoice, or everything of a customer, is paid, pending or overdue, by how many days, and the last ' +
    'payment. For example {"invoice_id": "INV-010"} or {"customer_id": "CUST-001"}.',
  does: 'reads',
  input,
  output,
  async run(db, asked) {
    const row = await find(db, asked);
    if (!row) return noneFound(asked);
    const { payment } = row;
    const shown: Shown = {
      customer_id: row.customer_id,
      company: row.company,
      invoice_id: asked.invoice_id ?? null,
      status: statusOf(row),
      days_overdue: row.days_overdue,
      invoices: { paid: row.paid, pending: row.pending, overdue: row.overdue },
      open: asDollars(row.open),
      next_due_on: row.next_due_on && asDay(row.next_due_on),
      last_payment: payment && {
        ...payment,
        amount: asDollars(payment.amount),
        method: paymentMethod.parse(payment.method),
      },
    };
    return done(textOf(shown), shown);
  },
});

async function find({ prisma, tenant }: ToolDatabase, asked: Input): Promise<Row | undefined> {
  const invoice = asked.invoice_id === undefined ? Prisma.empty : Prisma.sql`and i.id = ${asked.invoice_id}`;
  const whose =
    asked.invoice_id === undefined
      ? Prisma.sql`select id as customer_id from it.customers where tenant = ${tenant} and id = ${asked.customer_id}`
      : Prisma.sql`select customer_id from it.invoices where tenant = ${tenant} and id = ${asked.invoice_id}`;
  const [row] = await prisma.$queryRaw<Row[]>`
    with whose as (${whose}), invoices as (
      ${invoicesWhere(Prisma.sql`i.tenant = ${tenant} and i.customer_id = (select customer_id from whose) ${invoice}`)}
    )
    select c.id as customer_id, c.company, counted.*, (
      select jsonb_build_object('invoice_id', p.invoice_id, 'paid_on', to_char(p.paid_on, 'YYYY-MM-DD'),
        'amount', p.amount::text, 'method', p.method)
      from invoices join it.payments p on p.tenant = ${tenant} and p.invoice_id = invoices.id
      order by p.paid_on desc, p.invoice_id desc, p.number desc limit 1
    ) as payment
    from whose
    join it.customers c on c.tenant = ${tenant} and c.id = whose.customer_id
    cross join (
      select count(*) filter (where status = 'paid')::int as paid,
        count(*) filter (where status = 'pending')::int as pending,
        count(*) filter (where status = 'overdue')::int as overdue,
        coalesce(sum(open), 0)::text as open, coalesce(max(days_overdue), 0) as days_overdue,
        min(due_on) filter (where status = 'pending') as next_due_on
      from invoices
    ) counted`;
  return row;
}

function noneFound({ invoice_id, customer_id }: Input): Refused {
  return invoice_id === undefined ? noSuchCustomer(`${customer_id}`) : noSuchInvoice(invoice_id);
}

function statusOf({ paid, pending, overdue }: Row): Shown['status'] {
  if (overdue > 0) return 'overdue';
  if (pending > 0) return 'pending';
  return paid > 0 ? 'paid' : 'nothing_billed';
}

function textOf(shown: Shown): string {
  const { paid, pending, overdue } = shown.invoices;
  const of = `${shown.company} (${shown.customer_id})`;
  const subject = shown.invoice_id
    ? `${shown.invoice_id} of ${of}`
    : `${of}, invoices ${paid} paid, ${pending} pending, ${overdue} overdue`;
  const late =
    shown.status === 'overdue' ? `${shown.invoice_id ? '' : ', the oldest'} by ${countOf(shown.days_overdue)}` : '';
  const next = shown.next_due_on ? `, next due on ${shown.next_due_on}` : '';
  const last = shown.last_payment;
  const payment = last
    ? `Last payment: ${last.amount} on ${last.paid_on} for ${last.invoice_id}.`
    : 'No payment was made.';
  return `${subject}: ${shown.status}${late}, ${shown.open} open${next}. ${payment}`;
}
