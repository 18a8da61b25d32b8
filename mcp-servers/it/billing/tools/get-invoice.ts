import { z } from 'zod';
import { Prisma } from '../../../../prisma/client/client.ts';
import { type Answer, done } from '../../../kit/answers.ts';
import type { ToolDatabase } from '../../../kit/database.ts';
import { asDay, asDollars, day, money } from '../../../kit/fields.ts';
import { listing, page, pageOf, paging } from '../../../kit/pages.ts';
import { defineTool } from '../../../kit/tool.ts';
import { customerId, exactlyOneOf, invoiceId } from '../../fields.ts';
import { invoicesWhere } from '../../invoices.ts';
import { isCustomer, noSuchCustomer } from '../../records.ts';
import { countOf } from '../../today.ts';
import { type InvoiceRow, invoiceHead, invoiceStatus, noSuchInvoice, paymentMethod, showInvoice } from '../fields.ts';

const input = z
  .strictObject({
    invoice_id: invoiceId.optional(),
    customer_id: customerId.optional().describe('All invoices of this customer, newest first, for example CUST-001'),
    status: invoiceStatus.optional().describe('With customer_id: only its paid, pending or overdue invoices'),
    ...paging,
  })
  .refine(...exactlyOneOf('invoice_id', 'customer_id'))
  .refine(
    ({ invoice_id, status }) => invoice_id === undefined || status === undefined,
    'status narrows the invoices of a customer_id: leave it out for one invoice_id',
  );
type Input = z.infer<typeof input>;

const line = z.object({ description: z.string(), quantity: z.int(), unit_price: money, amount: money });
const payment = z.object({ paid_on: day, amount: money, method: paymentMethod, reference: z.string() });
const invoice = invoiceHead.extend({ company: z.string(), lines: z.array(line), payments: z.array(payment) });
const output = z.object({ invoices: z.array(invoice), ...page });
type Shown = z.infer<typeof output>;
type Invoice = z.infer<typeof invoice>;
type Row = InvoiceRow & { company: string };

export const getInvoice = defineTool({
  name: 'get_invoice',
  title: 'Get invoices',
  description:
    'One invoice by id, or all invoices of a customer, newest first, with lines, payments and the ticket they bill. ' +
    'For example {"invoice_id": "INV-001"} or {"customer_id": "CUST-002", "status": "overdue"}.',
  does: 'reads',
  input,
  output,
  async run(db, asked) {
    // One invoice has no pages.
    const paged = asked.invoice_id === undefined ? asked : { ...asked, offset: 0 };
    const [total, rows] = await find(db, paged);
    if (total === 0) return noneFound(db, asked);
    const invoices = await withParts(db, rows);
    const [only] = invoices;
    const text =
      only && asked.invoice_id !== undefined
        ? fullText(only)
        : listing(paged, total, invoices, { of: 'invoices', line: lineOf });
    return done(text, { invoices, ...pageOf(paged, total) });
  },
});

async function find({ prisma, tenant }: ToolDatabase, asked: Input): Promise<[number, Row[]]> {
  const whose =
    asked.invoice_id === undefined
      ? Prisma.sql`i.customer_id = ${asked.customer_id}`
      : Prisma.sql`i.id = ${asked.invoice_id}`;
  const status = asked.status === undefined ? Prisma.empty : Prisma.sql`where status = ${asked.status}`;
  const found = Prisma.sql`(${invoicesWhere(Prisma.sql`i.tenant = ${tenant} and ${whose}`)}) found`;
  const [counted, rows] = await Promise.all([
    prisma.$queryRaw<{ total: number }[]>`select count(*)::int as total from ${found} ${status}`,
    prisma.$queryRaw<Row[]>`
      select found.id, customer_id, ticket_id, status, issued_on, due_on, days_overdue, total::text, paid::text, open::text,
        c.company
      from ${found} join it.customers c on c.tenant = ${tenant} and c.id = found.customer_id
      ${status}
      order by issued_on desc, found.id desc limit ${asked.limit} offset ${asked.offset}`,
  ]);
  return [counted[0]?.total ?? 0, rows];
}

async function noneFound(db: ToolDatabase, asked: Input): Promise<Answer<Shown>> {
  const { invoice_id, customer_id, status } = asked;
  if (invoice_id !== undefined) return noSuchInvoice(invoice_id);
  if (customer_id !== undefined && !(await isCustomer(db, customer_id))) return noSuchCustomer(customer_id);
  const text = `${customer_id} has no ${status ?? ''} invoices. ${status ? 'Leave status out to see the others.' : ''}`;
  return done(text.replaceAll('  ', ' ').trim(), { invoices: [], total: 0, next_offset: null });
}

async function withParts({ prisma, tenant }: ToolDatabase, rows: Row[]): Promise<Invoice[]> {
  const where = { tenant, invoiceId: { in: rows.map((row) => row.id) } };
  const [lines, payments] = await Promise.all([
    prisma.itInvoiceLine.findMany({ where, orderBy: { line: 'asc' } }),
    prisma.itPayment.findMany({ where, orderBy: { number: 'asc' } }),
  ]);
  return rows.map((row) => ({
    ...showInvoice(row),
    company: row.company,
    lines: lines
      .filter((each) => each.invoiceId === row.id)
      .map(({ description, quantity, unitPrice }) => {
        const amount = asDollars(unitPrice.mul(quantity).toFixed(2));
        return { description, quantity, unit_price: asDollars(unitPrice.toFixed(2)), amount };
      }),
    payments: payments
      .filter((each) => each.invoiceId === row.id)
      .map(({ paidOn, amount, method, reference }) => {
        return {
          paid_on: asDay(paidOn),
          amount: asDollars(amount.toFixed(2)),
          method: paymentMethod.parse(method),
          reference,
        };
      }),
  }));
}

function fullText(invoice: Invoice): string {
  const lines = invoice.lines
    .map((each) => `${each.quantity} × ${each.description} at ${each.unit_price} = ${each.amount}`)
    .join('; ');
  const payments = invoice.payments.map((each) => `${each.amount} on ${each.paid_on} (${each.reference})`).join(', ');
  return `${lineOf(invoice)}. Lines: ${lines}. Payments: ${payments || 'none'}.`;
}

function lineOf(each: Invoice): string {
  const late = each.status === 'overdue' ? ` by ${countOf(each.days_overdue)}` : '';
  const ticket = each.ticket_id ? `, for ${each.ticket_id}` : '';
  return (
    `${each.id} of ${each.company} (${each.customer_id})${ticket}: ${each.status}${late}, total ${each.total}, ` +
    `paid ${each.paid}, open ${each.open}, issued ${each.issued_on}, due ${each.due_on}`
  );
}
