import type { z } from 'zod';
import type { Prisma } from '../../prisma/client/client.ts';
import { done } from '../kit/answers.ts';
import type { ToolDatabase } from '../kit/database.ts';
import { oneLine } from '../kit/fields.ts';
import { listing, pageOf } from '../kit/pages.ts';
import type { email } from './fields.ts';

type Email = z.infer<typeof email>;

export const columns = {
  id: true,
  threadId: true,
  fromText: true,
  toText: true,
  subject: true,
  receivedAt: true,
  snippet: true,
  labels: true,
  attachments: true,
} satisfies Prisma.MailMessageSelect;
type Row = Prisma.MailMessageGetPayload<{ select: typeof columns }>;

export function showEmail({ id, threadId, fromText, toText, receivedAt, subject, ...rest }: Row): Email {
  const date = receivedAt.toISOString().slice(0, 16).replace('T', ' ');
  return { id, thread_id: threadId, from: fromText, to: toText, subject, date, ...rest };
}

export function emailLine({ id, from, to, subject, date, snippet, labels, attachments }: Email): string {
  const unread = labels.includes('UNREAD') ? ', unread' : '';
  const files = attachments.length > 0 ? `, with ${attachments.join(', ')}` : '';
  return `${id}, ${date}, from ${from} to ${to}: "${subject}"${unread}${files}: ${oneLine(snippet)}`;
}

/** Mails that fit, newest first, a page at a time. */
export async function pageOfEmails(
  { prisma, tenant }: ToolDatabase,
  asked: { limit: number; offset: number },
  fits: Prisma.MailMessageWhereInput,
  none: string,
) {
  const where = { AND: [{ tenant }, fits] };
  const [total, rows] = await Promise.all([
    prisma.mailMessage.count({ where }),
    prisma.mailMessage.findMany({
      where,
      select: columns,
      orderBy: [{ receivedAt: 'desc' }, { id: 'asc' }],
      take: asked.limit,
      skip: asked.offset,
    }),
  ]);
  const emails = rows.map(showEmail);
  const text = listing(asked, total, emails, { of: 'emails', line: emailLine, none });
  return done(text, { emails, ...pageOf(asked, total) });
}
