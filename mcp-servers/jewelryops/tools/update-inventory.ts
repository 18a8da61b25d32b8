import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import type { Prisma } from '../../../prisma/client/client.ts';
import { type Answer, answer, done, refused } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { effect } from '../../effects.ts';
import { alters, oneLine, replayed, words } from '../../fields.ts';
import { sku } from '../fields.ts';
import { noSuchItem } from '../inventory.ts';
import { lockShelves, restock } from '../stock.ts';

const MOST = 1_000_000;

const inputSchema = z.strictObject({
  sku,
  mode: z.enum(['set', 'adjust']).describe('set: quantity is the new count; adjust: it is added, or taken if negative'),
  quantity: z.int().min(-MOST).max(MOST).describe('For example 12 to set twelve, or -2 to adjust two away'),
  reason: words(3, 500).describe('Why, for example "Recount on Friday" or "Two damaged in the window"'),
});
type Asked = z.infer<typeof inputSchema>;

const count = z.object({ quantity: z.int() });
const outputSchema = z.object({ sku, before: count, after: count, reason: z.string(), idempotent_replay: replayed });
type Shown = z.infer<typeof outputSchema>;

export function updateInventory(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'update_inventory',
    {
      title: 'Update the inventory',
      description:
        'Sets the quantity of an item, or adjusts it by a difference; it never goes under zero. ' +
        'For example {"sku": "RNG-GLD-001", "mode": "adjust", "quantity": -1, "reason": "Sold in the shop"}.',
      inputSchema,
      outputSchema,
      annotations: alters,
    },
    (args, { _meta }) => {
      const asked = { server: 'jewelryops', tool: 'update_inventory', args, meta: _meta, output: outputSchema };
      return answer(effect(db, asked, (tx) => update(tx, db.tenant, args)));
    },
  );
}

async function update(tx: Prisma.TransactionClient, tenant: string, asked: Asked): Promise<Answer<Shown>> {
  const [shelf] = await lockShelves(tx, tenant, [asked.sku]);
  if (!shelf) return refused(`${noSuchItem(asked.sku)} Nothing was changed.`);
  const after = asked.mode === 'set' ? asked.quantity : shelf.quantity + asked.quantity;
  if (after < 0 || after > MOST) return refused(outOfBounds(asked.sku, shelf.quantity, after));
  await restock(tx, tenant, shelf, after, asked.reason);
  const text = `${asked.sku}: ${shelf.quantity} before, ${after} now (${oneLine(asked.reason)}).`;
  return done(text, {
    sku: asked.sku,
    before: { quantity: shelf.quantity },
    after: { quantity: after },
    reason: asked.reason,
    idempotent_replay: false,
  });
}

function outOfBounds(asked: string, before: number, after: number): string {
  const limit = after < 0 ? 'a quantity cannot be negative' : `the most is ${MOST}`;
  return `There are ${before} of ${asked}, and this would make it ${after}: ${limit}. Check the count. Nothing was changed.`;
}
