import { describe, expect, test } from 'vitest';
import { answersOf, hostServer, refusalsOf } from './kit.ts';

const host = hostServer('helpdesk');
const login = {
  customer_id: 'CUST-003',
  subject: 'Cannot log in',
  description: 'Nobody can log in since this morning',
  category: 'access',
};

describe('the tools', () => {
  test('are these, and say truthfully which of them change something', async () => {
    const { client } = await host.open('read only');
    const { tools } = await client.listTools();
    const named = (readOnly: boolean) =>
      tools.filter((tool) => tool.annotations?.readOnlyHint === readOnly).map((tool) => tool.name);
    expect(named(true)).toEqual([
      'search_customer',
      'get_customer',
      'get_ticket',
      'list_tickets',
      'list_incidents',
      'get_incident_impact',
      'list_messages',
    ]);
    expect(named(false)).toEqual(['create_ticket', 'update_customer_status', 'send_message']);
    expect(tools.every((tool) => tool.outputSchema && tool.description?.includes('{"'))).toBe(true);
  });

  test.each([
    ['search_customer', { query: 'corp' }, { total: 1, next_offset: null }],
    ['search_customer', { query: '.example', limit: 5 }, { total: 12, next_offset: 5 }],
    ['search_customer', { query: '.example', status: 'suspended' }, { total: 1, customers: [{ id: 'CUST-011' }] }],
    [
      'get_customer',
      { customer_id: 'CUST-005' },
      { company: 'Eastgate Fitness', status: 'past_due', status_since: '2026-10-21', open_tickets: 1 },
    ],
    [
      'get_customer',
      { customer_id: 'CUST-001' },
      { status_since: null, open_tickets: 1, services: ['mobile-app', 'reporting'] },
    ],
    ['get_customer', { customer_id: 'CUST-012' }, { status: 'churned', services: [] }],
    ['get_ticket', { ticket_id: 'TCK-0011' }, { company: 'Gladstone Legal', opened_at: '2026-11-19 21:52 UTC' }],
    ['list_tickets', {}, { total: 12, next_offset: null }],
    ['list_tickets', { status: 'open', limit: 2 }, { total: 5, next_offset: 2, tickets: [{ id: 'TCK-0012' }, {}] }],
    ['list_tickets', { customer_id: 'CUST-010' }, { tickets: [{ id: 'TCK-0010' }, { id: 'TCK-0003' }] }],
    ['list_tickets', { customer_id: 'CUST-003' }, { total: 0, tickets: [] }],
    ['list_incidents', { status: 'open' }, { incidents: [{ id: 'INC-001' }, { id: 'INC-003' }] }],
    ['list_incidents', { severity: 'critical', status: 'resolved' }, { incidents: [{ id: 'INC-004' }] }],
    ['list_incidents', { limit: 2, offset: 2 }, { total: 5, next_offset: 4, incidents: [{ id: 'INC-002' }, {}] }],
    ['list_messages', { channel: 'support' }, { messages: [{ id: 'MSG-0007' }, { id: 'MSG-0002' }] }],
    ['list_messages', { channel: 'escalations', ticket_id: 'TCK-0011' }, { messages: [{ customer_id: 'CUST-007' }] }],
    ['list_messages', { channel: 'support', ticket_id: 'TCK-0011' }, { total: 0 }],
    ['list_messages', { channel: 'support' }, { about: null }],
    [
      'list_messages',
      { channel: 'escalations', ticket_id: 'TCK-0011', customer_id: 'CUST-007' },
      { total: 1, about: 'TCK-0011 of Gladstone Legal (CUST-007)' },
    ],
    [
      'list_messages',
      { channel: 'escalations', customer_id: 'CUST-007' },
      { total: 1, about: 'Gladstone Legal (CUST-007)' },
    ],
    ['get_incident_impact', { service: 'Billing API' }, { total: 7, incident_id: null, summary: { direct: 1 } }],
    [
      'get_incident_impact',
      { service: 'auth database' },
      { total: 7, about: expect.stringContaining('auth-database') },
    ],
    ['get_incident_impact', { incident_id: 'INC-001', limit: 2, offset: 2 }, { total: 7, next_offset: 4 }],
  ])('%s %o', answersOf(host, 'read only'));

  test('tell a story in which nobody complains before it happens', async () => {
    const { call, db } = await host.open();
    const { tickets } = (await call('list_tickets', {})).data as { tickets: { id: string; opened_at: string }[] };
    expect(tickets.map(({ opened_at }) => opened_at)).toEqual(
      tickets
        .map((each) => each.opened_at)
        .toSorted()
        .reverse(),
    );
    expect(tickets.map(({ id }) => id)).toEqual(
      tickets
        .map((each) => each.id)
        .toSorted()
        .reverse(),
    );
    const late = await db.prisma.$queryRaw`
      select number, i.id from helpdesk.tickets t join helpdesk.incidents i using (tenant)
      where (t.number, i.id) in ((2, 'INC-005'), (3, 'INC-004'), (8, 'INC-002'), (10, 'INC-003'), (11, 'INC-001'), (12, 'INC-001'))
        and t.created_at not between i.started_at and coalesce(i.resolved_at, 'infinity')`;
    expect(late).toEqual([]);

    const [oldest] = await db.prisma.helpdeskTicket.findMany({ orderBy: { number: 'asc' }, take: 1 });
    const createdAt = new Date(Number(oldest?.createdAt) - 1000);
    if (oldest) await db.prisma.helpdeskTicket.create({ data: { ...oldest, number: 13, createdAt } });
    expect((await call('list_tickets', { offset: 12 })).data).toMatchObject({ tickets: [{ id: 'TCK-0013' }] });
  });

  test.each([
    ['Acme', 'CUST-001'],
    ['amce', 'CUST-001'],
    ['acme', 'CUST-001'],
    ['calloway logstics', 'CUST-003'],
    ['Solberg', 'CUST-003'],
    ['ingrid soldberg', 'CUST-003'],
    ['@harborstreet', 'CUST-008'],
    ['fennel and finch', 'CUST-006'],
    ['ROSA@EASTGATE.EXAMPLE', 'CUST-005'],
    ['analytics', 'CUST-010'],
    ['cust-007', 'CUST-007'],
  ])('search_customer understands %s', async (query, id) => {
    const { call } = await host.open('read only');
    const { data, text } = await call('search_customer', { query });
    expect(data?.customers).toHaveProperty('0.id', id);
    expect(text).toContain(id);
  });

  test.each(['jane@acme.example', 'amce'])(
    'search_customer calls what is near to %s no more than that',
    async (query) => {
      const { call } = await host.open('read only');
      expect((await call('search_customer', { query })).text).toMatch(
        /^No customer has ".+"\. The nearest \d: Acme Corp/,
      );
      expect((await call('search_customer', { query: 'acme' })).text).toMatch(/^1 of 1 customers that fit/);
    },
  );

  test('search_customer ranks, and finds exactly one by a whole id', async () => {
    const { call, db } = await host.open();
    const found = await call('search_customer', { query: 'Acme' });
    expect(found.data?.customers).toHaveProperty('0.match', 0.95);
    const longer = { id: 'CUST-0011', company: 'Acme', contact: 'Al', email: 'al@acme2.example', plan: 'free' };
    const createdAt = new Date();
    await db.prisma.helpdeskCustomer.create({
      data: { tenant: db.tenant, ...longer, status: 'active', createdAt },
    });
    expect((await call('search_customer', { query: 'Acme' })).data).toMatchObject({
      customers: [
        { id: 'CUST-0011', match: 1 },
        { id: 'CUST-001', match: 0.95 },
      ],
    });
    expect((await call('search_customer', { query: 'CUST-001' })).data).toMatchObject({
      total: 1,
      customers: [{ id: 'CUST-001', match: 1 }],
    });
  });

  test.each([
    [{ query: 'zebedee' }, 'No customer fits'],
    [{ query: 'Acme', status: 'churned' }, 'leave the status out'],
    [{ query: 'Acme', offset: 5 }, 'offset 5 is beyond the end'],
  ])('search_customer %o says so', async (args, hint) => {
    const { call } = await host.open('read only');
    const said = await call('search_customer', args);
    expect(said).toMatchObject({ isError: false, data: { customers: [] }, text: expect.stringContaining(hint) });
  });

  test.each([
    ['list_tickets', { customer_id: 'CUST-003' }, 'create_ticket'],
    ['list_tickets', { customer_id: 'CUST-003', status: 'open' }, 'Leave the status out'],
    ['list_incidents', { status: 'monitoring', severity: 'critical' }, 'without arguments'],
    ['list_messages', { channel: 'support', ticket_id: 'TCK-0011' }, 'another channel'],
  ])('%s %o finds nothing and says what to do', async (tool, args, hint) => {
    const { call } = await host.open('read only');
    const said = await call(tool, args);
    expect(said).toMatchObject({ isError: false, data: { total: 0 }, text: expect.stringContaining(hint) });
  });

  test.each([
    ['get_customer', { customer_id: 'Acme' }, 'CUST-001'],
    ['get_customer', { customer_id: 'CUST-999' }, 'search_customer'],
    ['search_customer', { query: 'a\0b' }, 'NUL'],
    ['search_customer', { query: 'Acme', status: 'asleep' }, 'past_due'],
    ['get_ticket', { ticket_id: 'TCK-00001' }, 'list_tickets'],
    ['get_ticket', { ticket_id: 'TCK-9999' }, 'list_tickets'],
    ['list_tickets', { customer_id: 'CUST-999' }, 'search_customer'],
    ['list_messages', { channel: 'support', ticket_id: 'TCK-9999' }, 'list_tickets'],
    ['list_incidents', { status: 'closed' }, 'monitoring'],
    ['list_messages', { channel: 'random' }, 'escalations'],
    ['list_messages', { channel: 'support', ticket_id: 'TCK-9999' }, 'list_tickets'],
    ['list_messages', { channel: 'support', customer_id: 'CUST-999' }, 'search_customer'],
    ['list_messages', { channel: 'support', limit: 51 }, '50'],
    ['list_messages', { channel: 'support', ticket_id: 'TCK-0011', customer_id: 'CUST-001' }, 'CUST-007'],
    ['get_incident_impact', {}, 'give incident_id'],
    ['get_incident_impact', { incident_id: 'INC-001', service: 'reporting' }, 'not both'],
    ['get_incident_impact', { incident_id: 'INC-999' }, 'list_incidents'],
    ['get_incident_impact', { service: 'biling' }, 'billing-api (Billing API)'],
    ['create_ticket', { ...login, customer_id: 'CUST-999' }, 'search_customer'],
    ['create_ticket', { ...login, service_id: 'identity' }, 'identity-api'],
    ['create_ticket', { ...login, service_id: 'Identity API' }, 'looks like auth-database'],
    ['create_ticket', { ...login, priority: 'asap' }, 'urgent'],
    ['create_ticket', { ...login, category: 'misc' }, 'question'],
    ['create_ticket', { ...login, subject: '  ' }, 'subject'],
    ['create_ticket', { ...login, description: 'a\0b c' }, 'NUL'],
    ['create_ticket', { ...login, idempotency_key: ' ' }, 'idempotency_key'],
    ['update_customer_status', { customer_id: 'CUST-999', status: 'active', reason: 'Paid' }, 'search_customer'],
    ['update_customer_status', { customer_id: 'CUST-001', status: 'active', reason: 'Paid' }, 'active already'],
    ['update_customer_status', { customer_id: 'CUST-001', status: 'gone', reason: 'Paid' }, 'churned'],
    ['update_customer_status', { customer_id: 'CUST-001', status: 'churned', reason: '' }, 'reason'],
    ['send_message', { channel: 'general', text: 'Hi' }, 'oncall'],
    ['send_message', { channel: 'support', text: ' ' }, 'text'],
    ['send_message', { channel: 'support', text: 'Hi', ticket_id: 'TCK-9999' }, 'list_tickets'],
    ['send_message', { channel: 'support', text: 'Hi', customer_id: 'CUST-999' }, 'search_customer'],
    ['send_message', { channel: 'support', text: 'Hi', ticket_id: 'TCK-0011', customer_id: 'CUST-001' }, 'CUST-007'],
  ])('%s %o is refused and says what to do', refusalsOf(host, 'read only'));
});
