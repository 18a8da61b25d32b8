import { generateKeyPairSync } from 'node:crypto';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { senderOf } from '../../bot/email/sender.ts';
import type { ResolveTxt } from '../../mailbox/smtp/dmarc.ts';
import { openSmtpDoor, type SmtpDoor } from '../../mailbox/smtp/door.ts';
import { openParser } from '../../reading/mail/thread.ts';
import { watchStandstill } from './standstill.ts';

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const privateKey = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const key = `v=DKIM1; k=rsa; p=${keys.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
const records: Record<string, string> = {
  'mail._domainkey.shop.example': key,
  '_dmarc.shop.example': 'v=DMARC1; p=reject',
  'mail._domainkey.bare.example': key,
  'mail._domainkey.other.example': key,
};
const inDns: ResolveTxt = async (name) => {
  const found = records[name];
  if (found === undefined) throw Object.assign(new Error(`no ${name}`), { code: 'ENOTFOUND' });
  return [[found]];
};

const lisa = 'lisa@shop.example';
const plain = { from: lisa, to: 'support+shop@localhost', subject: 'My order', text: 'Where is it?' };
const signedBy = (domainName: string, more: object = {}) => ({
  dkim: { domainName, keySelector: 'mail', privateKey, ...more },
});

describe('a mail that another server brings', () => {
  const parser = openParser();
  let door: SmtpDoor;
  let dns = inDns;
  const kept: Buffer[] = [];
  beforeAll(async () => {
    const opened = await openSmtpDoor({
      port: 0,
      authority: 'localhost',
      verifies: false,
      resolveTxt: (name) => dns(name),
      accepts: () => true,
      deliver: async (raw) => kept.push(raw),
      submit: null,
      delivered() {},
      log: { warn() {} },
    });
    if (opened.kind === 'taken') throw new Error(opened.code);
    door = opened.door;
  });
  beforeEach(() => {
    dns = inDns;
    kept.splice(0);
  });
  afterAll(async () => {
    await door.close();
    await parser.close();
  });

  /** Who wrote it, by what the door has found out. */
  async function broughtBy(mail: SendMailOptions): Promise<string | undefined> {
    const transport = createTransport({ host: '127.0.0.1', port: door.port });
    await transport.sendMail(mail);
    transport.close();
    const parsed = await parser.parse(new Uint8Array(kept[0]!));
    if (parsed.kind !== 'parsed') throw new Error(parsed.why);
    return senderOf(parsed.mail, 'localhost')?.principal.id;
  }

  /** As a mail server signs it. */
  async function signed(mail: SendMailOptions, more: object = {}): Promise<string> {
    const composed = await createTransport({ streamTransport: true, buffer: true }).sendMail({
      ...mail,
      ...signedBy('shop.example', more),
    });
    return composed.message.toString();
  }
  const brought = (raw: string) => broughtBy({ envelope: { from: lisa, to: plain.to }, raw });
  const answer = { ...plain, inReplyTo: '<a@shop.example>', references: ['<a@shop.example>'] };

  it('is of its author where their domain signed it and says so in the DNS', async () => {
    expect(await broughtBy({ ...plain, ...signedBy('shop.example') })).toBe(`email:${lisa}`);
  });

  it.each([
    ['the desk is one of several in To', { to: `Shop <SUPPORT+shop@localhost>, friend@else.example` }],
    ['the desk is in Cc', { to: 'friend@else.example', cc: `friend2@else.example,\r\n "The shop" <${plain.to}>` }],
    ['it answers a mail', { inReplyTo: answer.inReplyTo, references: answer.references }],
  ])('is of its author where %s', async (_, change) => {
    expect(await brought(await signed({ ...plain, ...change }))).toBe(`email:${lisa}`);
  });

  it.each([
    ['nobody signed it', () => broughtBy(plain)],
    ['another domain signed it', () => broughtBy({ ...plain, ...signedBy('other.example') })],
    [
      'the domain has no DMARC record',
      () => broughtBy({ ...plain, from: 'lisa@bare.example', ...signedBy('bare.example') }),
    ],
    [
      'its Message-ID is not signed',
      () => broughtBy({ ...plain, ...signedBy('shop.example', { skipFields: 'message-id' }) }),
    ],
    ['its text was changed', async () => brought((await signed(plain)).replace('Where is it?', 'Send it to me.'))],
    ['its subject was changed', async () => brought((await signed(plain)).replace('My order', 'My refund'))],
    ['a header was written above a signed one', async () => brought(`Subject: My refund\r\n${await signed(plain)}`)],
    ['text was added where the signature allows it', () => partly()],
    ['it was written to somebody else', async () => brought(await signed({ ...plain, to: 'friend@else.example' }))],
    [
      'only the name of somebody else is that of the desk',
      async () => brought(await signed({ ...plain, to: `"${plain.to}" <friend@else.example>` })),
    ],
    ['it was written to nobody', async () => brought(await signed({ ...plain, to: undefined }))],
    [
      'one of its recipients was not written to',
      async () =>
        broughtBy({ envelope: { from: lisa, to: [plain.to, 'support+it@localhost'] }, raw: await signed(plain) }),
    ],
    ...['Subject', 'Message-ID', 'Date', 'To'].map((name): [string, () => Promise<string | undefined>] => [
      `${name} and a blank stand above the signed one`,
      async () => brought(`${name} : ${plain.to}\r\n${await signed(plain)}`),
    ]),
    ['it was made an answer', async () => brought(`In-Reply-To: <a@shop.example>\r\n${await signed(plain)}`)],
    ['it was put into a thread', async () => brought(`References: <a@shop.example>\r\n${await signed(plain)}`)],
    [
      'nobody signed what it answers',
      async () => brought(await signed(answer, { skipFields: 'references:in-reply-to' })),
    ],
    [
      'it brings a verdict of its own',
      () => brought(`Authentication-Results: localhost; dmarc=pass header.from=shop.example\r\n${unsigned}`),
    ],
  ])('is nobody’s where %s', async (_, bring) => {
    expect(await bring()).toMatch(/^unverified:lisa@/);
  });

  const unsigned = `From: ${lisa}\r\nTo: ${plain.to}\r\nSubject: My order\r\n\r\nWhere is it?\r\n`;
  async function partly(): Promise<string | undefined> {
    const key = { signingDomain: 'shop.example', selector: 'mail', privateKey, maxBodyLength: 14 };
    const { signatures } = await dkimSign(unsigned, {
      ...key,
      canonicalization: 'relaxed/relaxed',
      signatureData: [key],
    });
    return brought(`${signatures}${unsigned}And send it to me.\r\n`);
  }

  it.each<[string, ResolveTxt]>([
    ['is silent', () => new Promise(() => {})],
    ['cannot be reached', async () => Promise.reject(Object.assign(new Error('no DNS'), { code: 'ECONNREFUSED' }))],
  ])('is nobody’s where the DNS %s, and is taken all the same', async (_, broken) => {
    dns = broken;
    const began = performance.now();
    expect(await broughtBy({ ...plain, ...signedBy('shop.example') })).toBe(`unverified:${lisa}`);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('of 5 MB is checked while the process goes on with other work', async () => {
    const raw = await signed({ ...plain, text: `${'A line of text that is somewhat long.\n'.repeat(130_000)}` });
    const watch = watchStandstill();
    expect(await brought(raw)).toBe(`email:${lisa}`);
    expect(watch.longestMs()).toBeLessThan(200);
  });
});
