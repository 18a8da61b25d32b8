import type { Prisma } from '../../client/client.ts';
import { dayFrom } from '../load.ts';
import { articles1to5 } from './articles-1-to-5.ts';
import { articles6to10 } from './articles-6-to-10.ts';
import type { ArticleSeed } from './types.ts';

const ARTICLES = [...articles1to5, ...articles6to10];

export async function loadArticles(tx: Prisma.TransactionClient, tenant: string, today: Date): Promise<void> {
  await tx.itArticle.createMany({ data: ARTICLES.map((row) => articleRow(tenant, row, today)) });
  await tx.itArticleLink.createMany({ data: ARTICLES.flatMap((row) => linkRows(tenant, row)) });
}

function articleRow(tenant: string, { related: _, steps, updated, ...row }: ArticleSeed, today: Date) {
  return {
    tenant,
    ...row,
    steps: steps.map(([todo, command]) => ({ do: todo, command: command ?? null })),
    createdAt: dayFrom(today, -updated - 200, 9),
    updatedAt: dayFrom(today, -updated, 14),
  };
}

function linkRows(tenant: string, { id, related }: ArticleSeed) {
  return related.map((relatedId) => ({ tenant, articleId: id, relatedId }));
}
