import { z } from 'zod';
import { done } from '../../../kit/answers.ts';
import type { ToolDatabase } from '../../../kit/database.ts';
import { oneLine } from '../../../kit/fields.ts';
import { defineTool } from '../../../kit/tool.ts';
import { articleId } from '../../fields.ts';
import { noSuchArticle } from '../../records.ts';
import { articleHead, resolvedBy, showArticle, step, stepsOf, ticketsOf } from '../articles.ts';

const output = articleHead.extend({
  problem: z.string(),
  symptoms: z.array(z.string()),
  cause: z.string(),
  steps: z.array(step).describe('What to do, in this order, and the command for it where there is one'),
  related: z.array(z.object({ id: articleId, title: z.string() })),
  resolved_tickets: z.int().describe('How many tickets it has resolved'),
  author: z.string(),
});
type Shown = z.infer<typeof output>;

export const getArticle = defineTool({
  name: 'get_article',
  title: 'Get an article',
  description:
    'One article in full: problem, symptoms, cause, steps with commands and related articles, for example ' +
    '{"article_id": "KB-001"}. Without an id, find it with search_solutions.',
  does: 'reads',
  input: z.strictObject({ article_id: articleId }),
  output,
  async run(db, { article_id: id }) {
    const [row, resolved] = await Promise.all([find(db, id), resolvedBy(db, [id])]);
    if (!row) return noSuchArticle(id);
    const { problem, symptoms, cause, author } = row;
    const related = row.links.map((link) => link.related);
    const resolved_tickets = resolved(id);
    const shown = {
      ...showArticle(row),
      problem,
      symptoms,
      cause,
      steps: stepsOf(row),
      related,
      resolved_tickets,
      author,
    };
    return done(textOf(shown), shown);
  },
});

function find({ prisma, tenant }: ToolDatabase, id: string) {
  return prisma.itArticle.findUnique({
    where: { tenant_id: { tenant, id } },
    include: {
      links: { select: { related: { select: { id: true, title: true } } }, orderBy: { relatedId: 'asc' } },
    },
  });
}

function textOf(shown: Shown): string {
  const steps = shown.steps
    .map((each, at) => `${at + 1}. ${each.do}${each.command ? ` [${each.command}]` : ''}`)
    .join(' ');
  const related = shown.related.map(({ id, title }) => `${id} "${title}"`).join(', ');
  const text =
    `${shown.id} "${shown.title}" (${shown.product}, updated ${shown.updated_on}, resolved ${ticketsOf(shown.resolved_tickets)}). ` +
    `Problem: ${shown.problem} Symptoms: ${shown.symptoms.join('; ')}. Cause: ${shown.cause} Steps: ${steps}` +
    (related && ` Related: ${related}.`);
  return oneLine(text);
}
