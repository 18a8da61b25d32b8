import { describe, expect, test } from 'vitest';
import { query } from '../support/door.ts';
import { column, ticketRow } from './it.ts';
import { hostServer } from './kit.ts';

// What is recorded of tickets: one in full, all in figures, and what follows when a record changes.

const host = hostServer('tickets');

describe('get_ticket_details', () => {
  test('shows everything about a ticket', async () => {
    const { call } = await host.open('read only');
    const said = await call('get_ticket_details', { ticket_id: 'TKT-006' });
    expect(said.data).toMatchObject({
      id: 'TKT-006',
      priority: 'critical',
      status: 'resolved',
      company: 'TechCorp Industries',
      created_at: '2026-11-14 02:00',
      // Premium: a first answer within 15 minutes, the end within 4 hours.
      first_response: { due: '2026-11-14 02:15', done: '2026-11-14 02:09', state: 'kept' },
      resolved: { due: '2026-11-14 06:00', done: '2026-11-14 05:15', state: 'kept' },
      customer: { id: 'CUST-001', tier: 'premium' },
      asset: { id: 'AST-SRV-001', hostname: 'tc-db-01', model: 'Dell PowerEdge R750' },
      articles: [{ id: 'KB-003', resolved: true }],
    });
    expect(said.data).toHaveProperty('comments.length', 3);
    expect(said.text).toMatch(/tc-db-01.*restore point.*Luis Ortega \(2026-11-14 02:09\): I see.*KB-003/);
    expect(said.text).not.toContain('\n');
  });

  test("holds a ticket against its customer's own terms, and tells what was missed", async () => {
    const { call } = await host.open('read only');
    const { data } = await call('get_ticket_details', { ticket_id: 'TKT-002' });
    // Of its own terms: 10 minutes and 2 hours.
    expect(data).toMatchObject({
      first_response: { due: '2026-11-17 05:10', state: 'kept' },
      resolved: { due: '2026-11-17 07:00', done: null },
      resolution: null,
    });
    expect((await call('get_ticket_details', { ticket_id: 'TKT-001' })).data).toMatchObject({
      resolved: { state: 'missed' },
    });
  });

  test('tells what is still due from what is overdue', async () => {
    const { call, db } = await host.open();
    const [past, future] = [new Date('2026-01-01'), new Date('2999-01-01')];
    await db.prisma.itTicket.create({
      data: ticketRow(db.tenant, { createdAt: new Date('2025-12-31'), responseDueAt: past, resolutionDueAt: future }),
    });
    expect((await call('get_ticket_details', { ticket_id: 'TKT-900' })).data).toMatchObject({
      first_response: { state: 'overdue', done: null },
      resolved: { state: 'due', done: null },
    });
  });
});

describe('get_ticket_metrics', () => {
  test.each([
    [{}, { total: 15, unresolved: 7, by_priority: { critical: 3, high: 5, medium: 5, low: 2 } }],
    [
      {},
      {
        by_os: { windows: 9, linux: 3, macos: 3, other: 0 },
        by_status: { open: 1, in_progress: 4, resolved: 5, closed: 3 },
      },
    ],
    [{ customer_id: 'CUST-002' }, { total: 2, by_category: { system: 1, network: 1 }, resolved_in_time_percent: 100 }],
    [
      { from: '2026-11-17', to: '2026-11-17' },
      { total: 1, by_status: { in_progress: 1 }, mean_resolution_hours: null },
    ],
    [{ customer_id: 'CUST-001' }, { mean_first_response_hours: 0.8, mean_resolution_hours: 12.1, oldest_open: null }],
    [{ to: '2020-01-01' }, { total: 0, unresolved: 0, mean_open_age_hours: null, resolved_in_time_percent: null }],
  ])('of %o', async (args, expected) => {
    const { call } = await host.open('read only');
    const said = await call('get_ticket_metrics', args);
    expect(said).toMatchObject({ isError: false, data: expected });
    expect(said.text).not.toContain('\n');
  });

  test('names the oldest that is open', async () => {
    const { call } = await host.open('read only');
    const said = await call('get_ticket_metrics', {});
    expect(said.data).toMatchObject({ oldest_open: { id: 'TKT-008' } });
  });

  test('counts only what is not resolved as open and as overdue', async () => {
    const { call, db } = await host.open();
    const write = (id: string, day: string, more = {}) =>
      db.prisma.itTicket.create({ data: ticketRow(db.tenant, { id, createdAt: new Date(day), ...more }) });
    const late = { status: 'resolved', resolution: 'Late.', resolvedAt: new Date('2020-03-01') };
    await write('TKT-901', '2020-01-01', late);
    await write('TKT-902', '2020-02-01');
    await write('TKT-903', '2020-02-01', { resolutionDueAt: new Date('2999-01-01') });
    const { data } = await call('get_ticket_metrics', { to: '2020-02-01' });
    expect(data).toMatchObject({ total: 3, unresolved: 2, overdue: 1, resolved_in_time_percent: 0 });
    const hours = (Date.now() - Date.parse('2020-02-01')) / 3_600_000;
    expect(Math.abs(Number(data?.mean_open_age_hours) - hours)).toBeLessThan(1);
  });
});

describe('what is searched follows what is recorded', () => {
  test('a customer with another name is found by it, with its tickets', async () => {
    const { call, db } = await host.open();
    const found = async (words: string) => column(await call('search_tickets', { query: words }), 'tickets', 'id');
    expect(await found('TechCorp')).toHaveLength(3);
    await query(
      host.url(),
      `update it.customers set company = 'Quokka Works' where tenant = '${db.tenant}' and id = 'CUST-001'`,
    );
    expect(await found('Quokka')).toEqual(['TKT-001', 'TKT-006', 'TKT-013']);
    expect(await found('TechCorp')).toEqual([]);
  });
});
