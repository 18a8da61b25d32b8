import { z } from 'zod';
import { Prisma } from '../../../../prisma/client/client.ts';
import { done, type Refused, refused } from '../../../kit/answers.ts';
import type { ToolDatabase } from '../../../kit/database.ts';
import { asDay, day } from '../../../kit/fields.ts';
import { defineTool } from '../../../kit/tool.ts';
import { customerId, exactlyOneOf, priority, tier } from '../../fields.ts';
import { isCustomer, noSuchCustomer } from '../../records.ts';

const input = z
  .strictObject({ customer_id: customerId.optional(), tier: tier.optional() })
  .refine(...exactlyOneOf('customer_id', 'tier'));
type Input = z.infer<typeof input>;

const target = z.object({
  priority,
  response: z.string().describe('Until somebody answers, for example 15 minutes'),
  response_minutes: z.int(),
  resolution: z.string().describe('Until it works again, for example 4 hours'),
  resolution_minutes: z.int(),
});
const output = z.object({
  customer_id: customerId.nullable(),
  company: z.string().nullable(),
  tier,
  own_terms: z
    .boolean()
    .describe('True where this customer has agreed on terms of its own, false for those of the tier'),
  targets: z.array(target).describe('Per priority of a ticket, the most urgent first'),
  support_hours: z.string(),
  uptime: z.string().describe('Promised uptime per month, for example 99.95%'),
  credits: z.string().describe('What a missed target gives back'),
  effective_on: day,
  review_on: day.describe('When the terms are looked at again'),
});
type Shown = z.infer<typeof output>;
type Row = {
  company: string | null;
  tier: string;
  own_terms: boolean;
  targets: { priority: string; response: number; resolution: number }[];
  support_hours: string;
  uptime: string;
  credit: number;
  cap: number;
  effective_on: Date;
  review_on: Date;
};

export const getSlaTerms = defineTool({
  name: 'get_sla_terms',
  title: 'Get service level terms',
  description:
    'The service level terms that hold for a customer (its own where it has them), or those of a tier: response and ' +
    'resolution times per priority, support hours, uptime, credits, review date. For example {"customer_id": "CUST-001"}.',
  does: 'reads',
  input,
  output,
  async run(db, asked) {
    const row = await find(db, asked);
    if (!row) return noneFound(db, asked);
    const targets = row.targets.map((each) => ({
      priority: priority.parse(each.priority),
      response: lasting(each.response),
      response_minutes: each.response,
      resolution: lasting(each.resolution),
      resolution_minutes: each.resolution,
    }));
    const shown: Shown = {
      customer_id: asked.customer_id ?? null,
      company: row.company,
      tier: tier.parse(row.tier),
      own_terms: row.own_terms,
      targets,
      support_hours: row.support_hours,
      uptime: `${Number(row.uptime)}%`,
      credits: creditsOf(row),
      effective_on: asDay(row.effective_on),
      review_on: asDay(row.review_on),
    };
    return done(textOf(shown), shown);
  },
});

async function find({ prisma, tenant }: ToolDatabase, asked: Input): Promise<Row | undefined> {
  const whose =
    asked.customer_id === undefined
      ? Prisma.sql`select null::text as id, null::text as company, ${asked.tier}::text as tier`
      : Prisma.sql`select id, company, tier from it.customers where tenant = ${tenant} and id = ${asked.customer_id}`;
  const [row] = await prisma.$queryRaw<Row[]>`
    select whose.company, whose.tier, t.customer_id is not null as own_terms, t.support_hours,
      t.uptime_percent::text as uptime, t.credit_percent as credit, t.credit_cap_percent as cap, t.effective_on, t.review_on,
      (select coalesce(jsonb_agg(jsonb_build_object(
          'priority', priority, 'response', response_minutes, 'resolution', resolution_minutes
        ) order by response_minutes, resolution_minutes), '[]')
        from it.sla_targets where tenant = t.tenant and terms_id = t.id) as targets
    from (${whose}) whose
    join it.sla_terms t on t.tenant = ${tenant}
      and (t.customer_id = whose.id or (t.customer_id is null and t.tier = whose.tier))
    order by t.customer_id nulls last limit 1`;
  return row;
}

async function noneFound(db: ToolDatabase, asked: Input): Promise<Refused> {
  const id = asked.customer_id;
  if (id !== undefined && !(await isCustomer(db, id))) return noSuchCustomer(id);
  return refused(
    `No terms are written down for ${id ?? `the ${asked.tier} tier`}. Ask the account manager of the customer.`,
  );
}

function lasting(minutes: number): string {
  if (minutes % 60 !== 0) return `${minutes} minutes`;
  return minutes === 60 ? '1 hour' : `${minutes / 60} hours`;
}

function creditsOf({ credit, cap }: Row): string {
  if (credit === 0) return 'No credits';
  return `${credit}% of the monthly fee for each missed target, at most ${cap}% a month`;
}

function textOf(shown: Shown): string {
  const whose = shown.company
    ? `${shown.company} (${shown.customer_id}), ${shown.tier} tier`
    : `The ${shown.tier} tier`;
  const kind = shown.own_terms ? 'terms of its own' : 'the terms of the tier';
  const times = shown.targets.map((each) => `${each.priority} ${each.response} / ${each.resolution}`).join(', ');
  return (
    `${whose}, ${kind}: response / resolution ${times}; support ${shown.support_hours}; uptime ${shown.uptime}; ` +
    `credits: ${shown.credits}; in force since ${shown.effective_on}, to be reviewed on ${shown.review_on}.`
  );
}
