import { z } from 'zod';
import { Prisma } from '../../../../prisma/client/client.ts';
import { done } from '../../../kit/answers.ts';
import type { ToolDatabase } from '../../../kit/database.ts';
import { dayInput } from '../../../kit/fields.ts';
import { defineTool } from '../../../kit/tool.ts';
import { customerId, inOrder, priority } from '../../fields.ts';
import { isCustomer, noSuchCustomer } from '../../records.ts';
import { anyOs, category } from '../../support.ts';
import { status } from '../tickets.ts';

const input = z
  .strictObject({
    customer_id: customerId.optional().describe('Only tickets of this customer, for example CUST-001'),
    from: dayInput.optional().describe('Only tickets opened on this day (UTC) or later, for example 2026-11-01'),
    to: dayInput.optional().describe('Only tickets opened on this day (UTC) or earlier'),
  })
  .refine(...inOrder);
type Input = z.infer<typeof input>;

const count = z.int().min(0);
const hours = z.number().min(0).nullable().describe('In hours; null where there is none');
const output = z.object({
  total: count,
  unresolved: count.describe('open, in_progress or waiting'),
  by_status: z.record(status, count),
  by_priority: z.record(priority, count),
  by_category: z.record(category, count),
  by_os: z.record(anyOs, count),
  overdue: count.describe('Unresolved, and later than the SLA promises'),
  mean_open_age_hours: hours.describe('How old unresolved tickets are, in hours; null where there is none'),
  oldest_open: z.object({ id: z.string(), age_hours: z.number() }).nullable(),
  mean_first_response_hours: hours,
  mean_resolution_hours: hours,
  resolved_in_time_percent: z
    .number()
    .min(0)
    .max(100)
    .nullable()
    .describe('Of the resolved ones; null where there is none'),
});
type Shown = z.infer<typeof output>;

export const getTicketMetrics = defineTool({
  name: 'get_ticket_metrics',
  title: 'Get ticket metrics',
  description:
    'Counts of tickets by status, priority, category and system, how old the unresolved ones are, and how fast tickets ' +
    'were answered and resolved: of all, of days ({"from": "2026-11-01", "to": "2026-11-20"}) or of a customer.',
  does: 'reads',
  input,
  output,
  async run(db, asked) {
    const { customer_id: id } = asked;
    if (id && !(await isCustomer(db, id))) return noSuchCustomer(id);
    const [groups, [times]] = [await countGroups(db, asked), await measure(db, asked)];
    const measured = measures.parse(times);
    const shown = { ...countsOf(groups), ...measured };
    return done(textOf(shown, asked), shown);
  },
});

type Group = { dimension: string; value: string; tickets: number };

function fitting({ tenant }: ToolDatabase, { customer_id, from, to }: Input): Prisma.Sql {
  const [customer, first, last] = [customer_id ?? null, from ?? null, to ?? null];
  return Prisma.sql`tenant = ${tenant} and (${customer}::text is null or customer_id = ${customer})
    and (${first}::date is null or created_at >= (${first}::date)::timestamp at time zone 'utc')
    and (${last}::date is null or created_at < (${last}::date + 1)::timestamp at time zone 'utc')`;
}

function countGroups(db: ToolDatabase, asked: Input): Promise<Group[]> {
  return db.prisma.$queryRaw<Group[]>`
    select case when status is not null then 'status' when priority is not null then 'priority'
        when category is not null then 'category' else 'os' end as dimension,
      coalesce(status, priority, category, os) as value, count(*)::int as tickets
    from it.tickets where ${fitting(db, asked)}
    group by grouping sets (status, priority, category, os)`;
}

const measures = output.pick({
  overdue: true,
  mean_open_age_hours: true,
  oldest_open: true,
  mean_first_response_hours: true,
  mean_resolution_hours: true,
  resolved_in_time_percent: true,
});

function measure(db: ToolDatabase, asked: Input): Promise<unknown[]> {
  return db.prisma.$queryRaw<unknown[]>`
    with asked as (
      select id, resolved_at, resolution_due_at, now() - created_at as age, first_response_at - created_at as answered_in,
        resolved_at - created_at as resolved_in from it.tickets where ${fitting(db, asked)}
    ), hours as (
      select *, round(extract(epoch from age) / 3600, 1)::float8 as age_hours from asked
    )
    select count(*) filter (where resolved_at is null and resolution_due_at < now())::int as overdue,
      round(extract(epoch from avg(age) filter (where resolved_at is null)) / 3600, 1)::float8 as mean_open_age_hours,
      (select jsonb_build_object('id', id, 'age_hours', age_hours) from hours where resolved_at is null
        order by age desc, id limit 1) as oldest_open,
      round(extract(epoch from avg(answered_in)) / 3600, 1)::float8 as mean_first_response_hours,
      round(extract(epoch from avg(resolved_in)) / 3600, 1)::float8 as mean_resolution_hours,
      round(100.0 * count(*) filter (where resolved_at <= resolution_due_at) / nullif(count(resolved_at), 0), 1)::float8
        as resolved_in_time_percent
    from hours`;
}

function countsOf(groups: Group[]) {
  const by = <Value extends string>(dimension: string, values: readonly Value[]) => {
    const counted = (value: Value) => groups.find((g) => g.dimension === dimension && g.value === value)?.tickets ?? 0;
    return Object.fromEntries(values.map((value) => [value, counted(value)])) as Record<Value, number>;
  };
  const byStatus = by('status', status.options);
  const { open, in_progress, waiting, resolved, closed } = byStatus;
  const unresolved = open + in_progress + waiting;
  return {
    total: unresolved + resolved + closed,
    unresolved,
    by_status: byStatus,
    by_priority: by('priority', priority.options),
    by_category: by('category', category.options),
    by_os: by('os', anyOs.options),
  };
}

function textOf(shown: Shown, { customer_id, from, to }: Input): string {
  const of = [customer_id && ` of ${customer_id}`, from && ` from ${from}`, to && ` to ${to}`].filter(Boolean).join('');
  if (shown.total === 0) return `There are no tickets${of}. Ask for other days or another customer.`;
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .filter(([, tickets]) => tickets > 0)
      .map(([name, tickets]) => `${tickets} ${name}`)
      .join(', ');
  const inHours = (value: number | null) => (value === null ? 'unknown' : `${value} hours`);
  const oldest = shown.oldest_open
    ? `, the oldest is ${shown.oldest_open.id} (${shown.oldest_open.age_hours} hours)`
    : '';
  const inTime = shown.resolved_in_time_percent;
  return (
    `${shown.total} tickets${of}: ${list(shown.by_status)}. By priority: ${list(shown.by_priority)}. ` +
    `By category: ${list(shown.by_category)}. By system: ${list(shown.by_os)}. ` +
    `${shown.unresolved} unresolved, ${shown.overdue} of them overdue${oldest}; mean age ${inHours(shown.mean_open_age_hours)}. ` +
    `First response after ${inHours(shown.mean_first_response_hours)}, resolution after ${inHours(shown.mean_resolution_hours)} ` +
    `on average${inTime === null ? '' : `, ${inTime} % resolved in time`}.`
  );
}
