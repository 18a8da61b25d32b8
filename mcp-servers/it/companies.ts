import { Prisma } from '../../prisma/client/client.ts';

/** Ids, how well each fits, and whether there are more than were compared: a part of a statement. */
export function companiesLike(name: string): Prisma.Sql {
  return Prisma.sql`select id, match, more from it.companies_like(${name})`;
}
