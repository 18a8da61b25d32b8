import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { until } from '../support/app.ts';
import type { World } from './world.ts';

export const desk = 'support+sweep@localhost';
/** A colleague sends each of its answers. */
export const draftsDesk = 'support+drafts@localhost';

/** A mail of ours, as it lies in the mailbox. */
export type Answer = { message_id: string; subject: string; text: string };

/** People who write to the desk and confirm what they are asked, once each, as soon as the question is in the mailbox. */
export type Customers = {
  /** Tries again with the same mail, as mail servers do, until a door has taken it. */
  write(mail: SendMailOptions & { from: string }): void;
  /** Which door takes mail now. */
  port: number;
  /** Everything that was sent to this address, oldest first. */
  sentTo(address: string): Promise<Answer[]>;
  /** How many drafts for this address lie in the mailbox. */
  draftsTo(address: string): Promise<number>;
  /** Resolves once all that was written is taken. */
  taken(): Promise<unknown>;
  stop(): Promise<void>;
};

export function openCustomers({ sql }: Pick<World, 'sql'>): Customers {
  const writing = new Set<Promise<void>>();
  const confirmed = new Set<string>();
  let going = true;

  const bring = async (mail: SendMailOptions & { from: string }): Promise<void> => {
    while (going) {
      const auth = { user: mail.from, pass: 'any' };
      const transport = createTransport({ host: '127.0.0.1', port: customers.port, auth });
      const isTaken = await transport.sendMail(mail).then(
        () => true,
        () => false,
      );
      transport.close();
      if (isTaken) return;
      await sleep(50);
    }
  };
  const confirm = async (): Promise<void> => {
    const asked = await sql<Answer & { to_text: string }>(
      `select message_id, subject, text, to_text from mail.messages
        where labels[1] = 'SENT' and text like '%Please confirm what you asked for%'`,
    );
    for (const { message_id: inReplyTo, subject, text, to_text: from } of asked) {
      if (confirmed.has(inReplyTo)) continue;
      confirmed.add(inReplyTo);
      const answer = `yes\n\nOn Mon, Nov 30, 2026 at 9:58 AM Sweep <${desk}> wrote:\n\n${text.replace(/^/gm, '> ')}`;
      customers.write({ from, subject: `Re: ${subject}`, inReplyTo, references: [inReplyTo], text: answer });
    }
  };
  const confirming = (async () => {
    for (; going; await sleep(50)) await confirm();
  })();

  const customers: Customers = {
    port: 0,
    write(mail) {
      const stamp = { date: new Date(), messageId: `<${crypto.randomUUID()}@sweep.example>` };
      const sending = bring({ to: desk, ...stamp, ...mail });
      writing.add(sending);
      void sending.finally(() => writing.delete(sending));
    },
    sentTo: (address) =>
      sql<Answer>(
        `select message_id, subject, text from mail.messages where labels[1] = 'SENT' and to_text = $1 order by history_id`,
        [address],
      ),
    async draftsTo(address) {
      const lying = `select id from mail.messages where 'DRAFT' = any (labels) and to_text = $1`;
      return (await sql(lying, [address])).length;
    },
    taken: () => until(() => writing.size === 0 || undefined, 'all mail to be taken', 20_000),
    async stop() {
      going = false;
      await confirming;
      await Promise.all(writing);
    },
  };
  return customers;
}
