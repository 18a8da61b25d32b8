import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { type Answer, answer, done } from '../../../answers.ts';
import type { ToolDatabase } from '../../../database.ts';
import { donePage, nextOffset, oneLine, paging, reads } from '../../../fields.ts';
import { searchNaming } from '../../ids-in-query.ts';
import { beyondEnd, shareOf } from '../../pages.ts';
import {
  countedPage,
  type Found,
  readAs,
  readingOf,
  relevance,
  sharedWords,
  spell,
  stemsOf,
  withRows,
  witnessesOf,
} from '../../search.ts';
import { asWritten, stemsIn } from '../../stems.ts';
import { anyOs, category, searchWords } from '../../support.ts';
import { articleHead, showArticle, snippetOf, textsOf } from '../articles.ts';
import { noSuchProduct, readProduct } from '../products.ts';

const inputSchema = z.strictObject({
  query: searchWords(2, 200).describe(
    'Key words of the problem; typing errors are forgiven. For example "Windows BSOD", "kernal panic", "vpn drops"',
  ),
  product: searchWords(1, 100)
    .optional()
    .describe('Only articles on this product, for example Windows, Outlook or macOS'),
  os: anyOs.optional(),
  category: category.optional(),
  ...paging,
});
type Asked = z.infer<typeof inputSchema>;

const hit = articleHead.extend({
  relevance,
  matched_words: sharedWords,
  snippet: z.string().describe('What it says of the problem, nearest to the query'),
});
const outputSchema = z.object({ articles: z.array(hit), read_as: readAs, ...countedPage });
type Shown = z.infer<typeof outputSchema>;

export function searchSolutions(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'search_solutions',
    {
      title: 'Search solutions',
      description:
        'Articles of the knowledge base that fit some key words, best first, a page at a time. For example ' +
        '{"query": "Windows BSOD"} or {"query": "disk full", "os": "linux"}. The steps are shown by get_article.',
      inputSchema,
      outputSchema,
      annotations: reads,
    },
    (asked) => answer(read(db, asked)),
  );
}

async function read(db: ToolDatabase, asked: Asked): Promise<Answer<Shown>> {
  const { os, category } = asked;
  const product = await readProduct(db, asked.product);
  if (product === 'unknown') return done(noSuchProduct(asked.product, asked.query), none);
  const filters = [...(os ? [[`os/${os}`]] : []), ...(category ? [[`category/${category}`]] : [])];
  const marks = [...product.marks, ...filters];
  const found = await searchNaming(db, 'article', { KB: 'id' }, { ...asked, marks, sort: 'relevance' });
  if (found.kind === 'refused') return found;
  const { articles, read_as } = await show(db, found);
  const { total, more } = found;
  const data = { articles, read_as, total, more, next_offset: nextOffset(asked, total) };
  const reading = readingOf({ ...found, read: read_as }) + product.said;
  if (total === 0) return done(`No article fits${reading}. Try other or fewer words, or leave out a filter.`, data);
  if (articles.length === 0) return done(beyondEnd(total, asked.offset, more), data);
  const shown = articles.map((each) => `${each.id} "${each.title}" (relevance ${each.relevance}): ${each.snippet}`);
  return donePage(oneLine(`${shareOf(articles, found)} articles${reading}: ${shown.join(' | ')}`), data);
}

async function show(db: ToolDatabase, found: Found): Promise<Pick<Shown, 'articles' | 'read_as'>> {
  const { prisma, tenant } = db;
  const ids = await witnessesOf(db, 'article', found);
  const rows = await prisma.itArticle.findMany({ where: { tenant, id: { in: ids } } });
  const texts = rows.flatMap(textsOf);
  const stems = await stemsIn(db, stemsOf(found.hits, found.read), texts);
  const articles = withRows(found.hits, rows).map(({ hit: { relevance, words }, row }) => ({
    ...showArticle(row),
    relevance,
    matched_words: asWritten(words, textsOf(row), stems),
    snippet: snippetOf(row, words, stems),
  }));
  return { articles, read_as: spell(found.read, texts, stems) };
}

const none: Shown = { articles: [], read_as: [], total: 0, more: false, next_offset: null };
