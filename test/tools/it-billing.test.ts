import { beforeAll, describe, expect, test } from 'vitest';
import { addCustomer, column, dayFromNow, loadedDaysAgo } from './it.ts';
import { answersOf, hostServer, refusalsOf } from './kit.ts';

const host = hostServer('billing');
const now = 'read only';
beforeAll(() => loadedDaysAgo(host, now, 0));

describe('the billing server', () => {
  test('has these tools, none of which changes anything', async () => {
    const { client } = await host.open(now);
    const { tools } = await client.listTools();
    expect(tools.map((tool) => [tool.name, tool.annotations?.readOnlyHint])).toEqual([
      ['get_invoice', true],
      ['check_payment_status', true],
      ['get_billing_history', true],
      ['calculate_outstanding_balance', true],
    ]);
    expect(tools.every((tool) => tool.outputSchema && tool.description)).toBe(true);
  });

  test.each([
    [
      'get_invoice',
      { invoice_id: 'INV-006' },
      {
        total: 1,
        invoices: [
          {
            company: 'TechCorp Industries',
            status: 'overdue',
            days_overdue: 65,
            total: '$1,951.00',
            paid: '$500.00',
            open: '$1,451.00',
            lines: [
              { quantity: 6, unit_price: '$185.00', amount: '$1,110.00' },
              { quantity: 2, unit_price: '$420.50', amount: '$841.00' },
            ],
            payments: [{ amount: '$500.00', paid_on: dayFromNow(-60), method: 'bank_transfer' }],
          },
        ],
      },
      'hours at $185.00 = $1,110.00; 2 × 1.92 TB NVMe drive at $420.50 = $841.00',
    ],
    [
      'get_invoice',
      { invoice_id: 'INV-015' },
      { invoices: [{ ticket_id: 'TKT-006', status: 'pending', due_on: dayFromNow(28) }] },
      'Payments: none',
    ],
    [
      'get_invoice',
      { customer_id: 'CUST-001', limit: 3 },
      { total: 4, next_offset: 3, invoices: [{ id: 'INV-015' }, { id: 'INV-010' }, { id: 'INV-006' }] },
      '3 of 4',
    ],
    [
      'get_invoice',
      { customer_id: 'CUST-001', limit: 3, offset: 3 },
      { total: 4, next_offset: null, invoices: [{ id: 'INV-001', status: 'paid' }] },
      'INV-001',
    ],
    ['get_invoice', { invoice_id: 'INV-001', offset: 3 }, { total: 1, invoices: [{ id: 'INV-001' }] }, 'Lines: 1 ×'],
    [
      'get_invoice',
      { customer_id: 'CUST-001', offset: 9 },
      { total: 4, invoices: [], next_offset: null },
      'There are 4; offset 9 is beyond the end.',
    ],
    [
      'get_invoice',
      { customer_id: 'CUST-001', status: 'overdue' },
      { total: 2, invoices: [{ id: 'INV-010' }, { id: 'INV-006' }] },
      'overdue by 28 days',
    ],
    [
      'get_invoice',
      { customer_id: 'CUST-002', status: 'overdue' },
      { total: 0, invoices: [] },
      'CUST-002 has no overdue invoices. Leave status out',
    ],
    [
      'check_payment_status',
      { invoice_id: 'INV-007' },
      { status: 'paid', days_overdue: 0, open: '$0.00', last_payment: { paid_on: dayFromNow(-40) } },
      '$5,400.00 on',
    ],
    [
      'check_payment_status',
      { invoice_id: 'INV-010' },
      { status: 'overdue', days_overdue: 28, invoices: { overdue: 1, paid: 0 }, last_payment: null },
      'overdue by 28 days, $4,800.00 open. No payment was made',
    ],
    [
      'check_payment_status',
      { invoice_id: 'INV-014' },
      { status: 'pending', open: '$3,464.90', last_payment: { amount: '$2,000.00' } },
      `next due on ${dayFromNow(42)}`,
    ],
    [
      'check_payment_status',
      { customer_id: 'CUST-001' },
      {
        status: 'overdue',
        days_overdue: 65,
        invoices: { paid: 1, pending: 1, overdue: 2 },
        next_due_on: dayFromNow(28),
        last_payment: { invoice_id: 'INV-006', amount: '$500.00' },
      },
      '$11,606.00 open',
    ],
    [
      'check_payment_status',
      { customer_id: 'CUST-007' },
      { status: 'pending', invoices: { paid: 1, pending: 1, overdue: 0 } },
      'pending',
    ],
    [
      'check_payment_status',
      { customer_id: 'CUST-005' },
      { status: 'paid', open: '$0.00', next_due_on: null },
      '$1,825.00',
    ],
    [
      'get_billing_history',
      { customer_id: 'CUST-001' },
      {
        opening_balance: '$0.00',
        invoiced: '$16,906.00',
        paid: '$5,300.00',
        closing_balance: '$11,606.00',
        total: 6,
        entries: [
          { kind: 'invoice', invoice_id: 'INV-001', balance: '$4,800.00' },
          { kind: 'payment', invoice_id: 'INV-001', amount: '$4,800.00', balance: '$0.00', reference: 'TC-88104' },
          { invoice_id: 'INV-006', balance: '$1,951.00', reference: null },
          { invoice_id: 'INV-006', kind: 'payment', balance: '$1,451.00' },
          { invoice_id: 'INV-010', balance: '$6,251.00' },
          { invoice_id: 'INV-015', balance: '$11,606.00' },
        ],
      },
      'closing balance $11,606.00',
    ],
    [
      'get_billing_history',
      { customer_id: 'CUST-001', from: dayFromNow(-95), to: dayFromNow(-60), limit: 1, offset: 1 },
      {
        opening_balance: '$0.00',
        invoiced: '$1,951.00',
        paid: '$500.00',
        closing_balance: '$1,451.00',
        total: 2,
        next_offset: null,
        entries: [{ kind: 'payment', on: dayFromNow(-60), balance: '$1,451.00' }],
      },
      '1 of 2 entries',
    ],
    [
      'get_billing_history',
      { customer_id: 'CUST-001', from: dayFromNow(-59), to: dayFromNow(-59) },
      { total: 0, opening_balance: '$1,451.00', closing_balance: '$1,451.00' },
      'try other days',
    ],
    [
      'calculate_outstanding_balance',
      { company_name: 'TechCorp Industries' },
      {
        customer_id: 'CUST-001',
        match: 1,
        as_of: dayFromNow(0),
        outstanding: '$11,606.00',
        pending: '$5,355.00',
        overdue: '$6,251.00',
        ageing: {
          days_1_to_30: '$4,800.00',
          days_31_to_60: '$0.00',
          days_61_to_90: '$1,451.00',
          over_90_days: '$0.00',
        },
        total: 3,
        invoices: [{ id: 'INV-006' }, { id: 'INV-010' }, { id: 'INV-015', ticket_id: 'TKT-006' }],
      },
      'owes $11,606.00',
    ],
    [
      'calculate_outstanding_balance',
      { customer_id: 'CUST-006' },
      {
        outstanding: '$842.00',
        ageing: { days_1_to_30: '$0.00', days_31_to_60: '$450.00', days_61_to_90: '$0.00', over_90_days: '$392.00' },
      },
      'INV-003 $392.00 (111 days overdue)',
    ],
    [
      'calculate_outstanding_balance',
      { customer_id: 'CUST-004' },
      { outstanding: '$0.00', total: 0, invoices: [] },
      'owes $0.00',
    ],
    [
      'calculate_outstanding_balance',
      { customer_id: 'CUST-001', limit: 1, offset: 1 },
      { outstanding: '$11,606.00', total: 3, next_offset: 2, invoices: [{ id: 'INV-010' }] },
      '1 of 3',
    ],
    [
      'get_billing_history',
      { customer_id: 'CUST-001', offset: 6 },
      { total: 6, entries: [], closing_balance: '$11,606.00' },
      'There are 6; offset 6 is beyond the end.',
    ],
    [
      'calculate_outstanding_balance',
      { customer_id: 'CUST-001', offset: 3 },
      { outstanding: '$11,606.00', total: 3, invoices: [] },
      'There are 3; offset 3 is beyond the end.',
    ],
    [
      'calculate_outstanding_balance',
      { company_name: 'TechCorp Industires' },
      { customer_id: 'CUST-001', outstanding: '$11,606.00' },
      '"TechCorp Industires" is taken for TechCorp Industries (match 0.81). TechCorp Industries (CUST-001) owes',
    ],
    [
      'calculate_outstanding_balance',
      { company_name: 'tech corp' },
      { customer_id: 'CUST-001', match: 0.95 },
      '"tech corp" is taken for TechCorp Industries (match 0.95)',
    ],
    ['calculate_outstanding_balance', { company_name: 'blue harbour' }, { customer_id: 'CUST-003' }, '(match 0.8'],
  ])('%s %o', answersOf(host, now));

  test.each([
    ['get_invoice', {}, 'exactly one of invoice_id, customer_id'],
    ['get_invoice', { invoice_id: 'INV-001', customer_id: 'CUST-001' }, 'exactly one'],
    ['get_invoice', { invoice_id: 'INV-001', status: 'paid' }, 'leave it out'],
    ['get_invoice', { invoice_id: '15' }, 'INV-001'],
    ['get_invoice', { invoice_id: 'INV-999' }, 'from the customer_id'],
    ['get_invoice', { customer_id: 'CUST-999' }, 'lookup_customer'],
    ['get_invoice', { customer_id: 'CUST-001', status: 'late' }, 'overdue'],
    ['check_payment_status', {}, 'exactly one'],
    ['check_payment_status', { invoice_id: 'INV-999' }, 'get_invoice'],
    ['check_payment_status', { customer_id: 'CUST-999' }, 'lookup_customer'],
    ['get_billing_history', { customer_id: 'CUST-999' }, 'lookup_customer'],
    ['get_billing_history', { customer_id: 'CUST-001', from: '2026-02-30' }, '2026-11-20'],
    ['get_billing_history', { customer_id: 'CUST-001', from: '0000-01-01' }, 'later day'],
    ['get_billing_history', { customer_id: 'CUST-001', from: '2026-03-01', to: '2026-02-01' }, 'swap them'],
    ['calculate_outstanding_balance', {}, 'exactly one of customer_id, company_name'],
    ['calculate_outstanding_balance', { customer_id: 'CUST-999' }, 'lookup_customer'],
    ['calculate_outstanding_balance', { company_name: 'zebedee' }, 'lookup_customer'],
    ['calculate_outstanding_balance', { company_name: 'a\0b' }, 'NUL'],
    ['calculate_outstanding_balance', { customer: 'CUST-001' }, 'customer'],
  ])('%s %o is refused and says what to do', refusalsOf(host, now));
});

describe('calculate_outstanding_balance', () => {
  test.each([
    ['Northern Health Trust', 'Meridian Health Partners (CUST-002)'],
    ['United Health', 'Meridian Health Partners (CUST-002)'],
    ['Smith Legal', 'Alder & Finch Legal (CUST-005)'],
    ['Global Logistics', 'Blue Harbor Logistics (CUST-003)'],
    ['Pine Valley Foods', 'Cedar Valley Foods (CUST-008)'],
    ['True Harbor Logistics', 'Blue Harbor Logistics (CUST-003)'],
    ['TechCorp Labs', 'TechCorp Industries (CUST-001)'],
    ['Northern Architects', 'Northwind Architects (CUST-004)'],
    ['te', 'TechCorp Industries (CUST-001)'],
    ['al', 'Alder & Finch Legal (CUST-005)'],
    ['health', 'Meridian Health Partners (CUST-002)'],
    ['Industries', 'TechCorp Industries (CUST-001)'],
    ['the industries', 'TechCorp Industries (CUST-001)'],
  ])('gives no balance of another company for %s, but asks', async (company_name, company) => {
    const { call } = await host.open(now);
    const said = await call('calculate_outstanding_balance', { company_name });
    expect(said).toMatchObject({ isError: true, text: expect.stringContaining(`Did you mean ${company}`) });
    expect(said.text).not.toContain('$');
  });

  test.each([
    ['TechCorp Industries Inc.', 'CUST-001'],
    ['the techcorp', 'CUST-001'],
    ['TechCorp Industries Corp', 'CUST-001'],
    ['Alder and Finch', 'CUST-005'],
    ['Alder & Finch Legal, LLP', 'CUST-005'],
    ['Blue Harbor Logistics GmbH & Co. KG', 'CUST-003'],
  ])('is as sure of %s as of the name without what every name may have', async (company_name, customer_id) => {
    const { call } = await host.open(now);
    const said = await call('calculate_outstanding_balance', { company_name });
    expect(said).toMatchObject({ isError: false, data: { customer_id } });
  });

  test('asks which company is meant where two fit about equally well', async () => {
    const { call, db } = await host.open();
    await addCustomer(db, 'CUST-101', 'TechCorp Labs');
    const unclear = await call('calculate_outstanding_balance', { company_name: 'TechCorp' });
    expect(unclear).toMatchObject({ isError: true });
    expect(unclear.text).toContain('TechCorp Industries (CUST-001), TechCorp Labs (CUST-101)');
    const clear = await call('calculate_outstanding_balance', { company_name: 'techcorp labs' });
    expect(clear.data).toMatchObject({ customer_id: 'CUST-101', outstanding: '$0.00' });
  });

  test('is sure of the very name only, where more are like it than are compared', async () => {
    const { call, db } = await host.open();
    await addCustomer(db, 'CUST-999', 'Zephyr Harbor Pilots');
    const company_name = 'zephir harbor pilots';
    const sure = await call('calculate_outstanding_balance', { company_name });
    expect(sure.data).toMatchObject({ customer_id: 'CUST-999' });
    for (let at = 0; at < 110; at++) await addCustomer(db, `CUST-${1000 + at}`, `Old Harbor Pilots ${at}`);
    const unsure = await call('calculate_outstanding_balance', { company_name });
    expect(unsure).toMatchObject({ isError: true, text: expect.stringContaining('Did you mean Zephyr Harbor Pilots') });
    const exact = await call('calculate_outstanding_balance', { company_name: 'zephyr harbor pilots' });
    expect(exact.data).toMatchObject({ customer_id: 'CUST-999' });
  });

  test('adds to the cent what no binary fraction can', async () => {
    const { call, db } = await host.open();
    const { tenant } = db;
    const dates = { issuedOn: new Date('2026-01-01'), dueOn: new Date('2026-01-31') };
    const owed = (id: string, total: string) => ({ tenant, id, customerId: 'CUST-004', total, ...dates });
    await db.prisma.itInvoice.createMany({
      data: [owed('INV-901', '999999999999.99'), owed('INV-902', '0.10'), owed('INV-903', '0.20')],
    });
    const said = await call('calculate_outstanding_balance', { customer_id: 'CUST-004' });
    expect(said.data).toMatchObject({ outstanding: '$1,000,000,000,000.29' });
    const history = await call('get_billing_history', {
      customer_id: 'CUST-004',
      from: '2026-01-01',
      to: '2026-01-01',
    });
    expect(column(history, 'entries', 'balance').at(-1)).toBe('$1,000,000,000,000.29');
  });
});
