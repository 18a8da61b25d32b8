import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { replyIn } from '../../channels/email/message-id.ts';
import { type App, startApp, until } from '../support/app.ts';
import { openPost, type Post } from './post.ts';
import { openSink, type Sink } from './sink.ts';

const bank = 'support+bank@localhost';
const jordan = 'jordan.ellis@example.com';
let counted = 0;

describe('an answer by a mail server', () => {
  let sink: Sink;
  let app: App;
  let post: Post;
  beforeAll(async () => {
    sink = await openSink();
    app = await startApp('postgres', () => ({ text: 'Certainly.' }), {
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
    await post.write({
      from: 'mailer-daemon@example.com',
      envelope: { from: '', to: bank },
      anonymous: true,
      to: bank,
      raw: reportOf(sent),
    });
    await ended(asked, 'failed');
    expect((await replyTo(asked))?.last_error).toContain('550 5.1.1 unknown user');
    await until(() => told().find((text) => text.includes('did not arrive')), 'a word in Slack');
    expect(await post.all()).toHaveLength(before + 1);
  });
});

describe('a report that a mail did not arrive', () => {
  const earlier = 'References: <a@example.com> <reply-3.inst@localhost>';
  it.each([
    ['its own Message-ID', [earlier, 'Message-ID: <reply-7.inst@localhost>'], 7],
    [
      'ours, which Gmail has replaced',
      [earlier, 'Message-ID: <x@mail.gmail.com>', 'X-Countersign-Message-ID:\r\n <reply-7.inst@localhost>'],
      7,
    ],
    ['what the report says of it', ['X-Original-Message-ID: <reply-7.inst@localhost>', earlier], 7],
    ['nothing, where a colleague wrote it in the same thread', [earlier, 'Message-ID: <x@mail.gmail.com>'], null],
    ['nothing, where another installation wrote it', ['Message-ID: <reply-7.else@localhost>'], null],
  ])('knows the mail by %s', (_, lines, reply) => {
    expect(replyIn(lines.join('\r\n'), 'inst')).toBe(reply);
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

function reportOf(sent: string): string {
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
    'Diagnostic-Code: smtp; 550 5.1.1 unknown user',
    '',
    '--cut',
    'Content-Type: message/rfc822',
    '',
    sent,
    '--cut--',
  ].join('\r\n');
}
