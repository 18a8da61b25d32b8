import { z } from 'zod';
import { Prisma } from '../../../../prisma/client/client.ts';
import { done } from '../../../kit/answers.ts';
import type { ToolDatabase } from '../../../kit/database.ts';
import { asDay, day } from '../../../kit/fields.ts';
import { listing, page, pageOf, paging } from '../../../kit/pages.ts';
import { defineTool } from '../../../kit/tool.ts';
import { assetId, customerId } from '../../fields.ts';
import { isCustomer, noSuchAsset, noSuchCustomer } from '../../records.ts';
import { fromToday, SOON_DAYS, today } from '../../today.ts';

const input = z
  .strictObject({
    asset_id: assetId.optional(),
    customer_id: customerId.optional().describe('All warranties of this customer, for example CUST-001'),
    ending_within_days: z
      .int()
      .min(0)
      .max(3650)
      .optional()
      .describe('Only warranties that end today or in at most so many days, for example 60; not the expired ones'),
    ...paging,
  })
  .refine(
    ({ asset_id, customer_id, ending_within_days }) =>
      asset_id === undefined || (customer_id === undefined && ending_within_days === undefined),
    'asset_id asks for one warranty: give it alone, or customer_id and ending_within_days without it',
  );
type Input = z.infer<typeof input>;

const warranty = z.object({
  asset_id: assetId,
  customer_id: customerId,
  company: z.string(),
  hostname: z.string(),
  model: z.string(),
  status: z
    .enum(['active', 'expiring_soon', 'expired'])
    .describe(`expiring_soon: it ends within ${SOON_DAYS} days, the last day included`),
  ends_on: day.describe('Its last day'),
  days_left: z.int().describe('Until its last day; below 0 since it expired'),
  provider: z.string(),
  coverage: z.string(),
});
type Warranty = z.infer<typeof warranty>;
type Row = Omit<Warranty, 'status' | 'ends_on'> & { ends_on: Date };

export const checkWarranty = defineTool({
  name: 'check_warranty',
  title: 'Check warranties',
  description:
    'Whether the warranty of an asset is active, expiring soon or expired, its last day, provider and coverage. Also ' +
    'those of a customer, or of all, that end within some days. For example {"asset_id": "AST-SRV-001"} or ' +
    '{"ending_within_days": 60}.',
  does: 'reads',
  input,
  output: z.object({ warranties: z.array(warranty).describe('The first to end first'), ...page }),
  async run(db, asked) {
    const [total, rows] = await find(db, asked);
    if (total === 0 && asked.asset_id !== undefined) return noSuchAsset(asked.asset_id);
    const id = asked.customer_id;
    if (total === 0 && id !== undefined && !(await isCustomer(db, id))) return noSuchCustomer(id);
    const warranties = rows.map((row) => ({ ...row, ends_on: asDay(row.ends_on), status: statusOf(row.days_left) }));
    const whose = id ? ` of ${id}` : '';
    const when = asked.ending_within_days === undefined ? '' : ` that end within ${asked.ending_within_days} days`;
    const text = listing(asked, total, warranties, { of: `warranties${whose}${when}`, line: lineOf });
    return done(text, { warranties, ...pageOf(asked, total) });
  },
});

async function find({ prisma, tenant }: ToolDatabase, asked: Input): Promise<[number, Row[]]> {
  const { asset_id, customer_id, ending_within_days: within } = asked;
  const which = Prisma.join(
    [
      Prisma.sql`a.tenant = ${tenant}`,
      ...(asset_id === undefined ? [] : [Prisma.sql`a.id = ${asset_id}`]),
      ...(customer_id === undefined ? [] : [Prisma.sql`a.customer_id = ${customer_id}`]),
      ...(within === undefined ? [] : [Prisma.sql`a.warranty_ends_on between ${today} and ${today} + ${within}::int`]),
    ],
    ' and ',
  );
  const [counted, rows] = await Promise.all([
    prisma.$queryRaw<{ total: number }[]>`select count(*)::int as total from it.assets a where ${which}`,
    prisma.$queryRaw<Row[]>`
      select a.id as asset_id, a.customer_id, c.company, a.hostname, a.maker || ' ' || a.model as model,
        a.warranty_ends_on as ends_on, a.warranty_ends_on - ${today} as days_left,
        a.warranty_provider as provider, a.warranty_coverage as coverage
      from it.assets a join it.customers c on c.tenant = a.tenant and c.id = a.customer_id
      where ${which}
      order by a.warranty_ends_on, a.id limit ${asked.limit} offset ${asked.offset}`,
  ]);
  return [counted[0]?.total ?? 0, rows];
}

function statusOf(daysLeft: number): Warranty['status'] {
  if (daysLeft < 0) return 'expired';
  return daysLeft <= SOON_DAYS ? 'expiring_soon' : 'active';
}

function lineOf(each: Warranty): string {
  const end = `${each.days_left < 0 ? 'ended' : 'ends'} ${each.ends_on} (${fromToday(each.days_left)})`;
  return (
    `${each.asset_id} ${each.hostname} of ${each.company} (${each.customer_id}): ${each.status}, ${end}, ` +
    `${each.provider}, ${each.coverage}`
  );
}
