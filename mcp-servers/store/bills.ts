import { z } from 'zod';
import type { StoreBill, StoreBillLine } from '../../prisma/client/client.ts';
import { asDay, asDollars, day, money } from '../kit/fields.ts';
import { asBillId, asItemId, billId, itemId, unit, withUnit } from './fields.ts';

export const billLine = z.object({
  item_id: itemId,
  name: z.string(),
  unit,
  quantity: z.number(),
  unit_price: money,
  line_total: money.describe('Quantity times price, rounded to the cent, half a cent up'),
});
export type BillLine = z.infer<typeof billLine>;

export const billHead = z.object({
  id: billId,
  customer_name: z.string(),
  total: money,
  created_on: day,
});
export type BillHead = z.infer<typeof billHead>;

export function showBill({ number, customerName, total, createdAt }: Omit<StoreBill, 'tenant'>): BillHead {
  return {
    id: asBillId(number),
    customer_name: customerName,
    total: asDollars(total.toFixed(2)),
    created_on: asDay(createdAt),
  };
}

export function showLine(line: StoreBillLine): BillLine {
  return {
    item_id: asItemId(line.item),
    name: line.name,
    unit: unit.parse(line.unit),
    quantity: line.quantity.toNumber(),
    unit_price: asDollars(line.unitPrice.toFixed(2)),
    line_total: asDollars(line.lineTotal.toFixed(2)),
  };
}

/** "2 kg Sugar at $160.00 = $320.00; 1 piece Shampoo at $500.00 = $500.00". */
export function breakdownOf(lines: BillLine[]): string {
  return lines
    .map(({ name, unit, quantity, unit_price, line_total }) => {
      return `${withUnit(String(quantity), unit)} ${name} at ${unit_price} = ${line_total}`;
    })
    .join('; ');
}
