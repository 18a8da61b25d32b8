import { describe, expect, test } from 'vitest';
import { describeEffect } from './effects.ts';
import { atOnce, hostServer } from './kit.ts';

const host = hostServer('jewelryops');

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
    const two = await call('cancel_order', { order_id: 'ORD-1025', reason: 'Never paid' });
    expect(two.text).toContain('(Never paid), 2 pieces are back in stock');
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

  test('each tell in one line what was written in several', async () => {
    const { call } = await host.open();
    const reason = 'It broke\r\nand\u2028\nwas returned';
    const said = [
      await call('add_note', { customer_id: 'CUST-001', body: reason, author: 'Maya\nTwo' }),
      await call('refund_order', { order_id: 'ORD-1001', amount: 1, reason }),
      await call('cancel_order', { order_id: 'ORD-1018', reason }),
      await call('update_inventory', { sku: 'RNG-GLD-001', mode: 'adjust', quantity: 1, reason }),
    ];
    for (const { isError, text } of said) {
      expect(isError).toBe(false);
      expect(text).toContain('It broke and was returned');
      expect(text).not.toMatch(/[\n\r\u2028]/);
    }
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
    expect([otherSum.meta, otherTool.meta]).toEqual([{ 'countersign/outcome': 'unknown' }, undefined]);
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
