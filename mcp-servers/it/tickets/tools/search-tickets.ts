import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { type Answer, answer, done, refused } from '../../../answers.ts';
import type { ToolDatabase } from '../../../database.ts';
import { donePage, nextOffset, paging, reads } from '../../../fields.ts';
import { isCustomer, noSuchCustomer } from '../../companies.ts';
import { assetId, customerId, dayAsked, inOrder as daysInOrder, priority } from '../../fields.ts';
import { namedIn } from '../../named.ts';
import {
  countedPage,
  type Found,
  inOrder,
  nothingToSearch,
  readAs,
  readingOf,
  relevance,
  search,
  sharedWords,
  spell,
} from '../../search.ts';
import { anyOs, category, searchWords, tag } from '../../support.ts';
import { nameTicket, showTicket, statusAsked, textsOf, ticketHead, unresolved, withCompany } from '../tickets.ts';

const inputSchema = z
  .strictObject({
    query: searchWords(2, 200)
      .optional()
      .describe(
        'Words of the ticket, its comments, company or people; typing errors are forgiven: "windws bsod". An id means that record',
      ),
    status: statusAsked.optional(),
    priority: priority.optional(),
    category: category.optional(),
    os: anyOs.optional(),
    customer_id: customerId.optional(),
    asset_id: assetId.optional(),
    tag: tag.optional(),
    from: dayAsked.optional().describe('Only tickets opened on this day (UTC) or later, for example 2026-11-01'),
    to: dayAsked.optional().describe('Only tickets opened on this day (UTC) or earlier'),
    sort: z.enum(['relevance', 'newest']).default('relevance').describe('Without a query, newest in any case'),
    ...paging,
  })
  .refine(...daysInOrder);
type Asked = z.infer<typeof inputSchema>;

const hit = ticketHead.extend({
  relevance: relevance.nullable().describe('How well it fits the query: 1 is best; null without a query'),
  matched_words: sharedWords,
});
const outputSchema = z.object({ tickets: z.array(hit), read_as: readAs, ...countedPage });
type Shown = z.infer<typeof outputSchema>;

export function searchTickets(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'search_tickets',
    {
      title: 'Search tickets',
      description:
        'Tickets by words, filters or both, best or newest first, a page at a time. For example {"priority": "critical"}, ' +
        '{"customer_id": "CUST-002"} or {"query": "vpn drops", "os": "windows", "status": "resolved"}. ' +
        'The whole ticket is shown by get_ticket_details.',
      inputSchema,
      outputSchema,
      annotations: reads,
    },
    (asked) => answer(read(db, asked)),
  );
}

async function read(db: ToolDatabase, asked: Asked): Promise<Answer<Shown>> {
  const { customer_id, asset_id } = asked;
  if (customer_id && !(await isCustomer(db, customer_id))) return noSuchCustomer(customer_id);
  if (asset_id && !(await isAsset(db, asset_id))) {
    return refused(`There is no asset ${asset_id}. Find the right id with lookup_asset, from the customer.`);
  }
  const worded = asked.query !== undefined || asked.tag !== undefined;
  return worded ? readFound(db, asked) : readListed(db, asked);
}

async function isAsset({ prisma, tenant }: ToolDatabase, id: string): Promise<boolean> {
  return (await prisma.itAsset.count({ where: { tenant, id } })) > 0;
}

async function readFound(db: ToolDatabase, asked: Asked): Promise<Answer<Shown>> {
  const { limit, offset, sort } = asked;
  const { query, marks: named } = namedIn(asked.query, { TKT: 'id', CUST: 'customer', AST: 'asset' });
  const marks = [...marksOf(asked), ...named];
  const ask = (words?: string) => search(db, 'ticket', { query: words, marks, ...rangeOf(asked), sort, limit, offset });
  const said = await ask(query);
  // "What about TKT-004" names what it means.
  const found = said.searched || named.length === 0 ? said : await ask();
  if (!found.searched) return refused(nothingToSearch(query));
  const { prisma, tenant } = db;
  const ids = found.hits.map(({ id }) => id);
  const rows = await prisma.itTicket.findMany({ where: { tenant, id: { in: ids } }, include: withCompany });
  const tickets = inOrder(found.hits, rows).map(({ hit: { relevance, words }, row }) => ({
    ...showTicket(row),
    relevance: query === undefined ? null : relevance,
    matched_words: words,
  }));
  return told(asked, { ...found, read: spell(found.read, rows.flatMap(textsOf)) }, tickets);
}

function marksOf(asked: Asked): string[][] {
  const { status, priority, category, os, customer_id: customer, asset_id: asset, tag } = asked;
  const given = Object.entries({ priority, category, os, customer, asset, tag });
  const marks = given.flatMap(([name, value]) => (value === undefined ? [] : [[`${name}/${value}`]]));
  return status === undefined ? marks : [...marks, statusesOf(status).map((one) => `status/${one}`)];
}

function statusesOf(asked: z.infer<typeof statusAsked>): string[] {
  return asked === 'unresolved' ? unresolved : [asked];
}

function rangeOf({ from, to }: Asked): { from?: Date; to?: Date } {
  return {
    from: from === undefined ? undefined : new Date(`${from}T00:00:00Z`),
    to: to === undefined ? undefined : new Date(`${to}T23:59:59.999Z`),
  };
}

async function readListed({ prisma, tenant }: ToolDatabase, asked: Asked): Promise<Answer<Shown>> {
  const { priority, category, os, customer_id: customerId, asset_id: assetId } = asked;
  const status = asked.status && { in: statusesOf(asked.status) };
  const { from: gte, to: lte } = rangeOf(asked);
  const where = { tenant, status, priority, category, os, customerId, assetId, createdAt: { gte, lte } };
  const [total, rows] = await Promise.all([
    prisma.itTicket.count({ where }),
    prisma.itTicket.findMany({
      where,
      include: withCompany,
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: asked.limit,
      skip: asked.offset,
    }),
  ]);
  const tickets = rows.map((row) => ({ ...showTicket(row), relevance: null, matched_words: [] }));
  return told(asked, { total, more: false, read: [], unknown: [] }, tickets);
}

type Told = Pick<Found, 'total' | 'more' | 'read' | 'unknown'>;

function told(asked: Asked, found: Told, tickets: Shown['tickets']): Answer<Shown> {
  const { total, more, read } = found;
  const data = { tickets, read_as: read, total, more, next_offset: nextOffset(asked, total) };
  if (total === 0) {
    const text = `No ticket fits${readingOf(found)}. Use fewer or other words, or leave out a filter; nothing else is known.`;
    return done(text, data);
  }
  const named = tickets
    .map((each) => nameTicket(each) + (each.relevance === null ? '' : `, relevance ${each.relevance}`))
    .join('; ');
  return donePage(`${tickets.length} of ${total}${more ? ' or more' : ''} tickets${readingOf(found)}: ${named}.`, data);
}
