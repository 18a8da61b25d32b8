import { describe, expect, test } from 'vitest';
import { query } from '../support/door.ts';
import { hostServer, refusalsOf } from './kit.ts';

const host = hostServer('kb');
type Articles = { id: string; relevance: number }[];
const articlesIn = (data: Record<string, unknown> | undefined) => (data?.articles ?? []) as Articles;
const ids = (data: Record<string, unknown> | undefined) => articlesIn(data).map(({ id }) => id);

test('the tools only read, and say so', async () => {
  const { client } = await host.open('read only');
  const { tools } = await client.listTools();
  const names = ['search_solutions', 'get_article', 'find_related_articles', 'get_common_fixes'];
  expect(tools.map(({ name }) => name)).toEqual(names);
  expect(tools.every(({ annotations, outputSchema }) => annotations?.readOnlyHint && outputSchema)).toBe(true);
  expect(tools.every(({ inputSchema }) => inputSchema.additionalProperties === false)).toBe(true);
});

describe('search_solutions', () => {
  test.each([
    [{ query: 'Windows BSOD issues' }, ['KB-001', 'KB-002']],
    [{ query: 'windws bsod' }, ['KB-001', 'KB-002']],
    [{ query: 'kernal panic' }, ['KB-004']],
    [{ query: 'no space left on device' }, ['KB-003']],
    [{ query: 'lvextend' }, ['KB-003']],
    [{ query: '0x1A' }, ['KB-002']],
    [{ query: 'PAGE_FAULT_IN_NONPAGED_AREA' }, ['KB-002']],
    [{ query: 'printer offline' }, ['KB-006']],
    [{ query: 'bitlocker recovery key' }, ['KB-008']],
    [{ query: 'update', os: 'macos' }, ['KB-007']],
    [{ query: 'update', product: 'windows server' }, ['KB-010']],
    [{ query: 'crash', category: 'hardware' }, ['KB-002']],
    [{ query: 'outlok pasword' }, ['KB-009']],
    [{ query: 'KB-004' }, ['KB-004']],
    [{ query: 'what is in kb-004?' }, ['KB-004']],
    [{ query: 'KB-001 vpn' }, ['KB-001']],
    [{ query: 'update', product: 'Mac' }, ['KB-007']],
    [{ query: 'update', product: 'mac os' }, ['KB-007']],
    [{ query: 'bsod', product: 'Windws' }, ['KB-001', 'KB-002']],
    [{ query: 'bsod', product: 'Windows 10' }, ['KB-001', 'KB-002']],
  ])('finds %o', async (args, expected) => {
    const { call } = await host.open('read only');
    const said = await call('search_solutions', args);
    expect(said).toMatchObject({ isError: false, data: { total: expected.length } });
    expect(ids(said.data)).toEqual(expected);
    expect(said.text).not.toContain('\n');
  });

  test('shows how well each fits and what it says of that', async () => {
    const { call } = await host.open('read only');
    const { data, text } = await call('search_solutions', { query: 'drops on a cable' });
    expect(data).toMatchObject({
      articles: [{ id: 'KB-005', snippet: 'Drops after some minutes, more often on Wi-Fi than on a cable' }],
    });
    const [first] = articlesIn(data);
    expect(first?.relevance).toBeGreaterThan(0.5);
    expect(text).toContain('more often on Wi-Fi');
    const wifi = await call('search_solutions', { query: 'wi-fi' });
    expect(wifi.data).toMatchObject({
      articles: [
        { id: 'KB-007', matched_words: ['wi-fi'] },
        { id: 'KB-005', matched_words: ['wi-fi'], snippet: expect.stringContaining('on Wi-Fi') },
      ],
    });
  });

  test('reads and matches words as people write them', async () => {
    const { call } = await host.open('read only');
    const { data } = await call('search_solutions', { query: 'windws faulty memory' });
    expect(data).toMatchObject({
      articles: [{ id: 'KB-002', matched_words: expect.arrayContaining(['faulty', 'memory', 'windows']) }, {}],
      read_as: [{ said: 'windws', as: 'windows' }],
    });
  });

  test('gives page after page', async () => {
    const { call } = await host.open('read only');
    const pages = [
      await call('search_solutions', { query: 'windows', limit: 2 }),
      await call('search_solutions', { query: 'windows', limit: 2, offset: 2 }),
    ];
    expect(pages[0]?.data).toMatchObject({ next_offset: 2, more: false });
    expect(new Set(pages.flatMap(({ data }) => ids(data))).size).toBe(4);
  });

  test('says when nothing fits', async () => {
    const { call } = await host.open('read only');
    const said = await call('search_solutions', { query: 'zebra stripes', os: 'linux' });
    expect(said).toMatchObject({ isError: false, data: { total: 0, articles: [] } });
    expect(said.text).toMatch(/nothing here has "stripes", "zebra".*leave out a filter/);
  });

  test('finds what was written a moment ago, and no longer what was written over', async () => {
    const { call, db } = await host.open();
    const write = (text: string) => query(host.url(), text);
    await write(`update it.articles set title = E'Quokka\\nsettings' where tenant = '${db.tenant}' and id = 'KB-006'`);
    const written = await call('search_solutions', { query: 'quoka setings' });
    expect(ids(written.data)).toEqual(['KB-006']);
    expect(written.text).toContain('"Quokka settings"');
    await write(
      `update it.articles set title = 'Plain', product = 'Paper' where tenant = '${db.tenant}' and id = 'KB-006'`,
    );
    expect(ids((await call('search_solutions', { query: 'quokka' })).data)).toEqual([]);
  });
});

describe('get_article', () => {
  test('shows it in full', async () => {
    const { call } = await host.open('read only');
    const said = await call('get_article', { article_id: 'KB-003' });
    expect(said.data).toMatchObject({
      id: 'KB-003',
      os: 'linux',
      symptoms: expect.arrayContaining([expect.stringContaining('No space left on device')]),
      related: [{ id: 'KB-004', title: expect.stringContaining('kernel panic') }],
      resolved_tickets: 2,
    });
    expect(said.data).toHaveProperty('steps.0.command', 'df -h; df -i');
    expect(said.text).toMatch(/Problem:.*Symptoms:.*Steps: 1\..*\[df -h; df -i\].*Related: KB-004/);
    expect(said.text).not.toContain('\n');
  });
});

describe('find_related_articles', () => {
  test.each([
    [{ ticket_id: 'TKT-004' }, 'KB-004', true],
    [{ ticket_id: 'TKT-002' }, 'KB-010', true],
    // Nobody has linked anything to these yet.
    [{ ticket_id: 'TKT-015' }, 'KB-010', false],
    [{ ticket_id: 'TKT-009' }, 'KB-007', false],
    [{ article_id: 'KB-001' }, 'KB-002', true],
  ])('of %o is %s', async (args, first, linked) => {
    const { call } = await host.open('read only');
    const said = await call('find_related_articles', args);
    expect(said.data).toMatchObject({
      articles: expect.arrayContaining([expect.objectContaining({ id: first, linked })]),
    });
    expect(ids(said.data)[0]).toBe(first);
    expect(said.text).toContain(first);
    expect(said.text).not.toContain('\n');
  });

  test('says why', async () => {
    const { call } = await host.open('read only');
    const { data } = await call('find_related_articles', { article_id: 'KB-002' });
    expect(data).toMatchObject({
      articles: [{ id: 'KB-001', linked: true, shared_tags: ['bsod', 'crash'] }, { linked: false }],
    });
    expect(ids(data)).not.toContain('KB-002');
  });

  test('puts what people have linked before what is only alike', async () => {
    const { call } = await host.open('read only');
    const { data } = await call('find_related_articles', { article_id: 'KB-004' });
    const [first, second] = articlesIn(data);
    expect(first).toMatchObject({ id: 'KB-003', linked: true });
    expect(second).toMatchObject({ linked: false });
    expect(second?.relevance).toBeGreaterThan(first?.relevance ?? 1);
  });
});

describe('get_common_fixes', () => {
  test.each([
    [{ product: 'Windows', issue: 'printing fails' }, ['KB-006']],
    [{ issue: 'bsod' }, ['KB-002', 'KB-001']],
    [{ issue: 'recovery key', limit: 1 }, ['KB-008']],
    [{ product: 'outlook' }, ['KB-009']],
    [{ product: 'Linux' }, ['KB-003', 'KB-004']],
  ])('of %o are %o', async (args, expected) => {
    const { call } = await host.open('read only');
    const said = await call('get_common_fixes', args);
    const fixes = (said.data?.fixes ?? []) as { article_id: string; steps: string[] }[];
    expect(fixes.map(({ article_id }) => article_id)).toEqual(expected);
    expect(fixes.every(({ steps }) => steps.length >= 4)).toBe(true);
    expect(said.text).not.toContain('\n');
  });

  test('says how often each resolved a ticket', async () => {
    const { call } = await host.open('read only');
    const said = await call('get_common_fixes', { issue: 'filevault' });
    expect(said.data).toMatchObject({ fixes: [{ article_id: 'KB-008', resolved_tickets: 2 }] });
    expect(said.text).toContain('resolved 2 tickets');
    expect((await call('get_article', { article_id: 'KB-006' })).text).toContain('resolved 1 ticket)');
  });

  test.each([
    [{ product: 'Amiga' }, /product like "Amiga"\. Try search_solutions/],
    [{ product: 'Amiga', issue: 'crash' }, /Leave out the product/],
    [{ product: 'Windws 10' }, /the product "Windws 10" was read as "windows"/],
  ])('says of the product of %o how it was read', async (args, expected) => {
    const { call } = await host.open('read only');
    expect((await call('get_common_fixes', args)).text).toMatch(expected);
  });

  test('says when none is known', async () => {
    const { call } = await host.open('read only');
    const said = await call('get_common_fixes', { product: 'Amiga', issue: 'guru meditation' });
    expect(said).toMatchObject({ isError: false, data: { fixes: [] } });
    expect(said.text).toContain('search_solutions');
  });
});

test.each([
  ['search_solutions', { query: 'bsod', offset: 50 }],
  ['find_related_articles', { ticket_id: 'TKT-004', offset: 50 }],
])('%s %o is beyond the end', async (tool, args) => {
  const { call } = await host.open('read only');
  expect((await call(tool, args)).text).toMatch(/^There are \d+; offset 50 is beyond the end\.$/);
});

test.each([
  ['search_solutions', {}, 'query'],
  ['search_solutions', { query: 'vpn KB-999' }, 'There is no article KB-999'],
  ['get_article', {}, 'An article id looks like KB-001'],
  ['search_solutions', { query: 'a\0b' }, 'NUL'],
  ['search_solutions', { query: 'bsod', os: 'beos' }, 'windows'],
  ['get_article', { article_id: '1' }, 'KB-001'],
  ['get_article', { article_id: 'KB-999' }, 'search_solutions'],
  ['find_related_articles', {}, 'exactly one'],
  ['find_related_articles', { article_id: 'KB-999' }, 'search_solutions'],
  ['find_related_articles', { ticket_id: 'TKT-999' }, 'search_tickets'],
  ['get_common_fixes', {}, 'product, issue'],
  ['get_common_fixes', { product: '!!' }, 'Nothing could be searched'],
  ['get_common_fixes', { issue: 'how do I' }, 'Nothing could be searched'],
  ['search_solutions', { query: 'the of and' }, 'Nothing could be searched'],
  ['search_solutions', { query: 'bsod', system: 'windows' }, '"system"'],
  ['get_article', { article_id: 'KB-001', steps: true }, '"steps"'],
  ['find_related_articles', { article_id: 'KB-001', ticket: 'TKT-001' }, '"ticket"'],
  ['get_common_fixes', { product: 'Windows', os: 'windows' }, '"os"'],
  ['get_common_fixes', { issue: 'bsod', limit: 11 }, '10'],
])('%s %o is refused and says what to do', refusalsOf(host, 'read only'));
