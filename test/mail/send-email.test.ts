import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openGmailMailbox } from '../../mailbox/gmail/mailbox.ts';
import { openCarrier } from '../../mailbox/outgoing/carrier.ts';
import { readDkimKey } from '../../mailbox/outgoing/dkim.ts';
import { openSender, type SendingBy } from '../../mailbox/outgoing/sender.ts';
import { findAt, findIn, mockMailOf, type Outbox, plainMessageId } from '../../mcp-servers/gmail/outbox.ts';
import { gmailSendingBy } from '../../mcp-servers/gmail/server.ts';
import { openToolDatabase, type ToolDatabase } from '../../mcp-servers/kit/database.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { startGmailPeer } from './gmail-peer.ts';
import { headerOf } from './post.ts';
import { openSink, type Sink } from './sink.ts';

const from = () => ({ name: 'Shop', address: 'support@shop.example' });
const letter = { to: 'lisa@shop.example', subject: 'Your pendant', body: 'It is ready to be picked up.' };
const folder = mkdtempSync(join(tmpdir(), 'countersign-dkim-'));
let database: TestDatabase;
let tenants = 0;
const closing: (() => Promise<void>)[] = [];
beforeAll(async () => {
  database = await freshDatabase();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

/** A real client of the server, for an installation that sends with this outbox. */
async function open(outboxOf: (db: ToolDatabase) => Outbox) {
  const db = openToolDatabase(database.url, `T${++tenants}`);
  const [here, there] = InMemoryTransport.createLinkedPair();
  await gmailSendingBy(outboxOf).create(db).connect(there);
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(here);
  closing.push(db.close);
  const send = async (key: string, args: object = letter) => {
    const _meta = { 'countersign/idempotency-key': key };
    const asked = { method: 'tools/call', params: { name: 'send_email', arguments: args, _meta } } as const;
    const { content, isError = false, _meta: meta } = await client.request(asked, CallToolResultSchema);
    const text = JSON.stringify(content);
    if (!isError) return { said: 'sent', text };
    return { said: meta?.['countersign/outcome'] === 'unknown' ? 'unknown' : 'refused', text };
  };
  /** As if the process had died before it noted the key. */
  const forget = async () => {
    const owner = new pg.Client(database.url);
    await owner.connect();
    await owner.query('delete from tools.effects where tenant = $1', [db.tenant]);
    await owner.end();
  };
  return { db, send, forget };
}

describe('send_email by a mail server', () => {
  let sink: Sink;
  beforeAll(async () => {
    sink = await openSink();
  });
  afterEach(() => {
    sink.taken.splice(0);
    sink.manners.splice(0);
  });
  afterAll(() => sink.close());

  const openHere = (mode: SendingBy['mode'] = 'on', dkim?: Parameters<typeof openCarrier>[1]) => {
    const carrier = openCarrier(sink.url, dkim);
    closing.push(async () => carrier.close());
    return open((db) => ({
      from,
      messageIdOf: plainMessageId,
      find: findIn(db),
      send: openSender({ mode, mailbox: mockMailOf(db), carrier }),
    }));
  };

  it('goes out once, however often it is repeated, and under one Message-ID', async () => {
    const { send, forget } = await openHere();
    expect(await send('key-1')).toMatchObject({ said: 'sent' });
    expect(await send('key-1')).toMatchObject({ said: 'sent' });
    await forget();
    expect(await send('key-1')).toMatchObject({ said: 'sent' });
    expect(sink.taken.map(({ to }) => to)).toEqual([[letter.to]]);
    expect(headerOf(Buffer.from(sink.taken[0]?.raw ?? ''), 'From')).toBe('Shop <support@shop.example>');
    expect(headerOf(Buffer.from(sink.taken[0]?.raw ?? ''), 'Message-ID')).toMatch(
      /^<mail-[0-9a-f]{32}@shop\.example>$/,
    );
  });

  it('is unknown where the acknowledgement was lost, and never goes out again', async () => {
    const { send } = await openHere();
    sink.manners.push('hang up');
    for (const _ of [1, 2])
      expect(await send('key-1')).toMatchObject({ said: 'unknown', text: expect.stringContaining('never sent again') });
    expect(sink.taken).toHaveLength(1);
  });

  it('is not sent where the server puts us off, and a repetition sends it', async () => {
    const { send } = await openHere();
    sink.manners.push('later');
    expect(await send('key-1')).toMatchObject({ said: 'refused', text: expect.stringContaining('Nothing was sent') });
    expect(await send('key-1')).toMatchObject({ said: 'sent' });
    expect(sink.taken).toHaveLength(1);
  });

  it('says so where the server refuses it', async () => {
    const { send } = await openHere();
    sink.manners.push('refuse');
    expect(await send('key-1')).toMatchObject({ said: 'refused', text: expect.stringContaining('No such person') });
    expect(sink.taken).toEqual([]);
  });

  it.each([
    ['record', 'sent', 'and not sent'],
    ['off', 'refused', 'MAIL_SEND is off'],
  ] as const)('sends nothing under MAIL_SEND=%s, and says so', async (mode, said, words) => {
    const { send } = await openHere(mode);
    expect(await send('key-1')).toMatchObject({ said, text: expect.stringContaining(words) });
    expect(sink.taken).toEqual([]);
  });

  it('is signed where there is a key', async () => {
    const path = join(folder, 'dkim.pem');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const read = readDkimKey('shop.example', 'mail', path);
    if (read.kind === 'broken') throw new Error(read.line);
    const { send } = await openHere('on', read.key);
    await send('key-1');
    const signature = headerOf(Buffer.from(sink.taken[0]?.raw ?? ''), 'DKIM-Signature');
    expect(signature).toMatch(/a=rsa-sha256; .*d=shop\.example; .*s=mail;/);
  });
});

it.each([
  ['is not there', null, 'cannot be read (ENOENT)'],
  ['is no key', 'hello', 'holds no private key'],
  ['is of another kind', generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }), 'ed25519'],
])('a key file that %s is said in one line', (_, content, words) => {
  const path = join(folder, 'broken.pem');
  rmSync(path, { force: true });
  if (content !== null) writeFileSync(path, content);
  expect(readDkimKey('shop.example', 'mail', path)).toMatchObject({
    kind: 'broken',
    line: expect.stringMatching(new RegExp(`^DKIM_KEY_FILE .*${words.replace(/[()]/g, '\\$&')}.*openssl genrsa`)),
  });
});

describe('send_email by the Gmail API', () => {
  it('goes out once, although the acknowledgement of the first try was lost', async () => {
    const peer = await startGmailPeer();
    closing.push(peer.close);
    const opened = await openGmailMailbox(peer.account, { databaseUrl: database.url, tenant: 'T', log: { warn() {} } });
    if (opened.kind !== 'open') throw new Error(JSON.stringify(opened));
    const { mailbox } = opened;
    closing.push(mailbox.close);
    const asked = await peer.deliver(
      Buffer.from(
        'From: lisa@shop.example\r\nTo: support@example.com\r\nSubject: Your pendant\r\nMessage-ID: <q@shop.example>\r\n\r\nIs it ready?\r\n',
      ),
    );
    const { send } = await open(() => ({
      from,
      messageIdOf: plainMessageId,
      find: () => findAt(mailbox)(asked),
      send: openSender({ mode: 'on', mailbox, carrier: null }),
    }));

    peer.faults.deafAfterSends = 1;
    const args = { ...letter, subject: 'Re: Your pendant', reply_to: '18c2a4f0b7d39e01' };
    expect(await send('key-1', args)).toMatchObject({ said: 'unknown', text: expect.stringContaining('finds out') });
    expect(await send('key-1', args)).toMatchObject({ said: 'sent' });
    const sent = (await peer.all()).filter(({ labelIds }) => labelIds.includes('SENT'));
    expect(sent).toHaveLength(1);
    expect(headerOf(Buffer.from(sent[0]?.raw ?? '', 'base64url'), 'In-Reply-To')).toBe('<q@shop.example>');
  });
});
