import { z } from 'zod';
import { done, noSuch } from '../../kit/answers.ts';
import { defineTool } from '../../kit/tool.ts';
import { columns, emailLine, showEmail } from '../emails.ts';
import { email, emailId } from '../fields.ts';

const LONGEST_TEXT = 20_000;

export const getEmail = defineTool({
  name: 'get_email',
  title: 'Get an email',
  description: 'One email by id, with all of its text, for example {"email_id": "18c2a4f0b7d39e01"}.',
  does: 'reads',
  input: z.strictObject({ email_id: emailId }),
  output: email.extend({ text: z.string() }),
  async run({ prisma, tenant }, { email_id: id }) {
    const where = { tenant_id: { tenant, id } };
    const row = await prisma.mailMessage.findUnique({ where, select: { ...columns, text: true } });
    if (!row) return noSuch('email', id, 'list_emails or search_emails');
    const { text, ...rest } = row;
    const shown = { ...showEmail(rest), text: text.slice(0, LONGEST_TEXT) };
    return done(emailLine({ ...shown, snippet: shown.text }), shown);
  },
});
