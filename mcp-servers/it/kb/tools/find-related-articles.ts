import { z } from 'zod';
import { done, type Refused } from '../../../kit/answers.ts';
import type { ToolDatabase } from '../../../kit/database.ts';
import { oneLine } from '../../../kit/fields.ts';
import { listing, pageOf, paging } from '../../../kit/pages.ts';
import { defineTool } from '../../../kit/tool.ts';
import { articleId, exactlyOneOf, ticketId } from '../../fields.ts';
import { noSuchArticle, noSuchTicket } from '../../records.ts';
import { countedPage, findAlike, type Likeness, likeness, likenessOf, stemsOf, withRows } from '../../search.ts';
import { stemsIn } from '../../stems.ts';
import { articleHead, showArticle, textsOf } from '../articles.ts';

const input = z
  .strictObject({
    article_id: articleId.optional().describe('Articles like this one, for example KB-001'),
    ticket_id: ticketId.optional().describe('Articles that may help with this ticket, for example TKT-004'),
    ...paging,
  })
  .refine(...exactlyOneOf('article_id', 'ticket_id'));
type Input = z.infer<typeof input>;

const related = articleHead.extend({
  ...likeness,
  linked: z.boolean().describe('True: an author linked it, or somebody used it on the ticket'),
});

export const findRelatedArticles = defineTool({
  name: 'find_related_articles',
  title: 'Find related articles',
  description:
    'Articles near to an article or to a ticket, by links, tags, category and what they say, with why: linked ones first. ' +
    'For example {"ticket_id": "TKT-004"} or {"article_id": "KB-001"}.',
  does: 'reads',
  input,
  output: z.object({ articles: z.array(related), ...countedPage }),
  async run(db, asked) {
    const { limit, offset } = asked;
    const probe = await probeOf(db, asked);
    if (probe.kind === 'refused') return probe;
    const found = await findAlike(db, 'article', probe, { linked: probe.linked, limit, offset });
    const articles = await show(db, found.hits);
    const { total, more } = found;
    const of = `articles near to ${probe.id}`;
    const none = `No article is near to ${probe.id}. Try search_solutions with its words.`;
    const text = oneLine(listing(asked, total, articles, { of, line: lineOf, none, more }));
    return done(text, { articles, more, ...pageOf(asked, total) });
  },
});

type Found = { kind: 'ticket' | 'article'; id: string; linked: string[] };

async function probeOf({ prisma, tenant }: ToolDatabase, asked: Input): Promise<Found | Refused> {
  const { ticket_id, article_id: id = '' } = asked;
  if (ticket_id !== undefined) {
    const where = { tenant_id: { tenant, id: ticket_id } };
    const ticket = await prisma.itTicket.findUnique({ where, select: { articles: { select: { articleId: true } } } });
    if (!ticket) return noSuchTicket(ticket_id);
    return { kind: 'ticket', id: ticket_id, linked: ticket.articles.map(({ articleId }) => articleId) };
  }
  const where = { tenant_id: { tenant, id } };
  const article = await prisma.itArticle.findUnique({ where, select: { links: { select: { relatedId: true } } } });
  if (!article) return noSuchArticle(id);
  return { kind: 'article', id, linked: article.links.map(({ relatedId }) => relatedId) };
}

async function show(db: ToolDatabase, hits: Likeness[]): Promise<z.infer<typeof related>[]> {
  const { prisma, tenant } = db;
  const rows = await prisma.itArticle.findMany({ where: { tenant, id: { in: hits.map(({ id }) => id) } } });
  const stems = await stemsIn(db, stemsOf(hits), rows.flatMap(textsOf));
  return withRows(hits, rows).map(({ hit, row }) => ({
    ...showArticle(row),
    ...likenessOf(hit, textsOf(row), stems),
    linked: hit.linked,
  }));
}

function lineOf(each: z.infer<typeof related>): string {
  const shared = [...new Set([...each.shared_tags, ...each.shared_words])].slice(0, 5).join(', ');
  const reasons = [each.linked && 'linked', shared].filter(Boolean).join(', ');
  return `${each.id} "${each.title}", relevance ${each.relevance} (${reasons})`;
}
