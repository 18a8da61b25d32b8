import { z } from 'zod';
import { Prisma } from '../../../prisma/client/client.ts';
import { lock } from '../../../prisma/locks.ts';
import { done, refused } from '../../kit/answers.ts';
import type { Tables } from '../../kit/database.ts';
import { asDay, asDollars } from '../../kit/fields.ts';
import { defineTool } from '../../kit/tool.ts';
import { type BillHead, billHead, billLine, breakdownOf } from '../bills.ts';
import { type Entry, readCart, shortagesOf, showEntry, totalOf, wantedLines } from '../cart.ts';
import { asBillId, asItemId, itemId, nameText } from '../fields.ts';
import type { ItemRow } from '../items.ts';

const level = z.object({ item_id: itemId, stock_qty: z.number() });

export const billingCreateBill = defineTool({
  name: 'billing_create_bill',
  title: 'Create a bill',
  description:
    "Bills a customer at today's prices and takes the items from the stock, all of them or none, for example " +
    '{"customer_name": "Ali", "lines": [{"item": "Sugar", "quantity": 2}, {"item": "Shampoo", "quantity": 1}]}. ' +
    'A bill cannot be changed or removed: call billing_preview_bill first.',
  does: 'alters',
  input: z.strictObject({
    customer_name: nameText(100).describe('Who buys, for example Ali'),
    lines: wantedLines,
  }),
  output: billHead.extend({
    lines: z.array(billLine),
    before: z.array(level).describe('What was in stock of its items'),
    after: z.array(level),
  }),
  async run(db, asked) {
    const { entries, faults } = await readCart(db, asked.lines, 'lock');
    const obstacles = [...faults, ...shortagesOf(entries)];
    if (obstacles.length > 0) return refused(obstacles.join(' '));
    const head = await write(db, asked.customer_name, entries);
    const lines = entries.map(showEntry);
    const text = `${head.id} for ${head.customer_name}: ${breakdownOf(lines)}; total ${head.total}.`;
    const before = entries.map(({ item }) => levelOf(item, 0));
    const after = entries.map(({ item, quantity }) => levelOf(item, quantity));
    return done(text, { ...head, lines, before, after });
  },
});

function levelOf({ number, stock_qty }: ItemRow, taken: Prisma.Decimal | number): z.infer<typeof level> {
  return { item_id: asItemId(number), stock_qty: new Prisma.Decimal(stock_qty).minus(taken).toNumber() };
}

type Written = { number: number; created_at: Date };

/** The items are locked. */
async function write({ prisma, tenant }: Tables, customer: string, entries: Entry[]): Promise<BillHead> {
  const total = totalOf(entries).toFixed(2);
  const taken = entries.map(({ item, quantity, total }, at) => {
    return {
      line: at + 1,
      item: item.number,
      name: item.name,
      unit: item.unit,
      quantity,
      price: item.unit_price,
      total,
    };
  });
  // Bills are numbered without gaps: a number whose transaction is undone goes to the next bill.
  await lock(prisma, `store bills ${tenant}`);
  const [bill] = await prisma.$queryRaw<Written[]>`
    with taken as (
      select * from jsonb_to_recordset(${JSON.stringify(taken)}::jsonb)
        as taken (line int, item int, name text, unit text, quantity numeric, price numeric, total numeric)
    ), bill as (
      insert into store.bills (tenant, number, customer_name, total)
      select ${tenant}, coalesce(max(number), 0) + 1, ${customer}, ${total}::numeric
      from store.bills where tenant = ${tenant}
      returning number, created_at
    ), lines as (
      insert into store.bill_lines (tenant, bill, line, item, name, unit, quantity, unit_price, line_total)
      select ${tenant}, bill.number, line, item, name, unit, quantity, price, taken.total from taken, bill
    ), moved as (
      update store.items set stock_qty = stock_qty - taken.quantity
      from taken where items.tenant = ${tenant} and items.number = taken.item
      returning items.number, items.stock_qty + taken.quantity as before, items.stock_qty as after
    ), ledger as (
      insert into store.stock_changes (tenant, item, number, before, after, cause, bill)
      select ${tenant}, moved.number, coalesce(last.number, 0) + 1, before, after, 'bill', bill.number
      from bill, moved cross join lateral (
        select max(number) as number from store.stock_changes where tenant = ${tenant} and item = moved.number
      ) last
    )
    select number, created_at from bill`;
  if (!bill) throw new Error('A bill was inserted and is not there.');
  return {
    id: asBillId(bill.number),
    customer_name: customer,
    total: asDollars(total),
    created_on: asDay(bill.created_at),
  };
}
