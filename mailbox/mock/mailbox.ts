import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../../prisma/client/client.ts';
import { openPool, statementNames, withSettings } from '../../prisma/connection.ts';
import { openParser } from '../../reading/mail/thread.ts';
import type { ParsedMail } from '../../reading/mail/types.ts';
import { RECORDED } from '../labels.ts';
import type { Kept, Mailbox, MessageIds, Outbound } from '../types.ts';
import { keep, labelAnswered } from './keep.ts';
import { type Listing, openListing } from './listing.ts';
import { isSmall, rawOf } from './raw.ts';

/** A stand-in for Gmail, kept in Postgres. */
export type MockMailbox = Mailbox & {
  listing: Listing;
  /** Stores a mail that came in by SMTP. Resolves after the commit. */
  deliver(raw: Buffer): Promise<MessageIds>;
  /** Stores a mail before it goes to a mail server, and returns how far an earlier try came. */
  hold(message: Outbound): Promise<'held' | 'sent' | 'unknown' | 'failed'>;
  settle(messageId: string, state: 'SENT' | 'WAITING' | 'FAILED' | 'UNKNOWN'): Promise<void>;
};

const MAX_CONNECTIONS = 4;
/** The name of our SMTP door in Authentication-Results. */
export const LOCAL = 'localhost';

export function openMockMailbox(url: string, tenant: string): MockMailbox {
  const bound = withSettings(url, { role: 'countersign_mail', 'countersign.tenant': tenant });
  const pool = openPool(
    { connectionString: bound, max: MAX_CONNECTIONS, allowExitOnIdle: true, application_name: 'countersign-mail' },
    () => {},
  );
  const prisma = new PrismaClient({
    errorFormat: 'minimal',
    adapter: new PrismaPg(pool, { statementNameGenerator: statementNames() }),
    transactionOptions: { maxWait: 10_000, timeout: 60_000 },
  });
  const parser = openParser();

  async function parsed(raw: Uint8Array): Promise<ParsedMail | null> {
    const answer = await parser.parse(new Uint8Array(raw));
    return answer.kind === 'parsed' ? answer.mail : null;
  }

  async function keepParsed(message: Pick<Outbound, 'raw'> & Partial<Outbound>, labels: string[]): Promise<MessageIds> {
    const kept = { tenant, ...message, mail: await parsed(message.raw), labels };
    return isSmall(message.raw) ? keep(prisma, kept) : prisma.$transaction((tx) => keep(tx, kept));
  }

  async function find(messageId: string) {
    const where = { tenant_sentKey: { tenant, sentKey: messageId } };
    return prisma.mailMessage.findUnique({ where, select: { id: true, threadId: true, labels: true } });
  }

  async function keepOnce(message: Outbound, label: string): Promise<MessageIds> {
    const known = await find(message.messageId);
    if (known) return known;
    return keepParsed(message, [label]).catch(async (error) => {
      // Another worker may have sent it at the same time.
      const theirs = await find(message.messageId);
      if (theirs) return theirs;
      throw error;
    });
  }

  return {
    name: 'mock',
    authority: LOCAL,
    listing: openListing(prisma, tenant),
    start: async () => '0',
    async arrivals(cursor, most) {
      const rows = await prisma.mailHistory.findMany({
        where: { tenant, kind: 'added', id: { gt: BigInt(cursor) }, message: { labels: { has: 'INBOX' } } },
        orderBy: { id: 'asc' },
        take: most,
      });
      return rows.map(({ id, messageId }) => ({ cursor: String(id), id: messageId }));
    },
    async read(id) {
      const kept = await prisma.mailMessage.findUnique({ where: { tenant_id: { tenant, id } }, select: whatIsKept });
      return kept && { ...kept, raw: await rawOf(prisma, tenant, id) };
    },
    deliver: (raw) => keepParsed({ raw }, ['INBOX', 'UNREAD']),
    send: (message) => keepOnce(message, 'SENT'),
    record: (message) => keepOnce(message, RECORDED),
    markAnswered: (id) => prisma.$transaction((tx) => labelAnswered(tx, tenant, id)),
    async hold(message) {
      const known = await find(message.messageId);
      if (!known) {
        await keepParsed(message, ['OUTBOX']);
        return 'held';
      }
      const [label] = known.labels;
      if (label === 'SENT') return 'sent';
      if (label === 'FAILED') return 'failed';
      if (label !== 'WAITING') return 'unknown';
      const where = { tenant, sentKey: message.messageId, labels: { equals: ['WAITING'] } };
      const mine = await prisma.mailMessage.updateMany({ where, data: { labels: ['OUTBOX'] } });
      return mine.count === 1 ? 'held' : 'unknown';
    },
    async settle(messageId, state) {
      const where = { tenant_sentKey: { tenant, sentKey: messageId } };
      await prisma.mailMessage.update({ where, data: { labels: [state] } });
    },
    async close() {
      await parser.close();
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

const whatIsKept = { id: true, threadId: true, labels: true, receivedAt: true } satisfies Partial<
  Record<keyof Kept, true>
>;
