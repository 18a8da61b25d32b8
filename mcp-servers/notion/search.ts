import { Prisma } from '../../prisma/client/client.ts';

// Words are letters and digits, with the hyphens of an id.
const BETWEEN = '[^[:alnum:]-]+';

/** The best match of a misspelt word: below that of a word in a description that only begins like the one asked. */
const GUESS = 0.7;

/**
 * How well each issue of the tenant fits the query, from 0 to 1. A word matches by its stem ("repairs" and "repair"), by its
 * beginning or, a little lower, with some wrong letters; a word with a digit, such as an id, must match exactly. Titles,
 * labels, names and ids weigh more than descriptions. `held`: the issue has all the words, none of them misspelt. Words
 * are cut at 50 letters, since levenshtein takes at most 255.
 */
export function scoresOf(tenant: string, query: string): Prisma.Sql {
  const asked = query.toLowerCase();
  return Prisma.sql`
    with asked as (
      select distinct left(word, 50) as word, (ts_lexize('english_stem', left(word, 50)))[1] as stem
      from regexp_split_to_table(${asked}, ${BETWEEN}) word where ts_lexize('english_stem', left(word, 50)) <> '{}'
    ), texts as (
      select number, 1.0 as weight, concat_ws(' ', title, array_to_string(labels, ' '), assignee, customer_id, order_id, sku,
        'ISSUE-' || lpad(number::text, greatest(3, length(number::text)), '0')) as text
      from notion.issues where tenant = ${tenant}
      union all
      select number, 0.8, description from notion.issues where tenant = ${tenant}
    ), own as (
      select number, left(word, 50) as word, max(weight) as weight
      from texts, regexp_split_to_table(lower(text), ${BETWEEN}) word where word <> '' group by 1, 2
    ), near as (
      select own.word, asked.word as asked, case
        when (ts_lexize('english_stem', own.word))[1] = stem then 1
        when asked.word ~ '[0-9]' then 0
        when length(asked.word) >= 3 and starts_with(own.word, asked.word) then 0.9
        when length(asked.word) >= 4 and levenshtein(own.word, asked.word) <= length(asked.word) * 0.4
          then ${GUESS}::float8 * (1 - levenshtein(own.word, asked.word)::float8 / greatest(length(own.word), length(asked.word)))
        else 0 end as near
      from (select distinct word from own) own, asked
    ), best as (
      select number, asked, max(weight * near) as near from own join near using (word) where near > 0 group by 1, 2
    )
    select issues.number, round(greatest(
      sum(near) / (select count(*) from asked), max(case when lower(title) = ${asked} then 1 else 0 end)
    )::numeric, 2)::float8 as match,
      bool_or(lower(title) = ${asked}) or count(*) filter (where near > ${GUESS}) = (select count(*) from asked) as held
    from notion.issues left join best using (number)
    where tenant = ${tenant} group by issues.number`;
}
