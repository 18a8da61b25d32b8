import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kindOf } from '../../reading/files/kind.ts';
import { openFileReader } from '../../reading/files/thread.ts';
import type { Script } from '../fakes/model/server.ts';
import { type App, startApp } from '../support/app.ts';
import { pdf, pdfOf } from './pdf.ts';
import { openPost, type Post } from './post.ts';

const bank = 'support+bank@localhost';
const jordan = 'jordan.ellis@example.com';
const MOST_MB = 800;

const reader = openFileReader();
afterAll(() => reader.close());

async function reading(bytes: Buffer, type = 'application/pdf', name = 'file') {
  return reader.read(kindOf({ name, type })!, new Uint8Array(bytes));
}

describe('an attached file', () => {
  it('that is a PDF is read page by page', async () => {
    expect(await reading(pdf({ pages: ['Invoice 1182', 'Total 40 EUR'] }))).toMatchObject({
      text: 'Invoice 1182\n\nTotal 40 EUR',
    });
  });

  it.each([
    ['UTF-8', Buffer.from('größer'), 'größer'],
    ['Windows-1252', Buffer.from('größer', 'latin1'), 'größer'],
    ['UTF-16', Buffer.from('\ufeffgrößer', 'utf16le'), 'größer'],
    ['UTF-8 with words that nobody sees', Buffer.from('a\u{e0069}\u{e0067}b\u202ec\0'), 'abc'],
  ])('that is text in %s is read', async (_, bytes, text) => {
    expect(await reading(bytes, 'text/csv')).toMatchObject({ text });
  });

  it.each([
    ['has more than 50 pages', pdf({ pages: Array(51).fill('x') }), 'it has 51 pages, and we read 50'],
    ['holds no text', pdf({ pages: [''] }), 'it holds pictures and no text'],
    ['is no PDF', Buffer.from('MZ this is a program'), 'it is damaged, or not what it says it is'],
    ['is encrypted', pdf({ pages: ['x'], trailer: encryption() }), 'it is encrypted'],
  ])('that %s is not read, and says so', async (_, bytes, why) => {
    expect(await reading(bytes)).toEqual({ kind: 'unread', why });
  });

  it('that is long is read in part', async () => {
    const read = await reading(Buffer.from('word '.repeat(100_000)), 'text/plain');
    const text = read.kind === 'text' ? read.text : '';
    expect(text.length).toBeLessThan(21_000);
    expect(text).toMatch(/\(The rest of this file is left out here\.\)$/);
  });

  it.each([
    ['swells to 300 MB', pdfOf([Buffer.alloc(300_000_000, 32)])],
    ['draws for ever', pdfOf([Buffer.from('q '.repeat(5_000_000))])],
  ])('that %s is given up within its time and memory, and the next one is read', async (_, bytes) => {
    const before = process.memoryUsage.rss();
    const began = performance.now();
    expect(await reading(bytes)).toEqual({ kind: 'given_up', why: expect.stringMatching(/^reading it takes/) });
    expect(performance.now() - began).toBeLessThan(8_000);
    expect((process.memoryUsage.rss() - before) / 1024 / 1024).toBeLessThan(MOST_MB);
    expect(await reading(pdf({ pages: ['Hello'] }))).toMatchObject({ text: 'Hello' });
  });
});

describe('a customer’s mail with a file', () => {
  let app: App;
  let post: Post;
  beforeAll(async () => {
    app = await startApp('postgres', script, { smtpPort: 0, playground: true });
    post = await openPost(app);
  });
  afterAll(async () => {
    await post.close();
    await app.close();
  });

  it('gives its words to the model as data before what they write, and tells them what was not read', async () => {
    const attachments = [
      { filename: '../bill.pdf', content: pdf({ pages: ['Charged twice on 3 May'] }) },
      { filename: 'photo.jpg', content: Buffer.alloc(3_000, 1) },
      { filename: 'logo.png', content: Buffer.alloc(300, 1), cid: 'logo@example.com' },
    ];
    const html = '<p>Please look.</p><img src="cid:logo@example.com">';
    const asked = await post.write({
      from: jordan,
      to: bank,
      subject: 'My bill',
      text: 'Please look.',
      html,
      attachments,
    });
    const { text } = await post.answerTo(asked);
    expect(text).toContain('<data from="file bill.pdf">\nbill.pdf (application/pdf, 1 KB), which says:\nCharged twice');
    expect(text).toMatch(/<data from="file photo.jpg">[\s\S]*<message from/);
    expect(text.match(/I could not read .*/)?.[0]).toBe(
      'I could not read photo.jpg (it is an image, which this model cannot see).',
    );
  });

  it('is kept once where two mails carry it, and is no part of what the mail says', async () => {
    const attachments = [{ filename: 'terms.txt', content: Buffer.from('Terms of the year 2026') }];
    const letter = { from: jordan, to: bank, attachments };
    await post.answerTo(await post.write({ ...letter, subject: 'One', text: 'Please look at this.' }));
    await post.answerTo(await post.write({ ...letter, subject: 'Two', text: 'And please at this.' }));
    const kept = await post.sql("select kind, text from countersign.files where text like 'Terms of%'");
    expect(kept).toEqual([{ kind: 'text', text: 'Terms of the year 2026' }]);
    const said = await post.sql(
      "select content->>'text' as text from countersign.entries where content->>'text' like '%look at this%'",
    );
    expect(said).toEqual([{ text: 'Subject: One\n\nPlease look at this.' }]);
  });
});

/** Repeats what it was given to read. */
const script: Script = ({ messages }) => ({
  text: `Heard: ${messages.flatMap(({ role, content }) => (role === 'user' ? [content] : [])).join('\n')}`,
});

function encryption(): string {
  const key = '00'.repeat(32);
  return `/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -4/O<${key}>/U<${key}>>>/ID[<00><00>]`;
}
