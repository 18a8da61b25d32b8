import { z } from 'zod';
import { Prisma } from '../../../prisma/client/client.ts';
import { done } from '../../kit/answers.ts';
import { words } from '../../kit/fields.ts';
import { nearWords } from '../../kit/near-words.ts';
import { listing, page, pageOf, paging } from '../../kit/pages.ts';
import { defineTool } from '../../kit/tool.ts';
import { customerHead } from '../customers.ts';
import { customerStatus } from '../fields.ts';

const customer = customerHead.extend({ match: z.number().min(0).max(1).describe('How well it fits: 1 is exact') });
type Found = { total: number; best: number | null; customers: z.infer<typeof customer>[] };

export const searchCustomer = defineTool({
  name: 'search_customer',
  title: 'Search for a customer',
  description:
    'Customers that fit an id, a company, a contact or an email, best first, for example {"query": "Acme"}; ' +
    'a whole id or email finds that one only. ' +
    'Where several fit about equally well, ask which one is meant before changing anything.',
  does: 'reads',
  input: z.strictObject({
    query: words(2, 100).describe(
      'An id, a company, a contact, an email, or part of one; case and typing errors are forgiven. ' +
        'For example "Acme", "CUST-003", "ingrid solberg", "@calloway"',
    ),
    status: customerStatus.optional().describe('Only customers of this status, for example active'),
    ...paging,
  }),
  output: z.object({ customers: z.array(customer), ...page }),
  async run({ prisma, tenant }, asked) {
    const query = asked.query.toLowerCase();
    const status = asked.status ?? null;
    const [found] = await prisma.$queryRaw<Found[]>`
      with scored as (
        select id, company, contact, email, plan, status, ${query} in (lower(id), lower(email)) as identified,
          round(greatest(
            case when ${query} in (lower(id), lower(company), lower(contact), lower(email)) then 1 end,
            case when strpos(lower(concat_ws(E'\n', id, company, contact, email)), ${query}) > 0 then ${HELD}::float8 end,
            word_similarity(${query}, company) * 0.9,
            word_similarity(${query}, contact) * 0.9,
            word_similarity(${query}, email) * 0.9,
            ${nearWords(query, Prisma.sql`company || ' ' || contact`)} * 0.9
          )::numeric, 2)::float8 as match
        from helpdesk.customers where tenant = ${tenant} and (${status}::text is null or status = ${status})
      ), fitting as (
        select * from scored
        where match >= 0.45 and match >= 0.7 * (select max(match) from scored)
          and (identified or not exists (select 1 from scored where identified))
      ), paged as (
        select id, company, contact, email, plan, status, match from fitting
        order by match desc, id limit ${asked.limit} offset ${asked.offset}
      )
      select (select count(*)::int from fitting) as total, (select max(match) from fitting) as best,
        coalesce((select jsonb_agg(paged order by match desc, id) from paged), '[]') as customers`;
    const { total, best, customers } = found ?? { total: 0, best: null, customers: [] };
    const which = asked.status ? `${asked.status} customer` : 'customer';
    // A guess is called one: a sender with another mailbox is not the customer whose address looks like it.
    const guess = best !== null && best < HELD && `No ${which} has "${asked.query}".`;
    const of = `${which}s that fit "${asked.query}"`;
    const without = asked.status ? ', or leave the status out' : '';
    const none = `No ${which} fits "${asked.query}". Try another spelling, an email or a part of the name${without}.`;
    const text = listing(asked, total, customers, { of, line: lineOf, none, guess });
    return done(text, { customers, ...pageOf(asked, total) });
  },
});

/** The match of a customer that has the query as it was asked, if only as a part. */
const HELD = 0.95;

function lineOf({ id, company, contact, email, plan, status }: z.infer<typeof customer>): string {
  return `${company} (${id}, ${status}, ${plan}, ${contact}, ${email})`;
}
