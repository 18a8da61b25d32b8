import { describe, expect, test } from 'vitest';
import { freshDatabase } from '../support/database.ts';
import { relayTo } from './death.ts';
import { answersOf, hostServer, refusalsOf } from './kit.ts';

const recount = { sku: 'RNG-GLD-001', mode: 'adjust', quantity: 1, reason: 'count' };
const host = hostServer('jewelryops');

describe('the tools', () => {
  test('are these, and say truthfully which of them change something', async () => {
    const { client } = await host.open();
    const { tools } = await client.listTools();
    const named = (readOnly: boolean) =>
      tools.filter((tool) => tool.annotations?.readOnlyHint === readOnly).map((tool) => tool.name);
    expect(named(true)).toEqual([
      'get_customer',
      'list_customers',
      'search_customers',
      'get_order',
      'list_orders',
      'get_inventory_item',
      'list_inventory',
      'check_stock',
      'get_notes',
    ]);
    expect(named(false)).toEqual(['add_note', 'refund_order', 'cancel_order', 'update_inventory']);
    expect(tools.every((tool) => tool.outputSchema && tool.description)).toBe(true);
  });

  test.each([
    ['get_customer', { customer_id: 'CUST-001' }, { name: 'Lisa Park', tier: 'vip', orders: 4, spent: '$5,095.00' }],
    ['list_customers', { tier: 'vip', limit: 1 }, { total: 2, next_offset: 1 }],
    ['list_customers', { city: 'chicago' }, { total: 1, next_offset: null }],
    ['list_customers', { city: 'CHICAGO', tier: 'vip', offset: 1 }, { customers: [], next_offset: null }],
    ['list_customers', { city: '%' }, { total: 0 }],
    ['list_customers', { city: 'c_icago' }, { total: 0 }],
    [
      'get_order',
      { order_id: 'ORD-1001' },
      {
        customer_name: 'Lisa Park',
        items: expect.stringMatching(/^1 × .+ \(\w{3}-\w{3}-\d{3}\)/),
        status: 'delivered',
        refundable: '$860.00',
      },
    ],
    [
      'get_order',
      { order_id: 'ORD-1005' },
      { payment: 'partly_refunded', refunded: '$620.00', placed_on: '2026-10-18' },
    ],
    ['list_orders', {}, { total: 25, next_offset: 20 }],
    ['list_orders', { offset: 20 }, { total: 25, next_offset: null }],
    ['list_orders', { customer_id: 'CUST-001', status: 'processing' }, { total: 1 }],
    ['get_inventory_item', { sku: 'RNG-GLD-001' }, { metal: '18k gold', stone: 'diamond', price: '$2,450.00' }],
    ['list_inventory', { kind: 'watch' }, { total: 3 }],
    ['list_inventory', { low_stock: true }, { total: 7 }],
    ['check_stock', { sku: 'RNG-GLD-001', wanted: 5 }, { quantity: 4, enough: false, stock: 'in_stock' }],
    ['check_stock', { sku: 'BRC-RSG-001' }, { quantity: 0, wanted: 1, enough: false, stock: 'out' }],
    ['get_notes', { customer_id: 'CUST-001' }, { total: 3 }],
    ['get_notes', { order_id: 'ORD-1018' }, { total: 1 }],
    ['get_notes', { customer_id: 'CUST-001', order_id: 'ORD-1018' }, { total: 1 }],
    ['get_notes', {}, { total: 15 }],
  ])('%s %o', answersOf(host, 'read only'));

  test.each([
    ['get_order', { order_id: 'ORD-1005' }, 'placed 2026-10-18, shipped 2026-10-20, delivered 2026-10-23: delivered'],
    ['get_order', { order_id: 'ORD-1005' }, 'Refunds: $620.00 on 2026-10-27 (One band was the wrong size).'],
    ['get_order', { order_id: 'ORD-1008' }, 'cancelled 2026-10-28 (Customer never paid): cancelled'],
    ['get_notes', { order_id: 'ORD-1018' }, 'NOTE-012 of 2026-11-17 on ORD-1018 by Maya: Wants the solitaire'],
  ])('%s %o says in its line when it was', async (tool, args, words) => {
    const { call } = await host.open('read only');
    expect((await call(tool, args)).text).toContain(words);
  });

  test.each([
    ['lisa park', 'Lisa Park'],
    ['Lisa Prak', 'Lisa Park'],
    ['PRAK', 'Lisa Park'],
    ['petrvoa', 'Elena Petrova'],
    ['tomas obrien', "Thomas O'Brien"],
    ['555-0103', 'Elena Petrova'],
    ['YUKI.TANAKA@example.com', 'Yuki Tanaka'],
    ['minneapolis', 'Hannah Lindqvist'],
  ])('search_customers understands %s', async (query, name) => {
    const { call } = await host.open('read only');
    const { data } = await call('search_customers', { query });
    expect(data).toMatchObject({ customers: expect.arrayContaining([expect.objectContaining({ name })]) });
    expect(data?.customers).toHaveProperty('0.name', name);
  });

  test.each([
    ['Mark Weber', /^No customer has "Mark Weber"\. The nearest 1: Marcus Webb /],
    ['Lisa Prak', /^No customer has "Lisa Prak"\. The nearest \d: Lisa Park /],
    ['lisa par', /^2 of 2 customers that fit "lisa par": Lisa Park /],
    ['minneapolis', /^1 of 1 customers that fit/],
    ['park@', /^\d of \d customers that fit "park@": Lisa Park /],
    ['5550103', /^1 of 1 customers that fit/],
  ])('search_customers calls a guess a guess: %s', async (query, said) => {
    const { call } = await host.open('read only');
    expect((await call('search_customers', { query })).text).toMatch(said);
  });

  test.each([
    ['search_customers', { query: 'zebedee' }, 'No customer fits'],
    ['search_customers', { query: 'lisa park', offset: 10 }, 'offset 10 is beyond the end'],
    ['list_customers', { city: 'Atlantis' }, 'without arguments'],
    ['list_orders', { customer_id: 'CUST-001', status: 'pending' }, 'Leave the status out'],
    ['get_notes', { order_id: 'ORD-1025' }, 'with customer_id alone'],
  ])('%s %o finds nothing and says what to do', async (tool, args, hint) => {
    const { call } = await host.open('read only');
    const said = await call(tool, args);
    expect(said).toMatchObject({ isError: false, data: { next_offset: null }, text: expect.stringContaining(hint) });
    expect(Object.values(said.data ?? {})).toContainEqual([]);
  });

  test('list_inventory says what to do where nothing runs low', async () => {
    const { call } = await host.open();
    await call('update_inventory', { sku: 'WCH-GLD-001', mode: 'set', quantity: 5, reason: 'Delivery' });
    const said = await call('list_inventory', { kind: 'watch', low_stock: true });
    expect(said).toMatchObject({ isError: false, data: { total: 0, items: [] } });
    expect(said.text).toBe('There is no item of the kind watch that runs low. Leave low_stock out to see all.');
  });

  test('each say in their description how they are called', async () => {
    const { tools } = await (await host.open('read only')).client.listTools();
    expect(tools.filter(({ description }) => !description?.includes('{"')).map(({ name }) => name)).toEqual([]);
  });

  test.each([
    ['get_customer', { customer_id: 'Lisa' }, 'CUST-001'],
    ['get_order', { order_id: '1001' }, 'ORD-1001'],
    ['check_stock', { sku: 'ring' }, 'RNG-GLD-001'],
    ['list_orders', { status: 'lost' }, 'pending'],
    ['list_customers', { limit: 51 }, '50'],
    ['search_customers', { query: 'a\0b' }, 'NUL'],
    ['refund_order', { order_id: 'ORD-1001', amount: 10.005, reason: 'wrong' }, 'two decimals'],
    ['refund_order', { order_id: 'ORD-1001', amount: 10.0000001, reason: 'wrong' }, 'two decimals'],
    ['refund_order', { order_id: 'ORD-1001', amount: -5, reason: 'wrong' }, '0.01'],
    ['update_inventory', { sku: 'RNG-GLD-001', mode: 'adjust', quantity: 1.5, reason: 'half' }, 'int'],
    ['add_note', { customer_id: 'CUST-001', body: '  ' }, 'body'],
    ['add_note', { body: 'about nobody' }, 'customer_id or order_id'],
    ['add_note', { customer_id: 'CUST-002', order_id: 'ORD-1001', body: 'whose?' }, 'CUST-001'],
    ['get_customer', { customer_id: 'CUST-999' }, 'search_customers'],
    ['get_customer', {}, 'A customer id looks like CUST-001'],
    ['list_orders', { customer_id: 'CUST-999' }, 'search_customers'],
    ['get_notes', { customer_id: 'CUST-999' }, 'search_customers'],
    ['get_notes', { order_id: 'ORD-9999' }, 'list_orders'],
    ['get_notes', { customer_id: 'CUST-002', order_id: 'ORD-1001' }, 'an order of CUST-001'],
    ['get_order', { order_id: 'ORD-9999' }, 'list_orders'],
    ['get_inventory_item', { sku: 'RNG-GLD-999' }, 'list_inventory'],
    ['check_stock', { sku: 'RNG-GLD-999' }, 'list_inventory'],
    ['add_note', { customer_id: 'CUST-999', body: 'x' }, 'search_customers'],
    ['add_note', { order_id: 'ORD-9999', body: 'x' }, 'list_orders'],
    ['refund_order', { order_id: 'ORD-9999', amount: 1, reason: 'none' }, 'list_orders'],
    ['cancel_order', { order_id: 'ORD-9999', reason: 'none' }, 'list_orders'],
    ['update_inventory', { sku: 'RNG-GLD-999', mode: 'set', quantity: 1, reason: 'none' }, 'list_inventory'],
    ['refund_order', { order_id: 'ORD-1001', amount: 860.01, reason: 'more' }, '$860.00'],
    ['refund_order', { order_id: 'ORD-1025', amount: 1, reason: 'never paid' }, 'Nothing was changed'],
    ['cancel_order', { order_id: 'ORD-1015', reason: 'late' }, 'on its way'],
    ['cancel_order', { order_id: 'ORD-1001', reason: 'late' }, 'refund_order'],
    ['cancel_order', { order_id: 'ORD-1008', reason: 'again' }, 'already'],
    ['update_inventory', { sku: 'RNG-GLD-001', mode: 'adjust', quantity: -5, reason: 'all' }, 'There are 4'],
    ['update_inventory', { sku: 'RNG-GLD-001', mode: 'set', quantity: -1, reason: 'all' }, 'negative'],
  ])('%s %o is refused and says what to do', refusalsOf(host, 'read only'));

  test('without a database nothing was changed, and its own words stay inside', async () => {
    const short = await freshDatabase();
    const { call } = await host.open('short', short.url);
    await short.drop();
    for (const [tool, args] of [
      ['get_order', { order_id: 'ORD-1001' }],
      ['update_inventory', recount],
    ] as const) {
      const said = await call(tool, args);
      expect(said).toMatchObject({
        isError: true,
        meta: undefined,
        text: expect.stringContaining('Nothing was changed'),
      });
      expect(said.text).not.toMatch(/short|database|prisma/i);
    }
  });

  test('a change whose commit nobody hears of is of unknown outcome', async () => {
    const { db } = await host.open('cut off');
    const relay = await relayTo(host.url());
    const far = await host.open('cut off', relay.url);
    relay.onCommit(relay.cut);
    const said = await far.call('update_inventory', recount);
    expect(said).toMatchObject({ isError: true, meta: { 'countersign/outcome': 'unknown' } });
    expect(await db.prisma.stockChange.count()).toBe(1);
    await relay.close();
  });
});
