import { z } from 'zod';
import { day } from '../kit/fields.ts';
import { issueCategory, issuePriority, issueStatus } from './fields.ts';

/** How every tool shows an issue. */
export const issue = z.object({
  id: z.string().describe('For example ISSUE-0001'),
  subject: z.string(),
  category: issueCategory,
  priority: issuePriority,
  status: issueStatus,
  reported_on: day,
});
export type Issue = z.infer<typeof issue>;

export type IssueRow = Omit<Issue, 'id'> & { number: number };

export function showIssue({ number, ...row }: IssueRow): Issue {
  return { id: `ISSUE-${String(number).padStart(4, '0')}`, ...row };
}
