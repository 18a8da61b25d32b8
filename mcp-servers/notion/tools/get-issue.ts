import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { type Answer, answer, done, refused } from '../../answers.ts';
import type { ToolDatabase } from '../../database.ts';
import { oneLine, reads } from '../../fields.ts';
import { issueId } from '../fields.ts';
import { issue, showIssue, tellIssue } from '../issues.ts';

const inputSchema = z.strictObject({ issue_id: issueId });

const outputSchema = issue.extend({ description: z.string() });
type Shown = z.infer<typeof outputSchema>;

export function getIssue(server: McpServer, db: ToolDatabase): void {
  server.registerTool(
    'get_issue',
    {
      title: 'Get an issue',
      description:
        'One issue by id, with its whole description, for example {"issue_id": "ISSUE-001"}. ' +
        'Without an id, call list_issues first.',
      inputSchema,
      outputSchema,
      annotations: reads,
    },
    ({ issue_id }) => answer(read(db, issue_id)),
  );
}

async function read({ prisma, tenant }: ToolDatabase, id: string): Promise<Answer<Shown>> {
  const number = Number(id.slice('ISSUE-'.length));
  const row = await prisma.notionIssue.findUnique({ where: { tenant_number: { tenant, number } } });
  if (!row) return refused(`There is no issue ${id}. Find the right id with list_issues, for example by a word of it.`);
  const shown = { ...showIssue(row), description: row.description };
  const days = `opened ${shown.opened_on}${shown.closed_on ? `, closed ${shown.closed_on}` : ''}`;
  const labels = shown.labels.join(', ') || 'no labels';
  return done(`${tellIssue(shown)}, ${labels}, ${days}: ${oneLine(shown.description)}`, shown);
}
