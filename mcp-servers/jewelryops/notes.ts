import { z } from 'zod';
import type { CustomerNote } from '../../prisma/client/client.ts';
import { asDay, day } from '../kit/fields.ts';
import { customerId, noteKind, orderId } from './fields.ts';

/** How every tool shows a note. */
export const note = z.object({
  id: z.string().describe('Note id, for example NOTE-001'),
  customer_id: customerId,
  order_id: orderId.nullable(),
  kind: noteKind,
  author: z.string(),
  body: z.string(),
  written_on: day,
});
export type Note = z.infer<typeof note>;

export function showNote(row: CustomerNote): Note {
  return {
    id: `NOTE-${String(row.number).padStart(3, '0')}`,
    customer_id: row.customerId,
    order_id: row.orderId,
    kind: noteKind.parse(row.kind),
    author: row.author,
    body: row.body,
    written_on: asDay(row.createdAt),
  };
}
