import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBot } from '../../bot/main.ts';
import { openContext } from '../../context.ts';
import { type App, channel, startApp, until } from '../support/app.ts';
import { heard, query } from '../support/door.ts';
import { sampledBackends } from '../support/seeds.ts';

describe.each(sampledBackends('doors/door-socket'))('by Socket Mode, on %s', (backend) => {
  let app: App;
  beforeAll(async () => {
    const script = ({ lastUser }: { lastUser: string }) => ({ text: heard(lastUser).join('; ') });
    app = await startApp(backend, script, {}, { door: 'socket', workspace: { retryDelaysMs: [0, 100, 2_000] } });
  });
  afterAll(() => app.close());

  const mention = (text: string) =>
    app.slack.say({ user: 'U0LISA', channel, text: `<@${app.slack.botUserId}> ${text}` });
  const slackState = async () => {
    const response = await fetch(`${app.botUrl}/health`);
    return ((await response.json()) as { parts: { slack: string } }).parts.slack;
  };

  it('a mention is answered, and its thread goes on', async () => {
    const first = await app.ask('by socket');
    expect(first.text).toBe('U0LISA: by socket');
    expect((await app.ask('and again', { thread: first.thread_ts! })).text).toBe('U0LISA: and again');
    expect(await slackState()).toBe('up: Playground by Socket Mode');
    expect((await fetch(`${app.botUrl}/slack/events`, { method: 'POST' })).status).toBe(404);
  });

  it('an envelope is acknowledged only once its entry is committed, and one that comes again is nothing new', async () => {
    const holder = new pg.Client(app.context.databaseUrl);
    await holder.connect();
    await holder.query('begin; lock table countersign.entries in share mode');
    const said = mention('be patient');
    await sleep(3_200); // Slack gives up on the first delivery and sends the second
    await holder.query('commit');
    await holder.end();
    const { attempts, ts } = await said;
    const acknowledged = attempts.filter(({ status }) => status === 200);
    expect(attempts.length).toBeGreaterThan(acknowledged.length);
    expect(acknowledged).toHaveLength(2);
    await until(() => app.replies(channel, ts).length > 0 || undefined, 'the reply');
    await app.ask('another thing');
    expect(app.replies(channel, ts)).toHaveLength(1);
    const sql = `select 1 from countersign.entries where sent_at = ${ts}`;
    expect(await query(app.context.databaseUrl, sql)).toHaveLength(1);
  });

  it('a connection that breaks is made anew, and what was said meanwhile is answered', async () => {
    for (const line of app.lines) line.destroy();
    await until(() => app.lines.size === 0 || undefined, 'the break');
    const { ts } = await mention('are you there?');
    await until(() => app.replies(channel, ts).length > 0 || undefined, 'the reply');
    await until(async () => (await slackState()).startsWith('up') || undefined, 'health');
  });

  it('Slack out of reach is tried again until it is back', async () => {
    app.slack.fault('apps.connections.open', { kind: '502', times: 2 });
    for (const line of app.lines) line.destroy();
    await until(async () => (await slackState()).startsWith('down') || undefined, 'the break in /health');
    await until(async () => (await slackState()).startsWith('up') || undefined, 'health');
    expect((await app.ask('back again')).text).toBe('U0LISA: back again');
  });

  it('a stop lets the envelope in hand be committed and acknowledged first', async () => {
    const context = await openContext(app.env);
    const bot = await startBot(context);
    for (const line of [...app.lines].slice(0, 1)) line.destroy();
    const holder = new pg.Client(app.context.databaseUrl);
    await holder.connect();
    await holder.query('begin; lock table countersign.entries in share mode');
    const said = mention('before you go');
    await sleep(100);
    const stopped = bot.stop();
    await sleep(100);
    await holder.query('commit');
    await holder.end();
    await stopped;
    await context.close();
    const { attempts, ts } = await said;
    expect(attempts.map(({ status }) => status)).toEqual([200, 200]);
    await until(() => app.replies(channel, ts).length > 0 || undefined, 'the reply');
  });

  it('a token that Slack refuses stops the start with a line that says which', async () => {
    const { slack } = app.env;
    const context = await openContext(app.env);
    const wrong = { ...context, env: { ...app.env, slack: { ...slack, appToken: 'xapp-1-wrong' } as typeof slack } };
    await expect(startBot(wrong)).rejects.toThrow(/^SLACK_APP_TOKEN is refused by Slack \(invalid_auth\): /);
    await context.close();
  });
});
