import { expect } from 'vitest';
import type { ToolDatabase } from '../../mcp-servers/kit/database.ts';
import type { Said } from './kit.ts';

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

/** Each call waits for the row of an item, in this order, before the row is let go. */
export async function oneAfterTheOther(
  db: ToolDatabase,
  item: number,
  calls: (() => Promise<Said>)[],
): Promise<Said[]> {
  const waiting = async () => {
    const [row] = await db.prisma.$queryRaw<{ waiting: number }[]>`
      select count(*)::int as waiting from pg_locks join pg_stat_activity using (pid)
      where not granted and datname = current_database()`;
    return row?.waiting;
  };
  const said = await db.prisma.$transaction(async (tx) => {
    await tx.$executeRaw`select 1 from store.items where number = ${item} for update`;
    const begun: Promise<Said>[] = [];
    for (const call of calls) {
      begun.push(call());
      await expect.poll(waiting).toBe(begun.length);
    }
    return begun;
  });
  return Promise.all(said);
}
