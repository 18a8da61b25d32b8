import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../../prisma/client/client.ts';
import { openPool, statementNames, withSettings } from '../../prisma/connection.ts';
import { openParser } from '../../reading/mail/thread.ts';
import type { ParsedMail } from '../../reading/mail/types.ts';
import { SENT } from '../labels.ts';
import type { Kept, Mailbox, MessageIds } from '../types.ts';
import { keepWhole, labelAnswered } from './keep.ts';
import { type Listing, openListing } from './listing.ts';
import { rawOf } from './raw.ts';
import { openSentMail, type SentMail } from './sent.ts';

/** A stand-in for Gmail, kept in Postgres. */
export type MockMailbox = Mailbox &
  SentMail & {
    listing: Listing;
    /** Stores a mail that came in by SMTP. Resolves after the commit. */
    deliver(raw: Buffer): Promise<MessageIds>;
    /** Stores a mail that a person sent from the mailbox itself. It leaves the mailbox no more than any other here. */
    submit(raw: Buffer): Promise<MessageIds>;
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

  /** People find one that cannot be read by its sender and subject. */
  async function parsed(raw: Uint8Array): Promise<ParsedMail | null> {
    const answer = await parser.parse(new Uint8Array(raw));
    return answer.kind === 'parsed' ? answer.mail : parser.parseHead(raw);
  }

  const sentMail = openSentMail({ prisma, tenant, parsed });

  return {
    name: 'mock',
    authority: LOCAL,
    deliveredTo: 'address',
    listing: openListing(prisma, tenant),
    start: async () => '0',
    async arrivals(cursor, most) {
      const rows = await prisma.mailHistory.findMany({
        where: {
          tenant,
          kind: 'added',
          id: { gt: BigInt(cursor) },
          message: { OR: [{ labels: { has: 'INBOX' } }, BY_PERSON] },
        },
        orderBy: { id: 'asc' },
        take: most,
      });
      return rows.map(({ id, messageId }) => ({ cursor: String(id), id: messageId }));
    },
    async read(id) {
      const kept = await prisma.mailMessage.findUnique({ where: { tenant_id: { tenant, id } }, select: whatIsKept });
      return kept && { ...kept, raw: await rawOf(prisma, tenant, id) };
    },
    async deliver(raw) {
      return keepWhole(prisma, { tenant, raw, mail: await parsed(raw), labels: ['INBOX', 'UNREAD'] });
    },
    async submit(raw) {
      return keepWhole(prisma, { tenant, raw, mail: await parsed(raw), labels: [SENT] });
    },
    ...sentMail,
    markAnswered: (id) => prisma.$transaction((tx) => labelAnswered(tx, tenant, id)),
    async close() {
      await parser.close();
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

/** What we send has a key. */
const BY_PERSON = { labels: { has: SENT }, sentKey: null };

const whatIsKept = { id: true, threadId: true, labels: true, receivedAt: true } satisfies Partial<
  Record<keyof Kept, true>
>;
