import { shorten, wellFormed } from '../../core/text.ts';
import type { ReadAttachment } from '../../reading/files/thread.ts';
import type { ParsedMail } from '../../reading/mail/types.ts';

/** A model is given no more of one mail, and no more of what is attached to it. */
const LONGEST = 20_000;
const REST_LEFT_OUT = '(The rest is left out here, because it is long.)';

/** What a person says with a mail. The subject of an answer is our own. */
export function textOf(mail: ParsedMail, attachments: ReadAttachment[]): string {
  const isAnswer = mail.references.length > 0;
  const unread = attachments.filter(({ text }) => text === undefined);
  const parts = [
    isAnswer || mail.subject === '' ? '' : `Subject: ${mail.subject}`,
    shortened(mail.said),
    unread.length > 0 ? `Attached, and not read: ${unread.map(listed).join(', ')}` : '',
    mail.forwardedFrom === null
      ? ''
      : `(Forwarded: nobody has verified that ${mail.forwardedFrom} wrote what is forwarded here. Only the sender asks.)`,
    mail.hidden ? '(Text that its reader would not see was left out of this mail.)' : '',
    shortened(
      attachments
        .filter(({ text }) => text !== undefined)
        .map(quoted)
        .join('\n\n'),
    ),
  ];
  return wellFormed(parts.filter((part) => part !== '').join('\n\n'));
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${shorten(text, LONGEST)}\n\n${REST_LEFT_OUT}` : text;
}

function listed({ name, type, size, unread }: ReadAttachment): string {
  return `${name} (${type}, ${Math.ceil(size / 1024)} KB${unread ? `; ${unread}` : ''})`;
}

/** Each line is marked, so that no file can say where it ends. */
function quoted(attachment: ReadAttachment): string {
  const lines = (attachment.text ?? '').split('\n').map((line) => `| ${line}`);
  return [`Attached: ${listed(attachment)}, which says:`, ...lines].join('\n');
}
