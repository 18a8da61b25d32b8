import { describe, expect, test } from 'vitest';
import { emptied, openOwner } from '../../prisma/seed/empty.ts';
import { loadOnce } from '../../prisma/seed/load.ts';
import { column, ticketRow } from './it.ts';
import { hostServer, refusalsOf, today } from './kit.ts';

const host = hostServer('tickets');
const ids = (data: Record<string, unknown> | undefined) =>
  ((data?.tickets ?? []) as { id: string }[]).map(({ id }) => id);

test('the tools only read, and say so', async () => {
  const { client } = await host.open('read only');
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual([
    'search_tickets',
    'get_ticket_details',
    'get_ticket_metrics',
    'find_similar_tickets',
  ]);
  expect(tools.every(({ annotations, outputSchema }) => annotations?.readOnlyHint && outputSchema)).toBe(true);
  expect(tools.every(({ inputSchema }) => inputSchema.additionalProperties === false)).toBe(true);
});

describe('search_tickets', () => {
  test.each([
    [{ priority: 'critical' }, ['TKT-004', 'TKT-002', 'TKT-006']],
    [{ priority: 'critical', status: 'in_progress' }, ['TKT-004', 'TKT-002']],
    [{ priority: 'critical', status: 'unresolved' }, ['TKT-004', 'TKT-002']],
    [{ query: 'windows', status: 'unresolved', category: 'system' }, ['TKT-015', 'TKT-002']],
    [{ query: 'TKT-004' }, ['TKT-004']],
    [{ query: 'tkt-004, TKT-002' }, ['TKT-004', 'TKT-002']],
    [{ query: 'what about TKT-004' }, ['TKT-004']],
    [{ query: 'CUST-002' }, ['TKT-002', 'TKT-010']],
    [{ query: 'vpn at CUST-002' }, ['TKT-010']],
    [{ query: 'AST-LAP-002 swollen' }, ['TKT-008']],
    [{ query: 'ticket TKT-004' }, ['TKT-004']],
    [{ query: 'CUST-002 tickets' }, ['TKT-002', 'TKT-010']],
    [{ query: 'tickets for customer CUST-002' }, ['TKT-002', 'TKT-010']],
    [{ query: 'TechCorp' }, ['TKT-001', 'TKT-006', 'TKT-013']],
    [{ query: 'Meridian Health' }, ['TKT-002', 'TKT-010']],
    [{ query: 'Kevin Tran' }, ['TKT-006']],
    [{ query: 'Luis Ortega', category: 'network' }, ['TKT-009', 'TKT-011']],
    [{ query: 'scutil' }, ['TKT-011']],
    [{ query: 'bluescreen' }, ['TKT-001']],
    [{ query: 'vnp drops' }, ['TKT-010']],
    [{ customer_id: 'CUST-002' }, ['TKT-002', 'TKT-010']],
    [{ asset_id: 'AST-LAP-002' }, ['TKT-015', 'TKT-008']],
    [{ os: 'macos', category: 'network' }, ['TKT-011']],
    [{ tag: 'VPN' }, ['TKT-010']],
    [{ tag: 'disk full' }, ['TKT-003', 'TKT-006']],
    [{ tag: 'dns', os: 'windows' }, ['TKT-009']],
    [{ from: '2026-11-17', to: '2026-11-18' }, ['TKT-004', 'TKT-002']],
    [{ to: '2026-11-06' }, ['TKT-013']],
    [{ query: 'bsod' }, ['TKT-001']],
    [{ query: 'windws bsod' }, ['TKT-001']],
    [{ query: 'kernal panic', os: 'linux' }, ['TKT-004']],
    [{ query: 'blue screens' }, ['TKT-001']],
    [{ query: '0x800f0922' }, ['TKT-015']],
    [{ query: 'tc-db-01' }, ['TKT-006']],
    [{ query: 'disk full', status: 'closed' }, ['TKT-003']],
    [{ query: 'disk full', customer_id: 'CUST-001' }, ['TKT-006']],
    // In the title of the older one.
    [{ query: 'laptop' }, ['TKT-008', 'TKT-015']],
    [{ query: 'server', to: '2026-11-16' }, ['TKT-003', 'TKT-009', 'TKT-011']],
    [{ query: 'server', from: '2026-11-17' }, ['TKT-004', 'TKT-002']],
    [{ query: 'vpn', from: '2026-11-11' }, []],
    [{ query: 'vpn', from: '2026-11-10', to: '2026-11-10' }, ['TKT-010']],
  ])('finds %o', async (args, expected) => {
    const { call } = await host.open('read only');
    const said = await call('search_tickets', args);
    expect(said).toMatchObject({ isError: false, data: { total: expected.length, more: false } });
    expect(ids(said.data)).toEqual(expected);
    expect(said.text).not.toContain('\n');
  });

  test('puts what fits best first, or what is newest', async () => {
    const { call } = await host.open('read only');
    const best = await call('search_tickets', { query: 'kernel panic' });
    expect(best.data).toMatchObject({ tickets: [{ id: 'TKT-004', relevance: 1 }, { id: 'TKT-005' }] });
    expect(best.text).toMatch(/TKT-004 [^;]*relevance 1; TKT-005 [^;]*relevance 0\.\d+/);
    const newest = await call('search_tickets', { query: 'recovery key', sort: 'newest' });
    expect(ids(newest.data)).toEqual(['TKT-012', 'TKT-013']);
  });

  test('finds what has most of the words where none has all, and says which word was read otherwise, as people write it', async () => {
    const { call } = await host.open('read only');
    const said = await call('search_tickets', { query: 'printr spooler zzyzx' });
    expect(ids(said.data)).toEqual(['TKT-007']);
    expect(said.data).toMatchObject({ read_as: [{ said: 'printr', as: 'printer' }] });
    expect(said.text).toContain('nothing here has "zzyzx"');
  });

  test.each([
    [
      'batery swolen',
      [
        { said: 'batery', as: 'battery' },
        { said: 'swolen', as: 'swollen' },
      ],
    ],
    ['bluescreen', [{ said: 'bluescreen', as: 'blue screen' }]],
    ['vnp', [{ said: 'vnp', as: 'vpn' }]],
    // Other words, not slips of the hand.
    ['blue screen of death', []],
    ['locked out of the dock', []],
    ['the helm', []],
    ['disc full', []],
  ])('reads "%s" as %o', async (query, expected) => {
    const { call } = await host.open('read only');
    const said = await call('search_tickets', { query });
    expect(said.data).toMatchObject({ read_as: expected });
    for (const { said: typed, as } of expected) expect(said.text).toContain(`"${typed}" was read as "${as}"`);
  });

  test('tells how a word was read in whole words even where nothing fits', async () => {
    const { call } = await host.open('read only');
    const said = await call('search_tickets', { query: 'windws', status: 'open', os: 'macos' });
    expect(said.text).toContain('No ticket fits ("windws" was read as "windows")');
  });

  test('says which words were left out, because nothing that is named fits them', async () => {
    const { call } = await host.open('read only');
    const without = await call('search_tickets', { query: 'CUST-002 kernel' });
    expect(without.text).toContain('2 of 2 tickets ("kernel" was left out');
    expect(column(without, 'tickets', 'relevance')).toEqual([null, null]);
    const nothing = await call('search_tickets', { query: 'zebra TKT-004', status: 'closed' });
    expect(nothing.text).toMatch(/No ticket fits \(nothing here has "zebra"\)/);
  });

  test.each([
    ['hardware changes', 'TKT-001', ['hardware', 'change']],
    ['wi-fi', 'TKT-010', ['wi-fi']],
    ['driver updates', 'TKT-004', ['driver', 'update']],
    ['critical unresolved', 'TKT-004', ['critical', 'unresolved']],
  ])('tells of "%s" the words that %s has', async (query, id, words) => {
    const { call } = await host.open('read only');
    const said = await call('search_tickets', { query });
    expect(column(said, 'tickets', 'id', 'matched_words')).toContainEqual([id, expect.arrayContaining(words)]);
  });

  test('names the tags of late where none has the one that was asked for', async () => {
    const { call } = await host.open('read only');
    expect((await call('search_tickets', { tag: 'zebra' })).text).toMatch(/Tags of late: .*\bdisk-full\b.*\.$/);
  });

  test('gives page after page, each ticket once', async () => {
    const { call } = await host.open('read only');
    const first = await call('search_tickets', { limit: 10 });
    const second = await call('search_tickets', { limit: 10, offset: 10 });
    expect(first.data).toMatchObject({ total: 15, next_offset: 10 });
    expect(second.data).toMatchObject({ total: 15, next_offset: null });
    expect(new Set([...ids(first.data), ...ids(second.data)]).size).toBe(15);
    const page = await call('search_tickets', { query: 'server', limit: 1, offset: 1 });
    expect(page.data).toMatchObject({ tickets: [{}], total: expect.any(Number) });
  });

  test.each([
    [{ query: 'zebra' }],
    [{ query: "'); zzyzx; --" }],
    [{ query: '=status/open zzyzx' }],
    [{ query: '\\zzyzx' + "'" }],
    [{ tag: 'zebra' }],
  ])('says that nothing fits %o, and what to try', async (args) => {
    const { call } = await host.open('read only');
    const said = await call('search_tickets', args);
    expect(said).toMatchObject({ isError: false, data: { total: 0, tickets: [], next_offset: null } });
    expect(said.text).toMatch(/No ticket fits.*Use fewer or other words/);
  });

  test('sees one tenant only', async () => {
    const [{ call, db }, other] = [await host.open(), await host.open()];
    await db.prisma.itTicket.create({ data: ticketRow(db.tenant, { title: 'The unicorn server is slow' }) });
    expect(await call('search_tickets', { query: 'unicorn' })).toMatchObject({ data: { total: 1 } });
    expect(await other.call('search_tickets', { query: 'unicorn' })).toMatchObject({ data: { total: 0 } });
    // Not even the spelling of a word gets across.
    const misspelt = await other.call('search_tickets', { query: 'unicorm' });
    expect(misspelt).toMatchObject({ data: { total: 0, read_as: [] } });
    expect(await call('search_tickets', { query: 'unicorm' })).toMatchObject({ data: { total: 1 } });
  });
});

describe('find_similar_tickets', () => {
  test.each([
    [{ ticket_id: 'TKT-003' }, 'TKT-006'],
    [{ ticket_id: 'TKT-012' }, 'TKT-013'],
    [{ ticket_id: 'TKT-010' }, 'TKT-011'],
    [{ ticket_id: 'TKT-004' }, 'TKT-005'],
    [{ text: 'the laptop drops the vpn when i change wifi' }, 'TKT-010'],
    [{ text: 'outlok wants my pasword again and again' }, 'TKT-014'],
    [{ text: 'no space left on device', resolved_only: true }, 'TKT-003'],
  ])('of %o is %s', async (args, first) => {
    const { call } = await host.open('read only');
    const { data, text } = await call('find_similar_tickets', args);
    expect(data).toHaveProperty('tickets.0.id', first);
    expect(text).not.toContain('\n');
  });

  test('says why, and how it was resolved', async () => {
    const { call } = await host.open('read only');
    const said = await call('find_similar_tickets', { ticket_id: 'TKT-003' });
    expect(said.data).toMatchObject({
      tickets: [
        {
          shared_tags: ['disk-full', 'storage'],
          same_category: true,
          resolution: expect.stringContaining('restore point'),
        },
      ],
    });
    expect(said.text).toMatch(/TKT-006.*disk-full.*restore point/);
    const [first] = (said.data?.tickets ?? []) as { relevance: number }[];
    expect(first?.relevance).toBeGreaterThan(0.5);
    expect(first?.relevance).toBeLessThanOrEqual(1);
  });

  test('gives whole words as the reason', async () => {
    const { call } = await host.open('read only');
    const said = await call('find_similar_tickets', { ticket_id: 'TKT-011' });
    expect(column(said, 'tickets', 'id', 'shared_words')[0]).toEqual([
      'TKT-010',
      expect.arrayContaining(['wi-fi', 'drop']),
    ]);
    for (const words of column(said, 'tickets', 'shared_words')) {
      expect(words).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(wi|fi|with|from|was|01)$/)]));
    }
    const ofHost = await call('find_similar_tickets', { text: 'tc-db-01 is slow' });
    expect(column(ofHost, 'tickets', 'shared_words').flat()).not.toContain('01');
  });

  test('leaves out what is not resolved where that is asked', async () => {
    const { call } = await host.open('read only');
    const all = await call('find_similar_tickets', { text: 'crash of a driver' });
    const resolved = await call('find_similar_tickets', { text: 'crash of a driver', resolved_only: true });
    expect(ids(all.data)).toContain('TKT-004');
    expect(ids(resolved.data)).not.toContain('TKT-004');
  });

  test.each(['my wireles dosnt work', 'kubernetes vpn helm'])(
    'words that nothing has lower the relevance: %s',
    async (text) => {
      const { call } = await host.open('read only');
      const { data } = await call('find_similar_tickets', { text });
      const tickets = (data?.tickets ?? []) as { relevance: number }[];
      expect(tickets.length).toBeGreaterThan(0);
      for (const { relevance } of tickets) expect(relevance).toBeLessThan(0.5);
    },
  );

  test('says how it read the words of a text, and which nothing has', async () => {
    const { call } = await host.open('read only');
    const said = await call('find_similar_tickets', { text: 'outlok quarrels with the pasword' });
    expect(said.data).toHaveProperty('read_as', [
      { said: 'outlok', as: 'outlook' },
      { said: 'pasword', as: 'password' },
    ]);
    expect(said.text).toContain('nothing here has "quarrels"');
    expect(said.text).toContain('"outlok" was read as "outlook"');
  });

  test('says when there is none', async () => {
    const { call } = await host.open('read only');
    const said = await call('find_similar_tickets', { text: 'zebra stripes' });
    expect(said).toMatchObject({ isError: false, data: { total: 0, tickets: [] } });
    expect(said.text).toContain('search_tickets');
  });
});

test.each([
  ['search_tickets', { customer_id: 'CUST-999' }, 'lookup_customer'],
  ['search_tickets', { asset_id: 'AST-SRV-999' }, 'lookup_asset'],
  ['search_tickets', { customer_id: 'CUST-999', query: 'vpn' }, 'lookup_customer'],
  ['search_tickets', { query: 'TKT-999' }, 'There is no ticket TKT-999'],
  ['search_tickets', { query: 'vpn at cust-999' }, 'There is no customer CUST-999'],
  ['search_tickets', { query: 'TKT-004 AST-SRV-999' }, 'There is no asset AST-SRV-999'],
  ['search_tickets', { query: 'the of and' }, 'Nothing could be searched'],
  ['search_tickets', { query: "!!! & | <-> :* '" }, 'Nothing could be searched'],
  ['search_tickets', { tag: '!!' }, 'Nothing could be searched'],
  ['find_similar_tickets', { text: 'how do I' }, 'Nothing could be searched'],
  ['find_similar_tickets', { text: '!!!' }, 'Nothing could be searched'],
  ['search_tickets', { customer: 'CUST-002' }, '"customer"'],
  ['get_ticket_details', { ticket_id: 'TKT-001', verbose: true }, '"verbose"'],
  ['get_ticket_metrics', { customer: 'CUST-002' }, '"customer"'],
  ['find_similar_tickets', { ticket_id: 'TKT-001', resolved: true }, '"resolved"'],
  ['search_tickets', { priority: 'urgent' }, 'critical'],
  ['search_tickets', { status: 'done' }, 'resolved'],
  ['search_tickets', { customer_id: 'TechCorp' }, 'CUST-001'],
  ['search_tickets', { asset_id: 'server' }, 'AST-SRV-001'],
  ['search_tickets', { query: 'a\0b' }, 'NUL'],
  ['search_tickets', { query: 'x'.repeat(201) }, '200'],
  ['search_tickets', { from: 'yesterday' }, '2026-11-20'],
  ['search_tickets', { from: '2026-11-20', to: '2026-11-01' }, 'swap'],
  ['search_tickets', { limit: 51 }, '50'],
  ['get_ticket_details', { ticket_id: '6' }, 'TKT-001'],
  ['get_ticket_details', {}, 'A ticket id looks like TKT-001'],
  ['get_ticket_details', { ticket_id: 4 }, 'A ticket id looks like TKT-001'],
  ['get_ticket_details', { ticket_id: 'TKT-999' }, 'search_tickets'],
  ['get_ticket_metrics', { customer_id: 'CUST-999' }, 'lookup_customer'],
  ['get_ticket_metrics', { from: '2026-11-20', to: '2026-11-01' }, 'swap'],
  ['find_similar_tickets', { text: 'tkt-004' }, '{"ticket_id": "TKT-004"}'],
  ['find_similar_tickets', {}, 'exactly one'],
  ['find_similar_tickets', { ticket_id: 'TKT-001', text: 'both' }, 'exactly one'],
  ['find_similar_tickets', { ticket_id: 'TKT-999' }, 'search_tickets'],
])('%s %o is refused and says what to do', refusalsOf(host, 'read only'));

test.each([
  ['search_tickets', { query: 'server', offset: 50 }],
  ['search_tickets', { offset: 50 }],
  ['find_similar_tickets', { ticket_id: 'TKT-003', offset: 50 }],
])('%s %o is beyond the end', async (tool, args) => {
  const { call } = await host.open('read only');
  const said = await call(tool, args);
  expect(said).toMatchObject({
    isError: false,
    text: expect.stringMatching(/^There (is|are) \d+; offset 50 is beyond/),
  });
});

test('a title and a resolution of several lines are told in one, with one full stop', async () => {
  const { call, db } = await host.open();
  const title = 'The unicorn\nserver is slow';
  const solved = {
    status: 'resolved',
    resolution: 'Fed it.\n\nIt runs.\n',
    resolvedAt: new Date('2026-11-20T10:00:00Z'),
  };
  await db.prisma.itTicket.create({ data: ticketRow(db.tenant, { title, ...solved }) });
  const found = await call('search_tickets', { query: 'unicorn' });
  const similar = await call('find_similar_tickets', { text: 'unicorn is slow' });
  for (const { text } of [found, similar]) expect(text).toContain('"The unicorn server is slow"');
  expect(similar.text).toContain(': Fed it. It runs; TKT-006');
});

describe('the demonstration data', () => {
  test('is found again after a reset, and nothing of what was written since', async () => {
    const { call, db } = await host.open('to reset');
    await db.prisma.itTicket.create({ data: ticketRow(db.tenant, { title: 'The unicorn server is slow' }) });
    const owner = openOwner(host.url());
    await loadOnce(emptied(owner, db.tenant, 'it', ['tickets', 'kb']), 'it', today);
    await owner.close();
    expect(await call('search_tickets', { query: 'unicorn' })).toMatchObject({ data: { total: 0 } });
    expect(await call('search_tickets', { query: 'kernal panic' })).toMatchObject({ data: { total: 2 } });
  });
});
