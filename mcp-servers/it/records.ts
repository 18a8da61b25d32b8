import { refused } from '../answers.ts';
import type { ToolDatabase } from '../database.ts';

// Whether there is what an id names, and what is said where there is not.

export type Missing = { kind: 'refused'; text: string };

export async function isCustomer({ prisma, tenant }: ToolDatabase, id: string): Promise<boolean> {
  return (await prisma.itCustomer.count({ where: { tenant, id } })) > 0;
}

export function noSuchCustomer(id: string): Missing {
  return refused(
    `There is no customer ${id}. Find the right id with lookup_customer, from a company name or an email.`,
  );
}

export async function isAsset({ prisma, tenant }: ToolDatabase, id: string): Promise<boolean> {
  return (await prisma.itAsset.count({ where: { tenant, id } })) > 0;
}

export function noSuchAsset(id: string): Missing {
  return refused(
    `There is no asset ${id}. Find the right id with lookup_asset, from a hostname, a serial or a customer_id.`,
  );
}

export async function isTicket({ prisma, tenant }: ToolDatabase, id: string): Promise<boolean> {
  return (await prisma.itTicket.count({ where: { tenant, id } })) > 0;
}

export function noSuchTicket(id: string): Missing {
  return refused(`There is no ticket ${id}. Find the right id with search_tickets, from words or a customer_id.`);
}

export async function isArticle({ prisma, tenant }: ToolDatabase, id: string): Promise<boolean> {
  return (await prisma.itArticle.count({ where: { tenant, id } })) > 0;
}

export function noSuchArticle(id: string): Missing {
  return refused(`There is no article ${id}. Find the right id with search_solutions, from words of the problem.`);
}
