import { z } from 'zod';
import { done } from '../../kit/answers.ts';
import type { Tables } from '../../kit/database.ts';
import { defineTool } from '../../kit/tool.ts';
import { itemId, withUnit } from '../fields.ts';
import { findItem, item, showItem } from '../items.ts';

export const inventoryDeleteItem = defineTool({
  name: 'inventory_delete_item',
  title: 'Delete an item',
  description:
    'Takes an item off the shelf, whatever its stock, for example {"item_id": "ITEM-001"}: it is not listed or sold ' +
    'any more and cannot be brought back. Bills keep showing it.',
  does: 'alters',
  input: z.strictObject({ item_id: itemId }),
  output: z.object({
    item_id: itemId,
    before: item,
    after: z.object({ deleted: z.literal(true), bill_lines: z.int().describe('On how many lines of bills it stays') }),
  }),
  async run(db, { item_id: id }) {
    const { prisma, tenant } = db;
    const found = await findItem(db, id, 'lock');
    if (found.kind === 'refused') return found;
    const { number } = found.row;
    await takeOff(db, number);
    const after = {
      deleted: true as const,
      bill_lines: await prisma.storeBillLine.count({ where: { tenant, item: number } }),
    };
    const before = showItem(found.row);
    const left = withUnit(found.row.stock_qty, before.unit);
    const text = `${before.name} (${id}) was deleted with ${left} in stock; ${after.bill_lines} bill lines keep showing it.`;
    return done(text, { item_id: id, before, after });
  },
});

// The stock is deleted with the item, so its ledger ends at zero.
async function takeOff({ prisma, tenant }: Tables, number: number): Promise<void> {
  await prisma.$executeRaw`
    with gone as (
      update store.items set deleted_at = now(), stock_qty = 0 where tenant = ${tenant} and number = ${number}
    )
    insert into store.stock_changes (tenant, item, number, before, after, cause)
    select ${tenant}, item.number, coalesce(max(change.number), 0) + 1, item.stock_qty, 0, 'deleted'
    from store.items item left join store.stock_changes change on change.tenant = item.tenant and change.item = item.number
    where item.tenant = ${tenant} and item.number = ${number} and item.stock_qty > 0
    group by item.number, item.stock_qty`;
}
