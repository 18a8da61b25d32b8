import { describe, expect, test } from 'vitest';
import { answersOf, hostServer } from './kit.ts';
import { bill, expectBalanced, forAli } from './store-books.ts';

const host = hostServer('store');

describe('the tools', () => {
  test('are these, and say truthfully which of them change something', async () => {
    const { client } = await host.open('read only');
    const { tools } = await client.listTools();
    const named = (readOnly: boolean) =>
      tools.filter((tool) => tool.annotations?.readOnlyHint === readOnly).map((tool) => tool.name);
    expect(named(true)).toEqual([
      'inventory_list_items',
      'billing_preview_bill',
      'billing_get_bill',
      'billing_list_bills',
    ]);
    expect(named(false)).toEqual([
      'inventory_add_item',
      'inventory_update_item',
      'inventory_delete_item',
      'billing_create_bill',
    ]);
    expect(tools.every((tool) => tool.outputSchema && tool.description)).toBe(true);
  });

  test('find a shop whose books agree', async () => {
    const { db } = await host.open('read only');
    await expectBalanced(db);
  });

  test.each([
    ['inventory_list_items', {}, { total: 25, next_offset: 20 }],
    ['inventory_list_items', { offset: 20 }, { total: 25, next_offset: null }],
    ['inventory_list_items', { offset: 40 }, { items: [], total: 25, next_offset: null }],
    [
      'inventory_list_items',
      { query: 'ITEM-001' },
      { total: 1, items: [{ name: 'Sugar', unit: 'kg', unit_price: '$160.00', stock_qty: 42.5, stock: 'in_stock' }] },
    ],
    ['inventory_list_items', { query: 'shampoo' }, { items: [{ id: 'ITEM-018', unit_price: '$500.00' }] }],
    ['inventory_list_items', { query: 'ITEM-001', category: 'grocery' }, { total: 1 }],
    ['inventory_list_items', { query: 'ITEM-001', category: 'dairy' }, { total: 0, items: [] }],
    ['inventory_list_items', { query: 'ITEM-001', low_stock: true }, { total: 0, items: [] }],
    ['inventory_list_items', { query: 'ITEM-001', offset: 1 }, { total: 1, items: [] }],
    ['inventory_list_items', { category: 'dairy' }, { total: 3 }],
    ['inventory_list_items', { low_stock: true }, { total: 5 }],
    [
      'inventory_list_items',
      { low_stock: true, category: 'beverages' },
      { items: [{ name: 'Orange Juice', stock: 'out' }] },
    ],
    [
      'billing_preview_bill',
      { lines: forAli.lines },
      { total: '$820.00', lines: [{ in_stock: 42.5 }, { in_stock: 15 }] },
    ],
    [
      'billing_preview_bill',
      {
        lines: [
          { item: 'item-001', quantity: 41 },
          { item: 'SUGAR', quantity: 1.125 },
        ],
      },
      { lines: [{ quantity: 42.125, in_stock: 42.5 }], total: '$6,740.00' },
    ],
    ['billing_preview_bill', { lines: [{ item: 'Chocolate Biscuits', quantity: 3 }] }, { total: '$256.50' }],
    [
      'billing_preview_bill',
      {
        lines: bill(['sugar', 30, 'g'], ['milk', 250, 'ml'], ['turmeric powder', 0.1, 'kg'], ['eggs', 24, 'piece'])
          .lines,
      },
      {
        breakdown:
          '0.03 kg Sugar at $160.00 = $4.80; 0.25 litre Milk at $220.00 = $55.00; ' +
          '100 g Turmeric Powder at $1.20 = $120.00; 2 dozen Eggs at $330.00 = $660.00',
        total: '$839.80',
      },
    ],
    [
      'billing_preview_bill',
      { lines: bill(['eggs', 4, 'piece'], ['eggs', 4, 'piece'], ['eggs', 4, 'piece'], ['shampoo', 1, 'dozen']).lines },
      { breakdown: '1 dozen Eggs at $330.00 = $330.00; 12 pieces Shampoo at $500.00 = $6,000.00' },
    ],
    ['billing_preview_bill', { lines: [{ item: 'Glass Cleaner', quantity: 0.125 }] }, { total: '$50.00' }],
    [
      'billing_get_bill',
      { bill_id: 'BILL-0001' },
      { customer_name: 'Ali', total: '$1,230.00', created_on: '2026-10-17' },
    ],
    ['billing_get_bill', { bill_id: 'BILL-0004' }, { lines: [{ line_total: '$997.50' }, {}, {}], total: '$3,199.50' }],
    ['billing_list_bills', {}, { total: 8, sum: '$15,129.49', next_offset: null }],
    ['billing_list_bills', { limit: 3, offset: 3 }, { total: 8, sum: '$15,129.49', next_offset: 6 }],
    [
      'billing_list_bills',
      { customer: 'ALI' },
      { total: 2, customers: [{ customer_name: 'Ali', bills: 2, sum: '$3,010.00' }], sum: '$3,010.00' },
    ],
    ['billing_list_bills', { from: '2026-11-15', to: '2026-11-18' }, { total: 2, sum: '$3,500.00' }],
    ['billing_list_bills', { from: '2026-11-15', to: '2026-11-15' }, { bills: [{ id: 'BILL-0006' }], total: 1 }],
    ['billing_list_bills', { customer: 'sara', to: '2026-11-01' }, { bills: [{ id: 'BILL-0002' }] }],
  ])('%s %o', answersOf(host, 'read only'));

  test.each([
    ['suger', 'Sugar'],
    ['sugra', 'Sugar'],
    ['SHAMPO', 'Shampoo'],
    ['shampoos', 'Shampoo'],
    ['mineral watter', 'Mineral Water'],
    ['biscuit', 'Chocolate Biscuits'],
    ['terumeric', 'Turmeric Powder'],
    ['pens', 'Ballpoint Pens'],
  ])('inventory_list_items understands %s', async (query, name) => {
    const { call } = await host.open('read only');
    const { data } = await call('inventory_list_items', { query });
    expect(data?.items).toHaveProperty('0.name', name);
  });

  test.each(['rice', 'flour', 'zebra'])('inventory_list_items finds no %s', async (query) => {
    const { call } = await host.open('read only');
    const said = await call('inventory_list_items', { query });
    expect(said).toMatchObject({ isError: false, data: { total: 0, items: [] } });
    expect(said.text).toContain(`There is no item that fits "${query}"`);
  });

  test('inventory_list_items calls a guess a guess', async () => {
    const { call } = await host.open('read only');
    expect((await call('inventory_list_items', { query: 'suger' })).text).toMatch(/^No item is called "suger"/);
    expect((await call('inventory_list_items', { query: 'sugar' })).text).toMatch(
      /^2 of 2 items that fit "sugar": Sugar /,
    );
  });

  test.each([
    ['fatma noor', 'Fatima Noor'],
    ['quresh', 'Hina Qureshi'],
    ['billal ahmed', 'Bilal Ahmed'],
  ])('billing_list_bills understands %s', async (customer, name) => {
    const { call } = await host.open('read only');
    expect((await call('billing_list_bills', { customer })).data).toMatchObject({
      customers: [{ customer_name: name }],
      total: 1,
    });
  });

  test('billing_list_bills says when there is none', async () => {
    const { call } = await host.open('read only');
    const said = await call('billing_list_bills', { customer: 'Zebedee' });
    expect(said).toMatchObject({ isError: false, data: { total: 0, bills: [], customers: [], sum: '$0.00' } });
    expect(said.text).toContain('There is no bill of Zebedee');
  });

  const rice = { name: 'Rice', category: 'grocery', unit: 'kg', unit_price: 100, stock_qty: 20 };
  test.each([
    ['inventory_list_items', { category: 'Grocery' }, 'grocery'],
    ['inventory_list_items', { limit: 51 }, '50'],
    ['inventory_list_items', { query: 'a\0b' }, 'NUL'],
    ['inventory_list_items', { query: 'ITEM-999' }, 'There is no item ITEM-999'],
    ['inventory_add_item', { ...rice, unit_price: 100.005 }, 'two decimals'],
    ['inventory_add_item', { ...rice, unit_price: 0 }, '0.01'],
    ['inventory_add_item', { ...rice, stock_qty: 1.0005 }, 'three decimals'],
    ['inventory_add_item', { ...rice, stock_qty: -1 }, 'stock_qty'],
    ['inventory_add_item', { ...rice, stock_qty: 0.0000001 }, 'three decimals'],
    ['inventory_add_item', { ...rice, unit: 'pieces' }, 'piece'],
    ['inventory_add_item', { ...rice, unit: 'pack', stock_qty: 1.5 }, 'whole'],
    ['inventory_add_item', { ...rice, unit: 'pack', reorder_level: 0.5 }, 'whole packs'],
    ['inventory_add_item', { ...rice, name: 'ITEM-004' }, 'item id'],
    ['inventory_add_item', { ...rice, name: 'item-00004' }, 'item id'],
    ['inventory_add_item', { ...rice, name: '  ' }, 'name'],
    ['inventory_add_item', { ...rice, name: 'SUGAR', stock_qty: 10 }, '{"item_id":"ITEM-001","stock_change":10}'],
    ['inventory_add_item', { ...rice, name: 'brown \n sugar' }, 'ITEM-002'],
    ['inventory_update_item', { item_id: 'Sugar', stock_change: 1 }, 'inventory_list_items'],
    ['inventory_update_item', { item_id: 'ITEM-999', stock_change: 1 }, 'There is no item ITEM-999'],
    ['inventory_update_item', { item_id: 'ITEM-0001', stock_change: 1 }, 'looks like ITEM-001'],
    ['inventory_delete_item', { item_id: 'ITEM-0024' }, 'looks like ITEM-001'],
    ['inventory_update_item', { item_id: 'ITEM-001' }, 'Say what to change'],
    ['inventory_update_item', { item_id: 'ITEM-001', stock_qty: 1, stock_change: 1 }, 'not both'],
    ['inventory_update_item', { item_id: 'ITEM-001', stock_change: -42.501 }, 'never under zero'],
    ['inventory_update_item', { item_id: 'ITEM-001', stock_change: 99_999 }, '100000'],
    ['inventory_update_item', { item_id: 'ITEM-018', stock_change: 0.5 }, 'whole pieces'],
    ['inventory_update_item', { item_id: 'ITEM-018', reorder_level: 0.5 }, 'whole pieces'],
    ['inventory_update_item', { item_id: 'ITEM-001', unit_price: 160 }, 'Nothing was changed'],
    ['inventory_update_item', { item_id: 'ITEM-001', stock_change: 0 }, 'is that already'],
    ['inventory_update_item', { item_id: 'ITEM-001', stock_qty: 42.5 }, 'is that already'],
    ['inventory_update_item', { item_id: 'ITEM-001', name: 'shampoo' }, 'ITEM-018'],
    ['inventory_update_item', { item_id: 'ITEM-001', unit_price: 1.999 }, 'two decimals'],
    ['inventory_delete_item', { item_id: 'ITEM-999' }, 'inventory_list_items'],
    ['billing_get_bill', { bill_id: '12' }, 'BILL-0001'],
    ['billing_get_bill', { bill_id: 'BILL-00001' }, 'looks like BILL-0001'],
    ['billing_get_bill', { bill_id: 'BILL-0999' }, 'billing_list_bills'],
    ['billing_list_bills', { from: '2026-11-10', to: '2026-11-01' }, 'first day'],
    ['billing_list_bills', { from: 'monday' }, 'from'],
    ['billing_list_bills', { to: '2026-02-30' }, 'to'],
    ['billing_preview_bill', { lines: [] }, 'lines'],
    ['billing_preview_bill', { lines: [{ item: 'shampo', quantity: 1 }] }, 'Did you mean Shampoo (ITEM-018)?'],
    [
      'billing_preview_bill',
      { lines: bill(['Sugar', 50], ['Orange Juice', 1]).lines },
      'Only 42.5 kg of Sugar left; 50 kg were asked for. No Orange Juice left; 1 litre were asked for.',
    ],
    ['billing_preview_bill', { lines: bill(['ITEM-0001', 1]).lines }, 'There is no item "ITEM-0001"'],
    ['billing_create_bill', bill(['Tea', 1]), 'Did you mean Black Tea (ITEM-011) or Green Tea (ITEM-012)?'],
    ['billing_create_bill', bill(['zebra', 1]), 'There is no item "zebra": inventory_list_items'],
    ['billing_create_bill', bill(['ITEM-999', 1]), 'There is no item "ITEM-999"'],
    ['billing_create_bill', bill(['Sugar', 50]), 'Only 42.5 kg of Sugar left; 50 kg were asked for.'],
    ['billing_create_bill', bill(['Sugar', 40], ['ITEM-001', 2.501]), '42.501 kg were asked for'],
    ['billing_create_bill', bill(['Shampoo', 1.5]), 'Shampoo is sold in whole pieces; 1.5 pieces were asked for.'],
    ['billing_create_bill', bill(['Sugar', 0.0005]), '0.001'],
    ['billing_create_bill', bill(['Turmeric Powder', 0.004]), '0.004 g of Turmeric Powder come to $0.00'],
    ['billing_create_bill', bill(['Sugar', 2, 'litre']), 'Sugar is sold by the kg; 2 litre were asked for.'],
    [
      'billing_create_bill',
      bill(['Shampoo', 1], ['Butter', 2, 'box']),
      'Butter is sold by the pack; 2 boxes were asked',
    ],
    [
      'billing_create_bill',
      bill(['Sugar', 0.5, 'g']),
      'Sugar is sold by the thousandth of a kg; 0.5 g were asked for.',
    ],
    ['billing_preview_bill', { lines: bill(['Eggs', 5, 'piece']).lines }, 'whole dozen; 5 pieces were asked for.'],
    ['billing_preview_bill', { lines: bill(['Eggs', 1], ['eggs', 5, 'piece']).lines }, '1 dozen and 5 pieces were'],
    ['billing_create_bill', { customer_name: ' ', lines: forAli.lines }, 'customer_name'],
    ['billing_create_bill', { ...forAli, customer_name: 'A\u200bli' }, 'invisible or control characters'],
    ['inventory_add_item', { ...rice, name: 'Sug\u200bar' }, 'invisible or control characters'],
    ['inventory_update_item', { item_id: 'ITEM-001', name: '\u001b[31mSugar' }, 'invisible or control characters'],
  ])('%s %o is refused and says what to do', async (tool, args, hint) => {
    const { call } = await host.open('read only');
    const said = await call(tool, args);
    expect(said).toMatchObject({ isError: true, text: expect.stringContaining(hint) });
    expect(said.meta).toBeUndefined();
  });

  test.each([
    "update store.items set unit = 'box'",
    'update store.items set number = number + 100',
    'update store.bills set total = 1',
    'delete from store.stock_changes',
  ])('may not %s', async (statement) => {
    const { db } = await host.open('read only');
    await expect(db.prisma.$executeRawUnsafe(statement)).rejects.toThrow('permission denied');
  });

  test.each([
    'update store.items set reorder_level = 0.5 where number = 18',
    "insert into store.bills (tenant, number, customer_name, total) values ('read only', 99, 'Ali', 0)",
  ])('cannot %s', async (statement) => {
    const { db } = await host.open('read only');
    await expect(db.prisma.$executeRawUnsafe(statement)).rejects.toThrow('violates check constraint');
  });
});
