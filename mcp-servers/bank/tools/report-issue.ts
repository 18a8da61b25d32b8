import { z } from 'zod';
import { lock } from '../../../prisma/locks.ts';
import { done } from '../../kit/answers.ts';
import { asDay, words } from '../../kit/fields.ts';
import { defineTool } from '../../kit/tool.ts';
import { issueCategory, issuePriority, issueStatus, oneLineText, userId } from '../fields.ts';
import { issue, showIssue } from '../issues.ts';
import { noSuchUser } from '../users.ts';

const count = z.object({ open_issues: z.int().describe('How many issues of the customer are not resolved yet') });

export const reportIssue = defineTool({
  name: 'report_issue',
  title: 'Report an issue',
  description:
    'Opens an issue in the name of a customer, for the staff to look into, and answers with its id. Never write a password ' +
    'into one. For example {"user_id": "user_001", "subject": "Charged twice at Corner Coffee", "description": ' +
    '"Two payments of $5.40 on the same morning", "category": "transaction", "priority": "high"}.',
  does: 'adds',
  input: z.strictObject({
    user_id: userId,
    subject: oneLineText(3, 120).describe('In a few words, for example "Charged twice at Corner Coffee"'),
    description: words(3, 2000).describe(
      'What happened, when, and what the customer expects, in their words, for example "Two payments of $5.40 on the same morning"',
    ),
    category: issueCategory.default('other'),
    priority: issuePriority.default('normal'),
  }),
  output: z.object({ user_id: userId, issue, before: count, after: count }),
  async run({ prisma, tenant }, asked) {
    const { user_id, ...details } = asked;
    const user = await prisma.bankUser.findUnique({
      where: { tenant_id: { tenant, id: user_id } },
      select: { id: true },
    });
    if (!user) return noSuchUser(user_id);
    // Two calls at once wait for each other, so each gets its own number and counts the other.
    await lock(prisma, `bank issues ${tenant}`);
    const last = await prisma.bankIssue.findFirst({ where: { tenant }, orderBy: { number: 'desc' } });
    const open = { tenant, userId: user_id, status: { not: 'resolved' } };
    const before = { open_issues: await prisma.bankIssue.count({ where: open }) };
    const row = await prisma.bankIssue.create({
      data: { tenant, number: (last?.number ?? 0) + 1, userId: user_id, ...details },
    });
    const { category, priority, subject } = details;
    const status = issueStatus.parse(row.status);
    const opened = { number: row.number, subject, category, priority, status, reported_on: asDay(row.createdAt) };
    const shown = showIssue(opened);
    const after = { open_issues: before.open_issues + 1 };
    const text = `${shown.id} was opened for ${user_id}: "${subject}" (${category}, ${priority}). Open issues: ${before.open_issues} before, ${after.open_issues} now.`;
    return done(text, { user_id, issue: shown, before, after });
  },
});
