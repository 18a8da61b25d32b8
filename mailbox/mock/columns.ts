import type { Address, ParsedMail } from '../../reading/mail/types.ts';

const LONGEST_SNIPPET = 200;

/** The fields of a parsed mail that the mailbox indexes. */
export type Indexed = Pick<
  ParsedMail,
  'messageId' | 'references' | 'subject' | 'from' | 'to' | 'cc' | 'text' | 'attachments'
>;

/** The columns that searches look into and lists show. */
export function columnsOf(mail: Indexed | null) {
  if (!mail) {
    const unread = { messageId: null, subject: '', fromAddress: '', fromText: '', toText: '', snippet: '', text: '' };
    return { ...unread, attachments: [] };
  }
  const { messageId, subject, from, to, cc, text, attachments } = mail;
  return {
    messageId,
    subject,
    fromAddress: from[0]?.address.toLowerCase() ?? '',
    fromText: from.map(written).join(', '),
    toText: [...to, ...cc].map(written).join(', '),
    snippet: text
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, LONGEST_SNIPPET)
      .replace(/[\ud800-\udbff]$/, ''),
    text,
    attachments: attachments.map(({ name }) => name),
  };
}

function written({ name, address }: Address): string {
  return name ? `${name} <${address}>` : address;
}
