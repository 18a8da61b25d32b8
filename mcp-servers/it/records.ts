import { noSuch, type Refused } from '../kit/answers.ts';
import type { ToolDatabase } from '../kit/database.ts';
// Whether the record that an id names exists, and what a tool answers if it does not.

export async function isCustomer({ prisma, tenant }: ToolDatabase, id: string): Promise<boolean> {
  return (await prisma.itCustomer.count({ where: { tenant, id } })) > 0;
}

export function noSuchCustomer(id: string): Refused {
  return noSuch('customer', id, 'lookup_customer, from a company name or an email');
}

export async function isAsset({ prisma, tenant }: ToolDatabase, id: string): Promise<boolean> {
  return (await prisma.itAsset.count({ where: { tenant, id } })) > 0;
}

export function noSuchAsset(id: string): Refused {
  return noSuch('asset', id, 'lookup_asset, from a hostname, a serial or a customer_id');
}

export async function isTicket({ prisma, tenant }: ToolDatabase, id: string): Promise<boolean> {
  return (await prisma.itTicket.count({ where: { tenant, id } })) > 0;
}

export function noSuchTicket(id: string): Refused {
  return noSuch('ticket', id, 'search_tickets, from words or a customer_id');
}

export async function isArticle({ prisma, tenant }: ToolDatabase, id: string): Promise<boolean> {
  return (await prisma.itArticle.count({ where: { tenant, id } })) > 0;
}

export function noSuchArticle(id: string): Refused {
  return noSuch('article', id, 'search_solutions, from words of the problem');
}
