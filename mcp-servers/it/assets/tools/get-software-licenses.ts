import { z } from 'zod';
import { Prisma } from '../../../../prisma/client/client.ts';
import { type Answer, done } from '../../../kit/answers.ts';
import type { ToolDatabase } from '../../../kit/database.ts';
import { asDay, day, words } from '../../../kit/fields.ts';
import { listing, page, pageOf, paging } from '../../../kit/pages.ts';
import { defineTool } from '../../../kit/tool.ts';
import { assetId, customerId } from '../../fields.ts';
import { isAsset, isCustomer, noSuchAsset, noSuchCustomer } from '../../records.ts';
import { fromToday, SOON_DAYS, today } from '../../today.ts';
import { licenseKind } from '../fields.ts';

const input = z
  .strictObject({
    asset_id: assetId.optional().describe('Licenses of software on this machine, for example AST-SRV-001'),
    customer_id: customerId.optional().describe('Licenses of this customer, for example CUST-001'),
    product: words(2, 100)
      .refine((text) => /[\p{L}\p{N}]/u.test(text), 'Give a word with letters or digits, for example "microsoft 365"')
      .optional()
      .describe('Words of the product or its vendor; typing errors are forgiven, for example "microsoft 365"'),
    ...paging,
  })
  .refine(
    ({ asset_id, customer_id, product }) => [asset_id, customer_id, product].some((each) => each !== undefined),
    'Give at least one of asset_id, customer_id, product',
  );
type Input = z.infer<typeof input>;

const license = z.object({
  id: z.string().describe('License id, for example LIC-001'),
  customer_id: customerId,
  company: z.string(),
  product: z.string(),
  vendor: z.string(),
  kind: licenseKind,
  seats: z.int().describe('Bought'),
  used: z.int().describe('In use; more than seats is more than was bought'),
  free: z.int().describe('Seats less used; below 0 where too many are in use'),
  key: z.string().describe('The end of the license key; the whole of it is never shown'),
  status: z.enum(['active', 'expiring_soon', 'expired']).describe(`expiring_soon: it ends within ${SOON_DAYS} days`),
  expires_on: day.nullable().describe('Its last day; null where it never expires'),
  days_left: z.int().nullable().describe('Until its last day; below 0 since it expired'),
  assets: z.array(assetId).describe('Machines on which it is installed'),
});
const output = z.object({
  licenses: z.array(license),
  every_word: z.boolean().describe('False where no license fits every word of product: these fit the most of them'),
  ...page,
});
type Shown = z.infer<typeof output>;
type License = z.infer<typeof license>;
type Found = { total: number; every_word: boolean; rows: Row[] };
type Row = Omit<License, 'kind' | 'free' | 'key' | 'status' | 'expires_on'> & {
  kind: string;
  key_ends_with: string;
  expires_on: Date | null;
};

export const getSoftwareLicenses = defineTool({
  name: 'get_software_licenses',
  title: 'Get software licenses',
  description:
    'Software licenses by machine, customer or product, or several of these: seats, how many are used, when they expire. ' +
    'For example {"customer_id": "CUST-001"} or {"product": "microsoft 365"}. Keys are never shown in full.',
  does: 'reads',
  input,
  output,
  async run(db, asked) {
    const { total, every_word, rows } = await find(db, asked);
    if (total === 0) return noneFound(db, asked);
    const licenses = rows.map(show);
    const about = every_word ? '' : `No license fits every word of "${asked.product}"; these fit the most of them. `;
    const text = about + listing(asked, total, licenses, { of: 'licenses', line: lineOf });
    return done(text, { licenses, every_word, ...pageOf(asked, total) });
  },
});

async function find({ prisma, tenant }: ToolDatabase, asked: Input): Promise<Found> {
  const fitting = Prisma.sql`
    with fitting as (
      select l.*, words.asked, words.fit from it.licenses l cross join lateral (${wordsOf(asked.product)}) words
      where ${Prisma.join([Prisma.sql`l.tenant = ${tenant}`, ...conditionsOf(asked)], ' and ')}
    ), best as (
      select * from fitting where fit = (select max(fit) from fitting) and (fit > 0 or asked = 0)
    )`;
  const [counted, rows] = await Promise.all([
    prisma.$queryRaw<{ total: number; every_word: boolean }[]>`
      ${fitting} select count(*)::int as total, coalesce(bool_and(fit = asked), false) as every_word from best`,
    prisma.$queryRaw<Row[]>`
      ${fitting}
      select l.id, l.customer_id, c.company, l.product, l.vendor, l.kind, l.seats, l.used, l.key_ends_with, l.expires_on,
        l.expires_on - ${today} as days_left,
        array(select asset_id from it.installs where tenant = l.tenant and license_id = l.id order by asset_id) as assets
      from best l join it.customers c on c.tenant = l.tenant and c.id = l.customer_id
      order by l.expires_on nulls last, l.id limit ${asked.limit} offset ${asked.offset}`,
  ]);
  const { total, every_word } = counted[0] ?? { total: 0, every_word: false };
  return { total, every_word, rows };
}

// A number must match exactly: the edition of 2012 is not that of 2022.
function wordsOf(product: string | undefined): Prisma.Sql {
  if (product === undefined) return Prisma.sql`select 0 as asked, 0 as fit`;
  return Prisma.sql`
    select count(*)::int as asked, (count(*) filter (where exists (
      select 1 from unnest(string_to_array(it.plain(l.vendor || ' ' || l.product), ' ')) own
      where it.nearness(mine, own) >= case when mine ~ '[0-9]' then 1 else 0.6 end
    )))::int as fit
    from unnest(string_to_array(it.plain(${product}), ' ')) mine`;
}

function conditionsOf({ asset_id, customer_id }: Input): Prisma.Sql[] {
  const onAsset = Prisma.sql`exists (
    select 1 from it.installs n where n.tenant = l.tenant and n.license_id = l.id and n.asset_id = ${asset_id})`;
  return [
    ...(asset_id === undefined ? [] : [onAsset]),
    ...(customer_id === undefined ? [] : [Prisma.sql`l.customer_id = ${customer_id}`]),
  ];
}

async function noneFound(db: ToolDatabase, { asset_id, customer_id, product }: Input): Promise<Answer<Shown>> {
  if (asset_id !== undefined && !(await isAsset(db, asset_id))) return noSuchAsset(asset_id);
  if (customer_id !== undefined && !(await isCustomer(db, customer_id))) return noSuchCustomer(customer_id);
  const asked = [product && `"${product}"`, asset_id, customer_id].filter((each) => each !== undefined);
  const next = [
    ...(product === undefined ? [] : ['Try fewer words or only the vendor.']),
    ...(asked.length === 1 ? [] : ['Leave out one of these.']),
  ];
  const text = [`No license fits ${asked.join(', ')}.`, ...next].join(' ');
  return done(text, { licenses: [], every_word: false, total: 0, next_offset: null });
}

function show({ key_ends_with, ...row }: Row): License {
  return {
    ...row,
    kind: licenseKind.parse(row.kind),
    free: row.seats - row.used,
    key: `•••••-${key_ends_with}`,
    status: statusOf(row.days_left),
    expires_on: row.expires_on && asDay(row.expires_on),
  };
}

function statusOf(daysLeft: number | null): License['status'] {
  if (daysLeft !== null && daysLeft < 0) return 'expired';
  return daysLeft !== null && daysLeft <= SOON_DAYS ? 'expiring_soon' : 'active';
}

function lineOf(each: License): string {
  const end = each.days_left === null ? 'never expires' : `${each.expires_on} (${fromToday(each.days_left)})`;
  return (
    `${each.id} ${each.product} (${each.vendor}) of ${each.company} (${each.customer_id}): ${each.used} of ${each.seats} ` +
    `${each.kind} seats used, ${each.status}, ${end}, on ${each.assets.join(', ') || 'no machine we know'}, key ${each.key}`
  );
}
