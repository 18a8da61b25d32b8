import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { Prisma } from '../../../prisma/client/client.ts';
import { type Answer, answer } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { donePage, nextOffset, page, paging, reads, words } from '../../fields.ts';
import { nearWords } from '../../near-words.ts';
import { customerHead } from '../customers.ts';
import { customerStatus } from '../fields.ts';

const inputSchema = z.strictObject({
  query: words(2, 100).describe(
    'An id, a company, a contact, an email, or part of one; case and typing errors are forgiven. ' +
      'For example "Acme", "CUST-003", "ingrid solberg", "@calloway"',
  ),
  status: customerStatus.optional().describe('Only customers of this status, for example active'),
  ...paging,
});
type Asked = z.infer<typeof inputSchema>;

const customer = customerHead.extend({ match: z.number().min(0).max(1).describe('How well it fits: 1 is exact') });
const outputSchema = z.object({ customers: z.array(customer), ...page });
type Shown = z.infer<typeof outputSchema>;
type Found = { total: number; best: number | null; customers: z.infer<typeof customer>[] };

export function searchCustomer(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'search_customer',
    {
      title: 'Search for a customer',
      description:
        'Customers that fit an id, a company, a contact or an email, best first, for example {"query": "Acme"}; ' +
        'a whole id or email finds that one only. ' +
        'Where several fit about equally well, ask which one is meant before changing anything.',
      inputSchema,
      outputSchema,
      annotations: reads,
    },
    (asked) => answer(read(db, asked)),
  );
}

/** Of what stands there as it was asked, if only as a part. */
const HELD = 0.95;

async function read({ prisma, tenant }: ToolDatabase, asked: Asked): Promise<Answer<Shown>> {
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
  return donePage(lineOf(asked, { total, best, customers }), {
    customers,
    total,
    next_offset: nextOffset(asked, total),
  });
}

function lineOf({ query, status, offset }: Asked, { total, best, customers }: Found): string {
  const which = status ? `${status} customer` : 'customer';
  if (total === 0) {
    const without = status ? ', or leave the status out' : '';
    return `No ${which} fits "${query}". Try another spelling, an email or a part of the name${without}.`;
  }
  if (customers.length === 0) return `Only ${total} fit "${query}", fewer than the offset of ${offset}.`;
  const named = customers.map(
    (each) => `${each.company} (${each.id}, ${each.status}, ${each.plan}, ${each.contact}, ${each.email})`,
  );
  // A guess is called one: who wrote from another mailbox is not the customer whose address looks like it.
  if (best !== null && best < HELD) return `No ${which} has "${query}". The nearest ${total}: ${named.join('; ')}.`;
  return `${customers.length} of ${total} ${which}s that fit "${query}": ${named.join('; ')}.`;
}
