import { z } from 'zod';
import { Prisma } from '../../../../prisma/client/client.ts';
import { type Answer, done, refused } from '../../../kit/answers.ts';
import { day, words } from '../../../kit/fields.ts';
import { listing, page, pageOf, paging } from '../../../kit/pages.ts';
import { defineTool } from '../../../kit/tool.ts';
import { companiesLike } from '../../companies.ts';
import { companyName, customerId, exactlyOneOf, tier } from '../../fields.ts';
import { noSuchCustomer } from '../../records.ts';

const input = z
  .strictObject({
    customer_id: customerId.optional(),
    email: words(3, 200)
      .optional()
      .describe('Full email address of any contact, in any case, for example kevin.tran@techcorp.example.com'),
    company_name: companyName.optional(),
    ...paging,
  })
  .refine(...exactlyOneOf('customer_id', 'email', 'company_name'));
type Input = z.infer<typeof input>;

const customer = z.object({
  id: customerId,
  company: z.string(),
  tier,
  industry: z.string(),
  city: z.string(),
  website: z.string(),
  since: day,
  account_manager: z.string().describe('Who looks after this customer on our side'),
  contact: z
    .object({ name: z.string(), role: z.string(), email: z.string(), phone: z.string() })
    .nullable()
    .describe('Whose email was asked for, else the primary contact'),
  match: z.number().min(0).max(1).describe('How well it fits: 1 is exact'),
});
const output = z.object({
  customers: z.array(customer),
  total: z.int().describe('How many fit; with `more`, how many of those that were compared'),
  more: z.boolean().describe('True: more have such a name than were compared; give more of the name'),
  next_offset: page.next_offset,
});
type Shown = z.infer<typeof output>;
type Found = { total: number; more: boolean; customers: z.infer<typeof customer>[] };

export const lookupCustomer = defineTool({
  name: 'lookup_customer',
  title: 'Look up a customer',
  description:
    'Finds customers by exactly one of: id, email of any contact, or company name, best first. For example ' +
    '{"company_name": "TechCorp"}. Where several fit about equally well, ask which one is meant. ' +
    'check_customer_status has the balances, get_sla_terms the terms.',
  does: 'reads',
  input,
  output,
  async run({ prisma, tenant }, asked) {
    const email = asked.email?.toLowerCase() ?? '';
    const [found] = await prisma.$queryRaw<Found[]>`
      with fitting as materialized (${fittingTo(asked, tenant, email)}), wanted as (
        select id, match from fitting order by match desc, id limit ${asked.limit} offset ${asked.offset}
      ), paged as (
        select c.id, c.company, c.tier, c.industry, c.city, c.website, to_char(c.since, 'YYYY-MM-DD') as since,
          c.account_manager, to_jsonb(person) as contact, wanted.match
        from wanted
        join it.customers c on c.tenant = ${tenant} and c.id = wanted.id
        left join lateral (
          select name, role, email, phone from it.contacts where tenant = c.tenant and customer_id = c.id
          order by email = ${email} desc, is_primary desc limit 1
        ) person on true
      )
      select (select count(*)::int from fitting) as total, (select coalesce(bool_or(more), false) from fitting) as more,
        coalesce(jsonb_agg(paged order by match desc, id), '[]') as customers
      from paged`;
    const { total, more, customers } = found ?? none;
    if (total === 0) return noneFound(asked);
    const text = listing(asked, total, customers, { of: 'customers', line: lineOf, more });
    return done(text, { customers, more, ...pageOf(asked, total) });
  },
});

const none: Found = { total: 0, more: false, customers: [] };

function fittingTo(asked: Input, tenant: string, email: string): Prisma.Sql {
  if (asked.company_name !== undefined) return companiesLike(asked.company_name);
  const exact =
    asked.customer_id === undefined
      ? Prisma.sql`select distinct customer_id as id from it.contacts where tenant = ${tenant} and email = ${email}`
      : Prisma.sql`select id from it.customers where tenant = ${tenant} and id = ${asked.customer_id}`;
  return Prisma.sql`select id, 1::float8 as match, false as more from (${exact}) exact`;
}

// No company with such a name is an answer; an unknown id or email is a mistake to correct.
function noneFound({ customer_id, email, company_name }: Input): Answer<Shown> {
  if (customer_id !== undefined) return noSuchCustomer(customer_id);
  if (email !== undefined) {
    return refused(`No contact has the email ${email}. Give the email of another contact, or the company_name.`);
  }
  const text = `No customer fits "${company_name}". Try another spelling or one word of the company name, or the email of a contact.`;
  return done(text, { ...none, next_offset: null });
}

function lineOf({ contact, ...each }: z.infer<typeof customer>): string {
  const person = contact && `, contact ${contact.name} (${contact.role}, ${contact.email}, ${contact.phone})`;
  const about = `${each.tier} tier, ${each.industry}, ${each.city}, customer since ${each.since}`;
  return `${each.company} (${each.id}, match ${each.match}): ${about}, account manager ${each.account_manager}${person ?? ''}`;
}
