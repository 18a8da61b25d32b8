import { crashPoint } from '../../core/crash-points.ts';
import type { Outgoing, Sent } from '../channel.ts';
import type { Body } from './closing.ts';
import { htmlOf } from './html.ts';
import { letterOf } from './letter.ts';
import { messageIdOf } from './message-id.ts';
import { type EmailPlace, emailPlace } from './place.ts';
import { plainOf } from './plain.ts';
import { post } from './post.ts';
import type { SendingContext } from './types.ts';

const EMPTY = '(This answer has no text.)';
/** Is the same for everybody, so that nobody learns from it which addresses we know. */
const UNVERIFIED =
  'We could not verify who sent your mail, so this answer holds nothing about any account or order. For that, please write ' +
  'from the address that we have for you, logged in with your own mail provider.';

export function bodyOf({ verified, writer }: EmailPlace, body: string): Body {
  const said = body.trim() || EMPTY;
  // A colleague who writes has read on the card that the sender is not verified.
  const isSaid = verified === 'yes' || writer !== undefined;
  const text = isSaid ? said : `${said}\n\n---\n\n${UNVERIFIED}`;
  return { text: plainOf(text), html: htmlOf(text) };
}

/** Sends a reply as one mail under the Message-ID of its outbox row, so that nobody gets it twice. */
export async function sendReply(context: SendingContext, { id, place: there, body }: Outgoing): Promise<Sent> {
  const place = emailPlace(there);
  const messageId = messageIdOf(context.mailKey, `reply-${id}`, place.from);
  const raw = await letterOf(context, place, messageId, bodyOf(place, body));
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
