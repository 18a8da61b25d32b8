import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { type Answer, answer, done, refused } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { reads } from '../../fields.ts';
import { sku } from '../fields.ts';
import { noSuchItem, stockOf, stockStatus } from '../inventory.ts';

const inputSchema = z.strictObject({
  sku,
  wanted: z.int().min(1).max(10_000).default(1).describe('How many are wanted, for example 2'),
});

const outputSchema = z.object({
  sku,
  name: z.string(),
  quantity: z.int().describe('On the shelf now'),
  wanted: z.int(),
  enough: z.boolean(),
  stock: stockStatus,
  location: z.string(),
});
type Shown = z.infer<typeof outputSchema>;
type Row = { name: string; quantity: number; reorder_level: number; location: string };

export function checkStock(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'check_stock',
    {
      title: 'Check stock',
      description:
        'Whether enough of an item are on the shelf, and where, for example {"sku": "RNG-GLD-001", "wanted": 2}.',
      inputSchema,
      outputSchema,
      annotations: reads,
    },
    (asked) => answer(read(db, asked.sku, asked.wanted)),
  );
}

async function read({ prisma, tenant }: ToolDatabase, asked: string, wanted: number): Promise<Answer<Shown>> {
  const [row] = await prisma.$queryRaw<Row[]>`
    select name, quantity, reorder_level, location
    from jewelryops.inventory_items where tenant = ${tenant} and sku = ${asked}`;
  if (!row) return refused(noSuchItem(asked));
  const { name, quantity, location } = row;
  const enough = quantity >= wanted;
  const stock = stockOf(quantity, row.reorder_level);
  const text = `${name} (${asked}): ${quantity} at ${location}, ${enough ? 'enough' : 'not enough'} for ${wanted}.`;
  return done(text, { sku: asked, name, quantity, wanted, enough, stock, location });
}
