import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillSupport } from '../../bench/search-fill.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';

// As the tools' role, under row-level security: what a search reads is found by an index, in whichever tenant.

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await freshDatabase();
  // A large tenant beside many small ones: on average a tenant has few rows, and plans are made for the average.
  const others = Array.from({ length: 40 }, (_, at) => ({ name: `other ${at}`, documents: 10 }));
  await fillSupport(database.url, [...others, { name: 'one', documents: 1500 }]);
  client = new pg.Client(database.url);
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const asTools = async (sql: string, values: unknown[] = []): Promise<pg.QueryResultRow[]> => {
  await client.query("set role countersign_tools; set countersign.tenant = 'one'");
  const { rows } = await client.query(sql, values);
  await client.query('reset role; reset countersign.tenant');
  return rows;
};

type Scans = Record<string, number>;

/** How often each table was read whole, and each index of the search was used. */
async function scans(): Promise<Scans> {
  await client.query('select pg_stat_force_next_flush()');
  const { rows } = await client.query<{ name: string; scans: string }>(
    `select relname as name, seq_scan as scans from pg_stat_user_tables where schemaname = 'it'
     union all select indexrelname, idx_scan from pg_stat_user_indexes where schemaname = 'it'`,
  );
  return Object.fromEntries(rows.map((row) => [row.name, Number(row.scans)]));
}

const search = (kind: string, asked: string | null, marks: string[] = [], sorted = 'relevance') =>
  [
    `select it.search($1, $2, $3, null, null, $4, 20, 0) as found`,
    [kind, asked, JSON.stringify(marks.map((mark) => [mark])), sorted],
  ] as const;
const similar = (kind: string, id: string) =>
  [`select it.similar($1, 'ticket', $2, null, '{}', '{}', 20, 0) as found`, [kind, id]] as const;

const companies = (name: string) =>
  [`select jsonb_build_object('total', count(*)) as found from it.companies_like($1)`, [name]] as const;

describe('a search reads no table whole', () => {
  test.each([
    ['of a word that most have', search('ticket', 'windows'), ['documents_search', 'words_pkey']],
    ['of words that nobody writes so', search('article', 'windws kernal'), ['documents_search', 'words_pkey']],
    [
      'of what helped most',
      search('article', 'windows', ['product/windows'], 'help'),
      ['documents_search', 'words_pkey'],
    ],
    ['of filters alone', search('ticket', null, ['tag/vpn', 'status/open']), ['documents_search']],
    ['of several words', search('article', 'printer offline server backup'), ['documents_search']],
    ['of what is like a ticket', similar('ticket', 'TKT-100700'), ['documents_search', 'words_pkey']],
    ['of articles for a ticket', similar('article', 'TKT-100700'), ['documents_search', 'words_pkey']],
    ['of a company', companies('windwos partners'), ['customers_company_key', 'customers_company_beginning']],
  ])('%s', async (_, [sql, values], indexes) => {
    // A plan is made anew for the first few times, then once for all.
    for (let times = 0; times < 7; times++) {
      const before = await scans();
      const [row] = await asTools(sql, [...values]);
      const after = await scans();
      expect(row?.found.total).toBeGreaterThan(0);
      for (const table of ['documents', 'words', 'tickets', 'articles', 'customers'])
        expect(after[table]).toBe(before[table]);
      for (const index of indexes) expect(after[index]).toBeGreaterThan(before[index] ?? 0);
    }
  });
});

test.each([
  ['of a word', search('ticket', 'windows')],
  ['of a word that nobody writes so', search('ticket', 'windws')],
  ['of what is like a ticket', similar('ticket', 'TKT-100700')],
])('a search %s looks up a part of a large tenant only', async (_, [sql, values]) => {
  const read = async () => {
    await client.query('select pg_stat_force_next_flush()');
    const { rows } = await client.query<{ entries: string }>(
      `select sum(idx_tup_read) as entries from pg_stat_user_indexes
       where indexrelname like 'documents_tenant%' or indexrelname in ('documents_pkey', 'words_pkey')`,
    );
    return Number(rows[0]?.entries);
  };
  for (let times = 0; times < 7; times++) {
    const before = await read();
    await asTools(sql, [...values]);
    expect((await read()) - before).toBeLessThan(1000);
  }
});

test.each([
  [
    "select * from it.tickets where tenant = 'one' and priority = 'critical' order by created_at desc, id desc limit 20",
  ],
  ["select * from it.tickets where tenant = 'one' and customer_id = 'CUST-100007' order by created_at desc, id desc"],
  ["select count(*) from it.tickets where tenant = 'one' and priority = 'high' and status = 'open' and os = 'linux'"],
  ["select * from it.tickets where tenant = 'one' and id in ('TKT-100001', 'TKT-100002')"],
])('%s uses an index', async (sql) => {
  const plan = (await asTools(`explain ${sql}`)).map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toMatch(/Index/);
  expect(plan).not.toMatch(/Seq Scan/);
});

test('the tools reach documents and words through the search only', async () => {
  for (const sql of ['select * from it.documents', 'select * from it.words', "select it.read_words('ticket', 'x')"]) {
    await expect(asTools(sql)).rejects.toThrow(/permission denied/);
    await client.query('reset role');
  }
});

test('a search keeps to its tenant, whatever it is asked', async () => {
  const [sql, values] = search('ticket', 'windows');
  await client.query("set countersign.tenant = ''");
  const { rows: ofNobody } = await client.query(sql, [...values]);
  expect(ofNobody[0].found.total).toBe(0);
  const [ofOther] = await asTools(sql, [...search('ticket', null, ['other 1/ticket'])[1]]);
  expect(ofOther?.found.total).toBe(0);
});
