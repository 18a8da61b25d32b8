import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readDesks } from '../../core/desk/desks.ts';
import type { Screen } from '../../scripts/browser/screen.ts';
import { describeInBrowser } from '../support/chromium.ts';
import { hear, type Playground, startPlayground } from '../support/playground.ts';
import { sampleOf } from '../support/seeds.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

type Answered = Record<string, RegExp[]>;
const waitsForYes = /\byes\b/i;
const waitsForSignature = /sign/i;

/** For each example of each desk, facts that its document gives, or what has to happen before it is done. */
const desks: [desk: string, channel: string, answered: Answered][] = [
  [
    'jewelry',
    'jewelry-operations',
    {
      'Who is Lisa Park, and what has she ordered?': [/CUST-001/, /ORD-1001/, /ORD-1004/],
      'Refund $20 of order ORD-1002, the clasp is loose': [waitsForSignature],
      'Which rings are low in stock?': [/RNG-/],
      'Open an issue: the lock of Case 3 sticks': [waitsForYes],
      'Where is order ORD-1015?': [/ORD-1015/],
      'Has order 1013 of customer 002 left, and is BRC-GLD-002 still in stock?': [/shipped/, /BRC-GLD-002/],
      'What did we note about Lisa Park?': [/NOTE-012/, /NOTE-004/],
      'Which issues are open about repairs?': [/ISSUE-\d/],
    },
  ],
  [
    'helpdesk',
    'help-desk',
    {
      'Find the customer Acme': [/Acme Corp/, /CUST-001/],
      'Open a ticket for CUST-003: cannot log in since this morning': [waitsForYes],
      'Suspend CUST-005, unpaid for 60 days': [waitsForSignature],
      'Tell the support channel that INC-001 is being worked on': [waitsForYes],
      'Which customers does INC-001 affect, and how?': [/INC-001/, /Calloway Logistics/],
      'Which incidents are open?': [/INC-001/, /INC-003/],
    },
  ],
  [
    'bank',
    'bank-customer-support',
    {
      "What's my account balance?": [/\$5,420\.50/],
      'Show me my recent transactions': [/Amazon Purchase/, /\$89\.99/, /Salary Deposit/, /\$3,500\.00/],
      'Change my password to newSecurePass123': [waitsForSignature],
      'user user_002': [/Switched to user: user_002/],
      reset: [/Conversation reset/],
      'Deactivate my card, it was stolen': [waitsForYes],
      'Update my address to 12 Harbor Street, Portland, Oregon 97209, United States': [waitsForSignature],
      'Report an issue: I was charged twice at Corner Coffee': [waitsForYes],
    },
  ],
  [
    'store',
    'store',
    {
      // The store has sugar already, so its stock is changed, which somebody else signs.
      'Add 10kg sugar at 160 per kg under grocery': [waitsForSignature],
      'Create a bill for Ali: 2kg sugar and 1 shampoo': [/Ali/, waitsForYes],
      'Add 20kg rice at 100 per kg to grocery': [waitsForYes],
      'Add 10kg flour at 50 per kg to grocery': [waitsForYes],
      'List items': [/Sugar/, /Shampoo/],
      'What is low in stock?': [/ITEM-\d/],
      'Which bills has Ali, and what do they come to?': [/BILL-\d/],
    },
  ],
  [
    'it',
    'it-support',
    {
      'What are all the critical priority tickets?': [/TKT-002/, /TKT-004/, /TKT-006/],
      "Show me customer CUST-001's information and SLA terms": [/TechCorp Industries/, /15 minutes/, /4 hours/],
      "What's the outstanding balance for TechCorp Industries?": [/TechCorp Industries/, /\$\d+,\d{3}\.\d\d/],
      'Find KB articles about Windows BSOD issues': [/KB-001/, /KB-002/],
      'Check warranty status for asset AST-SRV-001': [/AST-SRV-001/, /Dell ProSupport Plus/],
      'Show me all tickets for customer CUST-002 and their invoices': [/TKT-010/, /INV-002/, /INV-011/],
      'What are the critical tickets and who are the customers?': [
        ...[/TKT-002/, /TKT-004/, /TKT-006/],
        ...[/TechCorp Industries/, /Meridian Health Partners/, /Quantum Robotics/],
      ],
    },
  ],
];

test('every example of every desk has its facts here', () => {
  const read = readDesks('desks');
  const examples = read.kind === 'ok' ? read.desks.map(({ name, examples }) => [name, examples.toSorted()]) : [];
  const here = desks.map(([name, , answered]) => [name, Object.keys(answered).sort()]);
  expect(Object.fromEntries(examples)).toEqual(Object.fromEntries(here));
});

describeInBrowser('the examples of each desk, asked at the page', () => {
  let playground: Playground;
  let screen: Screen;
  beforeAll(async () => {
    playground = await startPlayground();
    screen = await playground.visit();
  });
  afterAll(() => playground?.close());

  const drawn = desks.flatMap(([, channel, answered]) =>
    sampleOf(channel, Object.entries(answered), 2).map(([asked, facts]) => [channel, asked, facts] as const),
  );

  test.each(drawn)('#%s: %s', async (channel, asked, facts) => {
    await screen.goTo(channel);
    await screen.ask(`@countersign ${asked}`);
    for (const fact of facts) await hear(screen, fact);
  });

  test('the bill for Ali comes to 820', async () => {
    await screen.goTo('store');
    await screen.ask('@countersign Create a bill for Ali: 2kg sugar and 1 shampoo');
    await screen.thread
      .getByText(/\$820\.00/)
      .first()
      .waitFor();
    await screen.reply('yes');
    await hear(screen, /BILL-\d+[\s\S]*\$820\.00/);
  });

  test('the bank changes the user and starts anew in a thread, by code', async () => {
    await screen.goTo('bank-customer-support');
    await screen.ask("@countersign what's my account balance today?");
    await hear(screen, /\$5,420\.50/);

    await screen.reply('user user_002');
    await hear(screen, /Switched to user: user_002/);
    await screen.reply("what's my balance?");
    await hear(screen, /user_002.*\$|\$.*user_002/);

    await screen.reply('reset');
    await hear(screen, /Conversation reset/);
    await screen.reply("what's my balance?");
    await hear(screen, /\$5,420\.50/);
  });
});
