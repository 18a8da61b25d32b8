import { Prisma } from '../../prisma/client/client.ts';

/** SQL for companies with a name like this: id, match, and whether more were not compared. */
export function companiesLike(name: string): Prisma.Sql {
  return Prisma.sql`select id, match, more from it.companies_like(${name})`;
}
