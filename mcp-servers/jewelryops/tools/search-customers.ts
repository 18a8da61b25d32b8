import { z } from 'zod';
import { Prisma } from '../../../prisma/client/client.ts';
import { done } from '../../kit/answers.ts';
import { words } from '../../kit/fields.ts';
import { nearWords } from '../../kit/near-words.ts';
import { listing, page, pageOf, paging } from '../../kit/pages.ts';
import { defineTool } from '../../kit/tool.ts';
import { customerId, tier } from '../fields.ts';

const customer = z.object({
  id: customerId,
  name: z.string(),
  email: z.string(),
  phone: z.string(),
  tier,
  city: z.string(),
  match: z.number().min(0).max(1).describe('How well it fits: 1 is exact'),
});
type Found = { total: number; best: number | null; customers: z.infer<typeof customer>[] };

export const searchCustomers = defineTool({
  name: 'search_customers',
  title: 'Search customers',
  description:
    'Customers that fit a name, email, phone number or city, best first, for example {"query": "lisa park"}. ' +
    'Where several fit about equally well, ask which one is meant before changing anything.',
  does: 'reads',
  input: z.strictObject({
    query: words(2, 100).describe(
      'A name, part of a name, an email, a phone number or a city; case and typing errors are forgiven. ' +
        'For example "lisa park", "Lisa Prak", "park@", "555-0101"',
    ),
    ...paging,
  }),
  output: z.object({ customers: z.array(customer), ...page }),
  async run({ prisma, tenant }, asked) {
    const query = asked.query.toLowerCase();
    const digits = query.replace(/\D/g, '');
    const [found] = await prisma.$queryRaw<Found[]>`
      with scored as (
        select id, name, email, phone, tier, city, round(greatest(
          case when ${query} in (lower(id), lower(name), lower(email)) then 1 end,
          case when length(${digits}) >= 4 and strpos(regexp_replace(phone, '[^0-9]', '', 'g'), ${digits}) > 0 then 1 end,
          case when strpos(lower(concat_ws(E'\\n', name, city)), ${query}) > 0
            or strpos(lower(email), ${query}) between 1 and strpos(email, '@') then ${HELD}::float8 end,
          word_similarity(${query}, name) * 0.9,
          word_similarity(${query}, city) * 0.9,
          similarity(${query}, split_part(email, '@', 1)) * 0.9,
          ${nearWords(query, Prisma.sql`name`)} * 0.9
        )::numeric, 2)::float8 as match
        from jewelryops.customers where tenant = ${tenant}
      ), fitting as (
        select * from scored where match >= 0.45 and match >= 0.7 * (select max(match) from scored)
      )
      select (select count(*)::int from fitting) as total, (select max(match) from fitting) as best,
        coalesce(jsonb_agg(paged order by match desc, id), '[]') as customers
      from (select * from fitting order by match desc, id limit ${asked.limit} offset ${asked.offset}) paged`;
    const { total, best, customers } = found ?? { total: 0, best: null, customers: [] };
    // A guess is called one: Marcus Webb is not the Mark Weber who was asked for.
    const guess = best !== null && best < HELD && `No customer has "${asked.query}".`;
    const of = `customers that fit "${asked.query}"`;
    const none = `No customer fits "${asked.query}". Try another spelling, an email or a phone number, or list_customers.`;
    const text = listing(asked, total, customers, { of, line: lineOf, none, guess });
    return done(text, { customers, ...pageOf(asked, total) });
  },
});

/** The match of a customer that has the query as it was asked, if only as a part. */
const HELD = 0.95;

function lineOf({ id, name, email, city }: z.infer<typeof customer>): string {
  return `${name} (${id}, ${email}, ${city})`;
}
