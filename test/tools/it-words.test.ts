import { describe, expect, test } from 'vitest';
import { query } from '../support/door.ts';
import { column } from './it.ts';
import { hostServer, type Opened } from './kit.ts';

// How the words of a question are read: what somebody types is not what stands in the tickets.

const tickets = hostServer('tickets');
const kb = hostServer('kb');

const found = async ({ call }: Opened, asked: object): Promise<unknown[]> =>
  column(await call('search_tickets', { ...asked, limit: 50 }), 'tickets', 'id').sort();
const relevance = async ({ call }: Opened, asked: string): Promise<unknown> =>
  column(await call('search_solutions', { query: asked, limit: 1 }), 'articles', 'relevance')[0];

async function comment({ db }: Opened, ticket: string, body: string): Promise<void> {
  await query(
    tickets.url(),
    `insert into it.ticket_comments (tenant, ticket_id, number, author, side, body, created_at)
     values ('${db.tenant}', '${ticket}', 100, 'Somebody', 'support', '${body}', now())`,
  );
}

describe('priority and status are words', () => {
  test.each(['critical', 'critical priority', 'What are all the critical priority tickets?'])('%s', async (asked) => {
    const opened = await tickets.open('read only');
    expect(await found(opened, { query: asked })).toEqual(await found(opened, { priority: 'critical' }));
  });

  test('unresolved tickets are those that are neither resolved nor closed', async () => {
    const opened = await tickets.open('read only');
    expect(await found(opened, { query: 'unresolved tickets' })).toEqual(await found(opened, { status: 'unresolved' }));
  });
});

test.each([
  ["won't start windows", 'start windows'],
  ['Windows BSOD issues', 'Windows BSOD'],
  ['an article about a kernel panic, please', 'kernel panic'],
])('%s is %s: what says nothing of it costs nothing', async (asked, plain) => {
  const opened = await kb.open('read only');
  expect(await relevance(opened, asked)).toBe(await relevance(opened, plain));
});

test('a slip is read beside words that are longer than any', async () => {
  const opened = await tickets.open();
  await comment(opened, 'TKT-001', `see https://kernel.example.com/${'abc'.repeat(200)} and v${'abc'.repeat(200)}`);
  for (const asked of ['kernl panic', 'vpnn', `v${'abd'.repeat(20)} kernel`]) {
    expect((await opened.call('search_tickets', { query: asked })).isError).toBe(false);
  }
  expect(await found(opened, { query: 'kernl panic' })).toContain('TKT-004');
});

test('a word that came with comments weighs as little as its many tickets say', async () => {
  const opened = await tickets.open();
  for (const { id } of await opened.db.prisma.itTicket.findMany({ where: { tenant: opened.db.tenant } })) {
    await comment(opened, id, 'Kindly wait for us');
  }
  expect(await found(opened, { query: 'vpn kindly wait' })).toEqual(await found(opened, { query: 'vpn' }));
});

test('of a long text, the words that tell are read wherever they stand', async () => {
  const { call } = await tickets.open('read only');
  const polite =
    'Good morning dear colleagues of the support team, I hope that this message finds all of you well today';
  const more =
    'and I am sorry to trouble everybody once again so early in the week with yet another thing that happened here';
  const said = await call('find_similar_tickets', { text: `${polite} ${more}: kernel panic during a run` });
  expect(column(said, 'tickets', 'id')).toContain('TKT-004');
});

test('an article that has helped more than any number of powers of two is not lost among newer ones', async () => {
  const { call, db } = await kb.open();
  await query(
    kb.url(),
    `insert into it.articles (tenant, id, title, product, category, os, tags, problem, symptoms, cause, steps, author, created_at, updated_at)
     select '${db.tenant}', 'KB-' || (1000 + n), 'Printing tip ' || n, 'Windows 11', 'system', 'windows', '{}', 'Printing fails.', '{}', 'None',
            '[]', 'Somebody', now() - interval '1 year', now() - interval '1 hour' * (2000 - n) from generate_series(1, 800) n`,
  );
  await query(
    kb.url(),
    `insert into it.tickets (tenant, id, customer_id, requester, title, description, status, priority, category, os, tags,
            created_at, response_due_at, resolution_due_at)
     select '${db.tenant}', 'TKT-' || (100000 + n), 'CUST-001', 'Kevin Tran', 'Prints', 'Slow', 'open', 'low', 'system',
            'windows', '{}', now() - interval '1 day', now(), now() from generate_series(1, 2100) n;
     insert into it.ticket_articles (tenant, ticket_id, article_id, resolved)
     select '${db.tenant}', 'TKT-' || (100000 + n), 'KB-1001', true from generate_series(1, 2100) n`,
  );
  const said = await call('get_common_fixes', { issue: 'printing', limit: 1 });
  expect(column(said, 'fixes', 'article_id', 'resolved_tickets')).toEqual([['KB-1001', 2100]]);
});
