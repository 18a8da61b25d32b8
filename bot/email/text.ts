import { shorten, wellFormed } from '../../core/text.ts';
import type { ParsedMail } from '../../reading/mail/types.ts';

/** A model is given no more of one mail. */
const LONGEST = 20_000;
const REST_LEFT_OUT = '(The rest is left out here, because it is long.)';

/** What a person says with a mail. The subject of an answer is our own. */
export function textOf(mail: ParsedMail): string {
  const isAnswer = mail.references.length > 0;
  const parts = [
    isAnswer || mail.subject === '' ? '' : `Subject: ${mail.subject}`,
    shortened(mail.said),
    mail.forwardedFrom === null
      ? ''
      : `(Forwarded: nobody has verified that ${mail.forwardedFrom} wrote what is forwarded here. Only the sender asks.)`,
    mail.hidden ? '(Text that its reader would not see was left out of this mail.)' : '',
  ];
  return wellFormed(parts.filter((part) => part !== '').join('\n\n'));
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${shorten(text, LONGEST)}\n\n${REST_LEFT_OUT}` : text;
}
