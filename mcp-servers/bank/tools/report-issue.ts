import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import type { Prisma } from '../../../prisma/client/client.ts';
import { lock } from '../../../prisma/locks.ts';
import { type Answer, answer, done, refused } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { effect } from '../../effects.ts';
import { adds, asDay, replayed, words } from '../../fields.ts';
import { issueCategory, issuePriority, issueStatus, line, userId } from '../fields.ts';
import { issue, showIssue } from '../issues.ts';
import { noSuchUser } from '../users.ts';

const inputSchema = z.strictObject({
  user_id: userId,
  subject: line(3, 120).describe('In a few words, for example "Charged twice at Corner Coffee"'),
  description: words(3, 2000).describe(
    'What happened, when, and what the customer expects, in their words, for example "Two payments of $5.40 on the same morning"',
  ),
  category: issueCategory.default('other'),
  priority: issuePriority.default('normal'),
});
type Asked = z.infer<typeof inputSchema>;

const count = z.object({ open_issues: z.int().describe('How many issues of the customer are not resolved yet') });
const outputSchema = z.object({ user_id: userId, issue, before: count, after: count, idempotent_replay: replayed });
type Shown = z.infer<typeof outputSchema>;

export function reportIssue(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'report_issue',
    {
      title: 'Report an issue',
      description:
        'Opens an issue in the name of a customer, for the staff to look into; its id is told. Never write a password ' +
        'into one. For example {"user_id": "user_001", "subject": "Charged twice at Corner Coffee", "description": ' +
        '"Two payments of $5.40 on the same morning", "category": "transaction", "priority": "high"}.',
      inputSchema,
      outputSchema,
      annotations: adds,
    },
    (args, { _meta }) => {
      const asked = { server: 'bank', tool: 'report_issue', args, meta: _meta, output: outputSchema };
      return answer(effect(db, asked, (tx) => report(tx, db.tenant, args)));
    },
  );
}

async function report(tx: Prisma.TransactionClient, tenant: string, asked: Asked): Promise<Answer<Shown>> {
  const { user_id, ...said } = asked;
  const user = await tx.bankUser.findUnique({ where: { tenant_id: { tenant, id: user_id } }, select: { id: true } });
  if (!user) return refused(`${noSuchUser(user_id)} Nothing was reported.`);
  // Two at once take their turns, so each has a number of its own and counts the other.
  await lock(tx, `bank issues ${tenant}`);
  const last = await tx.bankIssue.findFirst({ where: { tenant }, orderBy: { number: 'desc' } });
  const open = { tenant, userId: user_id, status: { not: 'resolved' } };
  const before = { open_issues: await tx.bankIssue.count({ where: open }) };
  const row = await tx.bankIssue.create({
    data: { tenant, number: (last?.number ?? 0) + 1, userId: user_id, ...said },
  });
  const { category, priority, subject } = said;
  const status = issueStatus.parse(row.status);
  const opened = { number: row.number, subject, category, priority, status, reported_on: asDay(row.createdAt) };
  const shown = showIssue(opened);
  const after = { open_issues: before.open_issues + 1 };
  const text = `${shown.id} was opened for ${user_id}: "${subject}" (${category}, ${priority}). Open issues: ${before.open_issues} before, ${after.open_issues} now.`;
  return done(text, { user_id, issue: shown, before, after, idempotent_replay: false });
}
