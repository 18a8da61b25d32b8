import { crashPoint } from '../../core/crash-points.ts';
import { compose } from '../../mailbox/compose.ts';
import type { Outgoing, Sent } from '../channel.ts';
import { htmlOf } from './html.ts';
import { messageIdOf } from './message-id.ts';
import { type EmailPlace, emailPlace } from './place.ts';
import { post } from './post.ts';
import type { SendingContext } from './types.ts';

const EMPTY = '(This answer has no text.)';
/** Is the same for everybody, so that nobody learns from it which addresses we know. */
const UNVERIFIED =
  'We could not verify who sent your mail, so this answer holds nothing about any account or order. For that, please write ' +
  'from the address that we have for you, logged in with your own mail provider.';

/** Sends a reply as one mail under the Message-ID of its outbox row, so that nobody gets it twice. */
export async function sendReply(context: SendingContext, { id, place: there, body }: Outgoing): Promise<Sent> {
  const place = emailPlace(there);
  const messageId = messageIdOf(context.installation, `reply-${id}`, place.from);
  const said = body.trim() || EMPTY;
  const raw = await letterOf(place, messageId, place.verified === 'yes' ? said : `${said}\n\n---\n\n${UNVERIFIED}`);
  crashPoint('reply.sending');
  const posted = await post(context, { place, messageId, raw });
  crashPoint('reply.accepted');
  switch (posted.kind) {
    case 'posted':
      return { kind: 'sent', messages: [messageId] };
    case 'later':
      return { kind: 'retry', waitMs: posted.waitMs, reason: posted.reason, messages: [] };
    case 'failed':
      await context.tellDesk(place.desk, `A mail to a customer could not be sent: ${posted.reason}`);
      return { kind: 'failed', reason: posted.reason };
  }
}

function letterOf(place: EmailPlace, messageId: string, body: string): Promise<Buffer> {
  return compose({
    from: { name: place.name, address: place.from },
    to: [{ name: '', address: place.to }],
    subject: answerSubject(place.subject),
    text: `${body}\n`,
    html: htmlOf(body),
    messageId,
    inReplyTo: place.inReplyTo,
    references: place.references.split(' ').filter((id) => id !== ''),
    automatic: true,
  });
}

/** Mail programs also look at the subject to keep a thread together. */
function answerSubject(subject: string): string {
  if (subject === '') return 'Re: your mail';
  return /^re:/i.test(subject) ? subject : `Re: ${subject}`;
}
