import { z } from 'zod';
import { done, refused } from '../../kit/answers.ts';
import { asDollars, money } from '../../kit/fields.ts';
import { defineTool } from '../../kit/tool.ts';
import { billLine, breakdownOf } from '../bills.ts';
import { readCart, shortagesOf, showEntry, totalOf, wantedLines } from '../cart.ts';

export const billingPreviewBill = defineTool({
  name: 'billing_preview_bill',
  title: 'Preview a bill',
  description:
    'What a bill would come to at the prices of today, for example {"lines": [{"item": "Sugar", "quantity": 2}]}; where ' +
    'stock does not suffice, how much there is. Nothing is changed: billing_create_bill takes the same lines.',
  does: 'reads',
  input: z.strictObject({ lines: wantedLines }),
  output: z.object({
    lines: z.array(billLine.extend({ in_stock: z.number() })),
    total: money,
    breakdown: z.string().describe('The lines in words'),
  }),
  async run(db, asked) {
    const { entries, faults } = await readCart(db, asked.lines, 'look');
    const obstacles = [...faults, ...shortagesOf(entries)];
    // Desks preview a bill before they ask for a confirmation; nobody should be asked to confirm an impossible one.
    if (obstacles.length > 0) return refused(obstacles.join(' '));
    const lines = entries.map((entry) => ({ ...showEntry(entry), in_stock: Number(entry.item.stock_qty) }));
    const total = asDollars(totalOf(entries).toFixed(2));
    const breakdown = breakdownOf(lines);
    return done(`${breakdown}; total ${total}. There is enough in stock.`, { lines, total, breakdown });
  },
});
