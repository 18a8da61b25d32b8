import { z } from 'zod';
import { done } from '../../kit/answers.ts';
import { asDay, day, oneLine } from '../../kit/fields.ts';
import { defineTool } from '../../kit/tool.ts';
import { customerHead, noSuchCustomer } from '../customers.ts';
import { customerId, serviceId } from '../fields.ts';
import { openTicketsText } from '../tickets.ts';

const output = customerHead.extend({
  customer_since: day,
  status_since: day.nullable().describe('When the status was last changed; null if it never was'),
  status_reason: z.string().nullable().describe('Why it was'),
  open_tickets: z.int().describe('Tickets that are not solved'),
  services: z.array(serviceId).describe('What the customer uses'),
});
type Shown = z.infer<typeof output>;
type Row = Omit<Shown, 'customer_since' | 'status_since'> & { created_at: Date; changed_at: Date | null };

export const getCustomer = defineTool({
  name: 'get_customer',
  title: 'Get a customer',
  description:
    'One customer by id, for example {"customer_id": "CUST-003"}: contact, plan, status and why it is so, ' +
    'open tickets, services in use. With only a name or an email, call search_customer first.',
  does: 'reads',
  input: z.strictObject({ customer_id: customerId }),
  output,
  async run({ prisma, tenant }, { customer_id: id }) {
    const [row] = await prisma.$queryRaw<Row[]>`
      select c.id, c.company, c.contact, c.email, c.plan, c.status, c.created_at,
        changed.created_at as changed_at, changed.reason as status_reason,
        (select count(*)::int from helpdesk.tickets
         where tenant = c.tenant and customer_id = c.id and status <> 'solved') as open_tickets,
        array(select service_id from helpdesk.subscriptions
              where tenant = c.tenant and customer_id = c.id order by service_id) as services
      from helpdesk.customers c
      left join lateral (
        select created_at, reason from helpdesk.status_changes
        where tenant = c.tenant and customer_id = c.id order by number desc limit 1
      ) changed on true
      where c.tenant = ${tenant} and c.id = ${id}`;
    if (!row) return noSuchCustomer(id);
    const { created_at, changed_at, ...customer } = row;
    const shown = { ...customer, customer_since: asDay(created_at), status_since: changed_at && asDay(changed_at) };
    const why = shown.status_since ? ` since ${shown.status_since} (${oneLine(shown.status_reason ?? '')})` : '';
    const uses = shown.services.length > 0 ? `uses ${shown.services.join(', ')}` : 'uses no service';
    const text =
      `${shown.company} (${shown.id}), ${shown.status}${why}, ${shown.plan} plan, contact ${shown.contact}, ` +
      `${shown.email}; customer since ${shown.customer_since}, ${openTicketsText(shown.open_tickets)}, ${uses}.`;
    return done(text, shown);
  },
});
