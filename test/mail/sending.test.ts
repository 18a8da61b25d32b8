import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { mailKeyOf, messageIdOf, ourMailIn } from '../../channels/email/message-id.ts';
import { sealKey } from '../../core/gate/seals.ts';
import type { Script } from '../fakes/model/server.ts';
import { type App, startApp, until } from '../support/app.ts';
import { openPost, type Post } from './post.ts';
import { openSink, type Sink } from './sink.ts';

const bank = 'support+bank@localhost';
const jordan = 'jordan.ellis@example.com';
let counted = 0;

const issue = { subject: 'Charged twice', description: 'Two payments on one morning', category: 'transaction' };
const script: Script = ({ lastUser, toolResults }) =>
  /twice/.test(lastUser) && toolResults.length === 0
    ? { calls: [{ name: 'bank__report_issue', arguments: issue }] }
    : { text: 'Certainly.' };

describe('an answer by a mail server', () => {
  let sink: Sink;
  let app: App;
  let post: Post;
  beforeAll(async () => {
    sink = await openSink();
    app = await startApp('postgres', script, {
      smtpPort: 0,
      playground: true,
      smtpUrl: sink.url,
    });
    post = await openPost(app);
  });
  afterEach(() => sink.manners.splice(0));
  afterAll(async () => {
    await post.close();
    await app.close();
    await sink.close();
  });

  const ask = () => post.write({ from: jordan, to: bank, subject: `Number ${++counted}`, text: `Hello, ${counted}` });
  const takenFor = (asked: string) => sink.taken.filter(({ raw }) => raw.includes(`In-Reply-To: ${asked}`));
  const replyTo = async (asked: string) => {
    const [row] = await post.sql(
      `select id, state, last_error from countersign.outbox where place->>'inReplyTo' = '${asked}'`,
    );
    return row;
  };
  const ended = (asked: string, state: string) =>
    until(async () => ((await replyTo(asked))?.state === state ? true : undefined), `reply ${state}`, 30_000);
  const report = (sent: string, words: string) =>
    post.write({
      from: 'mailer-daemon@example.com',
      envelope: { from: '', to: bank },
      anonymous: true,
      to: bank,
      raw: reportOf(sent, words),
    });
  const told = () => app.slack.messages('C0APPROVALS').map(({ text }) => text);

  it('goes out once, to the person who asked', async () => {
    const asked = await ask();
    await ended(asked, 'sent');
    expect(takenFor(asked)).toMatchObject([{ to: [jordan] }]);
    expect((await post.answerTo(asked)).labels).toEqual(['SENT']);
  });

  it('is sent again where the server put us off', async () => {
    sink.manners.push('later');
    const asked = await ask();
    await ended(asked, 'sent');
    expect(takenFor(asked)).toHaveLength(1);
  });

  it('has failed where the server refused it, and the desk hears of it', async () => {
    sink.manners.push('refuse');
    const asked = await ask();
    await ended(asked, 'failed');
    expect((await replyTo(asked))?.last_error).toContain('No such person');
    await until(() => told().find((text) => text.includes('No such person')), 'a word in Slack');
  });

  it('whose acknowledgement was lost is never sent again, and nobody is told that it arrived', async () => {
    sink.manners.push('hang up');
    const asked = await ask();
    await ended(asked, 'failed');
    await sleep(3_000);
    expect(takenFor(asked)).toHaveLength(1);
    expect((await replyTo(asked))?.last_error).toContain('not sent again by itself');
    await until(() => told().find((text) => text.includes('before it said whether it took')), 'a word in Slack');
  });

  it('that comes back has failed, and the desk hears of it, never the customer', async () => {
    const asked = await ask();
    await ended(asked, 'sent');
    const sent = takenFor(asked)[0]?.raw ?? '';
    const before = (await post.all()).length;
    await report(sent, 'unknown user, see https://evil.example/login or <!channel> evil.example');
    await ended(asked, 'failed');
    expect((await replyTo(asked))?.last_error).toContain('550 5.1.1 unknown user');
    const word = await until(() => told().find((text) => text.includes('did not arrive')), 'a word in Slack');
    expect(word).toContain('came back: 550 5.1.1 unknown user, see or. The report');
    expect(await post.all()).toHaveLength(before + 1);
  });

  it('is not taken for one that came back by whoever was answered, too', async () => {
    const [asked, other] = [await ask(), await ask()];
    await ended(asked, 'sent');
    await ended(other, 'sent');
    const sent = takenFor(other)[0]?.raw ?? '';
    const own = (await replyTo(other))?.id;
    const forged = sent.replaceAll(`<reply-${own}.`, `<reply-${(await replyTo(asked))?.id}.`);
    expect(forged).not.toBe(sent);
    await report(forged, 'forged');
    await report(sent, 'unknown user');
    await ended(other, 'failed');
    expect(await replyTo(asked)).toMatchObject({ state: 'sent', last_error: null });
    expect(told().filter((text) => text.includes('forged'))).toEqual([]);
  });

  it('that asks for a yes and comes back is told to the desk, once', async () => {
    await post.write({
      from: jordan,
      to: bank,
      subject: 'Charged',
      text: 'You charged me twice.',
    });
    const question = await until(
      () => sink.taken.find(({ raw }) => /^Message-ID:\s*<card-/m.test(raw)),
      'a question',
      20_000,
    );
    await report(question.raw, 'mailbox full');
    await report(question.raw, 'mailbox full');
    const words = () => told().filter((text) => text.includes('needs the yes of a customer did not arrive'));
    await until(() => words()[0], 'a word in Slack');
    await sleep(2_000);
    expect(words()).toHaveLength(1);
  });

  it('that a tool sent and that comes back is told to the desk', async () => {
    const { key } = sealKey(undefined, app.env.dataDir) as { key: Buffer };
    const [row] = await post.sql('select id from countersign.installation');
    const messageId = messageIdOf(mailKeyOf(key, String(row?.id)), 'mail-0123', bank);
    await report(`Message-ID: ${messageId}\r\n\r\nHello`, 'no such person');
    await until(() => told().find((text) => text.includes('send_email did not arrive')), 'a word in Slack');
  });
});

describe('a report that a mail did not arrive', () => {
  const id = (what: string, key = 'key') => messageIdOf(key, what, 'support@example.com');
  const earlier = `References: <a@example.com> ${id('reply-3')}`;
  it.each([
    ['its own Message-ID', [earlier, `Message-ID: ${id('reply-7')}`], { kind: 'reply', reply: 7 }],
    [
      'ours, which Gmail has replaced',
      [earlier, 'Message-ID: <x@mail.gmail.com>', `X-Countersign-Message-ID:\r\n ${id('reply-7')}`],
      { kind: 'reply', reply: 7 },
    ],
    ['what the report says of it', [`X-Original-Message-ID: ${id('reply-7')}`, earlier], { kind: 'reply', reply: 7 }],
    ['that of a question', [`Message-ID: ${id('card-apr_a-b-asker')}`], { kind: 'question', approval: 'apr_a-b' }],
    ['that of a tool', [`Message-ID: ${id('mail-0a')}`], { kind: 'tool', name: 'mail-0a' }],
    ['nothing, where a colleague wrote it in the same thread', [earlier, 'Message-ID: <x@mail.gmail.com>'], null],
    ['nothing, where another installation wrote it', [`Message-ID: ${id('reply-7', 'else')}`], null],
    ['nothing, where somebody guessed it', [`Message-ID: ${id('reply-7').replace('reply-7', 'reply-8')}`], null],
  ])('knows the mail by %s', (_, lines, mail) => {
    expect(ourMailIn(lines.join('\r\n'), 'key')).toEqual(mail);
  });
});

describe('MAIL_SEND', () => {
  it.each(['record', 'off'] as const)('%s sends nothing', async (mailSend) => {
    const sink = await openSink();
    const change = { smtpPort: 0, playground: true, smtpUrl: sink.url, mailSend };
    const app = await startApp('postgres', () => ({ text: 'Certainly.' }), change);
    const post = await openPost(app);
    const asked = await post.write({ from: jordan, to: bank, subject: 'Hello', text: 'Hello' });
    const state = mailSend === 'record' ? 'sent' : 'ready';
    await until(async () => {
      const [row] = await post.sql('select state, last_error from countersign.outbox');
      return row?.state === state && (mailSend === 'record' || row.last_error) ? true : undefined;
    }, state);
    const recorded = (await post.all()).filter(({ labels }) => labels.includes('RECORDED'));
    expect(recorded.map(({ to_text }) => to_text)).toEqual(mailSend === 'record' ? [jordan] : []);
    expect(sink.taken, asked).toEqual([]);
    await post.close();
    await app.close();
    await sink.close();
  });
});

function reportOf(sent: string, words: string): string {
  return [
    'From: Mail Delivery Subsystem <mailer-daemon@example.com>',
    `To: ${bank}`,
    'Subject: Undeliverable',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=cut',
    '',
    '--cut',
    'Content-Type: text/plain',
    '',
    'Your mail did not arrive.',
    '--cut',
    'Content-Type: message/delivery-status',
    '',
    'Action: failed',
    'Status: 5.1.1',
    `Diagnostic-Code: smtp; 550 5.1.1 ${words}`,
    '',
    '--cut',
    'Content-Type: message/rfc822',
    '',
    sent,
    '--cut--',
  ].join('\r\n');
}
