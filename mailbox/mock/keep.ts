import { randomBytes } from 'node:crypto';
import type { Prisma } from '../../prisma/client/client.ts';
import { ANSWERED } from '../labels.ts';
import type { MessageIds, Outbound } from '../types.ts';
import { columnsOf, type Indexed } from './columns.ts';
import { keepRaw } from './raw.ts';

export type NewMessage = {
  tenant: string;
  raw: Buffer;
  /** Null where it cannot be read. */
  mail: Indexed | null;
  labels: string[];
} & Partial<Pick<Outbound, 'messageId' | 'threadId'>>;

/** Keeps a message with its place in the history, in the caller's transaction. */
export async function keep(tx: Prisma.TransactionClient, message: NewMessage): Promise<MessageIds> {
  const { tenant, mail, labels, raw, messageId: sentKey } = message;
  const id = randomBytes(8).toString('hex');
  const threadId = message.threadId ?? (await threadOf(tx, tenant, mail)) ?? id;
  const columns = columnsOf(mail);
  await tx.mailMessage.create({ data: { tenant, id, threadId, historyId: 0n, labels, sentKey, ...columns } });
  await keepRaw(tx, tenant, id, raw);
  // Last of all, because it holds off every other change of the mailbox until the commit.
  const historyId = await nextHistoryId(tx, tenant);
  await tx.mailMessage.update({ where: { tenant_id: { tenant, id } }, data: { historyId } });
  await tx.mailHistory.create({ data: { tenant, id: historyId, kind: 'added', messageId: id } });
  return { id, threadId };
}

export async function labelAnswered(tx: Prisma.TransactionClient, tenant: string, id: string): Promise<void> {
  const historyId = await nextHistoryId(tx, tenant);
  const where = { tenant, id, NOT: { labels: { has: ANSWERED } } };
  const { count } = await tx.mailMessage.updateMany({ where, data: { historyId, labels: { push: ANSWERED } } });
  if (count > 0) await tx.mailHistory.create({ data: { tenant, id: historyId, kind: 'labels', messageId: id } });
}

/** Keeps the row locked to the commit, so that nobody sees a later change before an earlier one. */
async function nextHistoryId(tx: Prisma.TransactionClient, tenant: string): Promise<bigint> {
  const [row] = await tx.$queryRaw<{ history_id: bigint }[]>`
    insert into mail.mailboxes (tenant) values (${tenant})
    on conflict (tenant) do update set history_id = nextval('mail.history_ids') returning history_id`;
  if (!row) throw new Error('the mailbox gave no history id');
  return row.history_id;
}

/** As Gmail threads: it answers a message that is there, and has its subject. */
async function threadOf(tx: Prisma.TransactionClient, tenant: string, mail: Indexed | null): Promise<string | null> {
  if (!mail || mail.references.length === 0) return null;
  const candidates = await tx.mailMessage.findMany({
    where: { tenant, messageId: { in: mail.references } },
    select: { threadId: true, subject: true },
    orderBy: { receivedAt: 'desc' },
    take: 20,
  });
  const subject = bareSubject(mail.subject);
  return candidates.find((one) => bareSubject(one.subject) === subject)?.threadId ?? null;
}

/** The subject without the prefixes for answers and forwards, in several languages. */
export function bareSubject(subject: string): string {
  return subject
    .replace(/^(?:\s*(?:re|aw|sv|vs|antw|ref|rif|res|odp|fwd?|wg|tr|rv|enc)(?:\[\d+\])?\s*:\s*)+/i, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}
