import { createHash } from 'node:crypto';
import type { OurMail } from '../../channels/email/message-id.ts';
import type { MailLimit, NewEntry } from '../../core/records/entries.ts';

/** Mails that we answer in an hour. All others stay in the mailbox, where a person can read them. */
const FROM_ONE_SENDER = 20;
const IN_ONE_THREAD = 10;
const UNVERIFIED = 60;
/** A person writes a text of this length once; a machine that answers us repeats it. */
const LONGER_TEXT = 40;

/** The limits that stop floods, and endless exchanges with other machines. */
export function limitsOf({ principal, address, content }: NewEntry): MailLimit[] {
  const files = (content.files ?? []).map(({ name, size }) => `${name} ${size}`);
  return [
    limit('the mails of one sender', principal.id, FROM_ONE_SENDER),
    limit('the mails of one thread', address, IN_ONE_THREAD),
    ...(principal.kind === 'customer' ? [] : [limit('the mails of unverified senders', '', UNVERIFIED)]),
    ...(content.text.length > LONGER_TEXT
      ? [limit('the same text in one thread', [address, content.text, ...files].join('\n'), 1)]
      : []),
  ];
}

/** How often desks are told in an hour of the same kind of trouble, such as mail that did not arrive. */
const NOTICES = 20;

/** A reply has failed once; reports of other mails are known by what they report. */
export function noticeLimits(mail: OurMail): MailLimit[] {
  const once = mail.kind === 'reply' ? [] : [limit('the reports of one mail', JSON.stringify(mail), 1)];
  return [...once, limit('the reports of mail that did not arrive', '', NOTICES)];
}

/** How often desks are told in an hour of a mail that could not be read; the log has all of them. */
export const unreadLimits = [limit('the mails that could not be read', '', NOTICES)];

function limit(name: string, of: string, most: number): MailLimit {
  return { name, key: createHash('sha256').update(`${name}\n${of}`).digest('hex'), most };
}
