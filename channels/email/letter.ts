import { compose } from '../../mailbox/compose.ts';
import { type Body, closed } from './closing.ts';
import { wholePage } from './html.ts';
import { copiesIn, type EmailPlace } from './place.ts';
import type { SendingContext } from './types.ts';

/** The MIME of a mail of ours in the conversation of `place`. */
export function letterOf(
  { desks }: Pick<SendingContext, 'desks'>,
  place: EmailPlace,
  messageId: string,
  body: Body,
  automatic = place.writer === undefined,
) {
  const { text, html } = closed(body, place, desks);
  return compose({
    from: { name: place.name, address: place.from },
    to: [{ name: '', address: place.to }],
    cc: copiesIn(place).map((address) => ({ name: '', address })),
    subject: answerSubject(place.subject),
    text: `${text}\n`,
    html: wholePage(html),
    messageId,
    inReplyTo: place.inReplyTo,
    references: place.references.split(' ').filter((id) => id !== ''),
    automatic,
  });
}

/** Mail programs also look at the subject to keep a thread together. */
function answerSubject(subject: string): string {
  if (subject === '') return 'Re: your mail';
  return /^re:/i.test(subject) ? subject : `Re: ${subject}`;
}
