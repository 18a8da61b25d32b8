import { ANSWERED, RECORDED, SENT } from '../labels.ts';
import type { Mailbox } from '../types.ts';
import { type Backlog, changesIn, historyNow, lookThrough } from './backlog.ts';
import { type Checked, checkGmail } from './check.ts';
import { type Gmail, type GmailAccount, openGmail, orGone } from './client.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { dropDraft, keepDraft } from './drafts.ts';
import { changesAfter } from './history.ts';
import { readKey } from './key.ts';
import { openLabels } from './labels.ts';
import { openReaderLock } from './lock.ts';
import { openMessageReader } from './read.ts';
import { findOurs, post } from './sent.ts';

export type GmailOptions = {
  databaseUrl: string;
  tenant: string;
  log: { warn(about: object, text: string): void };
};

export type GmailOpened = { kind: 'open'; mailbox: Mailbox } | Exclude<Checked, { kind: 'ok' }>;

/** The name under which Gmail's receiver says what it knows of a sender. */
const AUTHORITY = 'mx.google.com';

/** A mailbox at Gmail, by its REST API, once Google has let us in. */
export async function openGmailMailbox(account: GmailAccount, options: GmailOptions): Promise<GmailOpened> {
  const way = account.grant.kind === 'service_account' ? readKey(account.grant.keyFile) : account.grant;
  if (way.kind === 'broken') return { kind: 'refused', line: way.line };
  const gmail = openGmail(account, way);
  const checked = await checkGmail(gmail, account);
  return checked.kind === 'ok' ? { kind: 'open', mailbox: mailboxAt(gmail, account.user, options) } : checked;
}

function mailboxAt(gmail: Gmail, user: string, { databaseUrl, tenant, log }: GmailOptions): Mailbox {
  const name = `gmail ${user.toLowerCase()}`;
  const lock = openReaderLock(databaseUrl, `${tenant} ${name}`);
  const labels = openLabels(gmail);
  const reader = openMessageReader(gmail, labels);
  let backlog: Backlog | null = null;
  return {
    name,
    authority: AUTHORITY,
    deliveredTo: 'account',
    start: async () => writeCursor({ history: await historyNow(gmail), since: Date.now() }),
    async arrivals(text, most) {
      if (!(await lock.isOurs())) return [];
      const cursor = readCursor(text);
      const changes = await changesAfter(gmail, cursor, most);
      if (!changes && !backlog) log.warn({}, 'Gmail has forgotten where we were: we go through the inbox instead');
      backlog = changes ? null : (backlog ?? (await lookThrough(gmail, cursor)));
      return changes ?? (backlog ? changesIn(backlog, cursor, most) : []);
    },
    read: reader.read,
    send: async (message) => (await findOurs(gmail, SENT, message)) ?? post(gmail, message),
    async record(message) {
      const label = await labels.idOf(RECORDED);
      return (await findOurs(gmail, label, message)) ?? post(gmail, message, label);
    },
    keepDraft: (message) => keepDraft(gmail, message),
    dropDraft: (messageId) => dropDraft(gmail, messageId),
    async markAnswered(id) {
      const addLabelIds = [await labels.idOf(ANSWERED)];
      // It may have been deleted meanwhile.
      await orGone(gmail.users.messages.modify({ userId: 'me', id, requestBody: { addLabelIds } }));
    },
    async close() {
      await Promise.all([lock.close(), reader.close()]);
    },
  };
}
