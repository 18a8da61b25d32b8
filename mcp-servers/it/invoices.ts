import { Prisma } from '../../prisma/client/client.ts';
import { today } from './today.ts';

/** SQL for the invoices `i` that meet a condition, with what is paid and open and the status of today. */
export function invoicesWhere(condition: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    select i.id, i.customer_id, i.ticket_id, i.issued_on, i.due_on, i.total, p.paid,
      greatest(i.total - p.paid, 0) as open,
      case when p.paid >= i.total then 'paid' when i.due_on < ${today} then 'overdue' else 'pending' end as status,
      case when p.paid < i.total then greatest(${today} - i.due_on, 0) else 0 end as days_overdue
    from it.invoices i
    cross join lateral (
      select coalesce(sum(amount), 0) as paid from it.payments where tenant = i.tenant and invoice_id = i.id
    ) p
    where ${condition}`;
}
