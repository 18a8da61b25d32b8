import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { type Answer, answer, done, refused } from '../../../answers.ts';
import type { ToolDatabase } from '../../../database.ts';
import { donePage, nextOffset, paging, reads } from '../../../fields.ts';
import { namedIn } from '../../named.ts';
import {
  countedPage,
  inOrder,
  nothingToSearch,
  readAs,
  readingOf,
  relevance,
  search,
  sharedWords,
  spell,
} from '../../search.ts';
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
  const { os, category, limit, offset } = asked;
  const product = await readProduct(db, asked.product);
  if (product === 'unknown') return done(noSuchProduct(asked.product, asked.query), none);
  const { query, marks: named } = namedIn(asked.query, { KB: 'id' });
  const filters = [...(os ? [[`os/${os}`]] : []), ...(category ? [[`category/${category}`]] : [])];
  const marks = [...product.marks, ...filters, ...named];
  const ask = (words?: string) => search(db, 'article', { query: words, marks, sort: 'relevance', limit, offset });
  const said = await ask(query);
  const found = said.searched || named.length === 0 ? said : await ask();
  if (!found.searched) return refused(nothingToSearch(query));
  const { prisma, tenant } = db;
  const rows = await prisma.itArticle.findMany({ where: { tenant, id: { in: found.hits.map(({ id }) => id) } } });
  const articles = inOrder(found.hits, rows).map(({ hit: { relevance, words }, row }) => ({
    ...showArticle(row),
    relevance,
    matched_words: words,
    snippet: snippetOf(row, words),
  }));
  const { total, more, unknown } = found;
  const read_as = spell(found.read, rows.flatMap(textsOf));
  const data = { articles, read_as, total, more, next_offset: nextOffset(asked, total) };
  const reading = readingOf({ read: read_as, unknown }) + product.said;
  if (total === 0) return done(`No article fits${reading}. Try other or fewer words, or leave out a filter.`, data);
  const shown = articles.map((each) => `${each.id} "${each.title}" (relevance ${each.relevance}): ${each.snippet}`);
  return donePage(
    `${articles.length} of ${total}${more ? ' or more' : ''} articles${reading}: ${shown.join(' | ')}`,
    data,
  );
}

const none: Shown = { articles: [], read_as: [], total: 0, more: false, next_offset: null };
