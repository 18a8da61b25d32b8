import { z } from 'zod';
import { done, noSuch } from '../../kit/answers.ts';
import { defineTool } from '../../kit/tool.ts';
import { billHead, billLine, breakdownOf, showBill, showLine } from '../bills.ts';
import { billId, numberOf } from '../fields.ts';

export const billingGetBill = defineTool({
  name: 'billing_get_bill',
  title: 'Get a bill',
  description:
    'One bill by id with its lines and total, for example {"bill_id": "BILL-0001"}. ' +
    'With only the customer or the day, call billing_list_bills first.',
  does: 'reads',
  input: z.strictObject({ bill_id: billId }),
  output: billHead.extend({ lines: z.array(billLine) }),
  async run({ prisma, tenant }, { bill_id: id }) {
    const row = await prisma.storeBill.findUnique({
      where: { tenant_number: { tenant, number: numberOf(id) } },
      include: { lines: { orderBy: { line: 'asc' } } },
    });
    if (!row) return noSuch('bill', id, 'billing_list_bills');
    const head = showBill(row);
    const lines = row.lines.map(showLine);
    const text = `${head.id} for ${head.customer_name} on ${head.created_on}: ${breakdownOf(lines)}; total ${head.total}.`;
    return done(text, { ...head, lines });
  },
});
