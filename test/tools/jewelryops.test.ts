import { describe, expect, test } from 'vitest';
import { freshDatabase } from '../database.ts';
import { relayTo } from './death.ts';
import { describeEffect } from './effects.ts';
import { atOnce, hostServer } from './kit.ts';

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
  ])('%s %o', async (tool, args, expected) => {
    const { call } = await host.open('read only');
    const said = await call(tool, args);
    expect(said).toMatchObject({ isError: false, data: expected });
    expect(said.text).not.toContain('\n');
  });

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

  test('search_customers says when nobody fits', async () => {
    const { call } = await host.open('read only');
    const said = await call('search_customers', { query: 'zebedee' });
    expect(said).toMatchObject({ isError: false, data: { total: 0, customers: [] } });
    expect(said.text).toContain('No customer fits');
  });

  test.each([
    ['get_customer', { customer_id: 'Lisa' }, 'CUST-001'],
    ['get_order', { order_id: '1001' }, 'ORD-1001'],
    ['check_stock', { sku: 'ring' }, 'RNG-GLD-001'],
    ['list_orders', { status: 'lost' }, 'pending'],
    ['list_customers', { limit: 51 }, '50'],
    ['search_customers', { query: 'a\0b' }, 'NUL'],
    ['refund_order', { order_id: 'ORD-1001', amount: 10.005, reason: 'wrong' }, 'two decimals'],
    ['refund_order', { order_id: 'ORD-1001', amount: -5, reason: 'wrong' }, '0.01'],
    ['update_inventory', { sku: 'RNG-GLD-001', mode: 'adjust', quantity: 1.5, reason: 'half' }, 'int'],
    ['add_note', { customer_id: 'CUST-001', body: '  ' }, 'body'],
    ['add_note', { body: 'about nobody' }, 'customer_id or order_id'],
    ['add_note', { customer_id: 'CUST-002', order_id: 'ORD-1001', body: 'whose?' }, 'CUST-001'],
    ['get_customer', { customer_id: 'CUST-999' }, 'search_customers'],
    ['get_order', { order_id: 'ORD-9999' }, 'list_orders'],
    ['get_inventory_item', { sku: 'RNG-GLD-999' }, 'list_inventory'],
    ['check_stock', { sku: 'RNG-GLD-999' }, 'list_inventory'],
    ['add_note', { customer_id: 'CUST-999', body: 'x' }, 'search_customers'],
    ['add_note', { order_id: 'ORD-9999', body: 'x' }, 'list_orders'],
    ['refund_order', { order_id: 'ORD-9999', amount: 1, reason: 'none' }, 'list_orders'],
    ['cancel_order', { order_id: 'ORD-9999', reason: 'none' }, 'list_orders'],
    ['update_inventory', { sku: 'RNG-GLD-999', mode: 'set', quantity: 1, reason: 'none' }, 'list_inventory'],
    ['refund_order', { order_id: 'ORD-1001', amount: 860.01, reason: 'more' }, '$860.00'],
    ['refund_order', { order_id: 'ORD-1025', amount: 1, reason: 'never paid' }, 'Nothing was refunded'],
    ['cancel_order', { order_id: 'ORD-1015', reason: 'late' }, 'on its way'],
    ['cancel_order', { order_id: 'ORD-1001', reason: 'late' }, 'refund_order'],
    ['cancel_order', { order_id: 'ORD-1008', reason: 'again' }, 'already'],
    ['update_inventory', { sku: 'RNG-GLD-001', mode: 'adjust', quantity: -5, reason: 'all' }, 'There are 4'],
    ['update_inventory', { sku: 'RNG-GLD-001', mode: 'set', quantity: -1, reason: 'all' }, 'negative'],
  ])('%s %o is refused and says what to do', async (tool, args, hint) => {
    const { call } = await host.open('read only');
    expect(await call(tool, args)).toMatchObject({ isError: true, text: expect.stringContaining(hint) });
  });

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

describe('side effects', () => {
  test('refund_order refunds a part, then the rest, to the cent', async () => {
    const { call, db } = await host.open();
    const part = await call('refund_order', { order_id: 'ORD-1001', amount: 19.99, reason: 'Loose clasp' });
    expect(part.data).toMatchObject({
      amount: '$19.99',
      before: { refunded: '$0.00', payment: 'paid' },
      after: { refunded: '$19.99', refundable: '$840.01', payment: 'partly_refunded' },
      idempotent_replay: false,
    });
    const rest = await call('refund_order', { order_id: 'ORD-1001', amount: 840.01, reason: 'Returned' });
    expect(rest.data).toMatchObject({ after: { refundable: '$0.00', payment: 'refunded' } });
    const ledger = await db.prisma.refund.findMany({ where: { orderId: 'ORD-1001' }, orderBy: { number: 'asc' } });
    expect(ledger.map((each) => each.amountCents)).toEqual([1999, 84_001]);
  });

  test('cancel_order puts the items back in stock and leaves the money to refund_order', async () => {
    const { call } = await host.open();
    const said = await call('cancel_order', { order_id: 'ORD-1018', reason: 'Changed her mind' });
    expect(said.data).toMatchObject({
      before: { status: 'processing' },
      after: { status: 'cancelled' },
      restocked: [
        { sku: 'BRC-SLV-001', before: 25, after: 26 },
        { sku: 'RNG-GLD-001', before: 4, after: 5 },
      ],
      refundable: '$2,615.00',
    });
    const order = await call('get_order', { order_id: 'ORD-1018' });
    expect(order.data).toMatchObject({ status: 'cancelled', cancel_reason: 'Changed her mind' });
    expect((await call('check_stock', { sku: 'RNG-GLD-001' })).data).toMatchObject({ quantity: 5 });
  });

  test('update_inventory sets and adjusts, and keeps the reason', async () => {
    const { call, db } = await host.open();
    const args = { sku: 'RNG-GLD-001', reason: 'Recount' };
    const set = await call('update_inventory', { ...args, mode: 'set', quantity: 9 });
    expect(set.data).toMatchObject({ before: { quantity: 4 }, after: { quantity: 9 } });
    const adjusted = await call('update_inventory', { ...args, mode: 'adjust', quantity: -9 });
    expect(adjusted.data).toMatchObject({ before: { quantity: 9 }, after: { quantity: 0 } });
    const ledger = await db.prisma.stockChange.findMany({ orderBy: { number: 'asc' } });
    expect(ledger).toMatchObject([
      { before: 4, after: 9, reason: 'Recount' },
      { before: 9, after: 0, reason: 'Recount' },
    ]);
  });

  test('add_note writes about an order and shows up for its customer', async () => {
    const { call } = await host.open();
    const said = await call('add_note', { order_id: 'ORD-1018', body: 'Ship on Monday', kind: 'follow_up' });
    expect(said.data).toMatchObject({
      note: { id: 'NOTE-016', customer_id: 'CUST-001', author: 'assistant' },
      before: { notes: 3 },
      after: { notes: 4 },
    });
    const notes = await call('get_notes', { customer_id: 'CUST-001', limit: 1 });
    expect(notes.data).toMatchObject({ total: 4, notes: [{ body: 'Ship on Monday', kind: 'follow_up' }] });
  });
});

describe('an idempotency key', () => {
  const refund = { order_id: 'ORD-1001', amount: 50, reason: 'Goodwill' };

  test('is refused for other arguments and for another tool, and nothing is done', async () => {
    const { call } = await host.open();
    await call('refund_order', refund, 'key-1');
    const otherSum = await call('refund_order', { ...refund, amount: 51 }, 'key-1');
    const otherTool = await call('cancel_order', { order_id: 'ORD-1018', reason: 'Goodwill' }, 'key-1');
    for (const said of [otherSum, otherTool]) {
      expect(said).toMatchObject({ isError: true, text: expect.stringContaining('already used') });
    }
    expect((await call('get_order', { order_id: 'ORD-1001' })).data).toMatchObject({ refunded: '$50.00' });
    expect((await call('get_order', { order_id: 'ORD-1018' })).data).toMatchObject({ status: 'processing' });
  });

  test('is not used up by a refusal', async () => {
    const { call } = await host.open();
    const take = { sku: 'RNG-GLD-001', mode: 'adjust', quantity: -5, reason: 'Sold' };
    expect(await call('update_inventory', take, 'key-1')).toMatchObject({ isError: true });
    await call('update_inventory', { ...take, mode: 'set', quantity: 5 });
    expect(await call('update_inventory', take, 'key-1')).toMatchObject({ data: { after: { quantity: 0 } } });
  });

  test('that is no text is refused', async () => {
    const { client } = await host.open();
    const _meta = { 'countersign/idempotency-key': 7 };
    const answer = await client.callTool({ name: 'refund_order', arguments: refund, _meta });
    expect(answer).toMatchObject({ isError: true });
  });
});

describe('at once', () => {
  test('twenty refunds never give back more than was paid', async () => {
    const { call, db } = await host.openBusy();
    const said = await atOnce(20, (at) =>
      call('refund_order', { order_id: 'ORD-1001', amount: 100, reason: `Claim ${at}` }, `key-${at}`),
    );
    expect(said.filter((each) => !each.isError)).toHaveLength(8);
    expect(said.filter((each) => each.text.includes('left to refund'))).toHaveLength(12);
    const refunds = await db.prisma.refund.aggregate({ where: { orderId: 'ORD-1001' }, _sum: { amountCents: true } });
    expect(refunds._sum.amountCents).toBe(80_000);
    expect((await call('get_order', { order_id: 'ORD-1001' })).data).toMatchObject({ refundable: '$60.00' });
  });

  test('twenty sales never take more than there is', async () => {
    const { call } = await host.openBusy();
    const sale = { sku: 'RNG-GLD-001', mode: 'adjust', quantity: -1, reason: 'Sold' };
    const said = await atOnce(20, () => call('update_inventory', sale));
    expect(said.filter((each) => !each.isError)).toHaveLength(4);
    expect(said.filter((each) => each.text.includes('negative'))).toHaveLength(16);
    expect((await call('check_stock', { sku: 'RNG-GLD-001' })).data).toMatchObject({ quantity: 0 });
  });

  test('five cancellations put the items back once', async () => {
    const { call } = await host.openBusy();
    const cancelled = await atOnce(5, () => call('cancel_order', { order_id: 'ORD-1018', reason: 'Changed' }));
    expect(cancelled.filter((each) => !each.isError)).toHaveLength(1);
    expect((await call('check_stock', { sku: 'RNG-GLD-001' })).data).toMatchObject({ quantity: 5 });
  });

  test('ten notes get ten numbers', async () => {
    const { call, db } = await host.openBusy();
    const notes = await atOnce(10, (at) => call('add_note', { customer_id: 'CUST-002', body: `Note ${at}` }));
    expect(notes.every((each) => !each.isError)).toBe(true);
    expect(await db.prisma.customerNote.count()).toBe(25);
  });
});

describeEffect('jewelryops', host, 'refund_order', {
  args: { order_id: 'ORD-1001', amount: 50, reason: 'Goodwill' },
  others: { order_id: 'ORD-1001', amount: 51, reason: 'Goodwill' },
  trace: ({ prisma }) => prisma.refund.findMany({ select: { orderId: true, number: true, amountCents: true } }),
});
describeEffect('jewelryops', host, 'cancel_order', {
  args: { order_id: 'ORD-1018', reason: 'Changed her mind' },
  others: { order_id: 'ORD-1019', reason: 'Changed her mind' },
  trace: ({ prisma }) => prisma.stockChange.findMany({ select: { sku: true, number: true, after: true } }),
});
describeEffect('jewelryops', host, 'update_inventory', {
  args: { sku: 'RNG-GLD-001', mode: 'adjust', quantity: 1, reason: 'Found one' },
  others: { sku: 'RNG-GLD-001', mode: 'adjust', quantity: 2, reason: 'Found one' },
  trace: ({ prisma }) => prisma.stockChange.findMany({ select: { sku: true, number: true, after: true } }),
});
describeEffect('jewelryops', host, 'add_note', {
  args: { customer_id: 'CUST-001', body: 'Called twice' },
  others: { customer_id: 'CUST-001', body: 'Called thrice' },
  trace: ({ prisma }) => prisma.customerNote.count(),
});
