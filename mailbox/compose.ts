import MailComposer from 'nodemailer/lib/mail-composer';
import type { Address } from '../reading/mail/types.ts';

export type Letter = {
  from: Address;
  to: Address[];
  cc?: Address[];
  subject: string;
  text: string;
  html?: string;
  messageId: string;
  inReplyTo?: string;
  references?: string[];
  /** We wrote it by ourselves, so no other machine should answer. */
  automatic: boolean;
};

/** The MIME of a letter, the same bytes whichever way it is sent. */
export function compose({ automatic, references, inReplyTo, ...letter }: Letter): Promise<Buffer> {
  const composer = new MailComposer({
    ...letter,
    ...(inReplyTo ? { inReplyTo } : {}),
    ...(references && references.length > 0 ? { references } : {}),
    ...(automatic ? { headers: { 'Auto-Submitted': 'auto-replied', 'X-Auto-Response-Suppress': 'All' } } : {}),
    // Nothing that a model or a sender wrote makes us open a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}
