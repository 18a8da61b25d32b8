import { describe, expect, test } from 'vitest';
import { servers } from '../../mcp-servers/servers.ts';
import { describeEffect } from './effects.ts';
import { answersOf, atOnce, hostServer, type Said, today } from './kit.ts';

const host = hostServer('notion');
const lock = { title: 'Lock of Case 3 sticks', description: 'Needs oil, or a new one.' };

/** Ids of an answer of list_issues, in its order. */
const idsOf = ({ data }: Said) => (data as { issues: { id: string }[] }).issues.map(({ id }) => id);

describe('the tools', () => {
  test('are these, and say truthfully which of them change something', async () => {
    const { client } = await host.open();
    const { tools } = await client.listTools();
    const readOnly = tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint]);
    expect(readOnly).toEqual([
      ['get_issue', true],
      ['list_issues', true],
      ['create_issue', false],
    ]);
    expect(tools.every((tool) => tool.outputSchema && tool.description)).toBe(true);
  });

  test.each([
    [
      'get_issue',
      { issue_id: 'ISSUE-008' },
      {
        title: 'Resize the morganite ring before it ships',
        status: 'in_progress',
        priority: 'high',
        labels: ['repair'],
        assignee: 'Jon',
        customer_id: 'CUST-005',
        order_id: 'ORD-1016',
        sku: 'RNG-RSG-001',
        opened_on: '2026-11-16',
        closed_on: null,
      },
    ],
    ['get_issue', { issue_id: 'ISSUE-003' }, { status: 'done', sku: null, closed_on: '2026-11-11' }],
    ['get_issue', { issue_id: 'ISSUE-004' }, { assignee: null, priority: 'low' }],
    ['list_issues', {}, { total: 12, next_offset: null }],
    ['list_issues', { limit: 5, offset: 5 }, { total: 12, next_offset: 10 }],
    ['list_issues', { offset: 12 }, { total: 12, issues: [], next_offset: null }],
    ['list_issues', { query: 'loose clasp', offset: 1 }, { total: 1, issues: [] }],
    ['list_issues', { status: 'done' }, { total: 2, issues: [{ match: null }, { match: null }] }],
    ['list_issues', { status: 'in_progress' }, { total: 3 }],
    ['list_issues', { status: 'unfinished' }, { total: 10 }],
    ['list_issues', { priority: 'urgent' }, { total: 2 }],
    ['list_issues', { assignee: 'maya' }, { total: 3 }],
    ['list_issues', { label: 'repair', status: 'unfinished' }, { total: 3 }],
    ['list_issues', { label: 'repair', assignee: 'Jon', priority: 'high', status: 'open' }, { total: 1 }],
  ])('%s %o', answersOf(host, 'read only'));

  test('say in their text what matters', async () => {
    const { call } = await host.open('read only');
    const listed = await call('list_issues', { label: 'payment' });
    expect(listed.text).toBe(
      '1 of 1 issues: ISSUE-011 "Bank transfer of David Chen is still missing" (medium, open, Jon, about CUST-007, ORD-1023).',
    );
    expect((await call('list_issues', { offset: 12 })).text).toBe('There are 12; offset 12 is beyond the end.');
    const { text } = await call('get_issue', { issue_id: 'ISSUE-004' });
    expect(text).toContain('nobody assigned, about CUST-003, ORD-1010, NCK-PLT-001), service, opened 2026-11-06: ');
    expect(text).toContain('Agree on ten days');
  });

  test.each([
    ['newest first', {}, ['ISSUE-012', 'ISSUE-011', 'ISSUE-010']],
    ['newest first, after a page', { offset: 2 }, ['ISSUE-010', 'ISSUE-009', 'ISSUE-008']],
    ['oldest first', { sort: 'oldest' }, ['ISSUE-001', 'ISSUE-002', 'ISSUE-003']],
    ['most urgent first', { sort: 'priority', status: 'unfinished' }, ['ISSUE-010', 'ISSUE-005', 'ISSUE-008']],
    ['what fits, newest first', { query: 'repair', sort: 'newest' }, ['ISSUE-008', 'ISSUE-007', 'ISSUE-001']],
    ['what fits, best first', { query: 'Lisa Park clasp' }, ['ISSUE-001', 'ISSUE-012']],
    ['what fits within a filter', { query: 'lisa clasp', assignee: 'Maya' }, ['ISSUE-012', 'ISSUE-009']],
  ])('list_issues sorts %s', async (_, args, ids) => {
    const { call } = await host.open('read only');
    expect(idsOf(await call('list_issues', { ...args, limit: 3 }))).toEqual(ids);
  });

  test.each([
    ['loose clasp', 'ISSUE-001'],
    ['clasps', 'ISSUE-001'],
    ['LOOSE CALSP', 'ISSUE-001'],
    ['pendnat', 'ISSUE-001'],
    ['resizing', 'ISSUE-008'],
    ['adress heirlom', 'ISSUE-010'],
    ['CUST-007', 'ISSUE-011'],
    ['ord-1016', 'ISSUE-008'],
    ['issue-006', 'ISSUE-006'],
    ["what about O'Brien?", 'ISSUE-005'],
    ['Lisa Parker', 'ISSUE-012'],
    ['the supplier of the bangle', 'ISSUE-006'],
    ['Insurance appraisals take three weeks', 'ISSUE-004'],
    ['payment', 'ISSUE-011'],
  ])('list_issues understands %s', async (query, id) => {
    const { call } = await host.open('read only');
    expect(idsOf(await call('list_issues', { query }))).toEqual([id]);
  });

  test.each([
    ['pendnat', /^No issue has all of "pendnat"\. The nearest 1: ISSUE-/],
    ['loose calsp', /^No issue has all of "loose calsp"\. The nearest 1: ISSUE-/],
    ['loose clasp', /^1 of 1 issues: /],
    ['suppl bangle', /^1 of 1 issues: /],
  ])('list_issues calls a guess a guess: %s', async (query, said) => {
    const { call } = await host.open('read only');
    expect((await call('list_issues', { query })).text).toMatch(said);
  });

  test.each(['zebedee', 'ORD-1017', 'of the', '%_', "';--"])('list_issues says that nothing fits %s', async (query) => {
    const { call } = await host.open('read only');
    const said = await call('list_issues', { query });
    expect(said).toMatchObject({ isError: false, data: { total: 0, issues: [], next_offset: null } });
    expect(said.text).toContain('without arguments');
  });

  test.each([
    ['get_issue', { issue_id: '1' }, 'ISSUE-001'],
    ['get_issue', { issue_id: 'ISSUE-1' }, 'list_issues'],
    ['get_issue', { issue_id: 'ISSUE-0003' }, 'looks like ISSUE-001'],
    ['get_issue', { issue_id: 'ISSUE-999' }, 'There is no issue ISSUE-999'],
    ['list_issues', { query: 'a\0b' }, 'NUL'],
    ['list_issues', { query: 'x' }, 'query'],
    ['list_issues', { status: 'closed' }, 'unfinished'],
    ['list_issues', { priority: 'blocker' }, 'urgent'],
    ['list_issues', { label: 'repairs' }, 'repair'],
    ['list_issues', { sort: 'random' }, 'newest'],
    ['list_issues', { limit: 51 }, '50'],
    ['create_issue', { title: 'ab', description: 'x' }, 'title'],
    ['create_issue', { title: 'Lock sticks', description: ' ' }, 'description'],
    ['create_issue', { title: 'Lock\0sticks', description: 'x' }, 'NUL'],
    ['create_issue', { ...lock, priority: 'asap' }, 'urgent'],
    ['create_issue', { ...lock, labels: ['lock'] }, 'shop'],
    ['create_issue', { ...lock, customer_id: 'Lisa Park' }, 'search_customers'],
    ['create_issue', { ...lock, order_id: '1001' }, 'list_orders'],
    ['create_issue', { ...lock, sku: 'the ring' }, 'list_inventory'],
  ])('%s %o is refused and says what to do', async (tool, args, hint) => {
    const { call, db } = await host.open('read only');
    expect(await call(tool, args)).toMatchObject({ isError: true, text: expect.stringContaining(hint) });
    expect(await db.prisma.notionIssue.count()).toBe(12);
  });
});

describe('create_issue', () => {
  test('opens an issue that is found at once', async () => {
    const { call } = await host.open();
    const refers = { customer_id: 'CUST-001', order_id: 'ORD-1001', sku: 'NCK-GLD-001' };
    const args = { ...lock, priority: 'high', labels: ['shop', 'repair', 'shop'], assignee: 'Jon', ...refers };
    const said = await call('create_issue', args);
    expect(said.text).toBe(
      'ISSUE-013 "Lock of Case 3 sticks" (high, open, Jon, about CUST-001, ORD-1001, NCK-GLD-001) was opened; ' +
        'there are 13 issues now.',
    );
    expect(said.data).toMatchObject({
      issue: { id: 'ISSUE-013', labels: ['shop', 'repair'], closed_on: null, ...refers },
      before: { issues: 12 },
      after: { issues: 13 },
    });
    const found = await call('list_issues', { query: lock.title });
    expect(found.data).toMatchObject({ issues: [{ id: 'ISSUE-013', match: 1 }] });
    expect((await call('get_issue', { issue_id: 'ISSUE-013' })).data).toMatchObject(lock);
  });

  test('needs only a title and a description', async () => {
    const { call } = await host.open();
    const { data } = await call('create_issue', lock);
    expect(data?.issue).toMatchObject({ priority: 'medium', status: 'open', labels: [], assignee: null, sku: null });
  });

  test('takes any text, tells it in one line and finds it', async () => {
    const { call } = await host.open();
    const description = `Two lines:\n${'ü'.repeat(600)} %s ' $1 \\`;
    await call('create_issue', { title: 'Vitrine\nklemmt', description });
    const said = await call('get_issue', { issue_id: 'ISSUE-013' });
    expect(said).toMatchObject({ isError: false, data: { description } });
    expect(said.text).not.toContain('\n');
    expect(idsOf(await call('list_issues', { query: 'vitrien' }))).toEqual(['ISSUE-013']);
  });

  test('gives ten at once ten ids without a gap, though some are refused', async () => {
    const { call, db } = await host.openBusy();
    const said = await atOnce(14, (at) =>
      call('create_issue', { ...lock, title: at % 7 === 0 ? '' : `Lock ${at}` }, `key-${at}`),
    );
    expect(said.filter((each) => each.isError)).toHaveLength(2);
    const rows = await db.prisma.notionIssue.findMany({ orderBy: { number: 'asc' }, select: { number: true } });
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 24 }, (_, at) => at + 1));
    const counts = said.flatMap(({ data }) => (data ? [(data.after as { issues: number }).issues] : []));
    expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, at) => at + 13));
  });
});

describeEffect('notion', host, 'create_issue', {
  args: lock,
  others: { ...lock, title: 'Lock of Case 4 sticks' },
  trace: ({ prisma }) => prisma.notionIssue.count(),
});

test('the demonstration issues are numbered as they were opened', async () => {
  const { call } = await host.open('read only');
  const ids = idsOf(await call('list_issues', { sort: 'oldest' }));
  expect(ids).toEqual(ids.toSorted());
});

test('the demonstration issues name customers, orders and items that there are', async () => {
  const { db } = await host.open();
  await servers.jewelryops.seed(db, today);
  const lost = await db.prisma.$queryRaw`
    select number from notion.issues i
    where customer_id is not null and not exists (select from jewelryops.customers where id = i.customer_id)
      or order_id is not null and not exists (
        select from jewelryops.orders o where o.id = i.order_id and o.customer_id = i.customer_id)
      or sku is not null and not exists (select from jewelryops.inventory_items where sku = i.sku)
      or sku is not null and order_id is not null and not exists (
        select from jewelryops.order_lines l where l.order_id = i.order_id and l.sku = i.sku)`;
  expect(lost).toEqual([]);
});

test.each(["update notion.issues set status = 'open'", 'delete from notion.issues'])('no tool may %s', async (sql) => {
  const { db } = await host.open('read only');
  await expect(db.prisma.$executeRawUnsafe(sql)).rejects.toThrow('permission denied');
});
