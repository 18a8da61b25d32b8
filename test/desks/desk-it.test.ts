import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDesks } from '../../core/desk/desks.ts';
import type { ToolResult } from '../fakes/model/request.ts';
import type { Script } from '../fakes/model/server.ts';
import { type App, startApp } from '../support/app.ts';
import { atDesk } from '../support/at-desk.ts';

const channel = 'C0ITHELP';
type Calls = { name: string; arguments: Record<string, unknown> }[];

/** What a model would call for each question of the desk, step by step, from what it has heard so far. */
const plans: [question: RegExp, steps: ((heard: ToolResult[]) => Calls)[]][] = [
  [
    /critical tickets and who are the customers/,
    [() => [{ name: 'tickets__search_tickets', arguments: { priority: 'critical' } }], customersIn],
  ],
  [/critical priority tickets/, [() => [{ name: 'tickets__search_tickets', arguments: { priority: 'critical' } }]]],
  [
    /information and SLA terms/,
    [
      () => [
        { name: 'customers__lookup_customer', arguments: { customer_id: 'CUST-001' } },
        { name: 'customers__get_sla_terms', arguments: { customer_id: 'CUST-001' } },
      ],
    ],
  ],
  [
    /outstanding balance/,
    [
      () => [{ name: 'customers__lookup_customer', arguments: { company_name: 'TechCorp Industries' } }],
      (heard) => [
        { name: 'billing__calculate_outstanding_balance', arguments: { customer_id: idsIn(heard, 'CUST')[0] } },
      ],
    ],
  ],
  [
    /KB articles/,
    [
      () => [{ name: 'kb__search_solutions', arguments: { query: 'Windows BSOD' } }],
      (heard) => [{ name: 'kb__get_article', arguments: { article_id: idsIn(heard, 'KB')[0] } }],
    ],
  ],
  [/warranty/, [() => [{ name: 'assets__check_warranty', arguments: { asset_id: 'AST-SRV-001' } }]]],
  [
    /tickets for customer CUST-002/,
    [
      () => [
        { name: 'tickets__search_tickets', arguments: { customer_id: 'CUST-002' } },
        { name: 'billing__get_invoice', arguments: { customer_id: 'CUST-002' } },
      ],
    ],
  ],
];

function idsIn(heard: ToolResult[], kind: string): string[] {
  return [...new Set(heard.flatMap(({ content }) => content.match(new RegExp(`${kind}-\\d{3}`, 'g')) ?? []))];
}

function customersIn(heard: ToolResult[]): Calls {
  return idsIn(heard, 'CUST').map((customer_id) => ({
    name: 'customers__lookup_customer',
    arguments: { customer_id },
  }));
}

const script: Script = ({ messages, lastUser, toolResults }) => {
  const steps = plans.find(([question]) => question.test(lastUser))?.[1] ?? [];
  const since = messages.findLastIndex(({ role }) => role === 'user');
  const done = messages.slice(since).filter((message) => message.role === 'assistant').length;
  const next = steps[done];
  return next ? { calls: next(toolResults) } : { text: toolResults.map(({ content }) => content).join('\n') };
};

describe('the desk of IT support', () => {
  let app: App;
  beforeAll(async () => {
    app = await startApp('postgres', script);
  });
  afterAll(() => app.close());

  const { sql } = atDesk(() => app, channel);
  const ask = async (text: string) => (await app.ask(text, { channel })).text;
  const callsOf = (server: string) =>
    app.model.ledger.flatMap(({ reply }) =>
      reply && 'calls' in reply ? (reply.calls ?? []).filter(({ name }) => name.startsWith(`${server}__`)) : [],
    );

  it('is asked in its own channel, only reads, and has no tool server in common with another', () => {
    const read = readDesks('desks');
    const desks = read.kind === 'ok' ? read.desks : [];
    const desk = desks.find(({ name }) => name === 'it');
    const others = desks.filter(({ name }) => name !== 'it').flatMap(({ tools }) => [...tools.keys()]);
    const shared = [...(desk?.tools.keys() ?? [])].filter((tool) => others.includes(tool));
    expect(shared).toEqual(['extract_entities', 'summarize_state']);
    expect(desk?.slack).toMatchObject({ channels: [channel], directMessages: false });
    expect([...(desk?.tools.values() ?? [])].every(({ effect, rule }) => effect === 'read' && rule === 'allow')).toBe(
      true,
    );
    expect(desk?.tools.size).toBe(22);
    expect(desk?.examples.every((example) => plans.some(([question]) => question.test(example)))).toBe(true);
    expect(desk?.examples).toHaveLength(7);
  });

  it('tells all critical tickets', async () => {
    const said = await ask('What are all the critical priority tickets?');
    expect(said).toMatch(/3 of 3 tickets/);
    for (const id of ['TKT-002', 'TKT-004', 'TKT-006']) expect(said).toContain(id);
    expect(said).not.toContain('TKT-001');
  });

  it('tells who a customer is and what its terms promise', async () => {
    const said = await ask("Show me customer CUST-001's information and SLA terms");
    expect(said).toContain('TechCorp Industries');
    expect(said).toContain('premium');
    expect(said).toContain('15 minutes');
    expect(said).toContain('4 hours');
  });

  it('finds a company by its name and tells what it owes', async () => {
    const said = await ask("What's the outstanding balance for TechCorp Industries?");
    const [owed] = await sql<{ owed: string }>(
      `select to_char(sum(i.total - coalesce((select sum(amount) from it.payments p
         where (p.tenant, p.invoice_id) = (i.tenant, i.id)), 0)), 'FM$999,990.00') as owed
       from it.invoices i where customer_id = 'CUST-001'`,
    );
    expect(owed?.owed).toMatch(/^\$\d+,\d{3}\.\d\d$/);
    expect(said).toContain(owed?.owed);
    expect(callsOf('billing')).toContainEqual(expect.objectContaining({ arguments: { customer_id: 'CUST-001' } }));
  });

  it('finds articles and reads the best one', async () => {
    const said = await ask('Find KB articles about Windows BSOD issues');
    for (const id of ['KB-001', 'KB-002']) expect(said).toContain(id);
    expect(said).toContain('sfc /scannow');
    expect(callsOf('kb')).toHaveLength(2);
  });

  it('checks a warranty', async () => {
    const said = await ask('Check warranty status for asset AST-SRV-001');
    expect(said).toContain('AST-SRV-001');
    expect(said).toContain('Dell ProSupport Plus');
    expect(said).toMatch(/in 38 days/);
  });

  it('puts the tickets and the invoices of a customer together', async () => {
    const said = await ask('Show me all tickets for customer CUST-002 and their invoices');
    for (const id of ['TKT-002', 'TKT-010', 'INV-002', 'INV-011']) expect(said).toContain(id);
    expect(said).not.toContain('TKT-001');
    expect(said).toContain('$6,200.00');
  });

  it('looks up each customer that the critical tickets name', async () => {
    const before = callsOf('customers').length;
    const said = await ask('What are the critical tickets and who are the customers?');
    for (const company of ['TechCorp Industries', 'Meridian Health Partners', 'Quantum Robotics']) {
      expect(said).toContain(company);
    }
    const asked = callsOf('customers').slice(before);
    expect(
      asked.map((call) => call.arguments).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    ).toEqual([{ customer_id: 'CUST-001' }, { customer_id: 'CUST-002' }, { customer_id: 'CUST-007' }]);
  });
});
