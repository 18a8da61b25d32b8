import { randomBytes } from 'node:crypto';
import type { Prisma, PrismaClient } from '../../prisma/client/client.ts';
import { ANSWERED, DRAFT } from '../labels.ts';
import type { MessageIds, Outbound } from '../types.ts';
import { columnsOf, type Indexed } from './columns.ts';
import { firstPiece, isSmall, keepFurtherPieces } from './raw.ts';

export type NewMessage = {
  tenant: string;
  raw: Buffer;
  /** Null where it cannot be read. */
  mail: Indexed | null;
  labels: string[];
} & Partial<Pick<Outbound, 'messageId' | 'threadId'>>;

/** Keeps a message with all of its pieces or not at all. */
export function keepWhole(prisma: PrismaClient, message: NewMessage): Promise<MessageIds> {
  return isSmall(message.raw) ? keep(prisma, message) : prisma.$transaction((tx) => keep(tx, message));
}

/** Keeps a message with its place in the history: a small one by one statement, a large one in a transaction. */
async function keep(tx: Prisma.TransactionClient, message: NewMessage): Promise<MessageIds> {
  const { tenant, mail, labels, raw } = message;
  const id = randomBytes(8).toString('hex');
  const threadId = message.threadId ?? (await threadOf(tx, tenant, mail)) ?? id;
  if (!isSmall(raw)) await keepFurtherPieces(tx, tenant, id, raw);
  const { messageId, subject, fromAddress, fromText, toText, snippet, text, attachments } = columnsOf(mail);
  // Takes the lock of the history last of all, because that holds off every other change of the mailbox until the commit.
  await tx.$executeRaw`
    with moved as (
      insert into mail.mailboxes (tenant) values (${tenant})
      on conflict (tenant) do update set history_id = nextval('mail.history_ids') returning history_id
    ), message as (
      insert into mail.messages (tenant, id, thread_id, history_id, labels, sent_key, message_id, subject, from_address,
        from_text, to_text, snippet, text, attachments)
      select ${tenant}, ${id}, ${threadId}, history_id, ${labels}, ${message.messageId ?? null}, ${messageId}, ${subject},
        ${fromAddress}, ${fromText}, ${toText}, ${snippet}, ${text}, ${attachments} from moved
      returning history_id
    ), piece as (
      insert into mail.parts (tenant, message_id, number, bytes) values (${tenant}, ${id}, 0, ${firstPiece(raw)})
    )
    insert into mail.history (tenant, id, kind, message_id) select ${tenant}, history_id, 'added', ${id} from message`;
  return { id, threadId };
}

export async function labelAnswered(tx: Prisma.TransactionClient, tenant: string, id: string): Promise<void> {
  const historyId = await nextHistoryId(tx, tenant);
  const where = { tenant, id, NOT: { labels: { has: ANSWERED } } };
  const { count } = await tx.mailMessage.updateMany({ where, data: { historyId, labels: { push: ANSWERED } } });
  if (count > 0) await tx.mailHistory.create({ data: { tenant, id: historyId, kind: 'labels', messageId: id } });
}

export async function dropDraft(tx: Prisma.TransactionClient, tenant: string, sentKey: string): Promise<void> {
  const draft = await tx.mailMessage.findFirst({
    where: { tenant, sentKey, labels: { has: DRAFT } },
    select: { id: true },
  });
  if (!draft) return;
  const its = { where: { tenant, messageId: draft.id } };
  await tx.mailHistory.deleteMany(its);
  await tx.mailPart.deleteMany(its);
  await tx.mailMessage.delete({ where: { tenant_id: { tenant, id: draft.id } } });
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
