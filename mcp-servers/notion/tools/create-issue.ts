import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import type { Prisma } from '../../../prisma/client/client.ts';
import { lock } from '../../../prisma/locks.ts';
import { type Answer, answer, done } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { effect } from '../../effects.ts';
import { adds, replayed, words } from '../../fields.ts';
import { label, priority, references } from '../fields.ts';
import { issue, showIssue, tellIssue } from '../issues.ts';

const inputSchema = z.strictObject({
  title: words(3, 200).describe('What it is, in a few words, for example "Lock of Case 3 sticks"'),
  description: words(1, 4000).describe('What is known and what has to be done, for example "Needs oil or a new one"'),
  priority: priority.default('medium'),
  labels: z.array(label).max(3).default([]).describe('Up to three, for example ["repair"]'),
  assignee: words(1, 100).optional().describe('Who takes it, for example "Jon"; nobody where it is left out'),
  customer_id: references.customer_id.optional(),
  order_id: references.order_id.optional(),
  sku: references.sku.optional(),
});
type Asked = z.infer<typeof inputSchema>;

const count = z.object({ issues: z.int().describe('How many issues there are') });
const outputSchema = z.object({ issue, before: count, after: count, idempotent_replay: replayed });
type Shown = z.infer<typeof outputSchema>;

export function createIssue(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'create_issue',
    {
      title: 'Create an issue',
      description:
        'Opens an issue. Look with list_issues first whether there is one already: none can be changed or removed here. ' +
        'For example {"title": "Lock of Case 3 sticks", "description": "Needs oil or a new one", "labels": ["shop"]}.',
      inputSchema,
      outputSchema,
      annotations: adds,
    },
    (args, { _meta }) => {
      const asked = { server: 'notion', tool: 'create_issue', args, meta: _meta, output: outputSchema };
      return answer(effect(db, asked, (tx) => create(tx, db.tenant, args)));
    },
  );
}

async function create(tx: Prisma.TransactionClient, tenant: string, asked: Asked): Promise<Answer<Shown>> {
  // Numbers are given one at a time: two at once would take the same, and a sequence leaves gaps where one is undone.
  await lock(tx, `notion issues ${tenant}`);
  const { _max: last, _count: issues } = await tx.notionIssue.aggregate({
    where: { tenant },
    _max: { number: true },
    _count: true,
  });
  const { customer_id, order_id, labels, ...rest } = asked;
  const row = await tx.notionIssue.create({
    data: {
      ...rest,
      tenant,
      number: (last.number ?? 0) + 1,
      status: 'open',
      labels: [...new Set(labels)],
      customerId: customer_id,
      orderId: order_id,
    },
  });
  const opened = showIssue(row);
  const text = `${tellIssue(opened)} was opened; there are ${issues + 1} issues now.`;
  return done(text, {
    issue: opened,
    before: { issues },
    after: { issues: issues + 1 },
    idempotent_replay: false,
  });
}
