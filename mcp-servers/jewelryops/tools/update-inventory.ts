import { z } from 'zod';
import { done, refused } from '../../kit/answers.ts';
import { oneLine, words } from '../../kit/fields.ts';
import { defineTool } from '../../kit/tool.ts';
import { sku } from '../fields.ts';
import { noSuchItem } from '../inventory.ts';
import { lockShelves, restock } from '../stock.ts';

const MOST = 1_000_000;

const count = z.object({ quantity: z.int() });

export const updateInventory = defineTool({
  name: 'update_inventory',
  title: 'Update the inventory',
  description:
    'Sets the quantity of an item, or adjusts it by a difference; it never goes under zero. ' +
    'For example {"sku": "RNG-GLD-001", "mode": "adjust", "quantity": -1, "reason": "Sold in the shop"}.',
  does: 'alters',
  input: z.strictObject({
    sku,
    mode: z
      .enum(['set', 'adjust'])
      .describe('set: quantity is the new count; adjust: it is added, or taken if negative'),
    quantity: z.int().min(-MOST).max(MOST).describe('For example 12 to set twelve, or -2 to adjust two away'),
    reason: words(3, 500).describe('Why, for example "Recount on Friday" or "Two damaged in the window"'),
  }),
  output: z.object({ sku, before: count, after: count, reason: z.string() }),
  async run(db, asked) {
    const [shelf] = await lockShelves(db, [asked.sku]);
    if (!shelf) return noSuchItem(asked.sku);
    const after = asked.mode === 'set' ? asked.quantity : shelf.quantity + asked.quantity;
    if (after < 0 || after > MOST) return refused(outOfBounds(asked.sku, shelf.quantity, after));
    await restock(db, shelf, after, asked.reason);
    const text = `${asked.sku}: ${shelf.quantity} before, ${after} now (${oneLine(asked.reason)}).`;
    return done(text, {
      sku: asked.sku,
      before: { quantity: shelf.quantity },
      after: { quantity: after },
      reason: asked.reason,
    });
  },
});

function outOfBounds(asked: string, before: number, after: number): string {
  const limit = after < 0 ? 'a quantity cannot be negative' : `the most is ${MOST}`;
  return `There are ${before} of ${asked}, and this would make it ${after}: ${limit}. Check the count.`;
}
