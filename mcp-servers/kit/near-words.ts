import { Prisma } from '../../prisma/client/client.ts';

/**
 * The mean nearness of each word in the query to the nearest word of a name, from 0 to 1: 1 minus the share of letters to
 * change. Trigrams forgive a wrong or missing letter in a long name, but swapped letters in a short one ("Prak") share
 * almost no trigram.
 */
export function nearWords(query: string, name: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(
    select avg(near) from (
      select max(1 - levenshtein(asked, own)::float8 / greatest(length(asked), length(own))) as near
      from regexp_split_to_table(${query}, ' +') asked, regexp_split_to_table(lower(${name}), ' +') own
      where length(asked) >= 3
      group by asked
    ) as nearest_words
  )`;
}
