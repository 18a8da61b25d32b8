import { expect } from 'vitest';
import type { ToolDatabase } from '../../mcp-servers/database.ts';

export const forAli = {
  customer_name: 'Ali',
  lines: [
    { item: 'sugar', quantity: 2 },
    { item: 'Shampoo', quantity: 1 },
  ],
};
export const bill = (...lines: [item: string, quantity: number, unit?: string][]) => ({
  customer_name: 'Zara',
  lines: lines.map(([item, quantity, unit]) => ({ item, quantity, unit })),
});

/** What no call may ever break: each item's stock is what its ledger ends with, and what went is what was billed. */
export async function expectBalanced({ prisma }: ToolDatabase): Promise<void> {
  const off = await prisma.$queryRaw`
    select item.number, item.name, item.stock_qty, sum(change.after - change.before) as moved,
      sum(change.before - change.after) filter (where change.cause = 'bill') as sold
    from store.items item join store.stock_changes change on change.tenant = item.tenant and change.item = item.number
    group by item.tenant, item.number
    having item.stock_qty <> sum(change.after - change.before) or
      coalesce(sum(change.before - change.after) filter (where change.cause = 'bill'), 0) <>
      (select coalesce(sum(quantity), 0) from store.bill_lines line where line.tenant = item.tenant and line.item = item.number)`;
  expect(off).toEqual([]);
  const wrong = await prisma.$queryRaw`
    select number from store.bills bill where total <>
      (select sum(line_total) from store.bill_lines line where line.tenant = bill.tenant and line.bill = bill.number)`;
  expect(wrong).toEqual([]);
}
