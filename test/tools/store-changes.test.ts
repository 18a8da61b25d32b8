import { describe, expect, test } from 'vitest';
import type { ToolDatabase } from '../../mcp-servers/kit/database.ts';
import { Prisma } from '../../prisma/client/client.ts';
import { describeEffect } from './effects.ts';
import { atOnce, hostServer } from './kit.ts';
import { bill, expectBalanced, forAli, oneAfterTheOther } from './store-books.ts';

const host = hostServer('store');

describe('a bill', () => {
  test('comes to what was asked, and takes it from the stock', async () => {
    const { call, db } = await host.open();
    const said = await call('billing_create_bill', forAli);
    expect(said.data).toMatchObject({
      id: 'BILL-0009',
      customer_name: 'Ali',
      total: '$820.00',
      lines: [
        { item_id: 'ITEM-001', name: 'Sugar', unit: 'kg', quantity: 2, unit_price: '$160.00', line_total: '$320.00' },
        {
          item_id: 'ITEM-018',
          name: 'Shampoo',
          unit: 'piece',
          quantity: 1,
          unit_price: '$500.00',
          line_total: '$500.00',
        },
      ],
      before: [{ stock_qty: 42.5 }, { stock_qty: 15 }],
      after: [{ stock_qty: 40.5 }, { stock_qty: 14 }],
    });
    expect(said.text).toContain('total $820.00');
    const kept = await call('billing_get_bill', { bill_id: 'BILL-0009' });
    expect(kept.data).toMatchObject({ total: '$820.00', lines: said.data?.lines });
    expect((await call('billing_list_bills', { customer: 'ali' })).data).toMatchObject({ total: 3, sum: '$3,830.00' });
    await expectBalanced(db);
  });

  test('tells all that is wrong with it at once, and takes nothing', async () => {
    const { call, db } = await host.open();
    const asked = bill(
      ['Sugar', 100],
      ['Salt', 1],
      ['orange juice', 2],
      ['shampo', 1],
      ['Notebook', 0.5],
      ['Chickpeas', 6.5],
    );
    const said = await call('billing_create_bill', asked);
    expect(said.isError).toBe(true);
    for (const part of [
      'Only 42.5 kg of Sugar left; 100 kg were asked for.',
      'No Orange Juice left; 2 litre were asked for.',
      'Did you mean Shampoo (ITEM-018)?',
      'Notebook is sold in whole pieces',
      'Only 6 kg of Chickpeas left; 6.5 kg were asked for.',
      'Nothing was changed.',
    ]) {
      expect(said.text).toContain(part);
    }
    expect(said.text).not.toContain('Salt');
    expect(await db.prisma.storeBill.count()).toBe(8);
    await expectBalanced(db);
  });

  test('sums the same item, and rounds half a cent up', async () => {
    const { call, db } = await host.open();
    const said = await call(
      'billing_create_bill',
      bill(['Turmeric Powder', 0.5], ['ITEM-007', 0.375], ['turmeric powder', 0.125]),
    );
    expect(said.data).toMatchObject({ lines: [{ quantity: 1, line_total: '$1.20' }], total: '$1.20' });
    await call('inventory_update_item', { item_id: 'ITEM-007', unit_price: 0.01 });
    const half = await call('billing_create_bill', bill(['ITEM-007', 0.5]));
    expect(half.data).toMatchObject({ lines: [{ line_total: '$0.01' }], total: '$0.01' });
    // In doubles 0.29 times 0.5 is a little less than 0.145, and this would be a cent too little.
    await call('inventory_update_item', { item_id: 'ITEM-001', unit_price: 0.29 });
    expect((await call('billing_create_bill', bill(['Sugar', 0.5]))).data).toMatchObject({ total: '$0.15' });
    await expectBalanced(db);
  });

  test('keeps the name and the price of its day, also when the item is changed and deleted', async () => {
    const { call, db } = await host.open();
    await call('inventory_update_item', { item_id: 'ITEM-018', name: 'Herbal Shampoo', unit_price: 650 });
    const deleted = await call('inventory_delete_item', { item_id: 'ITEM-018' });
    expect(deleted).toMatchObject({ isError: false, data: { before: { stock_qty: 15 }, after: { bill_lines: 1 } } });
    expect(deleted.text).toContain('15 pieces');
    const ledger = await db.prisma.storeStockChange.findMany({ where: { item: 18 }, orderBy: { number: 'desc' } });
    expect(ledger[0]).toMatchObject({ cause: 'deleted', before: new Prisma.Decimal(15), after: new Prisma.Decimal(0) });
    await expectBalanced(db);
    const kept = await call('billing_get_bill', { bill_id: 'BILL-0007' });
    expect(kept.data).toMatchObject({
      lines: [{ item_id: 'ITEM-018', name: 'Shampoo', unit_price: '$500.00' }, {}, {}],
    });
    for (const gone of ['Herbal Shampoo', 'ITEM-018']) {
      const said = await call('billing_create_bill', bill([gone, 1]));
      expect(said).toMatchObject({ isError: true, text: expect.stringContaining('There is no item') });
    }
  });
});

describe('an item', () => {
  const rice = { name: 'Rice', category: 'grocery', unit: 'kg', unit_price: 100, stock_qty: 20 };

  test('is added, sold, priced, counted and deleted', async () => {
    const { call, db } = await host.open();
    const added = await call('inventory_add_item', rice);
    expect(added.data).toMatchObject({
      item: { id: 'ITEM-026', name: 'Rice', unit_price: '$100.00', stock_qty: 20, stock: 'in_stock' },
      before: { items: 25 },
      after: { items: 26 },
    });
    expect((await call('billing_create_bill', bill(['rice', 0.125]))).data).toMatchObject({ total: '$12.50' });
    const more = await call('inventory_update_item', { item_id: 'ITEM-026', stock_change: 10.005, unit_price: 110.5 });
    expect(more.data).toMatchObject({
      before: { stock_qty: 19.875, unit_price: '$100.00' },
      after: { stock_qty: 29.88, unit_price: '$110.50' },
    });
    expect(more.text).toContain('stock_qty 19.875 before, 29.88 now');
    await call('inventory_update_item', { item_id: 'ITEM-026', stock_qty: 3, reorder_level: 5 });
    expect((await call('inventory_list_items', { query: 'rice' })).data).toMatchObject({ items: [{ stock: 'low' }] });
    const ledger = await db.prisma.storeStockChange.findMany({ where: { item: 26 }, orderBy: { number: 'asc' } });
    expect(ledger.map(({ cause, before, after }) => [cause, `${before}`, `${after}`])).toEqual([
      ['added', '0', '20'],
      ['bill', '20', '19.875'],
      ['correction', '19.875', '29.88'],
      ['correction', '29.88', '3'],
    ]);
    await call('inventory_delete_item', { item_id: 'ITEM-026' });
    expect((await call('inventory_list_items', { query: 'rice' })).data).toMatchObject({ total: 0 });
    for (const [tool, args] of [
      ['inventory_list_items', { query: 'item-026' }],
      ['inventory_update_item', { item_id: 'ITEM-026', stock_change: 1 }],
      ['inventory_delete_item', { item_id: 'ITEM-026' }],
    ] as const) {
      expect(await call(tool, args)).toMatchObject({ isError: true, text: expect.stringContaining('was deleted on') });
    }
    await expectBalanced(db);
  });

  test('leaves its name when it is deleted, and never its id', async () => {
    const { call } = await host.open();
    await call('inventory_add_item', rice);
    await call('inventory_delete_item', { item_id: 'ITEM-026' });
    expect((await call('inventory_add_item', rice)).data).toMatchObject({
      item: { id: 'ITEM-027' },
      before: { items: 25 },
    });
  });

  test('may change the case of its own name', async () => {
    const { call } = await host.open();
    const renamed = await call('inventory_update_item', { item_id: 'ITEM-001', name: 'SUGAR' });
    expect(renamed.data).toMatchObject({ before: { name: 'Sugar' }, after: { name: 'SUGAR' } });
  });
});

describe('at once', () => {
  const sell = (quantity: number) => bill(['Sugar', quantity]);
  const billNumbers = async ({ prisma }: ToolDatabase) =>
    (await prisma.storeBill.findMany({ orderBy: { number: 'asc' } })).map(({ number }) => number);
  const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1);

  test('fifty bills of half a kilo for the last ten kilos: twenty are made, and numbered without a gap', async () => {
    const { call, db } = await host.openBusy();
    await call('inventory_update_item', { item_id: 'ITEM-001', stock_qty: 10 });
    const said = await atOnce(50, (at) => call('billing_create_bill', sell(0.5), `key-${at}`));
    expect(said.filter((each) => !each.isError)).toHaveLength(20);
    expect(said.filter((each) => each.text.includes('No Sugar left; 0.5 kg were asked for'))).toHaveLength(30);
    expect(await billNumbers(db)).toEqual(upTo(28));
    expect((await call('inventory_list_items', { query: 'ITEM-001' })).data).toMatchObject({
      items: [{ stock_qty: 0 }],
    });
    await expectBalanced(db);
  });

  test('fifty bills of different sizes: only those are refused for which there was too little', async () => {
    const { call, db } = await host.openBusy();
    await call('inventory_update_item', { item_id: 'ITEM-001', stock_qty: 10 });
    const sizes = Array.from({ length: 50 }, (_, at) => (500 + (at % 6) * 100) / 1000);
    const said = await atOnce(50, (at) => call('billing_create_bill', sell(sizes[at] ?? 1), `key-${at}`));
    const { stockQty } = await db.prisma.storeItem.findFirstOrThrow({ where: { number: 1 } });
    const refused = sizes.filter((_, at) => said[at]?.isError);
    const sold = sizes.filter((_, at) => !said[at]?.isError);
    expect(refused.every((size) => stockQty.lt(size))).toBe(true);
    expect(Math.round(sold.reduce((sum, size) => sum + size * 1000, 0))).toBe(10_000 - stockQty.toNumber() * 1000);
    expect(await billNumbers(db)).toEqual(upTo(8 + sold.length));
    await expectBalanced(db);
  });

  test('two bills with the same two items the other way round do not wait for each other for ever', async () => {
    const { call, db } = await host.openBusy();
    const made = await oneAfterTheOther(db, 3, [
      () => call('billing_create_bill', bill(['Salt', 1], ['Sugar', 1])),
      () => call('billing_create_bill', bill(['Sugar', 1], ['Salt', 1])),
    ]);
    expect(made).toMatchObject([{ isError: false }, { isError: false }]);
    await expectBalanced(db);
  });

  test('of two who delete one item the second is told that it is gone', async () => {
    const { call, db } = await host.openBusy();
    const remove = () => call('inventory_delete_item', { item_id: 'ITEM-001' });
    const [first, second] = await oneAfterTheOther(db, 1, [remove, remove]);
    expect(first).toMatchObject({ isError: false, data: { before: { stock_qty: 42.5 } } });
    expect(second).toMatchObject({ isError: true, text: expect.stringContaining('was deleted on') });
  });

  test('who deletes an item while it is sold is told what is left after the bill', async () => {
    const { call, db } = await host.openBusy();
    const [sold, deleted] = await oneAfterTheOther(db, 1, [
      () => call('billing_create_bill', sell(2)),
      () => call('inventory_delete_item', { item_id: 'ITEM-001' }),
    ]);
    expect(sold).toMatchObject({ isError: false });
    expect(deleted).toMatchObject({ isError: false, data: { before: { stock_qty: 40.5 }, after: { bill_lines: 3 } } });
    await expectBalanced(db);
  });

  test('bills that share no item are numbered without a gap, too', async () => {
    const { call, db } = await host.openBusy();
    const there = await db.prisma.storeItem.findMany({ where: { stockQty: { gte: 2 } } });
    const said = await atOnce(2 * there.length, (at) =>
      call('billing_create_bill', bill([there[at % there.length]?.name ?? '', 1])),
    );
    expect(said.filter((each) => each.isError)).toEqual([]);
    expect(await billNumbers(db)).toEqual(upTo(8 + said.length));
    await expectBalanced(db);
  });

  test('of ten who add the same item one does, and the others are told which it is', async () => {
    const { call } = await host.openBusy();
    const added = await atOnce(10, () =>
      call('inventory_add_item', { name: 'Rice', category: 'grocery', unit: 'kg', unit_price: 100, stock_qty: 20 }),
    );
    expect(added.filter((each) => !each.isError)).toHaveLength(1);
    expect(added.filter((each) => each.text.includes('{"item_id":"ITEM-026","stock_change":20}'))).toHaveLength(9);
  });

  test('of ten who want the same name one has it', async () => {
    const { call } = await host.openBusy();
    const said = await atOnce(10, (at) =>
      call('inventory_update_item', { item_id: `ITEM-0${10 + at}`, name: 'The Only One' }),
    );
    expect(said.filter((each) => !each.isError)).toHaveLength(1);
    expect(said.filter((each) => each.text.includes('is called The Only One already'))).toHaveLength(9);
  });

  test('bills, corrections and a deletion leave books that agree', async () => {
    const { call, db } = await host.openBusy();
    const said = await atOnce(30, (at) => {
      if (at === 20) return call('inventory_delete_item', { item_id: 'ITEM-001' });
      if (at % 3 === 0) return call('inventory_update_item', { item_id: 'ITEM-001', stock_change: 1.5 });
      return call('billing_create_bill', sell(2));
    });
    expect(said.filter((each) => each.meta !== undefined)).toEqual([]);
    expect(said.filter((each) => each.isError).every((each) => /was deleted|There is no item/.test(each.text))).toBe(
      true,
    );
    await expectBalanced(db);
  });
});

const bills = ({ prisma }: ToolDatabase) =>
  prisma.storeBill.findMany({ select: { number: true, total: true }, orderBy: { number: 'asc' } });
const items = ({ prisma }: ToolDatabase) =>
  prisma.storeItem.findMany({ select: { number: true, name: true, stockQty: true }, orderBy: { number: 'asc' } });

describeEffect('store', host, 'billing_create_bill', {
  args: forAli,
  others: { ...forAli, customer_name: 'Alina' },
  trace: bills,
});
describeEffect('store', host, 'inventory_add_item', {
  args: { name: 'Rice', category: 'grocery', unit: 'kg', unit_price: 100, stock_qty: 20 },
  others: { name: 'Flour', category: 'grocery', unit: 'kg', unit_price: 50, stock_qty: 10 },
  trace: items,
});
describeEffect('store', host, 'inventory_update_item', {
  args: { item_id: 'ITEM-001', stock_change: 10 },
  others: { item_id: 'ITEM-001', stock_change: 11 },
  trace: items,
});
describeEffect('store', host, 'inventory_delete_item', {
  args: { item_id: 'ITEM-001' },
  others: { item_id: 'ITEM-002' },
  trace: async ({ prisma }) => (await prisma.storeItem.findMany({ where: { deletedAt: null } })).length,
});
