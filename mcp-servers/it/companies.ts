import { Prisma } from '../../prisma/client/client.ts';
import { refused } from '../answers.ts';
import type { ToolDatabase } from '../database.ts';

/** Ids, how well each fits, and whether there are more than were compared: a part of a statement. */
export function companiesLike(name: string): Prisma.Sql {
  return Prisma.sql`select id, match, more from it.companies_like(${name})`;
}

export function noSuchCustomer(id: string): { kind: 'refused'; text: string } {
  return refused(
    `There is no customer ${id}. Find the right id with lookup_customer, from a company name or an email.`,
  );
}

export async function isCustomer({ prisma, tenant }: ToolDatabase, id: string): Promise<boolean> {
  return (await prisma.itCustomer.count({ where: { tenant, id } })) > 0;
}
