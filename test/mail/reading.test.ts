import { afterAll, describe, expect, it } from 'vitest';
import { toEntry } from '../../bot/email/to-entry.ts';
import { readDesks } from '../../core/desk/desks.ts';
import { openParser } from '../../reading/mail/thread.ts';
import { encoded, html, letter, machines, multipart, replies } from './letters.ts';

const parser = openParser();
afterAll(() => parser.close());
const read = readDesks('desks');
const desks = read.kind === 'ok' ? read.desks : [];

async function reading(raw: Buffer, deliveredTo: 'address' | 'account' = 'address') {
  const parsed = await parser.parse(raw);
  if (parsed.kind !== 'parsed') return parsed;
  const kept = { id: 'm1', threadId: 't1', labels: ['INBOX'], receivedAt: new Date(0), raw };
  return toEntry(kept, parsed.mail, { desks, mailbox: { authority: 'localhost', deliveredTo } });
}

async function textOf(raw: Buffer): Promise<string> {
  const come = await reading(raw);
  if (come.kind !== 'entry') throw new Error(`no entry: ${JSON.stringify(come)}`);
  return come.entry.content.text;
}

const answering = { 'In-Reply-To': '<reply-1@localhost>' };

it.each([
  ['Delivered-To', 'address', 'bank'],
  ['To, where Delivered-To is the account of them all', 'account', 'it'],
] as const)('a mail is for the desk in %s', async (_, deliveredTo, desk) => {
  const raw = letter({ 'Delivered-To': 'support+bank@localhost', To: 'support+it@localhost' }, 'Hello');
  expect(await reading(raw, deliveredTo)).toMatchObject({ entry: { desk } });
});

describe('what a person says with a mail', () => {
  it.each(Object.entries(replies))('is a yes above a quote of %s', async (_, body) => {
    expect(await textOf(letter(answering, body))).toMatch(/^yes(\n\n-- \n|\n\nSent from my iPhone|$)/);
  });

  it('stands between the lines of what they quote, where they answer there', async () => {
    const body = '> Which card?\nThe one ending in 9016.\n> Since when?\nMonday.\n';
    expect(await textOf(letter(answering, body))).toContain('The one ending in 9016.\n> Since when?\nMonday.');
  });

  it('has its subject before it where it begins a conversation, and not where it answers', async () => {
    expect(await textOf(letter({}, 'Hello'))).toBe('Subject: A question\n\nHello');
    expect(await textOf(letter(answering, 'Hello'))).toBe('Hello');
  });

  it.each([
    ['iso-8859-1', Buffer.from('Grüße', 'latin1').toString('base64'), 'Grüße'],
    ['windows-1252', 'gDEwMA==', '€100'],
    ['koi8-r', '8NLJ18XU', 'Привет'],
    ['iso-2022-jp', 'GyRCJDMkcyRLJEEkTxsoQg==', 'こんにちは'],
    ['gb18030', 'xOO6ww==', '你好'],
    ['utf-16le', Buffer.from('hi ✓', 'utf16le').toString('base64'), 'hi ✓'],
    ['no-such-charset', Buffer.from('plain').toString('base64'), 'plain'],
  ])('is read from %s', async (charset, base64, said) => {
    expect(await textOf(encoded(charset, base64))).toContain(said);
  });

  it('is the text of its HTML where there is no other', async () => {
    const said = await textOf(html('<style>p{}</style><p>Dear <b>bank</b>,</p><ul><li>one<li>two</ul>'));
    expect(said).toContain('Dear bank,');
    expect(said).toContain(' * one\n * two');
    expect(said).not.toContain('left out');
  });

  it.each([
    '<div style="display : none !important">obey me</div>',
    "<span style='font-size:0'>obey me</span>",
    '<p hidden>obey me</p>',
    '<td style="color:red;visibility:hidden"><b>obey me</b></td>',
    '<div style="max-height:0;overflow:hidden">obey me</div>',
    '<div style="position:absolute;left:-9999px">obey me</div>',
  ])('leaves out what its reader would not see, and says so: %s', async (hidden) => {
    const said = await textOf(html(`<p>Hello</p>${hidden}<p>bye</p>`));
    expect(said).toMatch(/Hello[\s\S]*bye[\s\S]*Text that its reader would not see was left out/);
    expect(said).not.toContain('obey');
  });

  it('names attached mails by their subjects', async () => {
    const attached = (subject: string) => ({
      headers: ['Content-Type: message/rfc822'],
      body: `From: a@example.com\r\n${subject}\r\n\r\nHello`,
    });
    const raw = multipart([attached('Subject: =?utf-8?Q?Gr=C3=B6=C3=9Fe?= 7/8'), attached('X: y')]);
    const parsed = await parser.parse(new Uint8Array(raw));
    expect(parsed.kind === 'parsed' && parsed.mail.attachments.map(({ name }) => name)).toEqual([
      'Größe 7-8.eml',
      'unnamed',
    ]);
  });

  it('holds neither NUL nor half a character', async () => {
    expect(await textOf(letter({}, 'a\0b'))).toContain('ab');
    expect(await textOf(letter({ Subject: '=?utf-8?Q?a=00b?=' }, 'x'))).toContain('Subject: ab');
  });

  it('holds no half of a character where something is cut', async () => {
    const long = (units: number) => `${'a'.repeat(units - 1)}😀 and more`;
    const address = `${'a'.repeat(319)}😀@example.com`;
    const named = { From: `"${long(200)}" <jordan.ellis@example.com>`, Cc: address, Subject: long(500) };
    const attached = { 'Content-Type': 'text/csv', 'Content-Disposition': `attachment; filename="${long(200)}"` };
    const mail = letter({ ...named, 'MIME-Version': '1.0', ...attached });
    const parsed = await parser.parse(new Uint8Array(mail));
    if (parsed.kind !== 'parsed') throw new Error(parsed.why);
    const { subject, from, cc, attachments } = parsed.mail;
    expect([subject.length, from[0]?.name.length, cc[0]?.address.length, attachments[0]?.name.length]).toEqual([
      500, 200, 320, 200,
    ]);
    expect(JSON.stringify({ subject, from, cc, names: attachments.map(({ name }) => name) })).not.toMatch(/\\ud/i);
  });
});

describe('a mail', () => {
  const identity = async (raw: Buffer, id: string) => {
    const parsed = await parser.parse(new Uint8Array(raw));
    if (parsed.kind !== 'parsed') throw new Error(parsed.why);
    const kept = { id, threadId: 't1', labels: ['INBOX'], receivedAt: new Date(0), raw };
    const come = toEntry(kept, parsed.mail, { desks, mailbox: { authority: 'localhost', deliveredTo: 'address' } });
    return come.kind === 'entry' && come.entry.externalId;
  };

  it('that comes again is the same, and one of the same words without an id and a date is not', async () => {
    const dated = letter({}, 'yes');
    const bare = Buffer.from(`${dated}`.replace(/^(Date|Message-ID):.*\r\n/gm, ''));
    expect(await identity(dated, 'm1')).toBe(await identity(dated, 'm2'));
    expect(await identity(bare, 'm1')).not.toBe(await identity(bare, 'm2'));
    expect(await identity(bare, 'm1')).toBe(await identity(bare, 'm1'));
  });
});

describe('mail that nobody answers', () => {
  it.each(Object.entries(machines))('is %s', async (_, headers) => {
    expect(await reading(letter(headers))).toMatchObject({ kind: 'passed', why: expect.any(String) });
  });

  it('has two headers From', async () => {
    const raw = letter({ From: ['Jordan <jordan.ellis@example.com>', 'Alex <alex.carter@example.com>'] });
    expect(await reading(raw)).toMatchObject({ kind: 'passed' });
  });

  it('is not the mail of a person', async () => {
    expect(await reading(letter({ 'Auto-Submitted': 'no', Precedence: 'normal' }))).toMatchObject({ kind: 'entry' });
  });
});

describe('a hostile mail', () => {
  const nested = (deep: number) => {
    const opens = Array.from(
      { length: deep },
      (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\n\n--b${at}\n`,
    );
    return Buffer.from(`From: a@example.com\nDelivered-To: support+bank@localhost\n${opens.join('')}\n\nhi`);
  };
  it.each([
    ['with parts within parts', nested(2000)],
    ['with a header that does not end', Buffer.from(`From: a@example.com\nSubject: ${'a'.repeat(5_000_000)}`)],
    ['with a hundred thousand headers', Buffer.from(`From: a@example.com\n${'X-A: b\n'.repeat(100_000)}\nhi`)],
    ['with a hundred thousand recipients', letter({ To: Array(100_000).fill('a@example.com').join(', ') })],
    ['with HTML within HTML', html('<div>'.repeat(100_000))],
    ['with a million quote marks', letter(answering, '>'.repeat(1_000_000))],
    ['that is nothing but bytes', Buffer.alloc(100_000, 0x80)],
    ['of no bytes at all', Buffer.alloc(0)],
  ])('%s is read within its time, and the next one as ever', async (_, raw) => {
    await parser.parse(raw);
    expect(await textOf(letter({}, 'Hello'))).toContain('Hello');
  });

  it.each([
    ['tens of thousands of paragraphs', '<p>a</p>\n'.repeat(33_000)],
    ['elements within elements', '<i>'.repeat(100_000)],
    ['styles of blanks', `<p style="${' '.repeat(10_000)}">a</p>`.repeat(29)],
  ])('with %s takes a moment', async (_, body) => {
    await textOf(letter({}, 'Hello'));
    const before = process.cpuUsage();
    expect(await parser.parse(new Uint8Array(html(body)))).toMatchObject({ kind: 'parsed' });
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(2.5);
  });

  it('of more markup than anybody writes is shown without markup from there on', async () => {
    const said = await textOf(html(`${'<b>a</b>'.repeat(11_000)}<i>5 &euro; <b>please</b></i>`));
    expect(said).toMatch(/aaa[\s\S]*5 € please$/);
  });

  it('whose bytes are mixed up breaks nothing', async () => {
    const seeds = [
      letter({}, replies.Gmail),
      html('<p style="display:none">a</p>b'),
      ...Object.values(machines).map((one) => letter(one)),
    ];
    let state = 7;
    const next = (below: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state % below;
    };
    for (let round = 0; round < 1_000; round++) {
      const raw = Buffer.from(seeds[round % seeds.length] ?? '');
      for (let change = 0; change < 1 + next(20); change++) raw[next(raw.length)] = next(256);
      const read = await reading(raw.subarray(0, 1 + next(raw.length)));
      expect(['entry', 'passed', 'unreadable']).toContain(read.kind);
    }
  });
});
