import { openSentMail } from '../../mailbox/mock/sent.ts';
import { openCarrier } from '../../mailbox/outgoing/carrier.ts';
import { openSender, type Sender, type SendingMode } from '../../mailbox/outgoing/sender.ts';
import type { Mailbox } from '../../mailbox/types.ts';
import { openParser } from '../../reading/mail/thread.ts';
import type { Address } from '../../reading/mail/types.ts';
import type { ToolDatabase } from '../kit/database.ts';

/** What `send_email` writes with. */
export type Outbox = {
  /** As whom the tool writes. */
  from(): Address;
  /** The Message-ID of a mail with this name from this address. */
  messageIdOf(name: string, from: string): string;
  /** The conversation of an email, and its Message-ID; null where there is no such email. */
  find(id: string): Promise<{ threadId: string; messageId: string | null } | null>;
  send: Sender;
};

/** Writes where no desk is known. */
export const SAMPLE_SHOP: Address = { name: 'Jewelry operations', address: 'support+jewelry@localhost' };
const LONGEST_HEAD = 256 * 1024;
const parser = openParser();

/** Mails of ours in the mock mailbox, in the tools' own database. */
export function mockMailOf({ prisma, tenant }: ToolDatabase) {
  const parsed = async (raw: Uint8Array) => {
    const answer = await parser.parse(new Uint8Array(raw));
    return answer.kind === 'parsed' ? answer.mail : null;
  };
  return openSentMail({ prisma, tenant, parsed });
}

/** Finds emails of the mock mailbox. */
export function findIn({ prisma, tenant }: ToolDatabase): Outbox['find'] {
  return (id) =>
    prisma.mailMessage.findUnique({
      where: { tenant_id: { tenant, id } },
      select: { threadId: true, messageId: true },
    });
}

/** Finds emails of a real mailbox. */
export function findAt(mailbox: Pick<Mailbox, 'read'>): Outbox['find'] {
  return async (id) => {
    const found = await mailbox.read(id);
    if (!found) return null;
    const head =
      Buffer.from(found.raw.slice(0, LONGEST_HEAD))
        .toString('latin1')
        .split(/\r?\n\r?\n/, 1)[0] ?? '';
    return { threadId: found.threadId, messageId: /^Message-ID:\s*(<[^<>\s]+>)/im.exec(head)?.[1] ?? null };
  };
}

export function plainMessageId(name: string, from: string): string {
  return `<${name}@${from.slice(from.lastIndexOf('@') + 1)}>`;
}

/** For a server that runs alone: mail goes out by this mail server, or stays in the mock mailbox. */
export function outboxBy(url: string | undefined, mode: SendingMode): (db: ToolDatabase) => Outbox {
  const carrier = url === undefined ? null : openCarrier(url);
  return (db) => ({
    from: () => SAMPLE_SHOP,
    messageIdOf: plainMessageId,
    find: findIn(db),
    send: openSender({ mode, mailbox: mockMailOf(db), carrier }),
  });
}
