import { z } from 'zod';
import type { InventoryItem } from '../../prisma/client/client.ts';
import { noSuch, type Refused } from '../kit/answers.ts';
import { money } from '../kit/fields.ts';
import { asMoney, itemKind, sku } from './fields.ts';

export const stockStatus = z
  .enum(['in_stock', 'low', 'out'])
  .describe('low: at or under the reorder level; out: none left');

/** How every tool shows an item. */
export const item = z.object({
  sku,
  name: z.string(),
  kind: itemKind,
  metal: z.string(),
  stone: z.string().nullable(),
  size: z.string().nullable(),
  price: money,
  quantity: z.int().describe('On the shelf now'),
  reorder_level: z.int(),
  stock: stockStatus,
  location: z.string(),
});
export type Item = z.infer<typeof item>;

export function showItem(row: InventoryItem): Item {
  return {
    sku: row.sku,
    name: row.name,
    kind: itemKind.parse(row.kind),
    metal: row.metal,
    stone: row.stone,
    size: row.size,
    price: asMoney(row.priceCents),
    quantity: row.quantity,
    reorder_level: row.reorderLevel,
    stock: stockOf(row.quantity, row.reorderLevel),
    location: row.location,
  };
}

export function stockOf(quantity: number, reorderLevel: number): Item['stock'] {
  if (quantity === 0) return 'out';
  return quantity <= reorderLevel ? 'low' : 'in_stock';
}

export function noSuchItem(id: string): Refused {
  return noSuch('item', id, 'list_inventory');
}
