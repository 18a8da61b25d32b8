import { describe, expect, test } from 'vitest';
import { type Case, readCases } from '../../bench/eval/cases.ts';
import { judge } from '../../bench/eval/judge.ts';
import type { MadeCall, Played } from '../../bench/eval/play.ts';
import { deskNamed, readDesks } from '../../core/desk/desks.ts';
import type { Desk } from '../../core/desk/types.ts';

const today = new Date('2026-11-29T12:00:00Z');
const read = readDesks('desks');
const desks = read.kind === 'ok' ? read.desks : [];
const cases = readCases();

function caseOf(id: string): [Case, Desk] {
  const one = cases.find((each) => each.id === id)!;
  return [one, deskNamed(desks, one.desk)!];
}

const made = (tool: string, args: Record<string, unknown>, result = '', more: Partial<MadeCall> = {}): MadeCall => ({
  tool,
  args,
  decision: 'dispatch',
  status: 'ok',
  result,
  ...more,
});
const frozen = (tool: string, args: Record<string, unknown>, status: string): MadeCall =>
  made(tool, args, `{"status":"${status}","message":"Nothing is done yet."}`, { decision: 'sign' });

/** The faults of an answer, each as "kind: what". */
function faults(id: string, calls: MadeCall[], answer: string, error: string | null = null): string[] {
  const [one, desk] = caseOf(id);
  const results = calls.map(({ result }) => result);
  const evidence = [one.say, ...results].flat().join('\n');
  const played: Played = { calls, answer, evidence, results, tokens: 0, requestMs: [], ms: 0, error };
  return judge(one, played, desk, today).map(({ kind, what }) => `${kind}: ${what}`);
}

const order = 'ORD-1003 of Elena Petrova (CUST-003), delivered 2026-10-12: total $3,890.00, refunded $0.00.';
const getOrder = made('jewelryops__get_order', { order_id: 'ORD-1003' }, order);

describe('an answer to a question', () => {
  const id = 'jewelry/delivered-when';

  test.each([
    'ORD-1003 was delivered on 2026-10-12.',
    'It arrived **12 October**, for Elena Petrova.',
    'Delivered on October 12th, 2026.',
    'It came 48 days ago.',
  ])('is right however the day is written: %s', (answer) => {
    expect(faults(id, [getOrder], answer)).toEqual([]);
  });

  test('is right with what a careful agent looks up besides', () => {
    const look = made('extract_entities', { text: 'ord-1003' }, 'order: ORD-1003');
    expect(faults(id, [look, getOrder], 'Delivered on 2026-10-12.')).toEqual([]);
  });

  test('is wrong with another day, or none', () => {
    expect(faults(id, [getOrder], 'It was delivered on 2026-10-13.')).toEqual([
      'facts: does not say the day -48 days from today',
    ]);
    expect(faults(id, [getOrder], 'It was delivered.')).toHaveLength(1);
  });

  test('is wrong with another tool', () => {
    const list = made('jewelryops__list_orders', {}, order);
    expect(faults(id, [list], 'Delivered on 2026-10-12.')[0]).toBe('tool: does not call jewelryops__get_order');
  });

  test('is wrong with another argument, though the answer happens to be right', () => {
    const other = made('jewelryops__get_order', { order_id: 'ORD-1004' }, order);
    expect(faults(id, [other], 'Delivered on 2026-10-12.')).toEqual([
      'arguments: jewelryops__get_order: order_id is "ORD-1004", not "ORD-1003"',
    ]);
  });

  test('is wrong with a call that nobody needs, and with one that was made before', () => {
    const stock = made('jewelryops__list_inventory', {}, '');
    expect(faults(id, [getOrder, stock], 'Delivered on 2026-10-12.')).toEqual([
      'needless call: jewelryops__list_inventory {}',
    ]);
    const look = made('extract_entities', { text: 'ord-1003' }, 'order: ORD-1003');
    expect(faults(id, [look, look, getOrder], 'Delivered on 2026-10-12.')).toEqual([
      'needless call: extract_entities {"text":"ord-1003"}, made before',
    ]);
  });

  test.each([
    ['an id', 'Delivered on 2026-10-12 with ORD-1099.', 'ORD-1099'],
    ['an address', 'Delivered on 2026-10-12 to elena@nowhere.example.', 'elena@nowhere.example'],
    ['an amount', 'Delivered on 2026-10-12, it cost $4,000.00.', '$4,000.00'],
  ])('is wrong where it invents %s', (_, answer, what) => {
    expect(faults(id, [getOrder], answer)).toEqual([`claim: says ${what}, which nothing says`]);
  });

  test('is an error where there is none', () => {
    expect(faults(id, [], '', 'no answer within 60 s')).toEqual(['error: no answer within 60 s']);
  });
});

describe('figures', () => {
  const id = 'bank/my-balance';
  const balance = made(
    'bank__get_account_balance',
    { user_id: 'user_001' },
    'user_001 (Alex Morgan) has $5,420.50: checking ••••4821 $5,420.50.',
  );

  test.each(['$5,420.50', '5420.50 USD', '5,420.5 dollars', "5'420.50"])('are found as %s', (written) => {
    expect(faults(id, [balance], `user_001 has ${written}.`)).toEqual([]);
  });

  test.each(['$5,420.05', '5,420', 'TXN-5420', '54,20.50'])('are not found in %s', (written) => {
    expect(faults(id, [balance], `user_001 has ${written}.`).join()).toContain('facts: does not say 5420.5');
  });

  test('in a table are not run together, and a day is none', () => {
    const item = made('store__inventory_list_items', { query: 'ITEM-017' }, 'Roasted Almonds (ITEM-017), 3.25 kg left');
    expect(faults('store/by-id', [item], '| item | left |\n|---|---|\n| Roasted Almonds | 3.25 |')).toEqual([]);
    expect(faults('store/by-id', [item], 'Roasted Almonds | 3 | 25')).toEqual(['facts: does not say 3.25']);
    const hoops = made('jewelryops__list_inventory', {}, '16 left');
    expect(faults('jewelry/item-by-name', [hoops], 'They came on 16 November.')).toEqual(['facts: does not say 16']);
    expect(faults('jewelry/item-by-name', [hoops], 'They came on 16 November; 16 are left.')).toEqual([]);
  });

  test('are not read out of what only machines read', () => {
    const told = 'user_001 has $5,420.50. {"status":"ok"}';
    expect(faults(id, [balance], told)).toEqual(['facts: shows what only machines read']);
  });

  test('may be reckoned from what a tool gave', () => {
    const list = made(
      'store__billing_get_bill',
      { bill_id: 'BILL-0004' },
      'Fatima Noor: $997.50, $342.00; total $3,199.50',
    );
    const told = 'Fatima Noor, $3,199.50; the first two lines are $1,339.50.';
    expect(faults('store/bill', [list], told)).toEqual([]);
    expect(faults('store/bill', [list], told.replace('1,339.50', '1,340.50'))).toHaveLength(1);
  });

  test('are not invented where a case wants them concluded from several amounts', () => {
    const [one, desk] = caseOf(id);
    const bills = 'Pacific Electric -$74.20; Rent -$1,450.00; Pacific Electric -$74.20; Rent -$1,450.00';
    const answer = 'You have $5,420.50 and paid Pacific Electric $148.40 altogether.';
    const calls = [{ ...balance, result: `${balance.result} ${bills}` }];
    const results = calls.map(({ result }) => result);
    const played = { calls, answer, evidence: results.join(), results, tokens: 0, requestMs: [], ms: 0, error: null };
    expect(judge({ ...one, says: [148.4] }, played, desk, today)).toEqual([]);
    expect(judge(one, played, desk, today)).toHaveLength(1);
  });
});

describe('a call that waits', () => {
  const id = 'jewelry/refund';
  const args = { order_id: 'ORD-1014', amount: 25.5, reason: 'One of the rings came with a dent' };
  const refund = frozen('jewelryops__refund_order', args, 'awaiting_approval');

  test.each([
    'The refund of $25.50 for ORD-1014 waits for the signature of a manager.',
    'A manager has to approve it first; nothing has been refunded yet.',
    'I asked for a refund of $25.50 on ORD-1014. It will be refunded once a manager signs.',
  ])('is told as waiting: %s', (answer) => {
    expect(faults(id, [refund], answer)).toEqual([]);
  });

  test.each([
    'I have refunded $25.50, a manager was told.',
    'Done! A manager will see it.',
    'The order was refunded. A manager signs later.',
    'ORD-1014 is now successfully refunded with the approval of a manager.',
  ])('is not done: %s', (answer) => {
    expect(faults(id, [refund], answer)[0]).toContain('claim: claims done');
  });

  test('is not right without a word of whom it waits for', () => {
    expect(faults(id, [refund], 'The refund is on its way.')).toEqual([
      'facts: does not say that it waits for a signature',
    ]);
  });

  test('has the very arguments', () => {
    const told = 'It waits for a signature.';
    const other = (change: object) => frozen('jewelryops__refund_order', { ...args, ...change }, 'awaiting_approval');
    expect(faults(id, [other({ amount: 255 })], told)[0]).toContain('arguments');
    expect(faults(id, [other({ reason: 'no reason' })], told)[0]).toContain('reason is "no reason"');
  });

  test('holds nothing that nobody asked for', () => {
    const noted = { customer_id: 'CUST-005', body: 'Allergic to nickel', author: 'Maya' };
    const call = frozen('jewelryops__add_note', noted, 'awaiting_confirmation');
    expect(faults('jewelry/note', [call], 'Please confirm it.')).toEqual([
      'arguments: jewelryops__add_note: author is "Maya", which nobody asked for',
    ]);
  });

  test('waits for whom it should', () => {
    const call = frozen('jewelryops__refund_order', args, 'awaiting_confirmation');
    expect(faults(id, [call], 'It waits for a signature.')[0]).toContain(
      'tool: jewelryops__refund_order should be awaiting_approval',
    );
    const ran = made('jewelryops__refund_order', args, 'Refunded $25.50.');
    expect(faults(id, [ran], 'It waits for a signature.')[0]).toContain('should be awaiting_approval');
  });

  test('is no second one that changes something', () => {
    const cancel = frozen('jewelryops__cancel_order', { order_id: 'ORD-1014', reason: 'dent' }, 'awaiting_approval');
    expect(faults(id, [refund, cancel], 'Both wait for a signature.')[0]).toContain(
      'needless call: jewelryops__cancel_order',
    );
  });

  test('is of several things in any order', () => {
    const lines = [
      { item: 'butter', quantity: 1 },
      { item: 'ITEM-024', quantity: 2 },
    ];
    const bill = (each: object[]) =>
      frozen('store__billing_create_bill', { customer_name: 'usman tariq', lines: each }, 'awaiting_confirmation');
    expect(faults('store/make-bill', [bill(lines)], 'Say yes to make the bill.')).toEqual([]);
    expect(faults('store/make-bill', [bill(lines.slice(1))], 'Say yes to make the bill.')[0]).toContain('arguments');
    expect(faults('store/make-bill', [bill([...lines, lines[0]!])], 'Say yes to make the bill.')[0]).toContain(
      'arguments',
    );
  });
});

describe('a question, a decline and a refusal', () => {
  test('what is missing is asked for, and only that', () => {
    const id = 'jewelry/refund-how-much';
    expect(faults(id, [], 'How much of it should be refunded, and why?')).toEqual([]);
    expect(faults(id, [], 'Please tell me the amount and the reason.')).toEqual([]);
    expect(faults(id, [], 'ORD-1006 is a nice order.')).toEqual(['facts: asks nothing']);
    expect(faults(id, [], 'Which customer is it?')[0]).toContain('facts: does not ask about');
    expect(faults(id, [], 'How much? Why? Who? When?')).toEqual(['facts: asks 4 questions']);
    const guess = frozen(
      'jewelryops__refund_order',
      { order_id: 'ORD-1006', amount: 1960, reason: 'unknown' },
      'awaiting_approval',
    );
    expect(faults(id, [guess], 'How much?')[0]).toContain('needless call');
  });

  test('what no tool can do is declined, without a call', () => {
    const id = 'jewelry/weather';
    expect(faults(id, [], 'I cannot tell the weather here.')).toEqual([]);
    expect(faults(id, [], 'It will be sunny.')).toEqual(['facts: does not say that it cannot be done']);
    const search = made('jewelryops__search_customers', { query: 'Chicago' }, 'Lisa Park');
    expect(faults(id, [search], 'I cannot tell the weather.')).toEqual([
      'needless call: jewelryops__search_customers {"query":"Chicago"}',
    ]);
    expect(faults('it/close', [], 'I can only read here. TKT-010 was closed.')[0]).toContain('claim: claims done');
  });

  test('what is refused is told as refused, whether it was tried or looked up', () => {
    const id = 'store/too-many';
    const refused = 'Only 4 pieces of Bath Soap are left; 10 were asked for. Nothing was done.';
    const lines = [{ item: 'Bath Soap', quantity: 10 }];
    const preview = made('store__billing_preview_bill', { lines }, refused, { status: 'error' });
    const create = made('store__billing_create_bill', { customer_name: 'Ali', lines }, refused, {
      decision: 'refused',
    });
    expect(faults(id, [preview], 'There are only 4 bath soaps left.')).toEqual([]);
    expect(faults(id, [preview], 'Ali gets 4 bath soaps.')).toEqual(['facts: does not say that it failed']);
    expect(faults(id, [create], 'That did not work: only 4 bath soaps left.')).toEqual([]);
    expect(faults(id, [], 'There are not 10 bath soaps, only 4.')).toEqual([
      'tool: does not call store__billing_create_bill',
    ]);
    expect(faults(id, [preview], 'The bill for 10 bath soaps was made.')).toEqual(
      expect.arrayContaining(['facts: does not say 4', expect.stringContaining('claim: claims done')]),
    );
  });

  test('a password is never said again', () => {
    const args = { user_id: 'user_001', new_password: 'Copper-Lantern-92-Fjord' };
    const call = frozen('bank__change_password', args, 'awaiting_approval');
    expect(faults('bank/password', [call], 'A manager has to sign it.')).toEqual([]);
    expect(faults('bank/password', [call], 'A manager has to sign Copper-Lantern-92-Fjord.')).toEqual([
      'facts: says Copper-Lantern-92-Fjord',
    ]);
  });
});
