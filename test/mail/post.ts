import { createTransport, type SendMailOptions } from 'nodemailer';
import pg from 'pg';
import { type App, until } from '../support/app.ts';

/** A message of the mock mailbox, as it lies there. */
export type Lying = {
  id: string;
  thread_id: string;
  labels: string[];
  message_id: string;
  to_text: string;
  subject: string;
  text: string;
  raw: Buffer;
};

export type WrittenMail = SendMailOptions & { from: string; loggedInAs?: string; anonymous?: boolean };

/** People who write mail to the running product, and the mailbox as it is. */
export type Post = {
  /** Logged in as `from`, unless it says otherwise. Gives the Message-ID. */
  write(mail: WrittenMail): Promise<string>;
  /** Our answers to it, once there is one. */
  answerTo(messageId: string): Promise<Lying>;
  /** Without the sample mail. */
  all(): Promise<Lying[]>;
  sql(text: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
};

export async function openPost({ env, bot }: Pick<App, 'env' | 'bot'>): Promise<Post> {
  if (env.database.kind !== 'url') throw new Error('mail tests know their database by its URL');
  const client = new pg.Client(env.database.url);
  await client.connect();
  const [host = '', port = ''] = bot.smtp?.split(':') ?? [];
  const all = async () =>
    (
      await client.query<Lying>(
        `select m.*, (select bytes from mail.parts p where p.message_id = m.id and p.tenant = m.tenant and number = 0) as raw
         from mail.messages m where history_id > 0 order by history_id`,
      )
    ).rows;
  return {
    all,
    async write({ anonymous = false, loggedInAs, ...mail }) {
      const auth = anonymous ? {} : { auth: { user: loggedInAs ?? mail.from, pass: 'any' } };
      const transport = createTransport({ host, port: Number(port), ...auth });
      const { messageId } = await transport.sendMail(mail);
      transport.close();
      return messageId;
    },
    answerTo: (messageId) =>
      until(
        async () =>
          (await all()).find(
            ({ labels, raw }) => labels.includes('SENT') && headerOf(raw, 'In-Reply-To') === messageId,
          ),
        `an answer to ${messageId}`,
        20_000,
      ),
    sql: async (text) => (await client.query(text)).rows,
    close: () => client.end(),
  };
}

/** A header as it stands in the raw message, unfolded. */
export function headerOf(raw: Buffer, name: string): string | undefined {
  const head = raw.toString().split(/\r?\n\r?\n/)[0] ?? '';
  return new RegExp(`^${name}: (.*)$`, 'im').exec(head.replace(/\r?\n[ \t]+/g, ' '))?.[1]?.trim();
}
