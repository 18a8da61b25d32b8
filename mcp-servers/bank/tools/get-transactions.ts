import { z } from 'zod';
import { Prisma } from '../../../prisma/client/client.ts';
import { done, refused } from '../../kit/answers.ts';
import type { ToolDatabase } from '../../kit/database.ts';
import { asDollars, day, dayInput, money, words } from '../../kit/fields.ts';
import { listing, page, pageOf, paging } from '../../kit/pages.ts';
import { defineTool } from '../../kit/tool.ts';
import { noSuchAccount } from '../accounts.ts';
import { accountKind, masked, transactionKind, userId } from '../fields.ts';
import { noSuchUser } from '../users.ts';

const input = z.strictObject({
  user_id: userId,
  account: accountKind.optional().describe('Only on this account'),
  kind: transactionKind.optional(),
  from: dayInput.optional().describe('First day, for example 2026-11-01'),
  to: dayInput.optional().describe('Last day, itself included, for example 2026-11-20'),
  query: words(2, 100)
    .optional()
    .describe(
      'Words of the description, a kind, a month, an amount or an id, in any order; typing errors are forgiven. ' +
        'For example "amazon", "rent november", "89.99" or "TXN-00001"',
    ),
  ...paging,
});
type Input = z.infer<typeof input>;

const transaction = z.object({
  id: z.string().describe('For example TXN-00001'),
  date: day,
  account: accountKind,
  number: z.string().describe('Of the account, only its last four digits'),
  kind: transactionKind,
  description: z.string(),
  amount: money.describe('With a minus where it left the account, for example -$89.99'),
  balance_after: money,
});
type Transaction = z.infer<typeof transaction>;
const spelling = z
  .enum(['exact', 'close'])
  .describe('close: some words of the query were found in another spelling only, or not at all');
type Row = Omit<Transaction, 'number'> & { last_four: string };
type Found = { name: string; accounts: string[]; total: number; spelling: z.infer<typeof spelling>; rows: Row[] };

export const getTransactions = defineTool({
  name: 'get_transactions',
  title: 'Get transactions',
  description:
    "A customer's transactions, newest first, a page at a time, of all accounts unless one is named. " +
    'For example {"user_id": "user_001", "limit": 5} for the recent ones, ' +
    '{"user_id": "user_001", "query": "amazon"} or {"user_id": "user_001", "kind": "deposit", "from": "2026-11-01"}.',
  does: 'reads',
  input,
  output: z.object({
    user_id: userId,
    name: z.string(),
    transactions: z.array(transaction),
    spelling,
    ...page,
  }),
  async run(db, asked) {
    const { user_id, from, to } = asked;
    if (from !== undefined && to !== undefined && from > to) {
      return refused(`from (${from}) lies after to (${to}). Give the earlier day as from.`);
    }
    const found = await find(db, asked);
    if (!found) return noSuchUser(user_id);
    const { name, accounts, total, spelling } = found;
    if (asked.account !== undefined && !accounts.includes(asked.account)) return noSuchAccount(asked, accounts);
    const transactions = found.rows.map(({ last_four, amount, balance_after, ...row }) => {
      return { ...row, number: masked(last_four), amount: asDollars(amount), balance_after: asDollars(balance_after) };
    });
    const of = `transactions of ${user_id} (${name}), newest first`;
    const none = `No transaction of ${user_id} (${name}) fits. Leave out a filter, or try another word of the description.`;
    const close = spelling === 'close' ? `No transaction has "${asked.query}"; these come close. ` : '';
    const text = close + listing(asked, total, transactions, { of, line: lineOf, none });
    return done(text, { user_id, name, transactions, spelling, ...pageOf(asked, total) });
  },
});

function lineOf({ id, date, description, amount, account, number }: Transaction): string {
  return `${id} ${date} ${description} ${amount} (${account} ${number})`;
}

// Only the best matches are listed: "amazon" must not bring up another shop whose name is two letters away.
async function find({ prisma, tenant }: ToolDatabase, asked: Input): Promise<Found | undefined> {
  const [found] = await prisma.$queryRaw<Found[]>`
    with scored as (
      select t.*, a.last_four, ${fitOf(asked.query)} as fit
      from bank.transactions t
      join bank.accounts a on a.tenant = t.tenant and a.user_id = t.user_id and a.kind = t.account
      where ${Prisma.join(conditionsOf(tenant, asked), ' and ')}
    ), fitting as (
      select * from scored where fit >= 0.5 and fit = (select max(fit) from scored)
    ), paged as (
      select * from fitting order by posted_at desc, id desc limit ${asked.limit} offset ${asked.offset}
    )
    select u.name, array(
        select kind from bank.accounts where tenant = u.tenant and user_id = u.id order by kind
      ) as accounts,
      (select count(*)::int from fitting) as total,
      (select case when max(fit) < ${OF_SORT}::float8 then 'close' else 'exact' end from fitting) as spelling,
      (select coalesce(jsonb_agg(jsonb_build_object(
        'id', id, 'date', to_char(posted_at at time zone 'UTC', 'YYYY-MM-DD'), 'account', account,
        'last_four', last_four, 'kind', kind, 'description', description, 'amount', amount::text,
        'balance_after', balance_after::text
      ) order by posted_at desc, id desc), '[]') from paged) as rows
    from bank.users u where u.tenant = ${tenant} and u.id = ${asked.user_id}`;
  return found;
}

function conditionsOf(tenant: string, { user_id, account, kind, from, to }: Input): Prisma.Sql[] {
  return [
    Prisma.sql`t.tenant = ${tenant} and t.user_id = ${user_id}`,
    ...(account === undefined ? [] : [Prisma.sql`t.account = ${account}`]),
    ...(kind === undefined ? [] : [Prisma.sql`t.kind = ${kind}`]),
    ...(from === undefined ? [] : [Prisma.sql`t.posted_at >= ${from}::date::timestamp at time zone 'UTC'`]),
    ...(to === undefined ? [] : [Prisma.sql`t.posted_at < (${to}::date + 1)::timestamp at time zone 'UTC'`]),
  ];
}

// Below 1, so that "rent in november" lists the rents of other months where November has none, not all of November.
const OF_SORT = 0.95;

const stopWords = 'a an and at for from in last latest my of on recent that the this to with'.split(' ');

/** The share of the query's words that a transaction has, from 0 to 1; a word in another spelling counts less. */
function fitOf(query: string | undefined): Prisma.Sql {
  if (query === undefined) return Prisma.sql`1::float8`;
  const asked = query.toLowerCase().replace(/(?<=\d),(?=\d{3})/g, '');
  const told = Prisma.sql`concat_ws(' ', t.description, t.id, abs(t.amount), trim_scale(abs(t.amount)))`;
  const sort = Prisma.sql`concat_ws(' ', t.kind, to_char(t.posted_at at time zone 'UTC', 'FMmonth YYYY YYYY-MM-DD'))`;
  return Prisma.sql`(
    select round(avg(near)::numeric, 3)::float8 from (
      select max(weight * case
        when own = asked then 1
        when asked ~ '[0-9]' then 0
        when starts_with(own, asked) then 1
        when length(asked) >= 4
          and 1 - levenshtein(asked, own)::float8 / greatest(length(asked), length(own)) >= 0.6 then 0.6
        else 0 end) as near
      from (${wordsOf(Prisma.sql`${asked}::text`)}) a (asked), (
        select own, 1 as weight from (${wordsOf(Prisma.sql`lower(${told})`)}) t (own)
        union all select own, ${OF_SORT}::float8 from (${wordsOf(Prisma.sql`lower(${sort})`)}) s (own)
      ) o
      where asked <> all(${stopWords}) group by asked
    ) nearest
  )`;
}

// Words keep the hyphens of ids and days, and the point of an amount.
function wordsOf(text: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`select trim(both '.-' from word) from regexp_split_to_table(${text}, '[^[:alnum:].-]+') word
    where trim(both '.-' from word) <> ''`;
}
