import { z } from 'zod';
import { refused } from '../../kit/answers.ts';
import { words } from '../../kit/fields.ts';
import { page, paging } from '../../kit/pages.ts';
import { defineTool } from '../../kit/tool.ts';
import { pageOfEmails } from '../emails.ts';
import { email } from '../fields.ts';
import { readQuery } from '../query.ts';

const NONE = 'No email fits. Try fewer or other words, or leave out an operator.';

export const searchEmails = defineTool({
  name: 'search_emails',
  title: 'Search emails',
  description:
    "Emails that fit, newest first, in Gmail's words: from:, to:, subject:, after:2026/11/01, before:, newer_than:7d, " +
    'older_than:, has:attachment, is:unread, label:, in:sent, "a phrase", a minus for what must not fit. ' +
    'For example {"query": "from:lisa subject:clasp newer_than:30d -is:unread"}.',
  does: 'reads',
  input: z.strictObject({
    query: words(1, 500).describe('What to look for, for example "from:lisa.park@example.com" or "order ORD-1001"'),
    ...paging,
  }),
  output: z.object({ emails: z.array(email), ...page }),
  async run(db, asked) {
    const query = readQuery(asked.query, new Date());
    if (query.kind === 'bad') return refused(`${query.why} Nothing was searched.`);
    return pageOfEmails(db, asked, query.where, NONE);
  },
});
