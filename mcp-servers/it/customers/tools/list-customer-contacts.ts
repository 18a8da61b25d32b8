import { z } from 'zod';
import { done } from '../../../kit/answers.ts';
import { listing, page, pageOf, paging } from '../../../kit/pages.ts';
import { defineTool } from '../../../kit/tool.ts';
import { customerId } from '../../fields.ts';
import { noSuchCustomer } from '../../records.ts';

const contact = z.object({
  name: z.string(),
  role: z.string(),
  email: z.string(),
  phone: z.string(),
  primary: z.boolean().describe('The one to turn to first'),
});

export const listCustomerContacts = defineTool({
  name: 'list_customer_contacts',
  title: 'List the contacts of a customer',
  description:
    'All people to talk to at a customer, the primary one first: role, email, phone. For example {"customer_id": "CUST-001"}.',
  does: 'reads',
  input: z.strictObject({ customer_id: customerId, ...paging }),
  output: z.object({ customer_id: customerId, company: z.string(), contacts: z.array(contact), ...page }),
  async run({ prisma, tenant }, asked) {
    const id = asked.customer_id;
    const customer = await prisma.itCustomer.findUnique({
      where: { tenant_id: { tenant, id } },
      select: {
        company: true,
        _count: { select: { contacts: true } },
        contacts: { orderBy: [{ isPrimary: 'desc' }, { number: 'asc' }], take: asked.limit, skip: asked.offset },
      },
    });
    if (!customer) return noSuchCustomer(id);
    const { company } = customer;
    const total = customer._count.contacts;
    const contacts = customer.contacts.map(({ name, role, email, phone, isPrimary }) => {
      return { name, role, email, phone, primary: isPrimary };
    });
    const text = listing(asked, total, contacts, { of: `contacts of ${company} (${id})`, line: lineOf });
    return done(text, { customer_id: id, company, contacts, ...pageOf(asked, total) });
  },
});

function lineOf({ name, role, email, phone, primary }: z.infer<typeof contact>): string {
  return `${name}, ${role}${primary ? ' (primary)' : ''}, ${email}, ${phone}`;
}
