import { z } from 'zod';
import { noSuch, type Refused } from '../../kit/answers.ts';
import { asDay, asDollars, day, money } from '../../kit/fields.ts';
import { customerId, invoiceId, ticketId } from '../fields.ts';

export const invoiceStatus = z
  .enum(['paid', 'pending', 'overdue'])
  .describe('paid: in full; pending: not yet paid in full, not yet overdue; overdue: its due day is over');

/** How every tool shows an invoice. */
export const invoiceHead = z.object({
  id: invoiceId,
  customer_id: customerId,
  ticket_id: ticketId.nullable().describe('Ticket whose work it bills, if any'),
  status: invoiceStatus,
  issued_on: day,
  due_on: day,
  days_overdue: z.int().describe('0 where it is not overdue'),
  total: money,
  paid: money,
  open: money.describe('Not paid yet'),
});
export type InvoiceHead = z.infer<typeof invoiceHead>;

/** A row of `invoicesWhere`; amounts are exact decimals as texts. */
export type InvoiceRow = {
  id: string;
  customer_id: string;
  ticket_id: string | null;
  status: string;
  issued_on: Date;
  due_on: Date;
  days_overdue: number;
  total: string;
  paid: string;
  open: string;
};

export function showInvoice(row: InvoiceRow): InvoiceHead {
  return {
    id: row.id,
    customer_id: row.customer_id,
    ticket_id: row.ticket_id,
    status: invoiceStatus.parse(row.status),
    issued_on: asDay(row.issued_on),
    due_on: asDay(row.due_on),
    days_overdue: row.days_overdue,
    total: asDollars(row.total),
    paid: asDollars(row.paid),
    open: asDollars(row.open),
  };
}

export const paymentMethod = z.enum(['bank_transfer', 'card', 'check']);

export function noSuchInvoice(id: string): Refused {
  return noSuch('invoice', id, 'get_invoice, from the customer_id');
}
