import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDeskFile } from '../../core/desk/file.ts';
import type { Script } from '../fakes/model/server.ts';
import { type App, channel, startApp } from '../support/app.ts';
import { atDesk } from '../support/at-desk.ts';

type Call = { name: string; arguments: Record<string, unknown> };
/** The calls of one output of the model, from what the tools have said so far. */
type Step = (heard: string) => Call[];

const ops = (tool: string, args: Call['arguments']): Call => ({ name: `jewelryops__${tool}`, arguments: args });
const notion = (tool: string, args: Call['arguments']): Call => ({ name: `notion__${tool}`, arguments: args });
const local = (tool: string, args: Call['arguments']): Call => ({ name: tool, arguments: args });
const first = (id: RegExp, heard: string) => id.exec(heard)?.[0];

const both = 'Has order 1013 of customer 002 left, and is BRC-GLD-002 still in stock?';
const lock = { title: 'The lock of Case 3 sticks', description: 'Lisa reported it.', labels: ['shop'] };
const refund = { order_id: 'ORD-1002', amount: 20, reason: 'The clasp is loose' };

const findLisa: Step = () => [ops('search_customers', { query: 'Lisa Park', limit: 1 })];
/** What a sensible model does with each question that the desk offers. */
const plans: Record<string, Step[]> = {
  'Who is Lisa Park, and what has she ordered?': [
    findLisa,
    (heard) => {
      const customer_id = first(/CUST-\d+/, heard);
      return [ops('get_customer', { customer_id }), ops('list_orders', { customer_id })];
    },
  ],
  'Which rings are low in stock?': [() => [ops('list_inventory', { kind: 'ring', low_stock: true })]],
  'Where is order ORD-1015?': [() => [ops('get_order', { order_id: 'ORD-1015' })]],
  [both]: [
    () => [local('extract_entities', { text: both })],
    (heard) => [
      ops('get_order', { order_id: first(/ORD-\d+/, heard) }),
      ops('get_customer', { customer_id: first(/CUST-\d+/, heard) }),
      ops('check_stock', { sku: first(/BRC-\w+-\d+/, heard) }),
    ],
  ],
  'What did we note about Lisa Park?': [
    findLisa,
    (heard) => [ops('get_notes', { customer_id: first(/CUST-\d+/, heard) })],
  ],
  'Which issues are open about repairs?': [() => [notion('list_issues', { status: 'unfinished', label: 'repair' })]],
  'Open an issue: the lock of Case 3 sticks': [
    () => [notion('list_issues', { query: lock.title })],
    () => [local('check_requires_confirmation', { tool: 'notion__create_issue' })],
    () => [notion('create_issue', lock)],
  ],
  'Refund $20 of order ORD-1002, the clasp is loose': [
    () => [ops('get_order', { order_id: 'ORD-1002' })],
    () => [local('check_requires_confirmation', { tool: 'refund_order', arguments: refund })],
    () => [ops('refund_order', refund)],
  ],
};

const stock = (mode: string, quantity: number): Step[] => [
  () => [ops('update_inventory', { sku: 'BRC-GLD-002', mode, quantity, reason: 'Recount on Friday' })],
];
const others: Record<string, Step[]> = {
  'Count of BRC-GLD-002 is 7': stock('set', 7),
  'One more BRC-GLD-002 has come': stock('adjust', 1),
  'Six more BRC-GLD-002 have come': stock('adjust', 6),
  'One BRC-GLD-002 is gone': stock('adjust', -1),
  "Note in Marco's name that Lisa wants no calls": [
    () => [ops('add_note', { customer_id: 'CUST-001', body: 'Wants no calls', author: 'Marco' })],
  ],
  'Cancel ORD-1018': [() => [ops('cancel_order', { order_id: 'ORD-1018', reason: 'Changed her mind' })]],
};

const script: Script = ({ lastUser, toolResults, messages }) => {
  if (lastUser.includes('<outcome')) return { text: `Outcome: ${lastUser}` };
  const steps = Object.entries({ ...plans, ...others }).find(([question]) => lastUser.includes(question))?.[1] ?? [];
  const outputs = messages.slice(messages.findLastIndex(({ role }) => role === 'user'));
  const step = steps[outputs.filter(({ role }) => role === 'assistant').length];
  const heard = toolResults.map(({ content }) => content).join('\n');
  return step ? { calls: step(heard) } : { text: `Told: ${heard}` };
};

let app: App;
beforeAll(async () => {
  app = await startApp('postgres', script);
});
afterAll(() => app.close());

const { ask, botSays, question, cardInRoom, press, refused, reject, edit, sql } = atDesk(() => app, channel);

test('every example of the desk is asked here', () => {
  const read = readDeskFile(fileURLToPath(new URL('../../desks', import.meta.url)), 'jewelry.yaml');
  expect(read).toMatchObject({ kind: 'ok', file: { desk: { examples: expect.arrayContaining(Object.keys(plans)) } } });
  expect(read.kind === 'ok' && read.file.desk.examples.length).toBe(Object.keys(plans).length);
});

test.each([
  ['Who is Lisa Park, and what has she ordered?', ['vip', '$5,095.00 spent', 'ORD-1018', '$2,615.00', 'ORD-1004']],
  ['Which rings are low in stock?', ['2 of 2 items', 'RNG-PLT-001, 2 left', 'RNG-RSG-001, 3 left']],
  ['Where is order ORD-1015?', ['shipped', 'Lisa Park']],
  [both, ['ORD-1013', 'shipped', 'Marcus Webb', 'Orchard tennis bracelet (BRC-GLD-002): 2 at Vault B2']],
  ['What did we note about Lisa Park?', ['NOTE-012', 'gift-wrapped', 'clasp of the Solace pendant', 'Ring size 6']],
  ['Which issues are open about repairs?', ['3 of 3 issues', 'ISSUE-008', 'ISSUE-007', 'ISSUE-001', 'Jon']],
])('%s', async (question, figures) => {
  const reply = await app.ask(question);
  for (const figure of figures) expect(reply.text).toContain(figure);
});

test('an issue is opened once the asker says yes, and neither on their no nor on the yes of another', async () => {
  const issues = () =>
    sql("select number, priority, assignee from notion.issues where title = 'The lock of Case 3 sticks'");
  const no = await ask('Open an issue: the lock of Case 3 sticks');
  const asked = await question(no, 'The lock of Case 3 sticks');
  await botSays(no, /awaiting_confirmation/);
  expect(await refused('U0MARCO', 'yes', asked)).toContain('Only the person who asked');
  await ask('no', { thread: no });
  await botSays(no, /is cancelled/);
  expect(await issues()).toEqual([]);

  const thread = await ask('Open an issue: the lock of Case 3 sticks');
  const again = await question(thread, 'The lock of Case 3 sticks');
  await botSays(thread, /awaiting_confirmation/);
  await press('U0LISA', 'yes', again);
  expect(await botSays(thread, /^Outcome/)).toContain('ISSUE-013');
  expect(await issues()).toEqual([{ number: 13, priority: 'medium', assignee: null }]);
});

const refunded = async () =>
  (await sql("select refunded_cents from jewelryops.orders where id = 'ORD-1002'"))[0]?.refunded_cents;

test('a refund is paid when Marco has signed it, and not when he rejects it', async () => {
  const question = 'Refund $20 of order ORD-1002, the clasp is loose';
  const thread = await ask(question);
  const signed = await cardInRoom([
    'ORD-1002',
    '"customer: Marcus Webb"',
    '"items: 1 × ',
    'refundable: $1,250.00',
    '"approval.approve"',
  ]);
  await botSays(thread, /awaiting_approval/);
  expect(await refunded()).toBe(0);
  await press('U0MARCO', 'approve', signed);
  expect(await botSays(thread, /^Outcome/)).toContain('$20.00 of ORD-1002 was refunded');
  expect(await refunded()).toBe(2000);

  const other = await ask(question);
  const rejected = await cardInRoom(['ORD-1002', '$1,230.00', '"approval.reject"'], [signed]);
  await reject('U0MARCO', 'once is enough', rejected);
  await botSays(other, /rejected by .*once is enough/s);
  expect(await refunded()).toBe(2000);
});

test('a refund is not paid by the click of who asked or of who may not sign, but by a manager who lowered it', async () => {
  const before = Number(await refunded());
  const thread = await ask('Refund $20 of order ORD-1002, the clasp is loose', { user: 'U0MARCO' });
  await botSays(thread, /awaiting_approval/);
  const card = await cardInRoom(['ORD-1002', '$1,230.00', 'amount: 20', '"approval.approve"']);
  expect(await refused('U0MARCO', 'approve', card)).toContain('your own request');
  expect(await refused('U0LISA', 'approve', card)).toContain('can approve this');
  expect(await refunded()).toBe(before);
  await edit('U0PRIYA', /amount/, '15', card);
  await press('U0PRIYA', 'approve', await cardInRoom(['ORD-1002', 'amount: 15', '"approval.approve"']));
  await botSays(thread, /^Outcome/);
  expect(await refunded()).toBe(before + 1500);
});

const quantity = async () =>
  (await sql("select quantity from jewelryops.inventory_items where sku = 'BRC-GLD-002'"))[0]?.quantity;

test('a few pieces more wait for a yes', async () => {
  const coming = await ask('One more BRC-GLD-002 has come');
  const asked = await question(coming, '"item: Orchard tennis bracelet"', '"quantity now: 2"');
  await botSays(coming, /awaiting_confirmation/);
  await press('U0LISA', 'yes', asked);
  await botSays(coming, /^Outcome/);
  expect(await quantity()).toBe(3);
});

test.each([
  ['Count of BRC-GLD-002 is 7', 3, 7],
  ['Six more BRC-GLD-002 have come', 7, 13],
  ['One BRC-GLD-002 is gone', 13, 12],
])('%s: it waits for a manager who neither asked nor rewrote it', async (question, now, then) => {
  const thread = await ask(question);
  await botSays(thread, /awaiting_approval/);
  const shown = ['"item: Orchard tennis bracelet"', `"quantity now: ${now}"`, '"approval.approve"'];
  const card = await cardInRoom(shown);
  await ask('yes', { thread });
  await botSays(thread, /^Told: $/);
  expect(await refused('U0LISA', 'approve', card)).toContain('can approve this');
  await edit('U0PRIYA', /reason/, 'Looked myself', card);
  const edited = await cardInRoom([...shown, 'Looked myself']);
  expect(await refused('U0PRIYA', 'approve', edited)).toContain('You changed this request yourself');
  expect(await quantity()).toBe(now);
  await press('U0MARCO', 'approve', edited);
  await botSays(thread, /^Outcome/);
  expect(await quantity()).toBe(then);
});

test("a note in another's name waits for a manager who did not rewrite it", async () => {
  const noted = () => sql("select author from jewelryops.notes where body like 'Wants no%'");
  const thread = await ask("Note in Marco's name that Lisa wants no calls");
  await botSays(thread, /awaiting_approval/);
  await edit('U0PRIYA', /author/, 'Jonas', await cardInRoom(['Marco', '"approval.approve"']));
  const edited = await cardInRoom(['Jonas', '"approval.approve"']);
  expect(await refused('U0PRIYA', 'approve', edited)).toContain('You changed this request yourself');
  expect(await noted()).toEqual([]);
  await press('U0MARCO', 'approve', edited);
  await botSays(thread, /^Outcome/);
  expect(await noted()).toEqual([{ author: 'Jonas' }]);
});

test('a cancellation shows whose order it is, and what would go back in stock', async () => {
  const thread = await ask('Cancel ORD-1018');
  const asked = await cardInRoom(['ORD-1018', '"customer: Lisa Park"', '"items: ', 'status: processing']);
  await botSays(thread, /awaiting_approval/);
  await press('U0MARCO', 'approve', asked);
  expect(await botSays(thread, /^Outcome/)).toContain('ORD-1018');
});
