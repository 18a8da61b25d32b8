import { z } from 'zod';
import type { HelpdeskMessage } from '../../prisma/client/client.ts';
import { asMoment, channel, customerId, moment, ticketId } from './fields.ts';
import { ticketIdOf } from './tickets.ts';

/** How every tool shows a message. */
export const message = z.object({
  id: z.string().describe('Message id, for example MSG-0001'),
  channel,
  author: z.string(),
  text: z.string(),
  ticket_id: ticketId.nullable(),
  customer_id: customerId.nullable(),
  sent_at: moment,
});
export type Message = z.infer<typeof message>;

export function showMessage(row: HelpdeskMessage): Message {
  return {
    id: `MSG-${String(row.number).padStart(4, '0')}`,
    channel: channel.parse(row.channel),
    author: row.author,
    text: row.body,
    ticket_id: row.ticket === null ? null : ticketIdOf(row.ticket),
    customer_id: row.customerId,
    sent_at: asMoment(row.createdAt),
  };
}
