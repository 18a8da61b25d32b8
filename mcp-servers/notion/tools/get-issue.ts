import { z } from 'zod';
import { done, noSuch } from '../../kit/answers.ts';
import { oneLine } from '../../kit/fields.ts';
import { defineTool } from '../../kit/tool.ts';
import { issueId } from '../fields.ts';
import { issue, issueLine, showIssue } from '../issues.ts';

export const getIssue = defineTool({
  name: 'get_issue',
  title: 'Get an issue',
  description:
    'One issue by id, with its whole description, for example {"issue_id": "ISSUE-001"}. ' +
    'Without an id, call list_issues first.',
  does: 'reads',
  input: z.strictObject({ issue_id: issueId }),
  output: issue.extend({ description: z.string() }),
  async run({ prisma, tenant }, { issue_id: id }) {
    const number = Number(id.slice('ISSUE-'.length));
    const row = await prisma.notionIssue.findUnique({ where: { tenant_number: { tenant, number } } });
    if (!row) return noSuch('issue', id, 'list_issues, for example by a word of it');
    const shown = { ...showIssue(row), description: row.description };
    const days = `opened ${shown.opened_on}${shown.closed_on ? `, closed ${shown.closed_on}` : ''}`;
    const labels = shown.labels.join(', ') || 'no labels';
    return done(`${issueLine(shown)}, ${labels}, ${days}: ${oneLine(shown.description)}`, shown);
  },
});
