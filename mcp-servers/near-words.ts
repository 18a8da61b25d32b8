import { Prisma } from '../prisma/client/client.ts';

/**
 * How near each word asked is to the nearest word of a name, from 0 to 1, on the mean: 1 less the share of letters that
 * have to be changed. Trigrams forgive a wrong or missing letter in a long name, but letters swapped in a short one
 * ("Prak") share almost no trigram.
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
