import pg from 'pg';
import { openGmailMailbox } from '../../mailbox/gmail/mailbox.ts';
import { openMockMailbox } from '../../mailbox/mock/mailbox.ts';
import type { Mailbox } from '../../mailbox/types.ts';
import { freshDatabase } from '../support/database.ts';
import { startGmailPeer } from './gmail-peer.ts';

/** A mailbox of one kind, with what its owners and other people do to it. */
export type Subject = {
  mailbox: Mailbox;
  /** A mail arrives. Gives its id. */
  deliver(raw: Buffer): Promise<string>;
  archive(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  /** A person sends a mail from the mailbox itself. Gives its id. */
  submit(raw: Buffer, threadId: string): Promise<string>;
  /** The ids of drafts. */
  drafts(): Promise<string[]>;
  /** Raw messages that the mailbox has sent. */
  sent(): Promise<Buffer[]>;
  /** Its history ids are beyond what numbers can hold from now on. */
  grow(): Promise<void>;
  close(): Promise<void>;
};

export async function openMock(): Promise<Subject> {
  const database = await freshDatabase();
  const client = new pg.Client(database.url);
  await client.connect();
  const mailbox = openMockMailbox(database.url, 'T');
  const put = (sql: string, ...values: string[]) => client.query(sql, values);
  return {
    mailbox,
    deliver: async (raw) => (await mailbox.deliver(raw)).id,
    archive: async (id) => void (await put("update mail.messages set labels = '{}' where id = $1", id)),
    submit: async (raw) => (await mailbox.submit(raw)).id,
    async drafts() {
      const { rows } = await client.query<{ id: string }>("select id from mail.messages where 'DRAFT' = any (labels)");
      return rows.map(({ id }) => id);
    },
    async remove(id) {
      await put('delete from mail.history where message_id = $1', id);
      await put('delete from mail.parts where message_id = $1', id);
      await put('delete from mail.messages where id = $1', id);
    },
    async sent() {
      const { rows } = await client.query<{ raw: Buffer }>(
        `select string_agg(p.bytes, '' order by p.number) as raw from mail.messages m
           join mail.parts p on p.message_id = m.id where 'SENT' = any (m.labels) group by m.id`,
      );
      return rows.map(({ raw }) => raw);
    },
    grow: async () => void (await put("select setval('mail.history_ids', 9007199254741000)")),
    async close() {
      await mailbox.close();
      await client.end();
      await database.drop();
    },
  };
}

export async function openGmail(): Promise<Subject> {
  const database = await freshDatabase();
  const peer = await startGmailPeer();
  const options = { databaseUrl: database.url, tenant: 'T', log: { warn() {} } };
  const opened = await openGmailMailbox(peer.account, options);
  if (opened.kind !== 'open') throw new Error(JSON.stringify(opened));
  return {
    mailbox: opened.mailbox,
    deliver: (raw) => peer.deliver(raw),
    submit: peer.submit,
    drafts: async () => (await peer.all()).filter(({ labelIds }) => labelIds.includes('DRAFT')).map(({ id }) => id),
    archive: peer.archive,
    remove: peer.remove,
    async sent() {
      const sent = (await peer.all()).filter(({ labelIds }) => labelIds.includes('SENT'));
      return sent.map(({ raw }) => Buffer.from(raw, 'base64url'));
    },
    grow: async () => {}, // they always are
    async close() {
      await opened.mailbox.close();
      await peer.close();
      await database.drop();
    },
  };
}
