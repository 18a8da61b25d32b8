import { z } from 'zod';
import { done } from '../../../kit/answers.ts';
import type { ToolDatabase } from '../../../kit/database.ts';
import { oneLine } from '../../../kit/fields.ts';
import { listing, pageOf, paging } from '../../../kit/pages.ts';
import { defineTool } from '../../../kit/tool.ts';
import { searchWithIds } from '../../ids-in-query.ts';
import {
  countedPage,
  type Found,
  idsToRead,
  readAs,
  readingText,
  relevance,
  sharedWords,
  spell,
  stemsOf,
  withRows,
} from '../../search.ts';
import { asWritten, stemsIn } from '../../stems.ts';
import { anyOs, category, searchWords } from '../../support.ts';
import { articleHead, showArticle, snippetOf, textsOf } from '../articles.ts';
import { noSuchProduct, readProduct } from '../products.ts';

const hit = articleHead.extend({
  relevance,
  matched_words: sharedWords,
  snippet: z.string().describe('What it says of the problem, nearest to the query'),
});
const output = z.object({ articles: z.array(hit), read_as: readAs, ...countedPage });
type Shown = z.infer<typeof output>;

export const searchSolutions = defineTool({
  name: 'search_solutions',
  title: 'Search solutions',
  description:
    'Articles of the knowledge base that fit some key words, best first, a page at a time. For example ' +
    '{"query": "Windows BSOD"} or {"query": "disk full", "os": "linux"}. The steps are shown by get_article.',
  does: 'reads',
  input: z.strictObject({
    query: searchWords(2, 200).describe(
      'Key words of the problem; typing errors are forgiven. For example "Windows BSOD", "kernal panic", "vpn drops"',
    ),
    product: searchWords(1, 100)
      .optional()
      .describe('Only articles on this product, for example Windows, Outlook or macOS'),
    os: anyOs.optional(),
    category: category.optional(),
    ...paging,
  }),
  output,
  async run(db, asked) {
    const { os, category } = asked;
    const product = await readProduct(db, asked.product);
    if (product === 'unknown') return done(noSuchProduct(asked.product, asked.query), NONE);
    const filters = [...(os ? [[`os/${os}`]] : []), ...(category ? [[`category/${category}`]] : [])];
    const marks = [...product.marks, ...filters];
    const found = await searchWithIds(db, 'article', { KB: 'id' }, { ...asked, marks, sort: 'relevance' });
    if (found.kind === 'refused') return found;
    const { articles, read_as } = await show(db, found);
    const { total, more } = found;
    const reading = readingText({ ...found, read: read_as }) + product.reading;
    const none = `No article fits${reading}. Try other or fewer words, or leave out a filter.`;
    const how = { of: `articles${reading}`, line: lineOf, between: ' | ', none, more };
    return done(oneLine(listing(asked, total, articles, how)), { articles, read_as, more, ...pageOf(asked, total) });
  },
});

async function show(db: ToolDatabase, found: Found): Promise<Pick<Shown, 'articles' | 'read_as'>> {
  const { prisma, tenant } = db;
  const ids = await idsToRead(db, 'article', found);
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

function lineOf({ id, title, relevance, snippet }: z.infer<typeof hit>): string {
  return `${id} "${title}" (relevance ${relevance}): ${snippet}`;
}

const NONE: Shown = { articles: [], read_as: [], total: 0, more: false, next_offset: null };
