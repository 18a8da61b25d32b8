import { createHash } from 'node:crypto';
import type { Kept } from '../../mailbox/types.ts';
import type { ParsedMail } from '../../reading/mail/types.ts';
import { textOf } from './text.ts';

/** A mail that a colleague sent from the mailbox itself, as the threads of those who get it note it. */
export type ColleagueMail = {
  conversation: string;
  recipients: string[];
  identity: string;
  account: string;
  text: string;
};

export function colleagueMail({ id, threadId }: Kept, mail: ParsedMail): ColleagueMail {
  const addresses = [...mail.to, ...mail.cc].map(({ address }) => address.toLowerCase());
  return {
    conversation: threadId,
    // As senderOf names customers, and people whom nobody has verified.
    recipients: addresses.flatMap((address) => [`email:${address}`, `unverified:${address}`]),
    identity: createHash('sha256').update(`mailbox\n${id}`).digest('hex'),
    account: `email:${mail.from[0]?.address.toLowerCase() ?? ''}`,
    text: textOf(mail),
  };
}
