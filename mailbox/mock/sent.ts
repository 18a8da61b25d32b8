import type { PrismaClient } from '../../prisma/client/client.ts';
import type { ParsedMail } from '../../reading/mail/types.ts';
import { DRAFT, RECORDED, SENT } from '../labels.ts';
import type { Mailbox, MessageIds, Outbound } from '../types.ts';
import { dropDraft, keepWhole } from './keep.ts';

/** Mails of ours in the mock mailbox, each once by its Message-ID. */
export type SentMail = Pick<Mailbox, 'send' | 'record' | 'keepDraft' | 'dropDraft'> & {
  /** Stores a mail before it goes to a mail server, and returns how far an earlier try came. */
  hold(message: Outbound): Promise<{ state: HeldState; ids: MessageIds }>;
  settle(messageId: string, state: 'SENT' | 'WAITING' | 'FAILED' | 'UNKNOWN'): Promise<void>;
};
type HeldState = 'held' | 'sent' | 'unknown' | 'failed';

type Place = { prisma: PrismaClient; tenant: string; parsed(raw: Uint8Array): Promise<ParsedMail | null> };

export function openSentMail({ prisma, tenant, parsed }: Place): SentMail {
  async function find(messageId: string) {
    const where = { tenant_sentKey: { tenant, sentKey: messageId } };
    return prisma.mailMessage.findUnique({ where, select: { id: true, threadId: true, labels: true } });
  }

  async function keepOnce(message: Outbound, label: string): Promise<MessageIds> {
    const known = await find(message.messageId);
    if (known) return known;
    const mail = await parsed(message.raw);
    return keepWhole(prisma, { tenant, ...message, mail, labels: [label] }).catch(async (error) => {
      // Another worker may have sent it at the same time.
      const theirs = await find(message.messageId);
      if (theirs) return theirs;
      throw error;
    });
  }

  async function stateOf(sentKey: string, label: string | undefined): Promise<HeldState> {
    if (label === 'SENT') return 'sent';
    if (label === 'FAILED') return 'failed';
    if (label !== 'WAITING') return 'unknown';
    const where = { tenant, sentKey, labels: { equals: ['WAITING'] } };
    const mine = await prisma.mailMessage.updateMany({ where, data: { labels: ['OUTBOX'] } });
    return mine.count === 1 ? 'held' : 'unknown';
  }

  return {
    send: (message) => keepOnce(message, SENT),
    record: (message) => keepOnce(message, RECORDED),
    async keepDraft(message) {
      await keepOnce(message, DRAFT);
    },
    dropDraft: (messageId) => prisma.$transaction((tx) => dropDraft(tx, tenant, messageId)),
    async hold(message) {
      const known = await find(message.messageId);
      if (known) return { state: await stateOf(message.messageId, known.labels[0]), ids: known };
      const mail = await parsed(message.raw);
      return { state: 'held', ids: await keepWhole(prisma, { tenant, ...message, mail, labels: ['OUTBOX'] }) };
    },
    async settle(messageId, state) {
      const where = { tenant_sentKey: { tenant, sentKey: messageId } };
      await prisma.mailMessage.update({ where, data: { labels: [state] } });
    },
  };
}
