import type { PrismaClient } from '../../prisma/client/client.ts';
import type { MessageIds } from '../types.ts';

/** A message as lists show it. */
export type Listed = MessageIds & {
  receivedAt: Date;
  labels: string[];
  messageId: string | null;
  subject: string;
  fromAddress: string;
  fromText: string;
  toText: string;
  snippet: string;
  /** The names of its attachments. */
  attachments: string[];
};

/** For people who look into the mailbox. */
export type Listing = {
  /** Of all threads, the newest first. */
  newest(most: number): Promise<Listed[]>;
  textOf(id: string): Promise<string>;
  /** The beginning of its raw MIME, with its whole header; null where there is no such message. */
  beginningOf(id: string): Promise<Buffer | null>;
};

const listed = {
  ...{ id: true, threadId: true, receivedAt: true, labels: true, messageId: true, subject: true },
  ...{ fromAddress: true, fromText: true, toText: true, snippet: true, attachments: true },
} satisfies Record<keyof Listed, true>;

export function openListing(prisma: PrismaClient, tenant: string): Listing {
  return {
    newest: (take) =>
      prisma.mailMessage.findMany({ where: { tenant }, select: listed, orderBy: { receivedAt: 'desc' }, take }),
    async textOf(id) {
      const found = await prisma.mailMessage.findUnique({
        where: { tenant_id: { tenant, id } },
        select: { text: true },
      });
      return found?.text ?? '';
    },
    async beginningOf(id) {
      const where = { tenant_messageId_number: { tenant, messageId: id, number: 0 } };
      const piece = await prisma.mailPart.findUnique({ where, select: { bytes: true } });
      return piece && Buffer.from(piece.bytes);
    },
  };
}
