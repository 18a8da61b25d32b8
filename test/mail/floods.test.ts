import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, startApp, until } from '../support/app.ts';
import { machines } from './letters.ts';
import { headerOf, openPost, type Post } from './post.ts';
import { watchStandstill } from './standstill.ts';

const bank = 'support+bank@localhost';
const jordan = 'jordan.ellis@example.com';

describe('what machines send', () => {
  let app: App;
  let post: Post;
  beforeAll(async () => {
    app = await startApp('postgres', () => ({ text: 'Certainly.' }), { smtpPort: 0, playground: true });
    post = await openPost(app);
  });
  afterAll(async () => {
    await post.close();
    await app.close();
  });

  const answers = async () => (await post.all()).filter(({ labels }) => labels.includes('SENT'));

  it('is kept, and never answered', async () => {
    const before = (await answers()).length;
    const { 'an absence notice': absent, 'a mailing list': list, 'bulk mail': bulk } = machines;
    for (const headers of [absent, list, bulk]) {
      await post.write({ from: jordan, to: bank, subject: 'Away', text: 'I am away until Monday.', headers });
    }
    await post.answerTo(await post.write({ from: jordan, to: bank, subject: 'Here', text: 'I am back.' }));
    expect((await answers()).length).toBe(before + 1);
    expect((await post.all()).filter(({ subject }) => subject === 'Away')).toHaveLength(3);
  });

  it('that answers each of our answers with the same words is answered once in that thread', async () => {
    const mail = { from: 'bot@example.com', to: bank, text: 'Thank you for your message. We will be with you soon.' };
    const first = await post.write({
      ...mail,
      subject: 'Your ticket',
      text: 'We have opened ticket number 7 for you, thank you.',
    });
    const ours = await post.answerTo(first);
    const again = (inReplyTo: string) => post.write({ ...mail, subject: 'Re: Your ticket', inReplyTo });
    const second = await post.answerTo(await again(ours.message_id));
    await again(second.message_id);
    await sleep(2_000);
    expect((await answers()).filter(({ to_text }) => to_text === 'bot@example.com')).toHaveLength(2);
  });

  it('in a flood is answered twenty times an hour, and not what others write meanwhile', async () => {
    const flooding = { from: 'flood@example.com', to: bank, subject: 'Hello' };
    for (let at = 0; at < 25; at++) await post.write({ ...flooding, text: `Hello, number ${at}` });
    await post.answerTo(await post.write({ from: 'other@example.com', to: bank, subject: 'Hi', text: 'Hello' }));
    await until(
      async () => (await answers()).filter(({ to_text }) => to_text === 'flood@example.com').length === 20,
      'twenty answers',
    );
    await sleep(500);
    expect((await answers()).filter(({ to_text }) => to_text === 'flood@example.com')).toHaveLength(20);
  });

  it('in megabytes does not hold up Slack for as much as 200 ms', async () => {
    await post.answerTo(await writeApart(app, 'html', 1));
    await app.ask('warm up');
    const standstill = watchStandstill();
    const written = [writeApart(app, 'html', 10), writeApart(app, 'file', 20)];
    await app.ask('are you there?');
    for (const id of await Promise.all(written)) await post.answerTo(id);
    const ms = standstill.longestMs();
    expect(ms).toBeLessThan(200);
  });

  it('of more than 25 MB is refused, and the next mail is taken', async () => {
    const mail = { from: jordan, to: bank, subject: 'Too large', text: 'x'.repeat(26 * 1024 * 1024) };
    await expect(post.write(mail)).rejects.toMatchObject({ responseCode: 552 });
    await post.answerTo(await post.write({ ...mail, subject: 'Small', text: 'And this?' }));
    expect(headerOf((await answers()).at(-1)?.raw ?? Buffer.alloc(0), 'Subject')).toBe('Re: Small');
  });
});

/** In a process of its own, because a mail program that writes megabytes holds up itself. */
async function writeApart({ bot }: App, kind: 'html' | 'file', megabytes: number): Promise<string> {
  const script = `
    import { createTransport } from 'nodemailer';
    const size = ${megabytes} * 1_000_000;
    const content = ${kind === 'html'}
      ? { html: '<div><p style="color: red">Hello <b>you</b></p></div>\\n'.repeat(size / 55) }
      : { text: 'See there.', attachments: [{ filename: 'a.pdf', content: Buffer.alloc(size * 0.7, 7) }] };
    const transport = createTransport('smtp://${bot.smtp}');
    const { messageId } = await transport.sendMail({ from: '${jordan}', to: '${bank}', subject: '${kind}', ...content });
    process.stdout.write(messageId);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  return stdout;
}
