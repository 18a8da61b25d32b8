import { describe, expect, test } from 'vitest';
import { describeEffect } from './effects.ts';
import { atOnce, hostServer, type Opened } from './kit.ts';

const host = hostServer('helpdesk');
const login = {
  customer_id: 'CUST-003',
  subject: 'Cannot log in',
  description: 'Nobody can log in since this morning',
  category: 'access',
};

describe('side effects', () => {
  test('create_ticket opens a ticket, which shows up at once', async () => {
    const { call } = await host.open();
    const said = await call('create_ticket', { ...login, service_id: 'identity-api', description: 'One\nand two' });
    expect(said).toMatchObject({
      isError: false,
      text: expect.stringMatching(/TCK-0013 of CUST-003, "Cannot log in".*Calloway Logistics/),
      data: {
        ticket: { id: 'TCK-0013', status: 'open', priority: 'normal', service_id: 'identity-api' },
        before: { open_tickets: 0 },
        after: { open_tickets: 1 },
        idempotent_replay: false,
      },
    });
    const ticket = await call('get_ticket', { ticket_id: 'TCK-0013' });
    expect(ticket.data).toMatchObject({ description: 'One\nand two', company: 'Calloway Logistics' });
    expect(ticket.text).toContain('One and two');
    const other = await call('create_ticket', { ...login, customer_id: 'CUST-001' });
    expect(other.data).toMatchObject({ before: { open_tickets: 1 }, after: { open_tickets: 2 } });
    const impact = await call('get_incident_impact', { incident_id: 'INC-001' });
    expect(impact.data?.customers).toMatchObject([{}, { id: 'CUST-003', open_tickets: 1 }, {}, {}, {}, {}, {}]);
  });

  test('update_customer_status changes the status and keeps why, time after time', async () => {
    const { call, db } = await host.open();
    const said = await call('update_customer_status', {
      customer_id: 'CUST-005',
      status: 'suspended',
      reason: 'Unpaid for 60 days',
    });
    expect(said.data).toMatchObject({
      company: 'Eastgate Fitness',
      before: { status: 'past_due' },
      after: { status: 'suspended' },
    });
    const paid = { customer_id: 'CUST-005', status: 'active', reason: 'Paid' };
    expect((await call('update_customer_status', paid)).data).toMatchObject({ before: { status: 'suspended' } });
    const history = { where: { customerId: 'CUST-005' }, orderBy: { number: 'asc' as const } };
    expect(await db.prisma.helpdeskStatusChange.findMany(history)).toMatchObject([
      { number: 1, after: 'past_due' },
      { number: 2, before: 'past_due', after: 'suspended', reason: 'Unpaid for 60 days' },
      { number: 3, before: 'suspended', after: 'active', reason: 'Paid' },
    ]);
    const customer = await call('get_customer', { customer_id: 'CUST-005' });
    expect(customer.data).toMatchObject({ status: 'active', status_reason: 'Paid' });
  });

  test('send_message writes to one channel, about a ticket and thereby its customer', async () => {
    const { call } = await host.open();
    const args = { channel: 'escalations', text: 'Call\nthem', ticket_id: 'TCK-0011', author: 'Jonas' };
    const said = await call('send_message', args);
    expect(said).toMatchObject({
      text: expect.not.stringContaining('\n'),
      data: {
        message: { id: 'MSG-0008', author: 'Jonas', text: 'Call\nthem', customer_id: 'CUST-007' },
        before: { messages: 1 },
        after: { messages: 2 },
      },
    });
    const about = await call('send_message', { channel: 'support', text: 'Hello', customer_id: 'CUST-003' });
    expect(about.data).toMatchObject({ message: { id: 'MSG-0009', author: 'assistant', customer_id: 'CUST-003' } });
    const listed = await call('list_messages', { channel: 'escalations', limit: 1 });
    expect(listed).toMatchObject({ data: { total: 2, next_offset: 1, messages: [{ id: 'MSG-0008' }] } });
    expect(listed.text).toContain('Call them');
  });
});

describe("create_ticket, with an idempotency_key of the caller's,", () => {
  const keyed = { ...login, idempotency_key: 'mail-4711' };
  const tickets = ({ prisma }: Opened['db']) => prisma.helpdeskTicket.count();

  test('opens one ticket for two calls, whatever keys the calls have themselves', async () => {
    const { call, db } = await host.open();
    const first = await call('create_ticket', keyed, 'call-1');
    const second = await call('create_ticket', { ...keyed, subject: ' Cannot log in ', priority: 'normal' }, 'call-2');
    const third = await call('create_ticket', keyed);
    const again = await call('create_ticket', keyed, 'call-1');
    expect(first.data).toMatchObject({ idempotent_replay: false });
    for (const said of [second, third, again]) {
      expect(said).toMatchObject({
        isError: false,
        text: expect.stringContaining('TCK-0013'),
        data: { idempotent_replay: true, ticket: first.data?.ticket, after: { open_tickets: 1 } },
      });
    }
    expect(second.data).toMatchObject({ before: { open_tickets: 1 } });
    expect(await tickets(db)).toBe(13);
  });

  test.each([
    { customer_id: 'CUST-001' },
    { subject: 'Can not log in' },
    { description: 'Another thing' },
    { priority: 'urgent' },
    { category: 'bug' },
    { service_id: 'identity-api' },
    { customer_id: 'CUST-999' },
  ])('is refused another %o', async (other) => {
    const { call, db } = await host.open();
    await call('create_ticket', keyed, 'call-1');
    const said = await call('create_ticket', { ...keyed, ...other }, 'call-2');
    expect(said).toMatchObject({ isError: true, text: expect.stringContaining('with other arguments') });
    expect(said.text).toContain('TCK-0013');
    expect(await tickets(db)).toBe(13);
  });

  test('opens one ticket for ten calls at once that have keys of their own', async () => {
    const { call, db } = await host.openBusy();
    const said = await atOnce(10, (at) => call('create_ticket', keyed, `call-${at}`));
    expect(said.filter((each) => each.data?.idempotent_replay === false)).toHaveLength(1);
    expect(said.filter((each) => each.data?.idempotent_replay === true)).toHaveLength(9);
    expect(new Set(said.map((each) => JSON.stringify(each.data?.ticket))).size).toBe(1);
    expect(await tickets(db)).toBe(13);
  });

  test('is another in another tenant, and the table itself holds it once in one', async () => {
    const [one, two] = [await host.open(), await host.open()];
    await one.call('create_ticket', keyed);
    expect((await two.call('create_ticket', keyed)).data).toMatchObject({ idempotent_replay: false });
    const { tenant } = one.db;
    const twin = { tenant, number: 99, customerId: 'CUST-001', idempotencyKey: 'mail-4711', subject: 'Other' };
    const data = { ...twin, description: 'Other', priority: 'low', category: 'bug' };
    await expect(one.db.prisma.helpdeskTicket.create({ data })).rejects.toThrow(/unique/i);
    expect(await tickets(one.db)).toBe(13);
  });

  test('leaves it free where it was refused', async () => {
    const { call } = await host.open();
    await call('create_ticket', { ...keyed, customer_id: 'CUST-999' });
    expect((await call('create_ticket', keyed)).data).toMatchObject({ idempotent_replay: false });
  });
});

describe('at once', () => {
  test('ten tickets get ten numbers without a gap, and count each other', async () => {
    const { call, db } = await host.openBusy();
    const said = await atOnce(10, (at) => call('create_ticket', { ...login, subject: `Matter ${at}` }, `key-${at}`));
    expect(said.every((each) => !each.isError)).toBe(true);
    const rows = await db.prisma.helpdeskTicket.findMany({ select: { number: true }, orderBy: { number: 'asc' } });
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 22 }, (_, at) => at + 1));
    const opens = said.map((each) => each.data?.after);
    expect(opens).toEqual(expect.arrayContaining(Array.from({ length: 10 }, (_, at) => ({ open_tickets: at + 1 }))));
  });

  test('ten messages get ten numbers, and count each other', async () => {
    const { call } = await host.openBusy();
    const said = await atOnce(10, (at) => call('send_message', { channel: 'oncall', text: `Page ${at}` }));
    const counts = said.map((each) => each.data?.before);
    expect(counts).toEqual(expect.arrayContaining(Array.from({ length: 10 }, (_, at) => ({ messages: at + 2 }))));
  });

  test('one of five equal changes of a status is made', async () => {
    const { call, db } = await host.openBusy();
    const args = { customer_id: 'CUST-001', status: 'suspended', reason: 'Asked for a pause' };
    const said = await atOnce(5, () => call('update_customer_status', args));
    expect(said.filter((each) => !each.isError)).toHaveLength(1);
    expect(said.filter((each) => each.text.includes('suspended already'))).toHaveLength(4);
    expect(await db.prisma.helpdeskStatusChange.count({ where: { customerId: 'CUST-001' } })).toBe(1);
  });

  test('four different ones follow each other: each begins where another ended', async () => {
    const { call, db } = await host.openBusy();
    const statuses = ['suspended', 'past_due', 'churned', 'trial'];
    const said = await atOnce(4, (at) =>
      call('update_customer_status', { customer_id: 'CUST-001', status: statuses[at], reason: 'A busy day' }),
    );
    expect(said.every((each) => !each.isError)).toBe(true);
    const rows = await db.prisma.helpdeskStatusChange.findMany({
      where: { customerId: 'CUST-001' },
      orderBy: { number: 'asc' },
    });
    expect(rows.map(({ before }) => before)).toEqual(['active', ...rows.slice(0, -1).map(({ after }) => after)]);
  });
});

describe('the role of the tools', () => {
  test.each([
    'delete from helpdesk.tickets',
    'update helpdesk.tickets set subject = subject',
    'update helpdesk.customers set plan = plan',
    'update helpdesk.status_changes set reason = reason',
    'delete from helpdesk.messages',
  ])('may not %s', async (statement) => {
    const { db } = await host.open('read only');
    await expect(db.prisma.$executeRawUnsafe(statement)).rejects.toThrow('permission denied');
  });
});

const ticketsIn = ({ prisma }: Opened['db']) =>
  prisma.helpdeskTicket.findMany({ select: { number: true, subject: true, idempotencyKey: true } });

describeEffect('helpdesk', host, 'create_ticket', {
  args: login,
  others: { ...login, subject: 'Cannot log out' },
  trace: ticketsIn,
});
describeEffect('helpdesk', host, 'update_customer_status', {
  args: { customer_id: 'CUST-005', status: 'suspended', reason: 'Unpaid for 60 days' },
  others: { customer_id: 'CUST-005', status: 'churned', reason: 'Unpaid for 60 days' },
  trace: ({ prisma }) =>
    prisma.helpdeskStatusChange.findMany({ select: { customerId: true, number: true, after: true } }),
});
describeEffect('helpdesk', host, 'send_message', {
  args: { channel: 'support', text: 'INC-001 is being worked on' },
  others: { channel: 'support', text: 'INC-001 is over' },
  trace: ({ prisma }) => prisma.helpdeskMessage.findMany({ select: { number: true, channel: true, body: true } }),
});
