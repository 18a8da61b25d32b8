import { crashPoint } from '../../core/crash-points.ts';
import { compose } from '../../mailbox/compose.ts';
import type { Mailbox } from '../../mailbox/types.ts';
import type { Outgoing, Sent } from '../channel.ts';
import { htmlOf } from './html.ts';
import { type EmailPlace, emailPlace } from './place.ts';

export type EmailWay = {
  mailbox: Mailbox;
  /** What this installation calls its own, so that nobody can guess how its mails are called. */
  installation: string;
};

/** Says the same to everybody, so that nobody learns from it which addresses we know. */
const UNVERIFIED =
  'We could not verify who sent your mail, so this answer holds nothing about any account or order. For that, please write ' +
  'from the address that we have for you, logged in with your own mail provider.';
const EMPTY = '(This answer has no text.)';

/** One mail, under the Message-ID of its outbox row: the mailbox has it once, however often it is sent. */
export async function sendReply(way: EmailWay, { id, place: there, body }: Outgoing): Promise<Sent> {
  const place = emailPlace(there);
  const messageId = messageIdOf(way, `reply-${id}`, place);
  const said = body.trim() || EMPTY;
  const raw = await letterOf(place, messageId, place.verified === 'yes' ? said : `${said}\n\n---\n\n${UNVERIFIED}`);
  crashPoint('reply.sending');
  try {
    await way.mailbox.send({ messageId, threadId: place.thread, raw });
  } catch (error) {
    return {
      kind: 'retry',
      waitMs: 1_000,
      reason: error instanceof Error ? error.message : String(error),
      messages: [],
    };
  }
  crashPoint('reply.accepted');
  return { kind: 'sent', messages: [messageId] };
}

export function messageIdOf({ installation }: EmailWay, what: string, { from }: Pick<EmailPlace, 'from'>): string {
  return `<${what}.${installation}@${from.slice(from.lastIndexOf('@') + 1)}>`;
}

export function letterOf(place: EmailPlace, messageId: string, body: string): Promise<Buffer> {
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

/** Mail programs keep a thread together by its subject, too. */
function answerSubject(subject: string): string {
  if (subject === '') return 'Re: your mail';
  return /^re:/i.test(subject) ? subject : `Re: ${subject}`;
}
