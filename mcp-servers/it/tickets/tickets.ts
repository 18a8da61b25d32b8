import { z } from 'zod';
import type { ItTicket } from '../../../prisma/client/client.ts';
import { asDay, day } from '../../kit/fields.ts';
import { assetId, customerId, priority, ticketId } from '../fields.ts';
import { anyOs, category } from '../support.ts';

export const status = z
  .enum(['open', 'in_progress', 'waiting', 'resolved', 'closed'])
  .describe('open: nobody works on it yet; in_progress; waiting: for the customer or a part; then resolved, closed');

/** The status as an argument. */
export const statusAsked = z
  .enum([...status.options, 'unresolved'])
  .describe(
    'open: nobody works on it yet; in_progress; waiting: for the customer or a part; resolved; closed; ' +
      'unresolved: open, in_progress and waiting together',
  );

/** How every tool shows a ticket's head. */
export const ticketHead = z.object({
  id: ticketId,
  title: z.string(),
  status,
  priority,
  category,
  os: anyOs,
  tags: z.array(z.string()),
  customer_id: customerId,
  company: z.string(),
  asset_id: assetId.nullable(),
  created_on: day,
});
export type TicketHead = z.infer<typeof ticketHead>;

/** Read with a ticket to show its head. */
export const withCompany = { customer: { select: { company: true } } };

/** Read with a ticket to show its searched texts; the end of very long talks is left out. */
export const withTexts = {
  ...withCompany,
  comments: { select: { body: true }, take: 20, orderBy: { number: 'asc' as const } },
};

export function showTicket(row: ItTicket & { customer: { company: string } }): TicketHead {
  return {
    id: row.id,
    title: row.title,
    status: status.parse(row.status),
    priority: priority.parse(row.priority),
    category: category.parse(row.category),
    os: anyOs.parse(row.os),
    tags: row.tags,
    customer_id: row.customerId,
    company: row.customer.company,
    asset_id: row.assetId,
    created_on: asDay(row.createdAt),
  };
}

export function ticketLine({ id, title, priority, status, company, customer_id, created_on }: TicketHead): string {
  return `${id} "${title}" (${priority}, ${status}, ${company} ${customer_id}, opened ${created_on})`;
}

type Texts = ItTicket & { customer: { company: string }; comments: { body: string }[] };

/** Every text of a ticket that is searched. */
export function textsOf(row: Texts): string[] {
  const { title, category, os, tags, description, resolution, requester, assignee, priority, status } = row;
  const state = [priority, 'priority', status, ...(unresolved.includes(status) ? ['unresolved'] : [])];
  const comments = row.comments.map(({ body }) => body);
  const people = [row.customer.company, requester, assignee ?? ''];
  return [title, category, os, ...tags, description, resolution ?? '', ...people, ...comments, ...state];
}

export const unresolved = ['open', 'in_progress', 'waiting'];
