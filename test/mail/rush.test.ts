import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliver, signedEvent } from '../../playground/slack/delivery.ts';
import { freePort } from '../../prisma/embedded/settings.ts';
import { answerTo, textOf } from '../crash/questions.ts';
import { channel, openWorld, type World } from '../crash/world.ts';
import { until } from '../support/app.ts';
import { announce, long, sampledBackends } from '../support/seeds.ts';

const PER_SECOND = 100;
const COUNT = PER_SECOND * (long ? 20 : 1);
/** Mail servers do not open more connections to one than it takes. */
const CONNECTIONS = 16;

describe.each(sampledBackends('rush'))('a hundred mails a second, on %s', (backend) => {
  let world: World;
  let events: string;
  let port: number;
  let botId: number;
  beforeAll(async () => {
    announce('rush of mail', 'mail/rush.test.ts');
    port = await freePort();
    world = await openWorld(backend, { SMTP_PORT: String(port), PLAYGROUND: '1' });
    const [bot] = await Promise.all([world.start('bot/main.ts'), world.start('workers/main.ts')]);
    events = `${bot.url}/slack/events`;
    botId = bot.program.child.pid ?? 0;
    await write(port, 0);
    await until(async () => (await count(ANSWERS)) === 1 || undefined, 'the first answer');
  });
  afterAll(() => world.close());

  const count = async (what: string) => Number((await world.sql<{ n: string }>(`select count(${what}`))[0]?.n);

  it('are all taken in while Slack is answered, and each is answered once', async () => {
    const slack = askInSlack(world, events);
    const began = performance.now();
    const cpu = cpuMs(botId);
    const waits: number[] = [];
    let next = 0;
    const writeOn = async () => {
      for (let n = ++next; n <= COUNT; n = ++next) {
        const due = began + (n * 1000) / PER_SECOND;
        await sleep(Math.max(0, due - performance.now()));
        await write(port, n);
        waits.push(performance.now() - due);
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, writeOn));
    const kept = performance.now() - began;
    await until(async () => (await count(ENTRIES)) === COUNT + 1 || undefined, 'an entry for each mail', 120_000);
    const saved = performance.now() - began;
    const perMail = (cpuMs(botId) - cpu) / COUNT;
    const acks = await slack.stop();
    await until(async () => (await count(ANSWERED)) === COUNT + 1 || undefined, 'an answer to each mail', 600_000);
    say({ kept, saved, answered: performance.now() - began }, waits, acks, perMail);

    expect(await count(ANSWERS)).toBe(COUNT + 1);
    expect(Math.max(...acks)).toBeLessThan(3_000);
    await until(() => slack.answered() || undefined, 'an answer to each question in Slack');
  });
});

const ENTRIES =
  "*) as n from countersign.entries e join countersign.threads t on t.id = e.thread_id where t.channel = 'email'";
const ANSWERS = "*) as n from mail.messages where labels[1] = 'SENT' and history_id > 0";
const ANSWERED = "distinct to_text) as n from mail.messages where labels[1] = 'SENT' and history_id > 0";

/** Each mail is of another customer, because one sender's are limited. Resolves once it is kept. */
async function write(port: number, n: number): Promise<void> {
  const from = `k${n}@rush.example`;
  const socket = connect(port, '127.0.0.1');
  const said = createInterface({ input: socket })[Symbol.asyncIterator]();
  const hear = async (code: string) => {
    for (;;) {
      const { value } = await said.next();
      if (value?.startsWith(`${code} `)) return;
      if (!value?.startsWith(`${code}-`)) throw new Error(`mail ${n} was answered with ${value}, not ${code}`);
    }
  };
  const say = async (line: string, code: string) => {
    socket.write(`${line}\r\n`);
    await hear(code);
  };
  await hear('220');
  await say('EHLO rush.example', '250');
  await say(`AUTH PLAIN ${Buffer.from(`\0${from}\0any`).toString('base64')}`, '235');
  socket.write(`MAIL FROM:<${from}>\r\nRCPT TO:<support+sweep@localhost>\r\nDATA\r\n`);
  for (const code of ['250', '250', '354']) await hear(code);
  const head = [
    `From: ${from}`,
    'To: support+sweep@localhost',
    `Subject: Mail ${n}`,
    `Message-ID: <${n}@rush.example>`,
  ];
  const text = textOf({ id: `M${n}`, tools: [], slow: false });
  await say([...head, `Date: ${new Date().toUTCString()}`, '', text, '.'].join('\r\n'), '250');
  socket.destroy();
}

/** Asks ten times a second, and notes after how many milliseconds each event is acknowledged. */
function askInSlack({ slack, replies }: World, events: string) {
  const acks: number[] = [];
  const asked: { ts: string; id: string }[] = [];
  let going = true;
  const asking = (async () => {
    for (let n = 1; going; n += 1, await sleep(100)) {
      const id = `Q${n}`;
      const text = `<@${slack.botUserId}> ${textOf({ id, tools: [], slow: false })}`;
      const { ts } = await slack.say({ user: 'U0LISA', channel, text });
      const began = performance.now();
      const { status } = await deliver(events, mention(slack, text, ts));
      if (status === 200) acks.push(performance.now() - began);
      asked.push({ ts, id });
    }
  })();
  return {
    async stop() {
      going = false;
      await asking;
      expect(acks).toHaveLength(asked.length);
      return acks;
    },
    answered: () =>
      asked.every(
        ({ ts, id }) => replies(ts).filter(({ text }) => text.startsWith(`${answerTo([{ id }])}:`)).length === 1,
      ),
  };
}

function mention(slack: World['slack'], text: string, ts: string) {
  return signedEvent(slack, {
    type: 'event_callback',
    team_id: slack.teamId,
    api_app_id: slack.appId,
    event_id: `Ev${ts}`,
    event_time: Math.floor(Date.now() / 1000),
    authorizations: [{ enterprise_id: null, team_id: slack.teamId, user_id: slack.botUserId, is_bot: true }],
    event: { type: 'app_mention', user: 'U0LISA', text, ts, channel, event_ts: ts, team: slack.teamId },
  });
}

/** What a process has used of the processors; 0 where no Linux tells it. */
function cpuMs(pid: number): number {
  if (process.platform !== 'linux') return 0;
  const [, , , , , , , , , , , , , user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
  return (Number(user) + Number(system)) * 10;
}

function say(times: Record<string, number>, waits: number[], acks: number[], perMail: number): void {
  const rates = Object.entries(times).map(([what, ms]) => `${what} ${Math.round((COUNT * 1000) / ms)}/s`);
  const spread = (values: number[]) => {
    const sorted = values.toSorted((a, b) => a - b);
    return [0.5, 0.99].map((share) => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0)).join('/');
  };
  process.stdout.write(
    `${COUNT} mails: ${rates.join(', ')}; mail acknowledged after ${spread(waits)} ms (median/99 %), Slack after ${spread(acks)} ms; the bot's processor worked ${perMail.toFixed(1)} ms a mail\n`,
  );
}
