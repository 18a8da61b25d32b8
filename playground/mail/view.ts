import type { Listed } from '../../mailbox/mock/listing.ts';
import type { MailLetter, MailThread, MailWriter } from '../page/protocol.ts';
import type { Head } from './head.ts';

export type Mail = Listed & Head;

/** What one writer sees of all mails; without a writer it is the team, who sees all of them. */
export function seenBy(writer: MailWriter | undefined, mails: Mail[]): Mail[] {
  if (!writer) return mails;
  const { address, verified } = writer;
  const wrote = mails.filter(
    (mail) => mail.fromAddress === address && !isOurs(mail) && (mail.sender !== 'unverified') === verified,
  );
  if (verified) return mails.filter((mail) => wrote.includes(mail) || (wasSent(mail) && isTo(mail, address)));
  // The answer goes to the address that was claimed, and a forger never reads it. Here one may compare.
  const theirs = new Set(wrote.map(({ messageId }) => messageId));
  return mails.filter((mail) => wrote.includes(mail) || (wasSent(mail) && theirs.has(mail.inReplyTo)));
}

export function byOf(mail: Mail): MailLetter['by'] {
  return isOurs(mail) ? 'us' : mail.sender;
}

const OURS = ['SENT', 'DRAFT', 'RECORDED', 'OUTBOX', 'WAITING', 'FAILED', 'UNKNOWN'];

export function isOurs({ labels }: Mail): boolean {
  return labels.some((label) => OURS.includes(label));
}

function wasSent({ labels }: Mail): boolean {
  return labels.includes('SENT');
}

function isTo({ toText }: Mail, address: string): boolean {
  return toText
    .toLowerCase()
    .split(/[\s<>,;]+/)
    .includes(address);
}

/** The one with the newest mail first; `mails` are in order of time. */
export function threadsOf(mails: Mail[]): MailThread[] {
  const ids = [...new Set(mails.map(({ threadId }) => threadId))];
  return ids
    .map((id) =>
      threadOf(
        id,
        mails.filter(({ threadId }) => threadId === id),
      ),
    )
    .sort((one, other) => other.at - one.at);
}

function threadOf(id: string, mails: Mail[]): MailThread {
  const last = mails.at(-1);
  return {
    id,
    subject: mails[0]?.subject ?? '',
    people: [...new Set(mails.map(({ fromText }) => nameIn(fromText)))],
    snippet: last?.snippet ?? '',
    at: last?.receivedAt.getTime() ?? 0,
    count: mails.length,
    labels: [...new Set(mails.flatMap(({ labels }) => labels))],
    hasFiles: mails.some(({ attachments }) => attachments.length > 0),
    hasUnverified: mails.some((mail) => byOf(mail) === 'unverified'),
  };
}

/** The name in `Lisa Park <lisa@…>`, or the address where it has none. */
function nameIn(address: string): string {
  return /^(.+?) <[^<>]*>$/.exec(address)?.[1] ?? address;
}
