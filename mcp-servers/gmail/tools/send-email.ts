import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { compose } from '../../../mailbox/compose.ts';
import { keep } from '../../../mailbox/mock/keep.ts';
import { done, noSuch } from '../../kit/answers.ts';
import type { Tables } from '../../kit/database.ts';
import { words } from '../../kit/fields.ts';
import { defineTool } from '../../kit/tool.ts';
import { columns, showEmail } from '../emails.ts';
import { address, email, emailId, OUR_ADDRESS, OUR_NAME } from '../fields.ts';

const count = z.object({ sent: z.int().describe('How many emails were ever sent to this address') });

export const sendEmail = defineTool({
  name: 'send_email',
  title: 'Send an email',
  description:
    `Sends an email in the shop's name, from ${OUR_ADDRESS}. It cannot be taken back. For example {"to": ` +
    '"lisa.park@example.com", "subject": "Your pendant", "body": "It is ready to be picked up."}. With reply_to it ' +
    'answers an email, in its conversation.',
  does: 'adds',
  input: z.strictObject({
    to: address,
    subject: words(1, 200)
      .regex(/^[^\r\n]*$/, 'A subject has one line')
      .describe('For example "Your pendant is ready"'),
    body: words(1, 10_000).describe('The text, as it is sent'),
    reply_to: emailId.optional().describe('The email that it answers'),
  }),
  output: z.object({ email, before: count, after: count }),
  /** One call has one Message-ID, by which mail servers know a repetition. */
  async prepare(_db, asked, key) {
    const name = key === undefined ? randomUUID() : createHash('sha256').update(key).digest('hex').slice(0, 32);
    return { ready: { messageId: `<mail-${name}@localhost>` }, hashed: asked };
  },
  async run(db, asked, { messageId }) {
    const { prisma, tenant } = db;
    const answered = asked.reply_to === undefined ? null : await answeredBy(db, asked.reply_to);
    if (asked.reply_to !== undefined && !answered) return noSuch('email', asked.reply_to, 'search_emails');
    const sent = await prisma.mailMessage.count({ where: { tenant, labels: { has: 'SENT' }, toText: asked.to } });
    const references = answered?.messageId ? [answered.messageId] : [];
    const from = { name: OUR_NAME, address: OUR_ADDRESS };
    const to = [{ name: '', address: asked.to }];
    const { subject, body: text } = asked;
    const letter = { from, to, subject, text, messageId, inReplyTo: references[0], references };
    const raw = await compose({ ...letter, automatic: false });
    const mail = { messageId, references, subject, from: [from], to, cc: [], text, attachments: [] };
    const { id } = await keep(prisma, { tenant, raw, mail, labels: ['SENT'], messageId, threadId: answered?.threadId });
    const row = await prisma.mailMessage.findUniqueOrThrow({ where: { tenant_id: { tenant, id } }, select: columns });
    const [before, after] = [{ sent }, { sent: sent + 1 }];
    return done(`${id} was sent to ${asked.to}: "${subject}"`, { email: showEmail(row), before, after });
  },
});

function answeredBy({ prisma, tenant }: Tables, id: string) {
  const where = { tenant_id: { tenant, id } };
  return prisma.mailMessage.findUnique({ where, select: { messageId: true, threadId: true } });
}
