import { z } from 'zod';
import { Prisma } from '../../../prisma/client/client.ts';
import { done, refused } from '../../kit/answers.ts';
import type { Tables } from '../../kit/database.ts';
import { asDollars, dayInput, money } from '../../kit/fields.ts';
import { page, pageOf, paging } from '../../kit/pages.ts';
import { defineTool } from '../../kit/tool.ts';
import { billHead, showBill } from '../bills.ts';
import { nameText } from '../fields.ts';

const input = z.strictObject({
  customer: nameText(100)
    .optional()
    .describe('Name of the customer or a part of it; case and typing errors are forgiven. For example "ali"'),
  from: dayInput.optional().describe('First day in UTC, for example 2026-11-01'),
  to: dayInput.optional().describe('Last day in UTC, for example 2026-11-30'),
  ...paging,
});
type Input = z.infer<typeof input>;

const output = z.object({
  bills: z.array(billHead),
  customers: z
    .array(z.object({ customer_name: z.string(), bills: z.int(), sum: money }))
    .describe('Whose bills were found, and what those of each come to: more than one where the name fits several'),
  sum: money
    .nullable()
    .describe(
      'Of all bills found, not only of this page; null where they are of names that only resemble the one asked',
    ),
  ...page,
});
type Shown = z.infer<typeof output>;
type Customer = Shown['customers'][number];

export const billingListBills = defineTool({
  name: 'billing_list_bills',
  title: 'List bills',
  description:
    'Bills, newest first, a page at a time, and what all of them come to, for example {"customer": "Ali"} or ' +
    '{"from": "2026-11-01", "to": "2026-11-30"}. The lines of one are shown by billing_get_bill.',
  does: 'reads',
  input,
  output,
  async run(db, asked) {
    const { from, to } = asked;
    if (from && to && from > to) {
      return refused(`No day is from ${from} to ${to}: "from" is the first day, "to" the last.`);
    }
    const found = await find(db, asked);
    const { total } = found;
    const customers = found.customers.map((each) => ({ ...each, sum: asDollars(each.sum) }));
    const bills = found.bills.map(({ number, customerName, total, createdAt }) =>
      showBill({ number, customerName, total: new Prisma.Decimal(total), createdAt: new Date(createdAt) }),
    );
    const sum = isGuess(found) ? null : asDollars(found.sum);
    const shown = { bills, customers, sum, ...pageOf(asked, total) };
    return done(total === 0 ? noneText(asked) : textOf(asked, shown), shown);
  },
});

type Found = {
  total: number;
  sum: string;
  best: number | null;
  customers: Customer[];
  bills: { number: number; customerName: string; total: string; createdAt: string }[];
};

// Lists the best matches only: a whole name before its words, those before a part or a guess, so Natalia is not Ali. One
// statement, so that the sums are of the bills shown. Of a name in two spellings, the answer shows the latest.
async function find({ prisma, tenant }: Tables, asked: Input): Promise<Found> {
  const name = asked.customer ?? null;
  const [found] = await prisma.$queryRaw<Found[]>`
    with scored as (
      select customer, case when ${name}::text is null then 1 else store.likeness(${name}::text, customer) end as match
      from (select distinct lower(customer_name) as customer from store.bills where tenant = ${tenant}) customers
    ), meant as (
      select * from scored where match >= 0.45 and match = (select max(match) from scored)
    ), fitting as (
      select bill.*, customer, match from store.bills bill join meant on customer = lower(customer_name)
      where tenant = ${tenant} ${within(asked)}
    ), sums as (
      select jsonb_build_object('customer_name', (array_agg(customer_name order by number desc))[1],
        'bills', count(*), 'sum', sum(total)::text) as told, customer
      from fitting group by customer
    ), paged as (
      select * from fitting order by number desc limit ${asked.limit} offset ${asked.offset}
    )
    select (select count(*)::int from fitting) as total, (select max(match) from fitting) as best,
      (select coalesce(sum(total), 0)::text from fitting) as sum,
      (select coalesce(jsonb_agg(told order by customer), '[]') from sums) as customers,
      (select coalesce(jsonb_agg(jsonb_build_object(
        'number', number, 'customerName', customer_name, 'total', total::text, 'createdAt', created_at
      ) order by number desc), '[]') from paged) as bills`;
  return found ?? { total: 0, sum: '0', best: null, customers: [], bills: [] };
}

function within({ from, to }: Input): Prisma.Sql {
  return Prisma.sql`
    ${from === undefined ? Prisma.empty : Prisma.sql`and created_at >= ${from}::date::timestamp at time zone 'UTC'`}
    ${to === undefined ? Prisma.empty : Prisma.sql`and created_at < (${to}::date + 1)::timestamp at time zone 'UTC'`}`;
}

/** No bill has the name as it was asked, not even as a part. */
function isGuess({ best }: Found): boolean {
  return best !== null && best < 0.95;
}

// Without a name there may be as many customers as the store has.
const MOST_NAMED = 20;

function textOf(asked: Input, { bills, customers, total, sum }: Shown): string {
  const listed = bills
    .map((bill) => `${bill.id} (${bill.customer_name}, ${bill.total}, ${bill.created_on})`)
    .join('; ');
  const each = customers
    .slice(0, MOST_NAMED)
    .map(({ customer_name, bills, sum }) => `${customer_name}: ${bills} for ${sum}`)
    .join('; ');
  const more = customers.length > MOST_NAMED ? `; and ${customers.length - MOST_NAMED} more customers` : '';
  const head = `${bills.length} of ${total} bills${listed && `: ${listed}`}.`;
  if (sum !== null) return `${head} ${each}${more}. All ${total} come to ${sum}.`;
  return `No bill is of "${asked.customer}". The nearest names: ${each}${more}. Ask which one is meant. ${head}`;
}

function noneText({ customer, from, to }: Input): string {
  const which = [customer && `of ${customer}`, from && `from ${from}`, to && `to ${to}`].filter(Boolean).join(' ');
  return `There is no bill${which && ` ${which}`}. Try another spelling or other days, or leave them out.`;
}
