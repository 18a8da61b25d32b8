import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { Prisma } from '../../../prisma/client/client.ts';
import { type Answer, answer, refused } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { asDollars, dayInput, donePage, money, nextOffset, page, paging, reads } from '../../fields.ts';
import { billHead, showBill } from '../bills.ts';
import { nameOf } from '../fields.ts';

const inputSchema = z.strictObject({
  customer: nameOf(100)
    .optional()
    .describe('Name of the customer or a part of it; case and typing errors are forgiven. For example "ali"'),
  from: dayInput.optional().describe('First day in UTC, for example 2026-11-01'),
  to: dayInput.optional().describe('Last day in UTC, for example 2026-11-30'),
  ...paging,
});
type Asked = z.infer<typeof inputSchema>;

const outputSchema = z.object({
  bills: z.array(billHead),
  customers: z
    .array(z.object({ customer_name: z.string(), bills: z.int(), sum: money }))
    .describe('Whose bills were found, and what those of each come to: more than one where the name fits several'),
  sum: money.describe('Of all bills found, not only of this page'),
  ...page,
});
type Shown = z.infer<typeof outputSchema>;
type Customer = Shown['customers'][number];

export function billingListBills(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'billing_list_bills',
    {
      title: 'List bills',
      description:
        'Bills, newest first, a page at a time, and what all of them come to, for example {"customer": "Ali"} or ' +
        '{"from": "2026-11-01", "to": "2026-11-30"}. The lines of one are shown by billing_get_bill.',
      inputSchema,
      outputSchema,
      annotations: reads,
    },
    (asked) => answer(read(db, asked)),
  );
}

async function read({ prisma, tenant }: ToolDatabase, asked: Asked): Promise<Answer<Shown>> {
  const { from, to } = asked;
  if (from && to && from > to)
    return refused(`No day is from ${from} to ${to}: "from" is the first day, "to" the last.`);
  const names = asked.customer === undefined ? undefined : await namesLike(prisma, tenant, asked.customer);
  const where = {
    tenant,
    customerName: names && { in: names },
    createdAt: { gte: startOf(from, 0), lt: startOf(to, 1) },
  };
  const [sums, rows] = await Promise.all([
    prisma.storeBill.groupBy({
      by: ['customerName'],
      where,
      _sum: { total: true },
      _count: true,
      orderBy: { customerName: 'asc' },
    }),
    prisma.storeBill.findMany({ where, orderBy: { number: 'desc' }, take: asked.limit, skip: asked.offset }),
  ]);
  const total = sums.reduce((count, { _count }) => count + _count, 0);
  const exact = sums.reduce((sum, { _sum }) => sum.plus(_sum.total ?? 0), new Prisma.Decimal(0));
  const sum = asDollars(exact.toFixed(2));
  const bills = rows.map(showBill);
  const customers = sums.map(({ customerName, _count, _sum }) => {
    return {
      customer_name: customerName,
      bills: _count,
      sum: asDollars(new Prisma.Decimal(_sum.total ?? 0).toFixed(2)),
    };
  });
  const text = total === 0 ? nothing(asked) : textOf(bills, customers, total, sum);
  return donePage(text, { bills, customers, sum, total, next_offset: nextOffset(asked, total) });
}

// Only those that fit best, the whole name before its words, and these before a part or a guess: Natalia is not Ali.
async function namesLike(prisma: Prisma.TransactionClient, tenant: string, asked: string): Promise<string[]> {
  const rows = await prisma.$queryRaw<{ name: string }[]>`
    with scored as (
      select name, store.likeness(${asked}, name) as match
      from (select distinct customer_name as name from store.bills where tenant = ${tenant}) customers
    )
    select name from scored
    where match >= 0.45 and match = (select max(match) from scored)`;
  return rows.map(({ name }) => name);
}

function startOf(day: string | undefined, later: number): Date | undefined {
  if (day === undefined) return undefined;
  const date = new Date(day);
  date.setUTCDate(date.getUTCDate() + later);
  return date;
}

// Without a name there may be as many customers as the store has.
const MOST_NAMED = 20;

function textOf(bills: Shown['bills'], customers: Customer[], total: number, sum: string): string {
  const named = bills.map((bill) => `${bill.id} (${bill.customer_name}, ${bill.total}, ${bill.created_on})`).join('; ');
  const each = customers
    .slice(0, MOST_NAMED)
    .map(({ customer_name, bills, sum }) => `${customer_name}: ${bills} for ${sum}`);
  const more = customers.length > MOST_NAMED ? `; and ${customers.length - MOST_NAMED} more customers` : '';
  return `${bills.length} of ${total} bills${named && `: ${named}`}. ${each.join('; ')}${more}. All ${total} come to ${sum}.`;
}

function nothing({ customer, from, to }: Asked): string {
  const which = [customer && `of ${customer}`, from && `from ${from}`, to && `to ${to}`].filter(Boolean).join(' ');
  return `There is no bill${which && ` ${which}`}. Try another spelling or other days, or leave them out.`;
}
