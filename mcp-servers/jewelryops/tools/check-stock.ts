import { z } from 'zod';
import { done } from '../../kit/answers.ts';
import { defineTool } from '../../kit/tool.ts';
import { sku } from '../fields.ts';
import { noSuchItem, stockOf, stockStatus } from '../inventory.ts';

type Row = { name: string; quantity: number; reorder_level: number; location: string };

export const checkStock = defineTool({
  name: 'check_stock',
  title: 'Check stock',
  description:
    'Whether enough of an item are on the shelf, and where, for example {"sku": "RNG-GLD-001", "wanted": 2}.',
  does: 'reads',
  input: z.strictObject({
    sku,
    wanted: z.int().min(1).max(10_000).default(1).describe('How many are wanted, for example 2'),
  }),
  output: z.object({
    sku,
    name: z.string(),
    quantity: z.int().describe('On the shelf now'),
    wanted: z.int(),
    enough: z.boolean(),
    stock: stockStatus,
    location: z.string(),
  }),
  async run({ prisma, tenant }, { sku: asked, wanted }) {
    const [row] = await prisma.$queryRaw<Row[]>`
      select name, quantity, reorder_level, location
      from jewelryops.inventory_items where tenant = ${tenant} and sku = ${asked}`;
    if (!row) return noSuchItem(asked);
    const { name, quantity, location } = row;
    const enough = quantity >= wanted;
    const stock = stockOf(quantity, row.reorder_level);
    const text = `${name} (${asked}): ${quantity} at ${location}, ${enough ? 'enough' : 'not enough'} for ${wanted}.`;
    return done(text, { sku: asked, name, quantity, wanted, enough, stock, location });
  },
});
