import { z } from 'zod';
import { type Answer, done, refused } from '../../../kit/answers.ts';
import type { ToolDatabase } from '../../../kit/database.ts';
import { asDay, day, words } from '../../../kit/fields.ts';
import { listing, page, pageOf, paging } from '../../../kit/pages.ts';
import { defineTool } from '../../../kit/tool.ts';
import { assetId, customerId, exactlyOneOf, os } from '../../fields.ts';
import { isCustomer, noSuchAsset, noSuchCustomer } from '../../records.ts';
import { assetKind, assetStatus } from '../fields.ts';

const input = z
  .strictObject({
    asset_id: assetId.optional(),
    serial_number: words(3, 60).optional().describe('Whole serial number, in any case, for example DLR750-7K2M41'),
    hostname: words(2, 100).optional().describe('Whole hostname, in any case, for example tc-db-01'),
    customer_id: customerId.optional().describe('All machines of this customer, for example CUST-001'),
    ...paging,
  })
  .refine(...exactlyOneOf('asset_id', 'serial_number', 'hostname', 'customer_id'));
type Input = z.infer<typeof input>;

const asset = z.object({
  id: assetId,
  customer_id: customerId,
  company: z.string(),
  kind: assetKind,
  purpose: z.string().describe('What it is for, for example Database server'),
  status: assetStatus,
  hostname: z.string(),
  serial_number: z.string(),
  model: z.string().describe('Maker and model'),
  os,
  os_version: z.string(),
  cpu: z.string(),
  memory_gb: z.int(),
  storage: z.string(),
  location: z.string(),
  assigned_to: z.string(),
  purchased_on: day,
  warranty_ends_on: day,
});
const output = z.object({ assets: z.array(asset), ...page });
type Shown = z.infer<typeof output>;
type Asset = z.infer<typeof asset>;

export const lookupAsset = defineTool({
  name: 'lookup_asset',
  title: 'Look up an asset',
  description:
    'Machines with their specifications, by exactly one of: asset id, serial number, hostname, customer. For example ' +
    '{"hostname": "tc-db-01"} or {"customer_id": "CUST-001"}. check_warranty says whether a warranty still holds.',
  does: 'reads',
  input,
  output,
  async run(db, asked) {
    const [total, rows] = await find(db, asked);
    if (total === 0) return noneFound(db, asked);
    const assets = rows.map(show);
    const text = listing(asked, total, assets, { of: 'assets', line: lineOf });
    return done(text, { assets, ...pageOf(asked, total) });
  },
});

function find({ prisma, tenant }: ToolDatabase, asked: Input) {
  const where = {
    tenant,
    id: asked.asset_id,
    serial: asked.serial_number?.toUpperCase(),
    hostname: asked.hostname?.toLowerCase(),
    customerId: asked.customer_id,
  };
  return Promise.all([
    prisma.itAsset.count({ where }),
    prisma.itAsset.findMany({
      where,
      include: { customer: { select: { company: true } } },
      orderBy: { id: 'asc' },
      take: asked.limit,
      skip: asked.offset,
    }),
  ]);
}

async function noneFound(db: ToolDatabase, asked: Input): Promise<Answer<Shown>> {
  const { asset_id, serial_number, hostname, customer_id } = asked;
  if (asset_id !== undefined) return noSuchAsset(asset_id);
  if (customer_id === undefined) {
    const named = hostname === undefined ? `serial number "${serial_number}"` : `hostname "${hostname}"`;
    return refused(`No asset has the ${named}. Give it whole, or list those of a customer_id.`);
  }
  if (!(await isCustomer(db, customer_id))) return noSuchCustomer(customer_id);
  return done(`${customer_id} has no assets.`, { assets: [], total: 0, next_offset: null });
}

function show(row: Awaited<ReturnType<typeof find>>[1][number]): Asset {
  return {
    id: row.id,
    customer_id: row.customerId,
    company: row.customer.company,
    kind: assetKind.parse(row.kind),
    purpose: row.purpose,
    status: assetStatus.parse(row.status),
    hostname: row.hostname,
    serial_number: row.serial,
    model: `${row.maker} ${row.model}`,
    os: os.parse(row.os),
    os_version: row.osVersion,
    cpu: row.cpu,
    memory_gb: row.memoryGb,
    storage: row.storage,
    location: row.location,
    assigned_to: row.assignedTo,
    purchased_on: asDay(row.purchasedOn),
    warranty_ends_on: asDay(row.warrantyEndsOn),
  };
}

function lineOf(each: Asset): string {
  return (
    `${each.id} ${each.hostname} of ${each.company} (${each.customer_id}), ${each.purpose}, ${each.model}, ` +
    `serial ${each.serial_number}, ${each.os_version}, ${each.cpu}, ${each.memory_gb} GB, ${each.storage}, ` +
    `${each.status} at ${each.location} by ${each.assigned_to}, bought ${each.purchased_on}, ` +
    `warranty to ${each.warranty_ends_on}`
  );
}
