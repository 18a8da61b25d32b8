import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Agent } from 'undici';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Bot, startBot } from '../../bot/main.ts';
import { openContext } from '../../context.ts';
import { deliver } from '../../playground/slack/delivery.ts';
import { type App, channel, startApp, until } from '../support/app.ts';
import { following, query, signed } from '../support/door.ts';

const health = async (url: string) => {
  const response = await fetch(`${url}/health`);
  return {
    status: response.status,
    body: (await response.json()) as { status: string; parts: Record<string, string> },
  };
};

describe('the HTTP server', () => {
  let app: App;
  beforeAll(async () => {
    app = await startApp('redis', () => ({ text: 'Hello.' }));
  });
  afterAll(() => app.close());

  it('tells the state of each part', async () => {
    const { status, body } = await health(app.botUrl);
    expect([status, body.status]).toEqual([200, 'ok']);
    expect(body.parts).toMatchObject({ database: 'up', slack: 'up: Playground by HTTP' });
  });

  it('knows its paths and their methods', async () => {
    const ask = async (path: string, method = 'GET') => {
      const { status, headers } = await fetch(app.botUrl + path, { method });
      return [status, headers.get('allow')];
    };
    expect(await ask('/')).toEqual([404, null]);
    expect(await ask('/slack/events/x', 'POST')).toEqual([404, null]);
    expect(await ask('/slack/events')).toEqual([405, 'POST']);
    expect(await ask('/health', 'POST')).toEqual([405, 'GET']);
    expect(await ask('/health?verbose')).toEqual([200, null]);
  });

  it('is unwell while the database is away, takes nothing in, and is well again after', async () => {
    const admin = new pg.Client(inject('postgresUrl'));
    await admin.connect();
    const name = new URL(app.context.databaseUrl).pathname.slice(1);
    await admin.query(`alter database ${name} allow_connections false`);
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
    const { status, body } = await health(app.botUrl);
    expect([status, body.status]).toEqual([503, 'down']);
    expect(body.parts.database).toMatch(/^down: /);

    const { attempts, ts } = await app.slack.say({ user: 'U0LISA', channel, text: `<@${app.slack.botUserId}> hello?` });
    expect(attempts.map(({ status }) => status)).not.toContain(200);

    await admin.query(`alter database ${name} allow_connections true`);
    await admin.end();
    expect((await health(app.botUrl)).status).toBe(200);
    const again = { type: 'app_mention', channel, user: 'U0LISA', text: `<@${app.slack.botUserId}> hello?`, ts };
    expect((await deliver(`${app.botUrl}/slack/events`, signed(app.slack, again))).status).toBe(200);
    await until(() => app.replies(channel, ts).length > 0 || undefined, 'the reply');
  });

  it('stops when the requests in hand are answered, on connections that are kept open too', async () => {
    const context = await openContext(app.env);
    const bot: Bot = await startBot(context);
    const dispatcher = new Agent({ keepAliveTimeout: 60_000 });
    const holder = new pg.Client(app.context.databaseUrl);
    await holder.connect();
    const { ts } = await app.slack.say({ user: 'U0MARCO', channel, text: 'a place to answer' });
    await holder.query('begin; lock table countersign.entries in share mode');
    const event = { channel, user: 'U0LISA', text: `<@${app.slack.botUserId}> hi`, ts: following(ts), thread_ts: ts };
    const answer = deliver(`${bot.url}/slack/events`, signed(app.slack, event), { dispatcher });
    await sleep(200);
    const stopped = bot.stop().then(() => performance.now());
    await sleep(200);
    await expect(fetch(`${bot.url}/health`)).rejects.toThrow();

    const released = performance.now();
    await holder.query('commit');
    await holder.end();
    expect((await answer).status).toBe(200);
    expect((await stopped) - released).toBeLessThan(2_000);
    await context.close();
    await dispatcher.close();
    const sql = `select 1 from countersign.entries where sent_at = ${event.ts}`;
    expect(await query(app.context.databaseUrl, sql)).toHaveLength(1);
  });
});
