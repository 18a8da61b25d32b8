import { compose } from '../../mailbox/compose.ts';
import type { EmailPlace } from './place.ts';

/** The MIME of a mail of ours in the conversation of `place`. */
export function letterOf(place: EmailPlace, messageId: string, { text, html }: { text: string; html: string }) {
  return compose({
    from: { name: place.name, address: place.from },
    to: [{ name: '', address: place.to }],
    subject: answerSubject(place.subject),
    text: `${text}\n`,
    html,
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
