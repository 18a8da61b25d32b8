import { z } from 'zod';
import type { HelpdeskTicket } from '../../prisma/client/client.ts';
import { noSuch, type Refused, refused } from '../kit/answers.ts';
import { oneLine } from '../kit/fields.ts';
import { asMoment, category, customerId, moment, priority, serviceId, ticketId, ticketStatus } from './fields.ts';

/** How every tool shows a ticket. */
export const ticket = z.object({
  id: ticketId,
  customer_id: customerId,
  service_id: serviceId.nullable(),
  subject: z.string(),
  description: z.string(),
  priority,
  category,
  status: ticketStatus,
  opened_at: moment,
});
export type Ticket = z.infer<typeof ticket>;

export function showTicket(row: HelpdeskTicket): Ticket {
  return {
    id: ticketIdOf(row.number),
    customer_id: row.customerId,
    service_id: row.serviceId,
    subject: row.subject,
    description: row.description,
    priority: priority.parse(row.priority),
    category: category.parse(row.category),
    status: ticketStatus.parse(row.status),
    opened_at: asMoment(row.createdAt),
  };
}

export function ticketIdOf(number: number): string {
  return `TCK-${String(number).padStart(4, '0')}`;
}

export function numberOf(id: string): number {
  return Number(id.slice('TCK-'.length));
}

export function lineOf({ id, customer_id, subject, status, priority, category, service_id }: Ticket): string {
  const about = service_id === null ? category : `${category}, ${service_id}`;
  return `${id} of ${customer_id}, "${oneLine(subject)}" (${status}, ${priority}, ${about})`;
}

export function openTicketsText(many: number): string {
  return many === 1 ? '1 open ticket' : `${many} open tickets`;
}

export function noSuchTicket(id: string): Refused {
  return noSuch('ticket', id, 'list_tickets');
}

export function otherCustomersTicket(id: string, owner: string, asked: string): Refused {
  return refused(`${id} is a ticket of ${owner}, not of ${asked}. Give one of the two.`);
}
