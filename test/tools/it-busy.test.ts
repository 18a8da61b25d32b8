import { beforeAll, describe, expect, test } from 'vitest';
import { query } from '../support/door.ts';
import { hostServer, type Opened } from './kit.ts';

// Where more fits than is ranked: what is said of the newest, of the best and of what helped most holds all the same.

const tickets = hostServer('tickets');
const kb = hostServer('kb');

type Filled = { count: number; minutesApart: number; title: string; description: string };

/** TKT-100001 and so on, the last of them written now. */
async function fill({ db }: Opened, { count, minutesApart, title, description }: Filled): Promise<void> {
  await query(
    tickets.url(),
    `insert into it.tickets (tenant, id, customer_id, requester, title, description, status, priority, category, os, tags,
            created_at, response_due_at, resolution_due_at)
     select '${db.tenant}', 'TKT-' || (100000 + n), 'CUST-001', 'Kevin Tran', ${title}, '${description}', 'open', 'low', 'system',
            'windows', '{citrix}', at, at + interval '1 day', at + interval '2 days'
       from generate_series(1, ${count}) n, lateral (
              select now() - interval '1 minute' * ${minutesApart} * (${count} - n) as at) written`,
  );
}
const found = (data: Record<string, unknown> | undefined) =>
  ((data?.tickets ?? []) as { id: string }[]).map(({ id }) => id);

describe.each([
  ['in two days', 1],
  ['in two months', 30],
  ['in years', 600],
])('3,000 tickets %s', (written, minutesApart) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await tickets.open(written);
    const [title, description] = ["'Citrix hangs'", 'Citrix hangs'];
    await fill(opened, { count: 3000, minutesApart, title, description });
  });

  test.each([{ query: 'citrix' }, { tag: 'citrix' }, { query: 'citrix hangs', os: 'windows' }])(
    'the newest of %o are the newest, page after page',
    async (asked) => {
      for (const offset of [0, 95, 600, 1500]) {
        const said = await opened.call('search_tickets', { ...asked, sort: 'newest', limit: 10, offset });
        expect(found(said.data)).toEqual(Array.from({ length: 10 }, (_, at) => `TKT-${103_000 - offset - at}`));
        expect(said.data).toMatchObject({ more: true, next_offset: offset + 10 });
      }
      const last = await opened.call('search_tickets', { ...asked, sort: 'newest', limit: 10, offset: 2990 });
      expect(found(last.data)).toHaveLength(10);
      expect(last.data).toMatchObject({ total: 3000, more: false, next_offset: null });
    },
  );
});

test.each([
  [100, false],
  [101, true],
])('of %i that fit it says whether there are more: %s', async (count, more) => {
  const opened = await tickets.open();
  await fill(opened, { count, minutesApart: 7, title: "'Citrix hangs'", description: 'Slow' });
  const said = await opened.call('search_tickets', { query: 'citrix' });
  expect(said.data).toMatchObject({ total: 100, more });
  expect(said.text.includes('or more')).toBe(more);
  const alike = await opened.call('find_similar_tickets', { text: 'citrix hangs' });
  expect(alike.data).toMatchObject({ more });
});

test('the best match is first, though 400 newer ones name the word in passing', async () => {
  const opened = await tickets.open();
  const title = "case n when 1 then 'Citrix hangs' else 'Something else' end";
  await fill(opened, { count: 401, minutesApart: 5, title, description: 'Also seen: Citrix' });
  const { data } = await opened.call('search_tickets', { query: 'citrix', limit: 1 });
  expect(data).toMatchObject({ tickets: [{ id: 'TKT-100001', relevance: 1 }], more: true });
});

test.each([35, 1200])('what resolved most comes first among %i newer articles', async (count) => {
  const { call, db } = await kb.open();
  await query(
    kb.url(),
    `insert into it.articles (tenant, id, title, product, category, os, tags, problem, symptoms, cause, steps, author, created_at, updated_at)
     select '${db.tenant}', 'KB-' || (1000 + n), 'Windows tip ' || n, 'Windows 11', 'system', 'windows', '{}', 'Printing fails.', '{}', 'None',
            '[]', 'Somebody', now(), now() from generate_series(1, ${count}) n`,
  );
  const resolves = (article: string, times: number) =>
    query(
      kb.url(),
      `insert into it.ticket_articles (tenant, ticket_id, article_id, resolved)
       select '${db.tenant}', id, '${article}', true from it.tickets where tenant = '${db.tenant}' order by id limit ${times}`,
    );
  await resolves('KB-1007', 3);
  await resolves('KB-1001', 5);
  for (const asked of [
    { product: 'Windows' },
    { product: 'windows 11', issue: 'printing' },
    { issue: 'windows tip' },
  ]) {
    expect(await call('get_common_fixes', { ...asked, limit: 2 })).toMatchObject({
      data: {
        fixes: [
          { article_id: 'KB-1001', resolved_tickets: 5 },
          { article_id: 'KB-1007', resolved_tickets: 3 },
        ],
      },
    });
  }
});
