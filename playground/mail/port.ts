import type { Listed } from '../../mailbox/mock/listing.ts';
import type { MockMailbox } from '../../mailbox/mock/mailbox.ts';
import { type MailLetter, type MailOrder, type MailSeen, TEAM } from '../page/protocol.ts';
import type { MailPort } from '../ports.ts';
import { type Head, headOf } from './head.ts';
import { byOf, type Mail, seenBy, threadsOf } from './view.ts';
import { customerEnvelope, type Envelope, sendMail, teamEnvelope } from './write.ts';
import { writersTo } from './writers.ts';

/** The product's mailbox, and where mail for it is handed in. */
export type MailParts = {
  mailbox: Pick<MockMailbox, 'listing'>;
  /** The host and port of the SMTP door, once it is open. */
  smtp(): string | null;
  desks(): { name: string; title: string; address: string }[];
};

const MOST_MAILS = 500;
const MOST_THREADS = 100;
const LONGEST_TEXT = 20_000;

export function openMailPort({ mailbox: { listing }, smtp, desks }: MailParts): MailPort {
  /** A header never changes, so each is read once. */
  const heads = new Map<string, Head>();
  const writers = () => writersTo(desks());

  async function withHead(listed: Listed): Promise<Mail> {
    const head = heads.get(listed.id) ?? headOf((await listing.beginningOf(listed.id))?.toString('latin1') ?? null);
    heads.set(listed.id, head);
    return { ...listed, ...head };
  }

  /** The mails that somebody sees, the oldest first. */
  async function mailsOf(who: string): Promise<Mail[]> {
    const mails = await Promise.all((await listing.newest(MOST_MAILS)).map(withHead));
    return seenBy(
      writers().find(({ id }) => id === who),
      mails.reverse(),
    );
  }

  async function letterOf(mail: Mail): Promise<MailLetter> {
    const text = await listing.textOf(mail.id);
    return {
      ...{ id: mail.id, at: mail.receivedAt.getTime(), from: mail.fromText, to: mail.toText, labels: mail.labels },
      ...{ text: text.slice(0, LONGEST_TEXT), isCut: text.length > LONGEST_TEXT, files: mail.attachments },
      ...{ by: byOf(mail), hasSource: mail.hasSource },
    };
  }

  function envelopeOf(order: MailOrder, thread: Mail[]): Envelope {
    if (order.as === TEAM) return teamEnvelope(thread);
    const writer = writers().find(({ id }) => id === order.as);
    if (!writer) throw new Error(`Nobody here is called ${order.as}.`);
    return customerEnvelope(writer, order, thread);
  }

  return {
    writers,
    desks: () => desks().map(({ title, address }) => ({ title, address })),
    async look(who, thread): Promise<MailSeen> {
      const mails = await mailsOf(who);
      const open = mails.filter(({ threadId }) => threadId === thread);
      return {
        threads: threadsOf(mails).slice(0, MOST_THREADS),
        letters: await Promise.all(open.map(letterOf)),
      };
    },
    async source(id) {
      return (await listing.beginningOf(id))?.toString() ?? null;
    },
    async write(order) {
      const thread = 'thread' in order ? (await mailsOf(order.as)).filter((one) => one.threadId === order.thread) : [];
      const messageId = await sendMail(smtp(), envelopeOf(order, thread), order);
      const kept = (await listing.newest(MOST_MAILS)).find((one) => one.messageId === messageId);
      if (!kept) throw new Error('The mail was taken, and is not in the mailbox.');
      return { thread: kept.threadId };
    },
  };
}
