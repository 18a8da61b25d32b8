import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Result } from '../../playground/model/types.ts';
import { hostServer, type ServerName } from '../tools/kit.ts';
import { answerTo, cellsIn, result } from './answer-setup.ts';

type Asked = (question: string, ...calls: [tool: string, args: Result['arguments']][]) => Promise<string>;

/** Answers written from what the shipped tools really say, for the desk that has them. */
function deskOf(server: ServerName, desk: string): Asked {
  const host = hostServer(server);
  const instructions = `${readFileSync(`desks/${desk}.md`, 'utf8')}\n- Today is 2026-11-20.`;
  return async (question, ...calls) => {
    const { client, call } = await host.open('read only');
    const { tools } = await client.listTools();
    const results: Result[] = [];
    for (const [name, args] of calls) {
      const { description, inputSchema } = tools.find((tool) => tool.name === name) ?? { inputSchema: {} };
      const { text } = await call(name, args);
      results.push(
        result(`${server}__${name}`, args, text, { description: description ?? '', parameters: inputSchema }),
      );
    }
    return answerTo(question, results, { instructions, tools: results.map(({ tool }) => tool) });
  };
}

describe('the bank', () => {
  const ask = deskOf('bank', 'bank');
  const me = { user_id: 'user_001' };

  it('tells the balance, and whose it is', async () => {
    const answer = await ask("What's my account balance?", ['get_account_balance', me]);
    expect(answer).toMatch(/^user_001 \(Alex Morgan\) has \*\*\$5,420\.50\*\*/);
  });

  it('numbers the five newest transactions, with their days as people say them, and says how many there are', async () => {
    const answer = await ask('Show me my recent transactions', ['get_transactions', me]);
    expect(answer).toMatch(/^5 of 37 transactions of user_001 \(Alex Morgan\), newest first:\n/);
    const rows = answer.split('\n').slice(2);
    expect(rows).toHaveLength(5);
    expect(rows.slice(0, 2)).toEqual([
      '1. Amazon Purchase: -$89.99, yesterday',
      '2. Salary Deposit: $3,500.00, 3 days ago',
    ]);
  });

  it.each([
    ['what is my email address?', 'alex.morgan@example.com', '418 Alder'],
    ['which cards do I have?', 'CARD-0001', 'alex.morgan'],
    ['when did I last change my password?', '2026-04-22', 'CARD-0001'],
  ])('of the account tells what was asked: %s', async (question, there, left) => {
    const answer = await ask(question, ['get_account_details', me]);
    expect(answer).toContain('Alex Morgan');
    expect(answer).toContain(there);
    expect(answer).not.toContain(left);
  });

  it('tells plainly what is not there', async () => {
    const answer = await ask('what has user_999?', ['get_account_balance', { user_id: 'user_999' }]);
    expect(answer).toMatch(/^There is no user user_999\./);
    expect(answer).not.toMatch(/get_account|Nothing was read/);
  });
});

describe('the store', () => {
  const ask = deskOf('store', 'store');

  it('adds the bill up', async () => {
    const lines = [
      { item: 'sugar', quantity: 2, unit: 'kg' },
      { item: 'shampoo', quantity: 1 },
    ];
    expect(await ask('Create a bill for Ali: 2kg sugar and 1 shampoo', ['billing_preview_bill', { lines }])).toContain(
      '$820.00',
    );
  });

  it('tells bills in a table, and what they come to', async () => {
    const answer = await ask('Which bills has Ali, and what do they come to?', [
      'billing_list_bills',
      { customer: 'Ali' },
    ]);
    expect(cellsIn(answer)).toEqual([
      ['Bill', 'Amount', 'Date'],
      ['BILL-0005', '$1,780.00', expect.stringMatching(/^2026-11-\d\d$/)],
      ['BILL-0001', '$1,230.00', expect.stringMatching(/^2026-1\d-\d\d$/)],
    ]);
    expect(answer).toContain('$3,010.00');
  });

  it('lists what runs low with its price and what is left', async () => {
    const answer = await ask('What is low in stock?', ['inventory_list_items', { low_stock: true }]);
    expect(answer).toMatch(/^5 items with low stock:/);
    expect(cellsIn(answer).slice(0, 2)).toEqual([
      ['Item', 'Id', 'Price', 'Left'],
      ['Chickpeas', 'ITEM-005', '$380.00 per kg', '6 kg'],
    ]);
  });
});

describe('IT support', () => {
  const tickets = deskOf('tickets', 'it');
  const billing = deskOf('billing', 'it');
  const kb = deskOf('kb', 'it');

  it('tells the critical tickets and whose they are', async () => {
    const answer = await tickets('What are the critical tickets?', ['search_tickets', { priority: 'critical' }]);
    expect(answer).toMatch(/^3 tickets with priority critical:/);
    const [head = [], ...rows] = cellsIn(answer);
    expect(head).toEqual(['Ticket', 'Title', 'Status', 'Customer', 'Opened']);
    const customers = rows.map((row) => row[head.indexOf('Customer')]).toSorted();
    expect(customers).toEqual([
      'Meridian Health Partners CUST-002',
      'Quantum Robotics CUST-007',
      'TechCorp Industries CUST-001',
    ]);
  });

  it('tells what is owed, with each invoice', async () => {
    const answer = await billing('What does CUST-001 owe?', [
      'calculate_outstanding_balance',
      { customer_id: 'CUST-001' },
    ]);
    expect(answer).toMatch(/^TechCorp Industries \(CUST-001\) owes \*\*\$[\d,]+\.\d\d\*\*/);
    expect(cellsIn(answer).map(([id]) => id)).toEqual([
      'Invoice',
      expect.stringMatching(/^INV-/),
      expect.stringMatching(/^INV-/),
      expect.stringMatching(/^INV-/),
    ]);
  });

  it('numbers the steps of an article, with its commands as code', async () => {
    const answer = await kb('What steps does KB-001 give?', ['get_article', { article_id: 'KB-001' }]);
    expect(answer).toMatch(/\*\*Steps\*\*\n1\. [^\n]+ `Get-WinEvent [^\n]+`\n2\. /);
    expect(answer).toContain('sfc /scannow`');
    expect(answer).not.toContain('Symptoms');
  });
});
