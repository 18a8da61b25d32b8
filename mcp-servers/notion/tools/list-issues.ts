import { z } from 'zod';
import { Prisma } from '../../../prisma/client/client.ts';
import { done } from '../../kit/answers.ts';
import { words } from '../../kit/fields.ts';
import { listing, page, pageOf, paging } from '../../kit/pages.ts';
import { defineTool } from '../../kit/tool.ts';
import { issueStatus, label, priority } from '../fields.ts';
import { type IssueRow, issue, issueLine, showIssue } from '../issues.ts';
import { scoresOf } from '../search.ts';

const input = z.strictObject({
  query: words(2, 200)
    .optional()
    .describe(
      'Words to look for in titles, descriptions, names and ids; typing errors are forgiven. ' +
        'For example "loose clasp", "Lisa Park" or "ORD-1016"',
    ),
  status: z
    .enum([...issueStatus.options, 'unfinished'])
    .optional()
    .describe('unfinished: open or in_progress, which is what people mostly mean by open issues'),
  priority: priority.optional(),
  assignee: words(1, 100).optional().describe('Only those of this person, in any case, for example Jon'),
  label: label.optional(),
  sort: z
    .enum(['best', 'newest', 'oldest', 'priority'])
    .optional()
    .describe('best: how well it fits the query, as it is where there is one; without a query, newest'),
  ...paging,
});
type Input = z.infer<typeof input>;

const match = z.number().min(0).max(1).nullable().describe('How well it fits the query: 1 is exact; null without one');
/** `held`: some issue has all the words of the query. */
type Found = { total: number; held: boolean | null; rows: (Omit<IssueRow, 'createdAt' | 'closedAt'> & Scored)[] };
type Scored = { match: number; createdAt: string; closedAt: string | null };

export const listIssues = defineTool({
  name: 'list_issues',
  title: 'List issues',
  description:
    'Issues by status, priority, assignee, label or words, a page at a time, for example {"status": "unfinished", ' +
    '"label": "repair"} or {"query": "loose clasp"}. The whole description of one is shown by get_issue.',
  does: 'reads',
  input,
  output: z.object({
    issues: z.array(issue.extend({ match })),
    ...page,
  }),
  async run({ prisma, tenant }, asked) {
    const [found] = await prisma.$queryRaw<Found[]>`
      with scored as (${scores(tenant, asked.query)}), filtered as (
        select issues.*, match, held, array_position(array['urgent', 'high', 'medium', 'low'], priority) as rank
        from notion.issues join scored using (number)
        where tenant = ${tenant} ${filters(asked)}
      ), fitting as (
        select * from filtered where match >= 0.3 and match >= 0.65 * (select max(match) from filtered)
      ), paged as (
        select row_number() over (order by ${order(asked)}) as place, fitting.*
        from fitting order by place limit ${asked.limit} offset ${asked.offset}
      )
      select (select count(*)::int from fitting) as total, (select bool_or(held) from fitting) as held, coalesce(jsonb_agg(jsonb_build_object(
        'number', number, 'title', title, 'status', status, 'priority', priority, 'labels', labels, 'assignee', assignee,
        'customerId', customer_id, 'orderId', order_id, 'sku', sku, 'createdAt', created_at, 'closedAt', closed_at,
        'match', match
      ) order by place), '[]') as rows
      from paged`;
    const { total, held, rows } = found ?? { total: 0, held: null, rows: [] };
    const issues = rows.map(({ match, createdAt, closedAt, ...row }) => {
      const dates = { createdAt: new Date(createdAt), closedAt: closedAt === null ? null : new Date(closedAt) };
      return { ...showIssue({ ...row, ...dates }), match: asked.query === undefined ? null : match };
    });
    // A guess is called one: Marcus Webb is not the Mark Weber who was asked for.
    const guess = held === false && `No issue has all of "${asked.query}".`;
    const text = listing(asked, total, issues, { of: 'issues', line: issueLine, none: NONE, guess });
    return done(text, { issues, ...pageOf(asked, total) });
  },
});

const NONE = 'No issue fits. Try other words, or leave out a filter: list_issues without arguments shows all of them.';

function scores(tenant: string, query: string | undefined): Prisma.Sql {
  if (query !== undefined) return scoresOf(tenant, query);
  return Prisma.sql`select number, 1::float8 as match, true as held from notion.issues where tenant = ${tenant}`;
}

function filters({ status, priority, assignee, label }: Input): Prisma.Sql {
  const open = Prisma.sql`and status <> 'done'`;
  return Prisma.sql`
    ${status === undefined ? Prisma.empty : status === 'unfinished' ? open : Prisma.sql`and status = ${status}`}
    ${priority === undefined ? Prisma.empty : Prisma.sql`and priority = ${priority}`}
    ${assignee === undefined ? Prisma.empty : Prisma.sql`and lower(assignee) = lower(${assignee})`}
    ${label === undefined ? Prisma.empty : Prisma.sql`and ${label} = any(labels)`}`;
}

function order({ sort, query }: Input): Prisma.Sql {
  const kind = sort ?? (query === undefined ? 'newest' : 'best');
  if (kind === 'oldest') return Prisma.sql`created_at, number`;
  if (kind === 'priority') return Prisma.sql`rank, created_at desc, number desc`;
  if (kind === 'best') return Prisma.sql`match desc, created_at desc, number desc`;
  return Prisma.sql`created_at desc, number desc`;
}
