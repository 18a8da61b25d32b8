import { z } from 'zod';
import type { ItArticle } from '../../../prisma/client/client.ts';
import type { ToolDatabase } from '../../kit/database.ts';
import { asDay, day } from '../../kit/fields.ts';
import { articleId } from '../fields.ts';
import { countIn, type Stems } from '../stems.ts';
import { anyOs, category } from '../support.ts';

/** How every tool shows an article's head. */
export const articleHead = z.object({
  id: articleId,
  title: z.string(),
  product: z.string(),
  category,
  os: anyOs,
  tags: z.array(z.string()),
  updated_on: day,
});
export type ArticleHead = z.infer<typeof articleHead>;

export function showArticle(row: ItArticle): ArticleHead {
  return {
    id: row.id,
    title: row.title,
    product: row.product,
    category: category.parse(row.category),
    os: anyOs.parse(row.os),
    tags: row.tags,
    updated_on: asDay(row.updatedAt),
  };
}

export const step = z.object({ do: z.string(), command: z.string().nullable() });

export function stepsOf(row: Pick<ItArticle, 'steps'>): z.infer<typeof step>[] {
  return z.array(step).parse(row.steps);
}

/** Every text of an article that is searched. */
export function textsOf(row: ItArticle): string[] {
  const { title, product, category, os, tags, problem, symptoms, cause } = row;
  const steps = stepsOf(row).flatMap((each) => [each.do, each.command ?? '']);
  return [title, product, category, os, ...tags, problem, ...symptoms, cause, ...steps];
}

export function ticketsOf(count: number): string {
  return count === 1 ? '1 ticket' : `${count} tickets`;
}

/** How many tickets each article has resolved. Counted per article, because one query for all would read the whole tenant. */
export async function resolvedBy({ prisma, tenant }: ToolDatabase, ids: string[]): Promise<(id: string) => number> {
  const rows = await prisma.$queryRaw<{ id: string; resolved: number }[]>`
    select id, resolved from unnest(${ids}::text[]) id, lateral (
      select count(*)::int as resolved from it.ticket_articles
      where tenant = ${tenant} and article_id = id and ticket_articles.resolved
    ) counted`;
  const counts = new Map(rows.map((row) => [row.id, row.resolved]));
  return (id) => counts.get(id) ?? 0;
}

/** The sentence of the problem or symptoms with the most of the words. */
export function snippetOf({ problem, symptoms }: ItArticle, sought: string[], stems: Stems): string {
  const sentences = [...problem.split(/(?<=[.!?])\s+/), ...symptoms];
  const score = (sentence: string) => countIn(sentence, sought, stems);
  const best = sentences.reduce((a, b) => (score(b) > score(a) ? b : a));
  return best.length > 240 ? `${best.slice(0, 239)}…` : best;
}
