import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { type Answer, answer, done, refused } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { reads } from '../../fields.ts';
import { sku } from '../fields.ts';
import { type Item, item, noSuchItem, showItem } from '../inventory.ts';

const inputSchema = z.strictObject({ sku });

export function getInventoryItem(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'get_inventory_item',
    {
      title: 'Get an inventory item',
      description:
        'Everything about one item by SKU, for example {"sku": "RNG-GLD-001"}: metal, stone, size, price, quantity, ' +
        'reorder level, place. To know only whether enough are left, check_stock is quicker.',
      inputSchema,
      outputSchema: item,
      annotations: reads,
    },
    (asked) => answer(read(db, asked.sku)),
  );
}

async function read({ prisma, tenant }: ToolDatabase, asked: string): Promise<Answer<Item>> {
  const row = await prisma.inventoryItem.findUnique({ where: { tenant_sku: { tenant, sku: asked } } });
  if (!row) return refused(noSuchItem(asked));
  const shown = showItem(row);
  const made = [shown.metal, shown.stone, shown.size && `size ${shown.size}`].filter(Boolean).join(', ');
  const text =
    `${shown.name} (${shown.sku}), ${shown.kind}, ${made}: ${shown.price}, ${shown.quantity} at ${shown.location} ` +
    `(reorder level ${shown.reorder_level}).`;
  return done(text, shown);
}
