import { z } from 'zod';
import { done } from '../../../kit/answers.ts';
import type { ToolDatabase } from '../../../kit/database.ts';
import { oneLine } from '../../../kit/fields.ts';
import { defineTool } from '../../../kit/tool.ts';
import { articleId } from '../../fields.ts';
import {
  type Found,
  idsToRead,
  nothingToSearch,
  readAs,
  readingText,
  relevance,
  search,
  spell,
  stemsOf,
  withRows,
} from '../../search.ts';
import { stemsIn } from '../../stems.ts';
import { searchWords } from '../../support.ts';
import { stepsOf, textsOf, ticketsOf } from '../articles.ts';
import { noSuchProduct, readProduct } from '../products.ts';

const fix = z.object({
  article_id: articleId,
  title: z.string(),
  product: z.string(),
  steps: z.array(z.string()).describe('In short; get_article has the commands'),
  resolved_tickets: z.int().describe('How many tickets it has resolved'),
  relevance,
});
const output = z.object({ fixes: z.array(fix), read_as: readAs });
type Shown = z.infer<typeof output>;

export const getCommonFixes = defineTool({
  name: 'get_common_fixes',
  title: 'Get common fixes',
  description:
    'The fixes that most often resolved tickets on a product or an issue, as short steps, for example ' +
    '{"product": "Windows", "issue": "printing fails"}. Commands are in get_article.',
  does: 'reads',
  input: z
    .strictObject({
      product: searchWords(2, 100).optional().describe('For example Windows, Outlook, macOS or Linux server'),
      issue: searchWords(2, 200)
        .optional()
        .describe('What is wrong, in a few words, for example "printing fails" or "bsod"'),
      limit: z.int().min(1).max(10).default(3).describe('How many fixes at most, 1 to 10'),
    })
    .refine(({ product, issue }) => product !== undefined || issue !== undefined, 'Give product, issue or both'),
  output,
  async run(db, asked) {
    const product = await readProduct(db, asked.product);
    if (product === 'unknown') return done(noSuchProduct(asked.product, asked.issue), { fixes: [], read_as: [] });
    const { issue: query, limit } = asked;
    const found = await search(db, 'article', { query, marks: product.marks, sort: 'help', limit, offset: 0 });
    if (!found.searched) return nothingToSearch(query);
    const { fixes, read_as } = await show(db, found);
    const what = [asked.product, query].filter(Boolean).join(', ');
    const reading = readingText({ read: read_as, unknown: found.unknown }) + product.reading;
    if (fixes.length === 0) {
      const next = asked.product && query ? 'Leave out the product, or try' : 'Try';
      return done(`No fix is known for ${what}${reading}. ${next} search_solutions with other words.`, {
        fixes,
        read_as,
      });
    }
    const named = fixes.map((each, at) => {
      return `${at + 1}. ${each.article_id} "${each.title}" (resolved ${ticketsOf(each.resolved_tickets)}): ${each.steps.join(' ')}`;
    });
    return done(oneLine(`Fixes for ${what}${reading}: ${named.join(' ')}`), { fixes, read_as });
  },
});

async function show(db: ToolDatabase, found: Found): Promise<Shown> {
  const { hits, read } = found;
  const { prisma, tenant } = db;
  const ids = await idsToRead(db, 'article', found);
  const rows = await prisma.itArticle.findMany({ where: { tenant, id: { in: ids } } });
  const fixes = withRows(hits, rows).map(({ hit, row }) => ({
    article_id: row.id,
    title: row.title,
    product: row.product,
    steps: stepsOf(row).map((step) => step.do),
    resolved_tickets: hit.resolved,
    relevance: hit.relevance,
  }));
  const texts = rows.flatMap(textsOf);
  const stems = await stemsIn(db, stemsOf([], read), texts);
  return { fixes, read_as: spell(read, texts, stems) };
}
