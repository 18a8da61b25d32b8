import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import type { GmailAccount } from '../../mailbox/gmail/client.ts';
import { openGmailMailbox } from '../../mailbox/gmail/mailbox.ts';
import type { Mailbox } from '../../mailbox/types.ts';
import { until } from '../support/app.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { type GmailPeer, ours, startGmailPeer } from './gmail-peer.ts';
import { headerOf } from './post.ts';
import { answer, idsIn, mail } from './written-mail.ts';

let database: TestDatabase;
let peer: GmailPeer;
const opened: Mailbox[] = [];
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  peer = await startGmailPeer();
});
afterEach(async () => {
  for (const mailbox of opened.splice(0)) await mailbox.close();
  await peer.close();
});

/** As a process of its own would. */
async function open(account = peer.account): Promise<Mailbox> {
  const found = await tryToOpen(account);
  if (found.kind !== 'open') throw new Error(JSON.stringify(found));
  opened.push(found.mailbox);
  return found.mailbox;
}

function tryToOpen(account: GmailAccount) {
  return openGmailMailbox(account, { databaseUrl: database.url, tenant: 'T', log: { warn() {} } });
}

const ago = (ms: number) => new Date(Date.now() - ms);
const DAY = 24 * 60 * 60_000;

describe('the history', () => {
  it.each([
    ['in many pages', { page: 2 }],
    ['with many messages in one record', { joins: true }],
    ['with some messages in each of many records', { page: 3, joins: true }],
  ])('gives each message to who goes on from any cursor, %s', async (_, faults) => {
    Object.assign(peer.faults, faults);
    const mailbox = await open();
    const start = await mailbox.start();
    const came: string[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) came.push(await peer.deliver(mail(name)));
    const changes = await mailbox.arrivals(start, 50);
    expect(idsIn(changes)).toEqual(came);
    for (const [at, { cursor }] of changes.entries()) {
      const rest = idsIn(await mailbox.arrivals(cursor, 50));
      // Within a record there is no place to go on from: its earlier messages come again, and are known.
      expect(rest.slice(rest.length - came.slice(at + 1).length)).toEqual(came.slice(at + 1));
    }
    expect(idsIn(await mailbox.arrivals(changes.at(-1)?.cursor ?? '', 50))).toEqual([]);
  });
});

describe('where Gmail has forgotten our cursor', () => {
  it('gives from the inbox what came in meanwhile, a few at a time, and then goes on by the history', async () => {
    await peer.deliver(mail('Long before'), ago(30 * DAY));
    let mailbox = await open();
    let cursor = await mailbox.start();
    const missed: string[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) missed.push(await peer.deliver(mail(name)));
    const away = await peer.deliver(mail('Put away'));
    await peer.archive(away);
    await peer.forget();

    const found: string[] = [];
    for (let round = 0; round < 4; round++) {
      const changes = await mailbox.arrivals(cursor, 2);
      found.push(...idsIn(changes));
      cursor = changes.at(-1)?.cursor ?? cursor;
      // The process dies, and another one goes on from the cursor that was kept.
      await mailbox.close();
      opened.splice(0);
      mailbox = await open();
    }
    expect(found).toEqual(missed);

    const later = await peer.deliver(mail('Later'));
    expect(idsIn(await mailbox.arrivals(cursor, 2))).toEqual([later]);
    // The inbox and what was sent, each time.
    expect(peer.asked.filter((one) => one === 'GET messages')).toHaveLength(8);
  });

  it('gives what came at the same moment once each', async () => {
    const mailbox = await open();
    let cursor = await mailbox.start();
    const at = new Date();
    const missed: string[] = [];
    for (const name of ['a', 'b', 'c']) missed.push(await peer.deliver(mail(name), at));
    await peer.forget();
    const found: string[] = [];
    for (let round = 0; round < 4; round++) {
      const changes = await mailbox.arrivals(cursor, 1);
      found.push(...idsIn(changes));
      cursor = changes.at(-1)?.cursor ?? cursor;
    }
    expect(found.toSorted()).toEqual(missed.toSorted());
  });

  it('goes through no more of the inbox than it has to', async () => {
    for (let old = 0; old < 120; old++) await peer.deliver(mail('Old'), ago(30 * DAY));
    const mailbox = await open();
    const cursor = await mailbox.start();
    await peer.deliver(mail('New'));
    await peer.forget();
    expect(idsIn(await mailbox.arrivals(cursor, 50))).toHaveLength(1);
    expect(peer.asked.filter((one) => one === 'GET messages')).toHaveLength(2);
  });
});

describe('of several processes', () => {
  const polls = () => peer.asked.filter((one) => one === 'GET history').length;

  it('one asks Gmail for news, and another when that one is gone', async () => {
    const [one, other] = [await open(), await open()];
    const cursor = await one.start();
    const id = await peer.deliver(mail('For one of them'));
    expect(idsIn(await one.arrivals(cursor, 50))).toEqual([id]);
    expect(await other.arrivals(cursor, 50)).toEqual([]);
    expect(polls()).toBe(1);
    await one.close();
    opened.splice(opened.indexOf(one), 1);
    expect(idsIn(await until(async () => nonEmpty(await other.arrivals(cursor, 50)), 'the other'))).toEqual([id]);
  });

  it('the one that lost its connection to the database stands back where another has taken over', async () => {
    const [one, other] = [await open(), await open()];
    const cursor = await one.start();
    await peer.deliver(mail('Once more'));
    await one.arrivals(cursor, 50);
    const admin = new pg.Client(database.url);
    await admin.connect();
    await admin.query(`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()
      and database = (select oid from pg_database where datname = current_database())`);
    await admin.end();
    await until(async () => nonEmpty(await other.arrivals(cursor, 50)), 'the other');
    await until(async () => (await one.arrivals(cursor, 50)).length === 0, 'the first to stand back');
    expect((await other.arrivals(cursor, 50)).length).toBeGreaterThan(0);
  });
});

describe('a reply whose acknowledgement was lost', () => {
  const messageId = '<reply-9@example.com>';
  const sent = async () => (await peer.all()).filter(({ labelIds }) => labelIds.includes('SENT'));

  async function replied(mailbox: Mailbox) {
    const id = await peer.deliver(mail('A question'));
    const { threadId = '' } = (await mailbox.read(id)) ?? {};
    return { messageId, threadId, raw: await answer(messageId) };
  }

  it.each([
    ['by its Message-ID', {}],
    ['in its thread, where the search does not know it yet', { searchLags: true }],
    ['in its thread, where Gmail has given it another Message-ID', { renames: true }],
  ])('is found %s, and not sent again', async (_, faults) => {
    Object.assign(peer.faults, faults, { deafAfterSends: 1 });
    const mailbox = await open();
    const message = await replied(mailbox);
    await expect(mailbox.send(message)).rejects.toThrow();
    const place = await mailbox.send(message);
    expect(await sent()).toMatchObject([{ id: place.id, threadId: message.threadId }]);
  });

  it.each([
    ['where the search does not know it yet', { searchLags: true }],
    ['where Gmail has given it another Message-ID', { renames: true }],
  ])('is found among the last ones if it began a thread, %s', async (_, faults) => {
    Object.assign(peer.faults, faults, { deafAfterSends: 1 });
    const mailbox = await open();
    const message = { messageId, raw: await answer(messageId) };
    await expect(mailbox.send(message)).rejects.toThrow();
    await mailbox.send({ messageId: '<another@example.com>', raw: await answer('<another@example.com>') });
    const place = await mailbox.send(message);
    expect(await sent()).toHaveLength(2);
    expect((await sent()).map(({ id }) => id)).toContain(place.id);
  });

  it('stands in its thread with what other mail programs keep a thread by', async () => {
    const mailbox = await open();
    await mailbox.send(await replied(mailbox));
    const [one] = await sent();
    const raw = Buffer.from(one?.raw ?? '', 'base64url');
    expect(headerOf(raw, 'Message-ID')).toBe(messageId);
    expect(headerOf(raw, 'References')).toBe('<asked@example.com>');
    expect(headerOf(raw, 'Subject')).toBe('Re: A question');
  });
});

describe('what is wrong with the credentials is said in one line that says what to do', () => {
  const grant = { kind: 'refresh_token', clientId: 'client', clientSecret: 'secret', refreshToken: 'old' } as const;

  it.each([
    [
      { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
      /^GMAIL_REFRESH_TOKEN is refused by Google \(invalid_grant: Token has been expired or revoked\.\): make a new one/,
    ],
    [
      { error: 'invalid_client', error_description: 'Unauthorized' },
      /^GMAIL_CLIENT_ID and GMAIL_CLIENT_SECRET are refused by Google \(invalid_client: Unauthorized\): copy both/,
    ],
    [{ error: 'unauthorized_client' }, /^GMAIL_CLIENT_ID and GMAIL_CLIENT_SECRET .*\(unauthorized_client\)/],
  ])('a token that is refused with %o', async (tokenRefusal, line) => {
    peer.faults.tokenRefusal = tokenRefusal;
    expect(await tryToOpen({ ...peer.account, grant })).toEqual({ kind: 'refused', line: expect.stringMatching(line) });
  });

  it.each([
    [403, 'Gmail API has not been used in project 1 before or it is disabled.'],
    [403, 'Request had insufficient authentication scopes.'],
    [400, 'Mail service not enabled'],
  ])('a mailbox that Google closes with %i %s', async (status, message) => {
    peer.faults.refusal = { status, message };
    const refused = await tryToOpen(peer.account);
    expect(refused).toMatchObject({ kind: 'refused', line: expect.stringContaining(message) });
    expect(refused).toMatchObject({ line: expect.stringContaining('https://www.googleapis.com/auth/gmail.modify') });
  });

  test('the mailbox of somebody else', async () => {
    const refused = await tryToOpen({ ...peer.account, user: 'sales@example.com' });
    const line = `GMAIL_USER is sales@example.com, but GMAIL_REFRESH_TOKEN opens the mailbox of ${ours}: set GMAIL_USER to that, or make a token while you are logged in as sales@example.com.`;
    expect(refused).toEqual({ kind: 'refused', line });
  });

  test('a Gmail that is down is no fault of theirs', async () => {
    peer.faults.down = 503;
    expect(await tryToOpen(peer.account)).toMatchObject({ kind: 'unreachable' });
    const nowhere = await tryToOpen({ ...peer.account, apiUrl: 'http://127.0.0.1:1' });
    expect(nowhere).toMatchObject({ kind: 'unreachable', reason: expect.stringContaining('ECONNREFUSED') });
  });
});

describe('a service account', () => {
  let folder: string;
  let keyFile: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-key-'));
    keyFile = join(folder, 'key.json');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' });
    const key = { type: 'service_account', client_email: 'bot@project.iam.gserviceaccount.com', private_key };
    writeFileSync(keyFile, JSON.stringify(key));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const grant = () => ({ kind: 'service_account' as const, keyFile });

  it('acts for the mailbox, within one scope', async () => {
    const mailbox = await open({ ...peer.account, grant: grant() });
    const id = await peer.deliver(mail('For the service account'));
    expect((await mailbox.read(id))?.id).toBe(id);
  });

  it('that may not act for it is told who has to allow it', async () => {
    peer.faults.tokenRefusal = { error: 'unauthorized_client', error_description: 'Client is unauthorized' };
    const line =
      /^GMAIL_SERVICE_ACCOUNT_FILE may not act for support@example.com \(unauthorized_client.*domain-wide delegation\.$/;
    const refused = await tryToOpen({ ...peer.account, grant: grant() });
    expect(refused).toEqual({ kind: 'refused', line: expect.stringMatching(line) });
  });

  it('whose key is not there, or is none, is said to be so', async () => {
    const missing = await tryToOpen({ ...peer.account, grant: { ...grant(), keyFile: join(folder, 'none.json') } });
    expect(missing).toMatchObject({
      line: expect.stringMatching(/^GMAIL_SERVICE_ACCOUNT_FILE cannot be read \(ENOENT\)/),
    });
    const other = join(folder, 'other.json');
    writeFileSync(other, '{"installed":{}}');
    const wrong = await tryToOpen({ ...peer.account, grant: { ...grant(), keyFile: other } });
    expect(wrong).toMatchObject({ line: expect.stringMatching(/^GMAIL_SERVICE_ACCOUNT_FILE holds no such key: name/) });
  });
});

function nonEmpty<T>(list: T[]): T[] | undefined {
  return list.length > 0 ? list : undefined;
}
