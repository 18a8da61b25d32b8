import { z } from 'zod';
import { lock } from '../../../prisma/locks.ts';
import { done } from '../../kit/answers.ts';
import { words } from '../../kit/fields.ts';
import { defineTool } from '../../kit/tool.ts';
import { label, priority, references } from '../fields.ts';
import { issue, issueLine, showIssue } from '../issues.ts';

const count = z.object({ issues: z.int().describe('How many issues there are') });

export const createIssue = defineTool({
  name: 'create_issue',
  title: 'Create an issue',
  description:
    'Opens an issue. Look with list_issues first whether there is one already: none can be changed or removed here. ' +
    'For example {"title": "Lock of Case 3 sticks", "description": "Needs oil or a new one", "labels": ["shop"]}.',
  does: 'adds',
  input: z.strictObject({
    title: words(3, 200).describe('What it is, in a few words, for example "Lock of Case 3 sticks"'),
    description: words(1, 4000).describe('What is known and what has to be done, for example "Needs oil or a new one"'),
    priority: priority.default('medium'),
    labels: z.array(label).max(3).default([]).describe('Up to three, for example ["repair"]'),
    assignee: words(1, 100).optional().describe('Who takes it, for example "Jon"; nobody where it is left out'),
    customer_id: references.customer_id.optional(),
    order_id: references.order_id.optional(),
    sku: references.sku.optional(),
  }),
  output: z.object({ issue, before: count, after: count }),
  async run({ prisma, tenant }, asked) {
    // Two calls at once would take the same number, and a sequence leaves a gap where a transaction is undone.
    await lock(prisma, `notion issues ${tenant}`);
    const { _max: last, _count: issues } = await prisma.notionIssue.aggregate({
      where: { tenant },
      _max: { number: true },
      _count: true,
    });
    const { customer_id, order_id, labels, ...rest } = asked;
    const row = await prisma.notionIssue.create({
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
    const text = `${issueLine(opened)} was opened; there are ${issues + 1} issues now.`;
    return done(text, {
      issue: opened,
      before: { issues },
      after: { issues: issues + 1 },
    });
  },
});
