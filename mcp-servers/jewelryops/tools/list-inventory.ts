import { z } from 'zod';
import { done } from '../../kit/answers.ts';
import { listing, page, pageOf, paging } from '../../kit/pages.ts';
import { defineTool } from '../../kit/tool.ts';
import { itemKind } from '../fields.ts';
import { type Item, item, showItem } from '../inventory.ts';

const input = z.strictObject({
  kind: itemKind.optional(),
  low_stock: z.boolean().default(false).describe('True: only items at or under their reorder level'),
  ...paging,
});
type Input = z.infer<typeof input>;

export const listInventory = defineTool({
  name: 'list_inventory',
  title: 'List the inventory',
  description:
    'Items in order of SKU, a page at a time, for example {"kind": "ring"} or {"low_stock": true} for what to reorder.',
  does: 'reads',
  input,
  output: z.object({ items: z.array(item), ...page }),
  async run({ prisma, tenant }, asked) {
    const quantity = asked.low_stock ? { lte: prisma.inventoryItem.fields.reorderLevel } : undefined;
    const where = { tenant, kind: asked.kind, quantity };
    const [total, rows] = await Promise.all([
      prisma.inventoryItem.count({ where }),
      prisma.inventoryItem.findMany({ where, orderBy: { sku: 'asc' }, take: asked.limit, skip: asked.offset }),
    ]);
    const items = rows.map(showItem);
    const text = listing(asked, total, items, { of: 'items', line: lineOf, none: noneText(asked) });
    return done(text, { items, ...pageOf(asked, total) });
  },
});

function lineOf({ sku, name, quantity, price }: Item): string {
  return `${name} (${sku}, ${quantity} left, ${price})`;
}

function noneText({ kind, low_stock }: Input): string {
  const which = `${kind ? ` of the kind ${kind}` : ''}${low_stock ? ' that runs low' : ''}`;
  const others = low_stock ? 'Leave low_stock out to see all' : 'list_inventory without arguments shows all';
  return `There is no item${which}. ${others}.`;
}
