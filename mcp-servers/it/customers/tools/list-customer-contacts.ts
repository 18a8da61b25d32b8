import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { type Answer, answer } from '../../../answers.ts';
import type { ToolDatabase } from '../../../database.ts';
import { donePage, nextOffset, page, paging, reads } from '../../../fields.ts';
import { customerId } from '../../fields.ts';
import { beyondEnd } from '../../pages.ts';
import { noSuchCustomer } from '../../records.ts';

const inputSchema = z.strictObject({ customer_id: customerId, ...paging });
type Asked = z.infer<typeof inputSchema>;

const contact = z.object({
  name: z.string(),
  role: z.string(),
  email: z.string(),
  phone: z.string(),
  primary: z.boolean().describe('The one to turn to first'),
});
const outputSchema = z.object({ customer_id: customerId, company: z.string(), contacts: z.array(contact), ...page });
type Shown = z.infer<typeof outputSchema>;

export function listCustomerContacts(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'list_customer_contacts',
    {
      title: 'List the contacts of a customer',
      description:
        'All people to talk to at a customer, the primary one first: role, email, phone. For example {"customer_id": "CUST-001"}.',
      inputSchema,
      outputSchema,
      annotations: reads,
    },
    (asked) => answer(read(db, asked)),
  );
}

async function read({ prisma, tenant }: ToolDatabase, asked: Asked): Promise<Answer<Shown>> {
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
  const named = contacts
    .map((each) => `${each.name}, ${each.role}${each.primary ? ' (primary)' : ''}, ${each.email}, ${each.phone}`)
    .join('; ');
  const isBeyond = contacts.length === 0 && total > 0;
  const listed = `${contacts.length} of ${total} contacts of ${company} (${id})${named && `: ${named}`}.`;
  const text = isBeyond ? beyondEnd(total, asked.offset) : listed;
  return donePage(text, { customer_id: id, company, contacts, total, next_offset: nextOffset(asked, total) });
}
