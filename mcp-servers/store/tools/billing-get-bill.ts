import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { type Answer, answer, done, refused } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { reads } from '../../fields.ts';
import { billHead, billLine, breakdownOf, showBill, showLine } from '../bills.ts';
import { billId, numberOf } from '../fields.ts';

const inputSchema = z.strictObject({ bill_id: billId });

const outputSchema = billHead.extend({ lines: z.array(billLine) });
type Shown = z.infer<typeof outputSchema>;

export function billingGetBill(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'billing_get_bill',
    {
      title: 'Get a bill',
      description:
        'One bill by id with its lines and total, for example {"bill_id": "BILL-0001"}. ' +
        'With only the customer or the day, call billing_list_bills first.',
      inputSchema,
      outputSchema,
      annotations: reads,
    },
    ({ bill_id }) => answer(read(db, bill_id)),
  );
}

async function read({ prisma, tenant }: ToolDatabase, id: string): Promise<Answer<Shown>> {
  const row = await prisma.storeBill.findUnique({
    where: { tenant_number: { tenant, number: numberOf(id) } },
    include: { lines: { orderBy: { line: 'asc' } } },
  });
  if (!row) return refused(`There is no bill ${id}. Find the right id with billing_list_bills.`);
  const head = showBill(row);
  const lines = row.lines.map(showLine);
  const text = `${head.id} for ${head.customer_name} on ${head.created_on}: ${breakdownOf(lines)}; total ${head.total}.`;
  return done(text, { ...head, lines });
}
