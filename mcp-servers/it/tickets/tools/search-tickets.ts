import { z } from 'zod';
import { type Answer, type Done, done } from '../../../kit/answers.ts';
import type { ToolDatabase } from '../../../kit/database.ts';
import { dayInput, oneLine } from '../../../kit/fields.ts';
import { listing, pageOf, paging } from '../../../kit/pages.ts';
import { defineTool } from '../../../kit/tool.ts';
import { assetId, customerId, inOrder, priority } from '../../fields.ts';
import { searchWithIds } from '../../ids-in-query.ts';
import { isAsset, isCustomer, noSuchAsset, noSuchCustomer } from '../../records.ts';
import {
  countedPage,
  type Found,
  idsToRead,
  type Reading,
  readAs,
  readingText,
  relevance,
  sharedWords,
  spell,
  stemsOf,
  withRows,
} from '../../search.ts';
import { asWritten, stemsIn } from '../../stems.ts';
import { anyOs, category, searchWords, tag } from '../../support.ts';
import {
  showTicket,
  statusAsked,
  textsOf,
  ticketHead,
  ticketLine,
  unresolved,
  withCompany,
  withTexts,
} from '../tickets.ts';

const input = z
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
    from: dayInput.optional().describe('Only tickets opened on this day (UTC) or later, for example 2026-11-01'),
    to: dayInput.optional().describe('Only tickets opened on this day (UTC) or earlier'),
    sort: z.enum(['relevance', 'newest']).default('relevance').describe('Without a query, newest in any case'),
    ...paging,
  })
  .refine(...inOrder);
type Input = z.infer<typeof input>;

const hit = ticketHead.extend({
  relevance: relevance.nullable().describe('How well it fits the query: 1 is best; null without a query'),
  matched_words: sharedWords,
});
const output = z.object({ tickets: z.array(hit), read_as: readAs, ...countedPage });
type Shown = z.infer<typeof output>;

export const searchTickets = defineTool({
  name: 'search_tickets',
  title: 'Search tickets',
  description:
    'Tickets by words, filters or both, best or newest first, a page at a time. For example {"priority": "critical"}, ' +
    '{"customer_id": "CUST-002"} or {"query": "vpn drops", "os": "windows", "status": "resolved"}. ' +
    'The whole ticket is shown by get_ticket_details.',
  does: 'reads',
  input,
  output,
  async run(db, asked) {
    const { customer_id, asset_id } = asked;
    if (customer_id && !(await isCustomer(db, customer_id))) return noSuchCustomer(customer_id);
    if (asset_id && !(await isAsset(db, asset_id))) return noSuchAsset(asset_id);
    const worded = asked.query !== undefined || asked.tag !== undefined;
    return worded ? readFound(db, asked) : readListed(db, asked);
  },
});

async function readFound(db: ToolDatabase, asked: Input): Promise<Answer<Shown>> {
  const kinds = { TKT: 'id', CUST: 'customer', AST: 'asset' };
  const { query, sort, limit, offset } = asked;
  const question = { query, sort, limit, offset, marks: marksOf(asked), ...rangeOf(asked) };
  const found = await searchWithIds(db, 'ticket', kinds, question);
  if (found.kind === 'refused') return found;
  const { prisma, tenant } = db;
  const ids = await idsToRead(db, 'ticket', found);
  const rows = await prisma.itTicket.findMany({ where: { tenant, id: { in: ids } }, include: withTexts });
  const texts = rows.flatMap(textsOf);
  const stems = await stemsIn(db, stemsOf(found.hits, found.read), texts);
  const tickets = withRows(found.hits, rows).map(({ hit: { relevance, words }, row }) => ({
    ...showTicket(row),
    relevance: found.query === undefined ? null : relevance,
    matched_words: asWritten(words, textsOf(row), stems),
  }));
  const answer = listed(asked, { ...found, read: spell(found.read, texts, stems) }, tickets);
  return found.total === 0 ? { ...answer, text: answer.text + (await usualTagsText(db, asked.tag)) } : answer;
}

function marksOf(asked: Input): string[][] {
  const { status, priority, category, os, customer_id: customer, asset_id: asset, tag } = asked;
  const given = Object.entries({ priority, category, os, customer, asset });
  return [
    ...given.flatMap(([name, value]) => (value === undefined ? [] : [[`${name}/${value}`]])),
    ...(tag === undefined ? [] : [[`tag/${tag}`, `tag/${tag.replaceAll(/\s+/g, '-')}`]]),
    ...(status === undefined ? [] : [statusesOf(status).map((one) => `status/${one}`)]),
  ];
}

function statusesOf(asked: z.infer<typeof statusAsked>): string[] {
  return asked === 'unresolved' ? unresolved : [asked];
}

function rangeOf({ from, to }: Input): { from?: Date; to?: Date } {
  return {
    from: from === undefined ? undefined : new Date(`${from}T00:00:00Z`),
    to: to === undefined ? undefined : new Date(`${to}T23:59:59.999Z`),
  };
}

const TAGS_SHOWN = 15;

/** The tags of the newest tickets, for a search by a tag that found nothing. */
async function usualTagsText({ prisma, tenant }: ToolDatabase, asked: string | undefined): Promise<string> {
  if (asked === undefined) return '';
  const orderBy = [{ createdAt: 'desc' as const }, { id: 'desc' as const }];
  const newest = await prisma.itTicket.findMany({ where: { tenant }, select: { tags: true }, orderBy, take: 50 });
  const counts = new Map<string, number>();
  for (const tag of newest.flatMap(({ tags }) => tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const usual = [...counts].sort(([, a], [, b]) => b - a).slice(0, TAGS_SHOWN);
  return usual.length === 0 ? '' : ` Tags of late: ${usual.map(([tag]) => tag).join(', ')}.`;
}

async function readListed({ prisma, tenant }: ToolDatabase, asked: Input): Promise<Answer<Shown>> {
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
  return listed(asked, { total, more: false, read: [], unknown: [] }, tickets);
}

type Listed = Reading & Pick<Found, 'total' | 'more'>;

function listed(asked: Input, found: Listed, tickets: Shown['tickets']): Done<Shown> {
  const { total, more, read } = found;
  const reading = readingText(found);
  const none = `No ticket fits${reading}. Use fewer or other words, or leave out a filter; nothing else is known.`;
  const text = oneLine(listing(asked, total, tickets, { of: `tickets${reading}`, line: lineOf, none, more }));
  return done(text, { tickets, read_as: read, more, ...pageOf(asked, total) });
}

function lineOf(ticket: Shown['tickets'][number]): string {
  return ticketLine(ticket) + (ticket.relevance === null ? '' : `, relevance ${ticket.relevance}`);
}
