import { beforeAll, describe, expect, test } from 'vitest';
import { openToolDatabase } from '../../mcp-servers/kit/database.ts';
import { addCustomer, column, dayFromNow, loadedDaysAgo } from './it.ts';
import { answersOf, hostServer, refusalsOf } from './kit.ts';

const host = hostServer('customers');
const now = 'read only';
beforeAll(() => loadedDaysAgo(host, now, 0));

describe('the customers server', () => {
  test('has these tools, none of which changes anything', async () => {
    const { client } = await host.open(now);
    const { tools } = await client.listTools();
    expect(tools.map((tool) => [tool.name, tool.annotations?.readOnlyHint])).toEqual([
      ['lookup_customer', true],
      ['check_customer_status', true],
      ['get_sla_terms', true],
      ['list_customer_contacts', true],
    ]);
    expect(tools.every((tool) => tool.outputSchema && tool.description)).toBe(true);
  });

  test.each([
    [
      'lookup_customer',
      { customer_id: 'CUST-001' },
      {
        total: 1,
        customers: [
          {
            company: 'TechCorp Industries',
            tier: 'premium',
            match: 1,
            contact: { name: 'Rachel Morrow' },
            since: dayFromNow(-1490),
          },
        ],
      },
      'rachel.morrow@techcorp.example.com',
    ],
    [
      'lookup_customer',
      { email: 'Kevin.Tran@TechCorp.example.com' },
      { total: 1, customers: [{ id: 'CUST-001', contact: { name: 'Kevin Tran' } }] },
      'Database administrator',
    ],
    ['lookup_customer', { company_name: 'zebedee' }, { total: 0, customers: [] }, 'another spelling'],
    ['lookup_customer', { company_name: '??!' }, { total: 0, customers: [] }, 'another spelling'],
    [
      'lookup_customer',
      { company_name: 'techcorp', offset: 1 },
      { total: 1, customers: [] },
      'There is 1; offset 1 is beyond',
    ],
    [
      'check_customer_status',
      { customer_id: 'CUST-006' },
      { status: 'past_due', tier: 'basic', open_balance: '$842.00', overdue_balance: '$842.00', suspended_on: null },
      'Overdue: INV-003, INV-009, the oldest by 111 days',
    ],
    [
      'check_customer_status',
      { customer_id: 'CUST-001' },
      { status: 'past_due', open_balance: '$11,606.00', overdue_balance: '$6,251.00' },
      'the oldest by 65 days',
    ],
    [
      'check_customer_status',
      { customer_id: 'CUST-003' },
      { status: 'active', open_balance: '$1,700.00' },
      'Nothing is overdue',
    ],
    [
      'check_customer_status',
      { customer_id: 'CUST-004' },
      { status: 'active', open_balance: '$0.00' },
      'Nothing is owed',
    ],
    [
      'get_sla_terms',
      { customer_id: 'CUST-001' },
      {
        company: 'TechCorp Industries',
        own_terms: false,
        uptime: '99.95%',
        review_on: dayFromNow(45),
        targets: [
          { priority: 'critical', response: '15 minutes', resolution: '4 hours', resolution_minutes: 240 },
          { priority: 'high', response: '30 minutes' },
          { priority: 'medium', response: '2 hours' },
          { priority: 'low', response: '4 hours' },
        ],
      },
      'critical 15 minutes / 4 hours',
    ],
    [
      'get_sla_terms',
      { customer_id: 'CUST-002' },
      {
        tier: 'premium',
        own_terms: true,
        uptime: '99.99%',
        targets: [{ response: '10 minutes' }, {}, { response: '1 hour' }, {}],
      },
      'terms of its own',
    ],
    [
      'get_sla_terms',
      { tier: 'premium' },
      { customer_id: null, company: null, own_terms: false, uptime: '99.95%' },
      'premium tier',
    ],
    [
      'get_sla_terms',
      { tier: 'basic' },
      { credits: 'No credits', support_hours: 'Monday to Friday, 09:00 to 17:00', uptime: '99.5%' },
      '240 hours',
    ],
    [
      'list_customer_contacts',
      { customer_id: 'CUST-001', limit: 3 },
      {
        total: 4,
        next_offset: 3,
        contacts: [
          { name: 'Rachel Morrow', primary: true },
          { name: 'Kevin Tran', primary: false },
          { role: 'Accounts payable' },
        ],
      },
      'accounts@techcorp.example.com',
    ],
    [
      'list_customer_contacts',
      { customer_id: 'CUST-001', limit: 3, offset: 3 },
      { total: 4, next_offset: null },
      'Isaac Bloom',
    ],
    [
      'list_customer_contacts',
      { customer_id: 'CUST-001', offset: 40 },
      { total: 4, contacts: [] },
      'There are 4; offset 40 is beyond the end.',
    ],
  ])('%s %o', answersOf(host, now));

  test.each([
    ['lookup_customer', {}, 'exactly one of customer_id, email, company_name'],
    ['lookup_customer', { customer_id: 'CUST-001', company_name: 'TechCorp' }, 'exactly one'],
    ['lookup_customer', { customer_id: '1' }, 'CUST-001'],
    ['lookup_customer', { customer_id: 'CUST-999' }, 'lookup_customer'],
    ['lookup_customer', { company_name: 'a\0b' }, 'NUL'],
    ['lookup_customer', { email: 'tran@techcorp.example.com' }, 'email of another contact, or the company_name'],
    ['lookup_customer', { name: 'TechCorp' }, 'name'],
    ['lookup_customer', { company_name: 'TechCorp', limit: 51 }, '50'],
    ['check_customer_status', { customer_id: 'CUST-999' }, 'lookup_customer'],
    ['check_customer_status', { customer_id: 'TechCorp' }, 'lookup_customer'],
    ['get_sla_terms', {}, 'exactly one of customer_id, tier'],
    ['get_sla_terms', { customer_id: 'CUST-001', tier: 'basic' }, 'exactly one'],
    ['get_sla_terms', { customer_id: 'CUST-999' }, 'lookup_customer'],
    ['get_sla_terms', { tier: 'gold' }, 'premium'],
    ['list_customer_contacts', { customer_id: 'CUST-999' }, 'lookup_customer'],
  ])('%s %o is refused and says what to do', refusalsOf(host, now));
});

describe('lookup_customer by company name', () => {
  test.each([
    ['TechCorp Industries', 'CUST-001'],
    ['TechCorp Industires', 'CUST-001'],
    ['tech corp', 'CUST-001'],
    ['TECHCORP', 'CUST-001'],
    ['tehccorp', 'CUST-001'],
    ['techcorp inc', 'CUST-001'],
    ['The TechCorp Industries Corp.', 'CUST-001'],
    ['Meridian Heatlh', 'CUST-002'],
    ['blueharbour', 'CUST-003'],
    ['Norhtwind', 'CUST-004'],
    ['alder and finch', 'CUST-005'],
    ['Adler & Finch', 'CUST-005'],
    ['sun rise school', 'CUST-006'],
    ['quantm robotics', 'CUST-007'],
    ['ceder valey', 'CUST-008'],
    ['foods', 'CUST-008'],
  ])('understands %s', async (company_name, id) => {
    const { call } = await host.open(now);
    expect(column(await call('lookup_customer', { company_name }), 'customers', 'id')[0]).toBe(id);
  });

  test('puts the better one first and says how well each fits', async () => {
    const { call, db } = await host.open();
    await addCustomer(db, 'CUST-101', 'TechCorp');
    await addCustomer(db, 'CUST-102', 'Techcord Partners');
    const said = await call('lookup_customer', { company_name: 'techcorp' });
    expect(column(said, 'customers', 'id', 'match')).toEqual([
      ['CUST-101', 1],
      ['CUST-001', 0.95],
      ['CUST-102', 0.79],
    ]);
    const second = await call('lookup_customer', { company_name: 'techcorp', limit: 1, offset: 1 });
    expect(second.data).toMatchObject({ total: 3, next_offset: 2, customers: [{ id: 'CUST-001' }] });
  });

  test('finds the one that was named beside more than are compared, and says that there are more', async () => {
    const { call, db } = await host.open();
    const of = (at: number) => `CUST-${1000 + at}`;
    for (let at = 0; at < 320; at++) await addCustomer(db, of(at), `Harbour ${at} Pilots`);
    await addCustomer(db, 'CUST-999', 'Pil Ots');
    const common = await call('lookup_customer', { company_name: 'pilots' });
    expect(common.data).toMatchObject({ more: true });
    expect(column(common, 'customers', 'id', 'match').slice(0, 2)).toEqual([
      ['CUST-999', 1],
      [of(0), 0.9],
    ]);
    expect(common.text).toContain('or more customers');
    const one = await call('lookup_customer', { company_name: 'harbour 311 pilots' });
    expect(column(one, 'customers', 'id', 'match')[0]).toEqual([of(311), 1]);
    const misspelt = await call('lookup_customer', { company_name: 'harbor 311 pilots' });
    expect(column(misspelt, 'customers', 'id')[0]).toEqual(of(311));
  });

  test.each([
    ['as near as can be', 60, 0, 60, false],
    ['of which some are nearer', 40, 50, 90, false],
    ['more than are compared', 40, 70, 100, true],
  ])('compares each of those that fit once: %s', async (_, near, farther, total, more) => {
    const { call, db } = await host.open();
    for (let at = 0; at < near; at++) await addCustomer(db, `CUST-${1000 + at}`, `Old Harbour Pilots ${at}`);
    for (let at = 0; at < farther; at++) await addCustomer(db, `CUST-${2000 + at}`, `Old Harbor Pilots ${at}`);
    const said = await call('lookup_customer', { company_name: 'harbour pilots' });
    expect(said.data).toMatchObject({ total, more });
  });

  test('sees no customers of another tenant, though the search runs with more rights', async () => {
    const other = await host.open();
    await addCustomer(other.db, 'CUST-777', 'Zebedee Holdings');
    const { call } = await host.open(now);
    expect((await call('lookup_customer', { company_name: 'zebedee holdings' })).data).toMatchObject({ total: 0 });
    const nobody = openToolDatabase(host.url(), 'nobody');
    expect(await nobody.prisma.$queryRaw`select * from it.companies_like('zebedee holdings')`).toEqual([]);
    await nobody.close();
  });
});

describe('check_customer_status', () => {
  test('says suspended from the day on, and why', async () => {
    const { call, db } = await host.open();
    await addCustomer(db, 'CUST-101', 'Shut Down Ltd', {
      suspendedOn: new Date(dayFromNow(0)),
      suspendedReason: 'Contract ended',
    });
    await addCustomer(db, 'CUST-102', 'Still Open Ltd', {
      suspendedOn: new Date(dayFromNow(2)),
      suspendedReason: 'Contract ends',
    });
    const shut = await call('check_customer_status', { customer_id: 'CUST-101' });
    expect(shut.data).toMatchObject({ status: 'suspended', suspended_on: dayFromNow(0) });
    expect(shut.text).toContain('Contract ended');
    const open = await call('check_customer_status', { customer_id: 'CUST-102' });
    expect(open.data).toMatchObject({ status: 'active', suspended_on: null });
  });
});
