import { describe, expect, test } from 'vitest';
import type { ToolDatabase } from '../../mcp-servers/kit/database.ts';
import { asDollars } from '../../mcp-servers/kit/fields.ts';
import { describeEffect } from './effects.ts';
import { answersOf, atOnce, hostServer, refusalsOf } from './kit.ts';

const host = hostServer('bank');
const home = {
  street: '12 Harbor Street',
  city: 'Portland',
  state: 'Oregon',
  postal_code: '97209',
  country: 'United States',
};
const complaint = { subject: 'Charged twice', description: 'Two payments of $5.40 on one morning' };

describe('the tools', () => {
  test('are these, and say truthfully which of them change something', async () => {
    const { client } = await host.open('read only');
    const { tools } = await client.listTools();
    const named = (readOnly: boolean) =>
      tools.filter((tool) => tool.annotations?.readOnlyHint === readOnly).map((tool) => tool.name);
    expect(named(true)).toEqual(['get_account_details', 'get_account_balance', 'get_transactions', 'get_card']);
    expect(named(false)).toEqual(['change_password', 'update_address', 'deactivate_card', 'report_issue']);
    expect(tools.every((tool) => tool.outputSchema && tool.description)).toBe(true);
  });

  test.each([
    ['get_account_balance', { user_id: 'user_001' }, { name: 'Alex Morgan', balance: '$5,420.50' }],
    [
      'get_account_balance',
      { user_id: 'user_002' },
      { balance: '$19,068.77', accounts: [{ account: 'checking' }, { account: 'savings', number: '••••9024' }] },
    ],
    ['get_account_balance', { user_id: 'user_002', account: 'savings' }, { balance: '$12,750.00' }],
    [
      'get_account_details',
      { user_id: 'user_001' },
      {
        email: 'alex.morgan@example.com',
        address: { city: 'Portland', postal_code: '97205' },
        password_changed_on: '2026-04-22',
        balance: '$5,420.50',
        accounts: [{ account: 'checking', number: '••••4821', balance: '$5,420.50' }],
        cards: [
          { id: 'CARD-0001', number: '••••7734', status: 'active', expires: '01/2029', deactivated_on: null },
          { id: 'CARD-0002', status: 'deactivated', deactivated_on: '2026-09-06', deactivation_reason: 'lost' },
        ],
        open_issues: 0,
        latest_issues: [{ id: 'ISSUE-0001', status: 'resolved' }],
      },
    ],
    ['get_account_details', { email: 'Jordan.Ellis@Example.com' }, { user_id: 'user_002' }],
    ['get_account_details', { user_id: 'user_004' }, { open_issues: 1 }],
    [
      'get_transactions',
      { user_id: 'user_001', limit: 2 },
      {
        total: 37,
        next_offset: 2,
        transactions: [
          { date: '2026-11-19', description: 'Amazon Purchase', amount: '-$89.99', balance_after: '$5,420.50' },
          { date: '2026-11-17', description: 'Salary Deposit', amount: '$3,500.00', balance_after: '$5,510.49' },
        ],
      },
    ],
    [
      'get_card',
      { user_id: 'user_001', card_id: 'CARD-0001' },
      {
        ...{ id: 'CARD-0001', number: '••••7734', status: 'active', expires: '01/2029', deactivated_on: null },
        ...{ in_words: expect.stringMatching(/^\w+ debit ••••7734$/), user_id: 'user_001', name: 'Alex Morgan' },
      },
    ],
    [
      'get_card',
      { user_id: 'user_001', card_id: 'CARD-0002' },
      { status: 'deactivated', deactivated_on: '2026-09-06', deactivation_reason: 'lost' },
    ],
    ['get_transactions', { user_id: 'user_001', offset: 30 }, { total: 37, next_offset: null }],
    ['get_transactions', { user_id: 'user_001', kind: 'deposit', from: '2026-10-01' }, { total: 2 }],
    ['get_transactions', { user_id: 'user_001', from: '2026-11-17', to: '2026-11-17' }, { total: 1 }],
    ['get_transactions', { user_id: 'user_002', account: 'savings' }, { total: 6 }],
    ['get_transactions', { user_id: 'user_001', query: 'amazon' }, { total: 2, spelling: 'exact' }],
    ['get_transactions', { user_id: 'user_001', query: 'REFUND airlines' }, { total: 1, spelling: 'exact' }],
    // City Transit Pass comes close, and is not what is asked for.
    ['get_transactions', { user_id: 'user_001', query: 'transfer' }, { total: 3, spelling: 'exact' }],
    ['get_transactions', { user_id: 'user_001', query: 'zebedee' }, { total: 0, transactions: [] }],
    ['get_transactions', { user_id: 'user_001', query: '--' }, { total: 0, transactions: [] }],
    ['get_transactions', { user_id: 'user_001', query: '89.99' }, { total: 1, spelling: 'exact' }],
    ['get_transactions', { user_id: 'user_001', query: 'coffee shop' }, { total: 3, spelling: 'close' }],
    ['get_transactions', { user_id: 'user_001', query: 'TXN-99999' }, { total: 0 }],
    ['get_transactions', { user_id: 'user_001', query: 'rent october' }, { total: 1, spelling: 'exact' }],
  ])('%s %o', answersOf(host, 'read only'));

  test.each([
    ['amazn', 'Amazon Purchase'],
    ['amzaon purchse', 'Amazon Purchase'],
    ['grocrey', 'Greenleaf Grocery'],
    ['groceries', 'Greenleaf Grocery'],
    ['salery', 'Salary Deposit'],
    ['coffe', 'Corner Coffee'],
    ['pharmcy', 'Cascade Pharmacy'],
    ['subscriptions', 'Streamline Music Subscription'],
    ['fee', 'Card Replacement Fee'],
    ['coffee shop', 'Corner Coffee'],
    ['last salary', 'Salary Deposit'],
    ['rent in november', 'Rent Alder Street'],
    ['purchase at amazon', 'Amazon Purchase'],
    ['$1,450', 'Rent Alder Street'],
  ])('get_transactions understands %s', async (query, description) => {
    const { call } = await host.open('read only');
    const { data } = await call('get_transactions', { user_id: 'user_001', query });
    const found = data?.transactions as { description: string }[];
    expect([...new Set(found.map((each) => each.description))]).toEqual([description]);
  });

  test('get_transactions finds one by its id', async () => {
    const { call } = await host.open('read only');
    const { data } = await call('get_transactions', { user_id: 'user_001', limit: 1 });
    const [newest] = (data as { transactions: { id: string }[] }).transactions;
    const found = await call('get_transactions', { user_id: 'user_001', query: newest?.id.toLowerCase() });
    expect(found.data).toMatchObject({ total: 1, spelling: 'exact', transactions: [newest] });
  });

  test('what fits only in another spelling is said to', async () => {
    const { call } = await host.open('read only');
    const said = await call('get_transactions', { user_id: 'user_001', query: 'amazno' });
    expect(said).toMatchObject({ data: { total: 2, spelling: 'close' } });
    expect(said.text).toContain('No transaction has "amazno"');
  });

  test.each([
    ['get_account_balance', { user_id: 'Alex' }, 'user_001'],
    ['get_account_balance', { user_id: 'user_999' }, 'get_account_details'],
    ['get_account_balance', { user_id: 'user_001', account: 'savings' }, 'only checking'],
    ['get_account_details', {}, 'either user_id or email'],
    ['get_account_details', { user_id: 'user_001', email: 'alex.morgan@example.com' }, 'not both'],
    ['get_account_details', { user_id: 'user_999' }, 'email address'],
    ['get_account_details', { email: 'alex@example.com' }, 'No user has the address'],
    ['get_transactions', { user_id: 'user_999' }, 'get_account_details'],
    ['get_transactions', { user_id: 'user_001', account: 'savings' }, 'only checking'],
    ['get_transactions', { user_id: 'user_001', from: '2026-11-20', to: '2026-11-01' }, 'lies after'],
    ['get_transactions', { user_id: 'user_001', from: 'yesterday' }, '2026-11-20'],
    ['get_transactions', { user_id: 'user_001', from: '0000-01-01' }, '2026-11-20'],
    ['get_transactions', { user_id: 'user_001', to: '2026-02-30' }, '2026-11-20'],
    ['get_transactions', { user_id: 'user_001', limit: 51 }, '50'],
    ['get_transactions', { user_id: 'user_001', query: 'a\0b' }, 'NUL'],
    ['get_card', { user_id: 'user_999', card_id: 'CARD-0001' }, 'get_account_details'],
    ['get_card', { user_id: 'user_001', card_id: '7734' }, 'CARD-0001'],
    ['update_address', { user_id: 'user_999', ...home }, 'get_account_details'],
    ['update_address', { user_id: 'user_001', ...home, street: 'a\nb street' }, 'one line'],
    ['update_address', { user_id: 'user_001', ...home, street: '12 Harbor\u2028Street' }, 'one line'],
    ['update_address', { user_id: 'user_001', ...home, city: 'Port\u200bland' }, 'invisible'],
    ['update_address', { user_id: 'user_001', ...home, postal_code: '#!' }, 'letters, digits'],
    [
      'update_address',
      { user_id: 'user_001', ...home, street: ' 418 Alder Street, Apt 6 ', postal_code: '97205' },
      'already',
    ],
    ['deactivate_card', { user_id: 'user_999', card_id: 'CARD-0001', reason: 'lost' }, 'get_account_details'],
    ['deactivate_card', { user_id: 'user_001', card_id: '7734', reason: 'lost' }, 'CARD-0001'],
    ['deactivate_card', { user_id: 'user_001', card_id: 'CARD-0001', reason: 'bored' }, 'stolen'],
    ['deactivate_card', { user_id: 'user_001', card_id: 'CARD-0002', reason: 'lost' }, 'since 2026-09-06'],
    ['report_issue', { user_id: 'user_999', ...complaint }, 'get_account_details'],
    ['report_issue', { user_id: 'user_001', subject: '  ', description: 'x'.repeat(5) }, 'subject'],
    ['report_issue', { user_id: 'user_001', ...complaint, category: 'weather' }, 'transaction'],
    ['report_issue', { user_id: 'user_001', ...complaint, subject: 'Charged\u2029twice' }, 'one line'],
    ['report_issue', { user_id: 'user_001' }, 'A text of 3 to 120 characters is needed'],
    ['update_address', { user_id: 'user_001' }, 'A text of 2 to 80 characters is needed'],
    ['deactivate_card', { reason: 'lost' }, 'A user id looks like user_001'],
  ])('%s %o is refused and says what to do', refusalsOf(host, 'read only'));

  test('get_transactions says of what is no day how a day looks, and nothing else', async () => {
    const { call } = await host.open('read only');
    const told = async (from: string) => (await call('get_transactions', { user_id: 'user_001', from })).text;
    const form = await told('11/20/2026');
    expect(form).toContain('A day looks like 2026-11-20');
    expect(form).not.toContain('nothing is older');
    expect(await told('1969-12-31')).toContain('nothing is older than 1970-01-01');
  });

  test.each([
    ['get_card', {}],
    ['deactivate_card', { reason: 'lost' }],
  ])("%s says of somebody else's card no more than of one that there is not", async (tool, more) => {
    const { call } = await host.open('read only');
    const said = (card_id: string) => call(tool, { user_id: 'user_001', card_id, ...more });
    const [others, none] = [await said('CARD-0003'), await said('CARD-0999')];
    expect(others).toMatchObject({ isError: true });
    expect(others.text.replace('CARD-0003', 'CARD-0999')).toBe(none.text);
  });
});

describe('the books', () => {
  test('end in the balance of each account, line by line, and in $5,420.50 for user_001', async () => {
    const { db } = await host.open('read only');
    const accounts = await db.prisma.bankAccount.findMany({
      include: { transactions: { orderBy: [{ postedAt: 'asc' }, { id: 'asc' }] } },
    });
    expect(accounts.length).toBeGreaterThan(8);
    for (const { transactions, balance, userId } of accounts) {
      let sum = 0;
      for (const { amount, balanceAfter } of transactions) {
        sum += Math.round(Number(amount) * 100);
        expect([userId, Math.round(Number(balanceAfter) * 100)]).toEqual([userId, sum]);
        expect(sum).toBeGreaterThanOrEqual(0);
      }
      expect(asDollars(balance.toFixed(2))).toBe(asDollars((sum / 100).toFixed(2)));
    }
    const all = await db.prisma.bankTransaction.aggregate({ where: { userId: 'user_001' }, _sum: { amount: true } });
    expect(all._sum.amount?.toFixed(2)).toBe('5420.50');
  });

  test.each([
    'update bank.transactions set amount = 1',
    'update bank.accounts set balance = 1000000',
    "update bank.users set email = 'thief@example.com'",
    "update bank.cards set user_id = 'user_002'",
    'delete from bank.cards',
    'delete from bank.issues',
  ])('may not be changed by the tools: %s', async (statement) => {
    const { db } = await host.open('read only');
    await expect(db.prisma.$executeRawUnsafe(statement)).rejects.toThrow('permission denied');
  });
});

describe('update_address', () => {
  test('tells the address before and after, and the next reader sees it', async () => {
    const { call } = await host.open();
    const said = await call('update_address', { user_id: 'user_001', ...home });
    expect(said.data).toMatchObject({ before: { street: '418 Alder Street, Apt 6' }, after: home });
    expect((await call('get_account_details', { user_id: 'user_001' })).data).toMatchObject({ address: home });
  });

  test('takes two addresses for two though their parts, one after the other, read the same', async () => {
    const { call } = await host.open();
    await call('update_address', { user_id: 'user_001', ...home, street: '12 Harbor Street, Dock', city: 'Bay' });
    const other = { user_id: 'user_001', ...home, street: '12 Harbor Street', city: 'Dock, Bay' };
    expect(await call('update_address', other)).toMatchObject({
      isError: false,
      data: { after: { city: 'Dock, Bay' } },
    });
  });

  test('by two at once: the second tells what the first made of it', async () => {
    const { call } = await host.openBusy();
    const said = await atOnce(2, (at) =>
      call('update_address', { user_id: 'user_001', ...home, street: `${at + 1} Harbor Street` }),
    );
    const befores = said.map(({ data }) => data?.before);
    expect(befores).toContainEqual(expect.objectContaining({ street: '418 Alder Street, Apt 6' }));
    expect(befores).toContainEqual(expect.objectContaining({ street: expect.stringMatching(/^[12] Harbor Street$/) }));
  });
});

describe('a deactivated card', () => {
  const stolen = { user_id: 'user_001', card_id: 'CARD-0001', reason: 'stolen' };

  test('is told as such, and the second time is refused', async () => {
    const { call } = await host.open();
    const said = await call('deactivate_card', stolen);
    expect(said.data).toMatchObject({
      card: { id: 'CARD-0001', status: 'deactivated', deactivation_reason: 'stolen' },
      before: { status: 'active', deactivated_on: null },
      after: { status: 'deactivated' },
    });
    const again = await call('deactivate_card', { ...stolen, reason: 'lost' });
    expect(again).toMatchObject({ isError: true, text: expect.stringContaining('(stolen) and stays so') });
  });

  test('by ten at once is deactivated once', async () => {
    const { call } = await host.openBusy();
    const reasons = ['lost', 'stolen', 'fraud', 'damaged', 'other'];
    const said = await atOnce(10, (at) => call('deactivate_card', { ...stolen, reason: reasons[at % 5] }));
    expect(said.filter((each) => !each.isError)).toHaveLength(1);
    expect(said.filter((each) => each.text.includes('stays so'))).toHaveLength(9);
  });

  test.each([
    "set status = 'active', deactivated_at = null, deactivation_reason = null",
    "set status = 'active'",
    'set deactivated_at = now()',
  ])('is brought back by nothing: %s', async (change) => {
    const { db } = await host.open();
    const statement = `update bank.cards ${change} where id = 'CARD-0002'`;
    await expect(db.prisma.$executeRawUnsafe(statement)).rejects.toThrow('was deactivated and stays so');
  });
});

describe('report_issue', () => {
  test('numbers the issue and counts the open ones', async () => {
    const { call } = await host.open();
    const said = await call('report_issue', { user_id: 'user_006', ...complaint, category: 'fees', priority: 'high' });
    expect(said.data).toMatchObject({
      issue: { id: 'ISSUE-0005', category: 'fees', priority: 'high', status: 'open' },
      before: { open_issues: 1 },
      after: { open_issues: 2 },
    });
    const details = await call('get_account_details', { user_id: 'user_006' });
    expect(details.data).toMatchObject({ open_issues: 2, latest_issues: [{ id: 'ISSUE-0005' }, { id: 'ISSUE-0003' }] });
  });

  test('by ten at once: ten numbers, ten counts', async () => {
    const { call } = await host.openBusy();
    const said = await atOnce(10, () => call('report_issue', { user_id: 'user_001', ...complaint }));
    const counts = said.map(({ data }) => data?.after);
    const each = Array.from({ length: 10 }, (_, at) => ({ open_issues: at + 1 }));
    expect(counts).toEqual(expect.arrayContaining(each));
  });
});

const issues = ({ prisma }: ToolDatabase) => prisma.bankIssue.count();
describeEffect('bank', host, 'update_address', {
  args: { user_id: 'user_001', ...home },
  others: { user_id: 'user_001', ...home, street: '13 Harbor Street' },
  trace: ({ prisma }) => prisma.bankUser.findMany({ select: { id: true, street: true }, orderBy: { id: 'asc' } }),
});
describeEffect('bank', host, 'deactivate_card', {
  args: { user_id: 'user_001', card_id: 'CARD-0001', reason: 'stolen' },
  others: { user_id: 'user_002', card_id: 'CARD-0003', reason: 'stolen' },
  trace: ({ prisma }) => prisma.bankCard.findMany({ select: { id: true, status: true }, orderBy: { id: 'asc' } }),
});
describeEffect('bank', host, 'report_issue', {
  args: { user_id: 'user_001', ...complaint },
  others: { user_id: 'user_001', ...complaint, priority: 'urgent' },
  trace: issues,
});
