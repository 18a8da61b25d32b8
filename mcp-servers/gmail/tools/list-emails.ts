import { z } from 'zod';
import { words } from '../../kit/fields.ts';
import { page, paging } from '../../kit/pages.ts';
import { defineTool } from '../../kit/tool.ts';
import { pageOfEmails } from '../emails.ts';
import { email } from '../fields.ts';

export const listEmails = defineTool({
  name: 'list_emails',
  title: 'List emails',
  description:
    'The newest emails of the inbox, or of another label, a page at a time, for example {"label": "SENT", "limit": 5}. ' +
    'To look for something, call search_emails.',
  does: 'reads',
  input: z.strictObject({
    label: words(1, 100).default('INBOX').describe('For example INBOX, SENT, UNREAD or STARRED'),
    unread: z.boolean().default(false).describe('Only those that nobody has read'),
    ...paging,
  }),
  output: z.object({ emails: z.array(email), ...page }),
  run(db, asked) {
    const labels = { hasEvery: [asked.label.toUpperCase(), ...(asked.unread ? ['UNREAD'] : [])] };
    return pageOfEmails(db, asked, { labels }, `There are no emails with the label ${asked.label}.`);
  },
});
