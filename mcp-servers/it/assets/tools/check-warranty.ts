import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { Prisma } from '../../../../prisma/client/client.ts';
import { type Answer, answer } from '../../../answers.ts';
import type { ToolDatabase } from '../../../database.ts';
import { asDay, day, donePage, nextOffset, page, paging, reads } from '../../../fields.ts';
import { assetId, customerId } from '../../fields.ts';
import { beyondEnd } from '../../pages.ts';
import { isCustomer, noSuchAsset, noSuchCustomer } from '../../records.ts';
import { fromToday, SOON_DAYS, today } from '../../today.ts';

const inputSchema = z
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
type Asked = z.infer<typeof inputSchema>;

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
const outputSchema = z.object({ warranties: z.array(warranty).describe('The first to end first'), ...page });
type Shown = z.infer<typeof outputSchema>;
type Warranty = z.infer<typeof warranty>;
type Row = Omit<Warranty, 'status' | 'ends_on'> & { ends_on: Date };

export function checkWarranty(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'check_warranty',
    {
      title: 'Check warranties',
      description:
        'Whether the warranty of an asset is active, expiring soon or expired, its last day, provider and coverage. Also ' +
        'those of a customer, or of all, that end within some days. For example {"asset_id": "AST-SRV-001"} or ' +
        '{"ending_within_days": 60}.',
      inputSchema,
      outputSchema,
      annotations: reads,
    },
    (asked) => answer(read(db, asked)),
  );
}

async function read(db: ToolDatabase, asked: Asked): Promise<Answer<Shown>> {
  const [total, rows] = await find(db, asked);
  if (total === 0 && asked.asset_id !== undefined) return noSuchAsset(asked.asset_id);
  const id = asked.customer_id;
  if (total === 0 && id !== undefined && !(await isCustomer(db, id))) return noSuchCustomer(id);
  const warranties = rows.map((row) => ({ ...row, ends_on: asDay(row.ends_on), status: statusOf(row.days_left) }));
  return donePage(tell(warranties, total, asked), { warranties, total, next_offset: nextOffset(asked, total) });
}

async function find({ prisma, tenant }: ToolDatabase, asked: Asked): Promise<[number, Row[]]> {
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

function tell(warranties: Warranty[], total: number, asked: Asked): string {
  const { customer_id, ending_within_days: within, offset } = asked;
  if (warranties.length === 0 && total > 0) return beyondEnd(total, offset);
  const whose = customer_id ? ` of ${customer_id}` : '';
  const when = within === undefined ? '' : ` that end within ${within} days`;
  const told = warranties.map((each) => {
    const end = `${each.days_left < 0 ? 'ended' : 'ends'} ${each.ends_on} (${fromToday(each.days_left)})`;
    return (
      `${each.asset_id} ${each.hostname} of ${each.company} (${each.customer_id}): ${each.status}, ${end}, ` +
      `${each.provider}, ${each.coverage}`
    );
  });
  return `${warranties.length} of ${total} warranties${whose}${when}${told.length > 0 ? `: ${told.join('; ')}` : ''}.`;
}
