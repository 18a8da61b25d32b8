import { z } from 'zod';
import { done } from '../../kit/answers.ts';
import { defineTool } from '../../kit/tool.ts';
import { sku } from '../fields.ts';
import { item, noSuchItem, showItem } from '../inventory.ts';

export const getInventoryItem = defineTool({
  name: 'get_inventory_item',
  title: 'Get an inventory item',
  description:
    'Everything about one item by SKU, for example {"sku": "RNG-GLD-001"}: metal, stone, size, price, quantity, ' +
    'reorder level, place. To know only whether enough are left, check_stock is quicker.',
  does: 'reads',
  input: z.strictObject({ sku }),
  output: item,
  async run({ prisma, tenant }, { sku: asked }) {
    const row = await prisma.inventoryItem.findUnique({ where: { tenant_sku: { tenant, sku: asked } } });
    if (!row) return noSuchItem(asked);
    const shown = showItem(row);
    const made = [shown.metal, shown.stone, shown.size && `size ${shown.size}`].filter(Boolean).join(', ');
    const text =
      `${shown.name} (${shown.sku}), ${shown.kind}, ${made}: ${shown.price}, ${shown.quantity} at ${shown.location} ` +
      `(reorder level ${shown.reorder_level}).`;
    return done(text, shown);
  },
});
