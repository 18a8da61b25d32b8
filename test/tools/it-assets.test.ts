import { beforeAll, describe, expect, test } from 'vitest';
import { column, dayFromNow, loadedDaysAgo } from './it.ts';
import { answersOf, hostServer, refusalsOf } from './kit.ts';

const host = hostServer('assets');
const now = 'read only';
beforeAll(() => loadedDaysAgo(host, now, 0));

describe('the assets server', () => {
  test('has these tools, none of which changes anything', async () => {
    const { client } = await host.open(now);
    const { tools } = await client.listTools();
    expect(tools.map((tool) => [tool.name, tool.annotations?.readOnlyHint])).toEqual([
      ['lookup_asset', true],
      ['check_warranty', true],
      ['get_software_licenses', true],
      ['get_asset_history', true],
    ]);
    expect(tools.every((tool) => tool.outputSchema && tool.description)).toBe(true);
  });

  test.each([
    [
      'lookup_asset',
      { asset_id: 'AST-SRV-001' },
      {
        total: 1,
        assets: [
          {
            hostname: 'tc-db-01',
            purpose: 'Database server',
            company: 'TechCorp Industries',
            model: 'Dell PowerEdge R750',
            os: 'linux',
            memory_gb: 256,
            warranty_ends_on: dayFromNow(38),
          },
        ],
      },
      'tc-db-01',
    ],
    ['lookup_asset', { serial_number: 'dlr750-7k2m41' }, { total: 1, assets: [{ id: 'AST-SRV-001' }] }, 'AST-SRV-001'],
    ['lookup_asset', { hostname: 'TC-DB-01' }, { total: 1, assets: [{ id: 'AST-SRV-001' }] }, 'AST-SRV-001'],
    [
      'lookup_asset',
      { customer_id: 'CUST-001', limit: 1 },
      { total: 2, next_offset: 1, assets: [{ id: 'AST-SRV-001' }] },
      '1 of 2',
    ],
    [
      'lookup_asset',
      { customer_id: 'CUST-001', offset: 1 },
      { total: 2, next_offset: null, assets: [{ id: 'AST-WKS-001' }] },
      'tc-cad-07',
    ],
    [
      'lookup_asset',
      { customer_id: 'CUST-001', offset: 5 },
      { total: 2, assets: [] },
      'There are 2; offset 5 is beyond the end.',
    ],
    [
      'check_warranty',
      { asset_id: 'AST-SRV-001' },
      {
        total: 1,
        warranties: [
          { status: 'expiring_soon', days_left: 38, ends_on: dayFromNow(38), provider: 'Dell ProSupport Plus' },
        ],
      },
      'in 38 days',
    ],
    ['check_warranty', { asset_id: 'AST-SRV-002' }, { warranties: [{ status: 'active', days_left: 485 }] }, 'active'],
    [
      'check_warranty',
      { asset_id: 'AST-SRV-004' },
      { warranties: [{ status: 'expired', days_left: -85 }] },
      '85 days ago',
    ],
    [
      'check_warranty',
      { ending_within_days: 60 },
      { total: 2, warranties: [{ asset_id: 'AST-LAP-003' }, { asset_id: 'AST-SRV-001' }] },
      'within 60 days',
    ],
    [
      'check_warranty',
      { ending_within_days: 25 },
      { total: 1, warranties: [{ asset_id: 'AST-LAP-003', days_left: 25 }] },
      'AST-LAP-003',
    ],
    ['check_warranty', { limit: 5, offset: 40 }, { total: 12, warranties: [] }, 'There are 12; offset 40 is beyond'],
    ['check_warranty', { asset_id: 'AST-SRV-001', offset: 1 }, { total: 1 }, 'There is 1; offset 1 is beyond'],
    ['check_warranty', { ending_within_days: 24 }, { total: 0, warranties: [] }, 'There are no warranties'],
    ['check_warranty', { customer_id: 'CUST-001', ending_within_days: 60 }, { total: 1 }, 'AST-SRV-001'],
    [
      'check_warranty',
      { customer_id: 'CUST-003' },
      { total: 2, warranties: [{ status: 'expired' }, { status: 'active' }] },
      'AST-LAP-004',
    ],
    [
      'check_warranty',
      { limit: 5 },
      { total: 12, next_offset: 5, warranties: [{ asset_id: 'AST-LAP-002' }, {}, {}, {}, {}] },
      '5 of 12',
    ],
    [
      'get_software_licenses',
      { asset_id: 'AST-SRV-001' },
      {
        total: 2,
        licenses: [
          { id: 'LIC-002', kind: 'per_core', seats: 32, used: 32, free: 0, status: 'expiring_soon', days_left: 52 },
          {
            id: 'LIC-001',
            product: 'Ubuntu Pro',
            free: 2,
            status: 'active',
            expires_on: dayFromNow(210),
            assets: ['AST-SRV-001'],
          },
        ],
      },
      '32 of 32',
    ],
    [
      'get_software_licenses',
      { customer_id: 'CUST-003' },
      { total: 2, licenses: [{ status: 'expired', days_left: -12 }, {}] },
      '12 days ago',
    ],
    ['get_software_licenses', { product: 'microsoft 365' }, { total: 4 }, 'Microsoft 365 E3'],
    [
      'get_software_licenses',
      { product: 'Micosoft 365 E3' },
      { licenses: expect.arrayContaining([expect.objectContaining({ id: 'LIC-006', free: -12 })]) },
      '262 of 250',
    ],
    ['get_software_licenses', { product: 'adobe acrobat' }, { total: 1, licenses: [{ id: 'LIC-013' }] }, 'Acrobat'],
    [
      'get_software_licenses',
      { product: 'microsoft', customer_id: 'CUST-001' },
      { total: 1, licenses: [{ id: 'LIC-004' }] },
      'LIC-004',
    ],
    [
      'get_software_licenses',
      { product: 'windows server' },
      { total: 1, licenses: [{ expires_on: null, days_left: null, status: 'active' }] },
      'never expires',
    ],
    ['get_software_licenses', { product: 'lotus notes' }, { total: 0, licenses: [] }, 'fewer words'],
    ['get_software_licenses', { product: 'c++' }, { total: 0, licenses: [] }, 'No license fits'],
    ['get_software_licenses', { product: '365' }, { total: 4, every_word: true }, 'Microsoft 365 E3'],
    ['get_software_licenses', { product: '356' }, { total: 0, every_word: false }, 'No license fits'],
    // One edit away from 2022, which there is.
    [
      'get_software_licenses',
      { product: 'windows server 2012' },
      { total: 1, every_word: false },
      'No license fits every word of "windows server 2012"',
    ],
    ['get_software_licenses', { product: '2012' }, { total: 0, every_word: false }, 'No license fits'],
    [
      'get_software_licenses',
      { customer_id: 'CUST-002', asset_id: 'AST-SRV-001' },
      { total: 0 },
      'No license fits AST-SRV-001, CUST-002. Leave out one of these.',
    ],
    ['get_software_licenses', { product: 'soft' }, { total: 0, licenses: [] }, 'No license fits'],
    [
      'get_software_licenses',
      { product: 'oralce' },
      { total: 1, every_word: true },
      'Oracle Database Standard Edition 2',
    ],
    [
      'get_software_licenses',
      { product: 'office 365' },
      { total: 4, every_word: false },
      'No license fits every word of "office 365"; these fit the most of them. 4 of 4',
    ],
    [
      'get_software_licenses',
      { product: 'office 365', customer_id: 'CUST-002' },
      { total: 1, every_word: false, licenses: [{ id: 'LIC-006' }] },
      'LIC-006',
    ],
    [
      'get_software_licenses',
      { product: 'adobe', offset: 9 },
      { total: 2 },
      'There are 2; offset 9 is beyond the end.',
    ],
    [
      'get_software_licenses',
      { customer_id: 'CUST-001', limit: 2 },
      { total: 4, every_word: true, next_offset: 2 },
      '2 of 4',
    ],
    ['get_asset_history', { asset_id: 'AST-SRV-001', offset: 6 }, { total: 6 }, 'There are 6; offset 6 is beyond'],
    [
      'get_asset_history',
      { asset_id: 'AST-SRV-001' },
      {
        hostname: 'tc-db-01',
        customer_id: 'CUST-001',
        total: 6,
        events: [
          { kind: 'incident', ticket_id: 'TKT-006' },
          { kind: 'upgrade', cost: '$841.00' },
          { kind: 'repair', cost: '$0.00' },
          {},
          {},
          { kind: 'purchase' },
        ],
      },
      'TKT-006',
    ],
    [
      'get_asset_history',
      { asset_id: 'AST-SRV-001', limit: 2, offset: 4 },
      {
        total: 6,
        next_offset: null,
        events: [
          { kind: 'move', cost: null },
          { kind: 'purchase', cost: '$28,400.00' },
        ],
      },
      'rack B2',
    ],
    [
      'get_asset_history',
      { asset_id: 'AST-SRV-001', from: dayFromNow(-301), to: dayFromNow(-97) },
      { total: 2 },
      'power supply',
    ],
    [
      'get_asset_history',
      { asset_id: 'AST-SRV-001', from: dayFromNow(-300), to: dayFromNow(-98) },
      { total: 0, events: [] },
      'try other days',
    ],
  ])('%s %o', answersOf(host, now));

  test.each([
    ['lookup_asset', {}, 'exactly one of asset_id, serial_number, hostname, customer_id'],
    ['lookup_asset', { asset_id: 'AST-SRV-001', hostname: 'tc-db-01' }, 'exactly one'],
    ['lookup_asset', { asset_id: 'SRV-1' }, 'AST-SRV-001'],
    ['lookup_asset', { asset_id: 'AST-SRV-999' }, 'lookup_asset'],
    ['lookup_asset', { customer_id: 'CUST-999' }, 'lookup_customer'],
    ['lookup_asset', { hostname: 'tc-db-99' }, 'hostname "tc-db-99". Give it whole, or list those of a customer_id'],
    ['lookup_asset', { serial_number: 'NONE-0' }, 'serial number "NONE-0". Give it whole'],
    ['check_warranty', { hostname: 'tc-db-01' }, 'hostname'],
    ['get_software_licenses', { product: '!!' }, 'letters or digits'],
    ['lookup_asset', { hostname: 'a\0b' }, 'NUL'],
    ['check_warranty', { asset_id: 'AST-SRV-999' }, 'lookup_asset'],
    ['check_warranty', { customer_id: 'CUST-999' }, 'lookup_customer'],
    ['check_warranty', { asset_id: 'AST-SRV-001', ending_within_days: 60 }, 'give it alone'],
    ['check_warranty', { ending_within_days: -1 }, '0'],
    ['get_software_licenses', {}, 'at least one of asset_id, customer_id, product'],
    ['get_software_licenses', { asset_id: 'AST-SRV-999' }, 'lookup_asset'],
    ['get_software_licenses', { customer_id: 'CUST-999' }, 'lookup_customer'],
    ['get_asset_history', { asset_id: 'AST-SRV-999' }, 'lookup_asset'],
    ['get_asset_history', { asset_id: 'AST-SRV-001', from: 'yesterday' }, '2026-11-20'],
    ['get_asset_history', { asset_id: 'AST-SRV-001', from: '2026-03-01', to: '2026-02-01' }, 'swap them'],
  ])('%s %o is refused and says what to do', refusalsOf(host, now));

  test('shows the end of a license key and no more', async () => {
    const { call } = await host.open(now);
    const said = await call('get_software_licenses', { customer_id: 'CUST-001' });
    expect(column(said, 'licenses', 'key')).toEqual(['•••••-P3M8W', '•••••-K90XT', '•••••-R2C6N', '•••••-H7QD2']);
  });
});

describe('time passes', () => {
  test('a warranty is active, about to end, still good on its last day, and then expired', async () => {
    const warrantyAfter = async (days: number) => {
      const { call } = await host.open(await loadedDaysAgo(host, `after ${days} days`, days));
      const said = await call('check_warranty', { asset_id: 'AST-WKS-003' });
      return column(said, 'warranties', 'status', 'days_left')[0];
    };
    expect(await warrantyAfter(394)).toEqual(['active', 61]);
    expect(await warrantyAfter(395)).toEqual(['expiring_soon', 60]);
    expect(await warrantyAfter(455)).toEqual(['expiring_soon', 0]);
    expect(await warrantyAfter(456)).toEqual(['expired', -1]);
  });
});
