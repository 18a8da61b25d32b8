import { setTimeout as sleep } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliver, signedEvent } from '../../playground/slack/delivery.ts';
import { type App, startApp, until } from '../support/app.ts';
import { announce, long, sampledBackends } from '../support/seeds.ts';
import { openPost, type Post } from './post.ts';

const PER_SECOND = 100;
const SECONDS = long ? 20 : 1;
const COUNT = PER_SECOND * SECONDS;
/** Mail servers do not open more connections to one than it takes. */
const CONNECTIONS = 16;
const desk = 'support+jewelry@localhost';

describe.each(sampledBackends('rush'))('a hundred mails a second, on %s', (backend) => {
  let app: App;
  let post: Post;
  beforeAll(async () => {
    announce('rush of mail', 'mail/rush.test.ts');
    app = await startApp(backend, ({ lastUser }) => ({ text: `Heard: ${lastUser}` }), {
      smtpPort: 0,
      playground: true,
    });
    post = await openPost(app);
    await post.answerTo(await write(0));
  });
  afterAll(async () => {
    await post.close();
    await app.close();
  });

  /** Each of another customer, because one sender's are limited. */
  async function write(n: number): Promise<string> {
    const [host = '', port = ''] = app.bot.smtp?.split(':') ?? [];
    const from = `k${n}@rush.example`;
    const transport = createTransport({ host, port: Number(port), auth: { user: from, pass: 'any' } });
    const mail = { from, to: desk, subject: `Mail ${n}`, text: `Hello, this is number ${n}.` };
    const { messageId } = await transport.sendMail(mail);
    transport.close();
    return messageId;
  }

  it('are all taken in while Slack is answered, and each is answered once', async () => {
    const slack = askInSlack(app);
    const began = performance.now();
    const waits: number[] = [];
    let next = 0;
    const writeOn = async () => {
      for (let n = ++next; n <= COUNT; n = ++next) {
        const due = began + (n * 1000) / PER_SECOND;
        await sleep(Math.max(0, due - performance.now()));
        await write(n);
        waits.push(performance.now() - due);
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, writeOn));
    const kept = performance.now() - began;
    await until(async () => (await entries()) === COUNT + 1 || undefined, 'an entry for each mail', 120_000);
    const saved = performance.now() - began;
    const acks = await slack.stop();
    await until(async () => (await sent()).length >= COUNT + 1 || undefined, 'an answer to each mail', 600_000);
    const answered = performance.now() - began;
    say({ kept, saved, answered }, waits, acks);

    expect(new Set(await sent()).size).toBe(COUNT + 1);
    expect(await sent()).toHaveLength(COUNT + 1);
    expect(Math.max(...acks)).toBeLessThan(3_000);
    await until(() => slack.answered() || undefined, 'an answer to each question in Slack');
  });

  async function entries(): Promise<unknown> {
    return (
      await post.sql(
        "select count(*)::int as n from countersign.entries e join countersign.threads t on t.id = e.thread_id where t.channel = 'email'",
      )
    )[0]?.n;
  }

  async function sent(): Promise<unknown[]> {
    return (await post.sql("select to_text from mail.messages where labels[1] = 'SENT'")).map(({ to_text }) => to_text);
  }
});

/** Asks ten times a second, and notes after how many milliseconds a repetition of the event is acknowledged. */
function askInSlack({ slack, botUrl }: App) {
  const acks: number[] = [];
  const threads: string[] = [];
  let going = true;
  const asking = (async () => {
    for (let n = 1; going; n += 1, await sleep(100)) {
      const text = `<@${slack.botUserId}> question ${n}`;
      const { ts } = await slack.say({ user: 'U0LISA', channel: 'C0GENERAL', text });
      const began = performance.now();
      const { status } = await deliver(`${botUrl}/slack/events`, mention(slack, text, ts, n));
      if (status === 200) acks.push(performance.now() - began);
      threads.push(ts);
    }
  })();
  return {
    async stop() {
      going = false;
      await asking;
      expect(acks).toHaveLength(threads.length);
      return acks;
    },
    answered: () => threads.every((ts) => slack.messages('C0GENERAL', ts).some(({ text }) => text.startsWith('Heard'))),
  };
}

function mention(slack: App['slack'], text: string, ts: string, n: number) {
  return signedEvent(slack, {
    type: 'event_callback',
    team_id: slack.teamId,
    api_app_id: slack.appId,
    event_id: `EvRUSH${n}`,
    event_time: Math.floor(Date.now() / 1000),
    authorizations: [{ enterprise_id: null, team_id: slack.teamId, user_id: slack.botUserId, is_bot: true }],
    event: { type: 'app_mention', user: 'U0LISA', text, ts, channel: 'C0GENERAL', event_ts: ts, team: slack.teamId },
  });
}

function say(times: Record<string, number>, waits: number[], acks: number[]): void {
  const rates = Object.entries(times).map(([what, ms]) => `${what} ${Math.round((COUNT * 1000) / ms)}/s`);
  const spread = (values: number[]) => {
    const sorted = values.toSorted((a, b) => a - b);
    return [0.5, 0.99].map((share) => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0)).join('/');
  };
  process.stdout.write(
    `${COUNT} mails: ${rates.join(', ')}; mail acknowledged after ${spread(waits)} ms (median/99 %), Slack after ${spread(acks)} ms\n`,
  );
}
