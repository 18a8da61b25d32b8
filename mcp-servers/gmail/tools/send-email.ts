import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { compose } from '../../../mailbox/compose.ts';
import type { Sent } from '../../../mailbox/outgoing/sender.ts';
import { type Answer, done, noSuch, refused } from '../../kit/answers.ts';
import type { ToolDatabase } from '../../kit/database.ts';
import { words } from '../../kit/fields.ts';
import { defineTool, type Tool } from '../../kit/tool.ts';
import { address, emailId } from '../fields.ts';
import type { Outbox } from '../outbox.ts';

const input = z.strictObject({
  to: address,
  subject: words(1, 200)
    .regex(/^[^\r\n]*$/, 'A subject has one line')
    .describe('For example "Your pendant is ready"'),
  body: words(1, 10_000).describe('The text, as it is sent'),
  reply_to: emailId.optional().describe('The email that it answers'),
});

const output = z.object({
  id: z.string(),
  thread_id: z.string().describe('The conversation that it belongs to'),
  message_id: z.string().describe('By which mail servers know a repetition'),
  from: z.string(),
  to: z.string(),
  subject: z.string(),
  became: z.enum(['sent', 'recorded']).describe('recorded: it was written and kept, and sent to nobody'),
});

export function sendEmail(outboxOf: (db: ToolDatabase) => Outbox): Tool {
  return defineTool({
    name: 'send_email',
    title: 'Send an email',
    description:
      'Sends an email in the name of the shop. It cannot be taken back. For example {"to": "lisa.park@example.com", ' +
      '"subject": "Your pendant", "body": "It is ready to be picked up."}. With reply_to it answers an email, in its ' +
      'conversation.',
    does: 'adds',
    input,
    output,
    async act(db, asked, key) {
      const { find, from, messageIdOf, send } = outboxOf(db);
      const answered = asked.reply_to === undefined ? null : await find(asked.reply_to);
      if (asked.reply_to !== undefined && !answered) return noSuch('email', asked.reply_to, 'search_emails');
      const writer = from();
      const messageId = messageIdOf(nameOf(key), writer.address);
      const { to, subject } = asked;
      const raw = await written({ ...asked, from: writer, messageId, answers: answered?.messageId });
      const mail = { messageId, threadId: answered?.threadId, raw, from: writer.address, to: [to] };
      return answerOf(await send(mail), { message_id: messageId, from: writer.address, to, subject });
    },
  });
}

/** One call has one name, from which its Message-ID is made, so that a repetition of it sends nothing. */
function nameOf(key: string | undefined): string {
  return `mail-${key === undefined ? randomUUID() : createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
}

type Written = z.infer<typeof input> & { from: ReturnType<Outbox['from']>; messageId: string; answers?: string | null };

function written({ from, to, subject, body, messageId, answers }: Written): Promise<Buffer> {
  const references = answers ? [answers] : [];
  return compose({
    ...{ from, to: [{ name: '', address: to }], subject, text: body, messageId },
    ...{ inReplyTo: references[0], references, automatic: false },
  });
}

type Letter = Pick<z.infer<typeof output>, 'message_id' | 'from' | 'to' | 'subject'>;

function answerOf(sent: Sent, letter: Letter): Answer<z.infer<typeof output>> {
  const { to, subject } = letter;
  switch (sent.kind) {
    case 'sent':
    case 'recorded': {
      const { id, threadId } = sent.ids;
      const how = sent.kind === 'sent' ? `was sent to ${to}` : `to ${to} was written and kept, and not sent`;
      return done(`${id} ${how}: "${subject}"`, { id, thread_id: threadId, ...letter, became: sent.kind });
    }
    case 'switched_off':
    case 'later':
      return refused(`Nothing was sent: ${sent.reason}. Try again later.`);
    case 'refused':
      return refused(`Nothing was sent: ${sent.reason}.`);
    case 'unclear':
      return { kind: 'unknown', text: `It is not known whether the email was sent: ${sent.reason}. ${REPEAT}` };
    case 'unknown':
      return { kind: 'unknown', text: `It is not known whether the email was sent: ${sent.reason}. ${ASK}` };
  }
}

const REPEAT = 'A repetition with the same idempotency key finds out, and sends it once at most.';
const ASK = 'It is never sent again: ask the person who should have it, or write another.';
