import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bot, startBot } from '../../bot/main.ts';
import { type Context, openContext } from '../../context.ts';
import { type App, backends, channel, startApp, until } from '../support/app.ts';
import { heard, holdEvents, post, query } from '../support/door.ts';

describe.each(backends)('two bots on one database, on %s', (backend) => {
  let app: App;
  let context: Context;
  let second: Bot;
  beforeAll(async () => {
    app = await startApp(backend, ({ lastUser }) => ({ text: heard(lastUser).join('; ') }));
    context = await openContext(app.env);
    second = await startBot(context);
  });
  afterAll(async () => {
    await second.stop();
    await context.close();
    await app.close();
  });

  const count = async (table: string) =>
    Number(
      (await query<{ n: string }>(app.context.databaseUrl, `select count(*) as n from countersign.${table}`))[0]?.n,
    );

  it('make one entry, one turn and one reply of a message that comes twelve times at once', async () => {
    const held = await holdEvents(app.slack, app.botUrl);
    const { ts } = await app.slack.say({ user: 'U0LISA', channel, text: `<@${app.slack.botUserId}> just once` });
    const events = held.take();
    expect(events.map(({ body }) => JSON.parse(body).event.type).sort()).toEqual(['app_mention', 'message']);
    await held.release();

    const everywhere = [app.botUrl, second.url].flatMap((url) => [1, 2, 3].map(() => url));
    const answers = await Promise.all(everywhere.flatMap((url) => events.map((event) => post(url, event))));

    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
    await until(() => app.replies(channel, ts).length > 0 || undefined, 'the reply');
    await app.ask('and something after it');
    expect(app.replies(channel, ts).map(({ text }) => text)).toEqual(['U0LISA: just once']);
    expect([await count('entries'), await count('turns'), await count('outbox')]).toEqual([2, 2, 2]);
  });

  it('know it again after it was answered', async () => {
    const held = await holdEvents(app.slack, app.botUrl);
    const { ts } = await app.slack.say({ user: 'U0LISA', channel, text: `<@${app.slack.botUserId}> late again` });
    const events = held.take();
    await held.release();
    for (const event of events) await post(second.url, event);
    await until(() => app.replies(channel, ts).length > 0 || undefined, 'the reply');
    for (const event of events) expect((await post(app.botUrl, event)).status).toBe(200);
    await app.ask('and something after it');
    expect(app.replies(channel, ts)).toHaveLength(1);
  });
});
