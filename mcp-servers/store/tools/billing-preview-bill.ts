import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { type Answer, answer, done, refused } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { asDollars, money, reads } from '../../fields.ts';
import { billLine, breakdownOf } from '../bills.ts';
import { readCart, shortagesOf, showEntry, totalOf, wantedLines } from '../cart.ts';

const inputSchema = z.strictObject({ lines: wantedLines });
type Asked = z.infer<typeof inputSchema>;

const outputSchema = z.object({
  lines: z.array(billLine.extend({ in_stock: z.number() })),
  total: money,
  breakdown: z.string().describe('The lines in words'),
});
type Shown = z.infer<typeof outputSchema>;

export function billingPreviewBill(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'billing_preview_bill',
    {
      title: 'Preview a bill',
      description:
        'What a bill would come to at the prices of today, for example {"lines": [{"item": "Sugar", "quantity": 2}]}; where ' +
        'stock does not suffice, how much there is. Nothing is changed: billing_create_bill takes the same lines.',
      inputSchema,
      outputSchema,
      annotations: reads,
    },
    (asked) => answer(preview(db, asked)),
  );
}

async function preview({ prisma, tenant }: ToolDatabase, asked: Asked): Promise<Answer<Shown>> {
  const { entries, faults } = await readCart(prisma, tenant, asked.lines, 'look');
  const obstacles = [...faults, ...shortagesOf(entries)];
  // A desk previews before it asks for a yes: to what cannot be billed nobody is to say one.
  if (obstacles.length > 0) return refused(`${obstacles.join(' ')} Nothing was billed.`);
  const lines = entries.map((entry) => ({ ...showEntry(entry), in_stock: Number(entry.item.stock_qty) }));
  const total = asDollars(totalOf(entries).toFixed(2));
  const breakdown = breakdownOf(lines);
  return done(`${breakdown}; total ${total}. There is enough in stock.`, { lines, total, breakdown });
}
