import { z } from 'zod';
import type { NotionIssue } from '../../prisma/client/client.ts';
import { asDay, day, oneLine } from '../kit/fields.ts';
import { issueId, issueStatus, label, priority, references } from './fields.ts';

/** How every tool shows an issue. */
export const issue = z.object({
  id: issueId,
  title: z.string(),
  status: issueStatus,
  priority,
  labels: z.array(label),
  assignee: z.string().nullable(),
  customer_id: references.customer_id.nullable(),
  order_id: references.order_id.nullable(),
  sku: references.sku.nullable(),
  opened_on: day,
  closed_on: day.nullable(),
});
export type Issue = z.infer<typeof issue>;

export type IssueRow = Omit<NotionIssue, 'tenant' | 'description'>;

export function showIssue(row: IssueRow): Issue {
  return {
    id: `ISSUE-${String(row.number).padStart(3, '0')}`,
    title: row.title,
    status: issueStatus.parse(row.status),
    priority: priority.parse(row.priority),
    labels: z.array(label).parse(row.labels),
    assignee: row.assignee,
    customer_id: row.customerId,
    order_id: row.orderId,
    sku: row.sku,
    opened_on: asDay(row.createdAt),
    closed_on: row.closedAt && asDay(row.closedAt),
  };
}

/** In one line, which is all that some models see. */
export function issueLine(shown: Issue): string {
  const about = [shown.customer_id, shown.order_id, shown.sku].filter(Boolean).join(', ');
  const who = shown.assignee ?? 'nobody assigned';
  return `${shown.id} "${oneLine(shown.title)}" (${shown.priority}, ${shown.status}, ${oneLine(who)}${about && `, about ${about}`})`;
}
