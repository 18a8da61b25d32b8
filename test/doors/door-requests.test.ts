import { connect } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedEvent } from '../../playground/slack/delivery.ts';
import { eventCallback } from '../../playground/slack/events.ts';
import { type App, channel, startApp, until } from '../support/app.ts';
import { following, heard, post, query, signed, written } from '../support/door.ts';

let app: App;
beforeAll(async () => {
  app = await startApp('postgres', ({ lastUser }) => ({ text: heard(lastUser).join('; ') }));
});
afterAll(() => app.close());

const now = () => Math.floor(Date.now() / 1000);
const mentionEvent = (more: Record<string, unknown> = {}) => ({
  type: 'app_mention',
  user: 'U0LISA',
  text: `<@${app.slack.botUserId}> hello`,
  channel,
  ts: '1700000000.000100',
  event_ts: '1700000000.000100',
  ...more,
});
const envelope = (event: object = mentionEvent()) =>
  eventCallback(app.slack, event as Parameters<typeof eventCallback>[1], 'Ev1', Date.now());

describe('a request that is not Slack’s', () => {
  type Case = { name: string; status: number; body?: () => unknown; how?: () => Parameters<typeof signedEvent>[2] };
  const authorized = { enterprise_id: null, user_id: 'U1', is_bot: true };
  const cases: Case[] = [
    { name: 'forged with another secret', status: 401, how: () => ({ signingSecret: 'f'.repeat(32) }) },
    { name: 'with a made-up signature', status: 401, how: () => ({ signature: `v0=${'0'.repeat(64)}` }) },
    { name: 'with an unknown version of signature', status: 401, how: () => ({ signature: 'v9=00' }) },
    { name: 'stale by more than five minutes', status: 401, how: () => ({ timestamp: now() - 302 }) },
    { name: 'dated more than five minutes ahead', status: 401, how: () => ({ timestamp: now() + 302 }) },
    { name: 'forged and without JSON', status: 401, body: () => 'hello', how: () => ({ signature: 'v0=00' }) },
    { name: 'forged and null', status: 401, body: () => 'null', how: () => ({ signature: 'v0=00' }) },
    { name: 'without JSON', status: 400, body: () => 'hello' },
    { name: 'with broken JSON', status: 400, body: () => JSON.stringify(envelope()).slice(0, -1) },
    { name: 'empty', status: 400, body: () => '' },
    { name: 'null', status: 400, body: () => 'null' },
    { name: 'an array', status: 400, body: () => [envelope()] },
    { name: 'a number', status: 400, body: () => '7' },
    { name: 'an envelope of another kind', status: 400, body: () => ({ ...envelope(), type: 'block_actions' }) },
    { name: 'an envelope without an event', status: 400, body: () => ({ ...envelope(), event: null }) },
    { name: 'an envelope without a team', status: 400, body: () => ({ ...envelope(), team_id: undefined }) },
    { name: 'a mention without a ts', status: 400, body: () => envelope(mentionEvent({ ts: undefined })) },
    { name: 'a mention whose ts is none', status: 400, body: () => envelope(mentionEvent({ ts: '1e400' })) },
    { name: 'a mention in no channel', status: 400, body: () => envelope(mentionEvent({ channel: { id: 'C1' } })) },
    { name: 'a message whose text is none', status: 400, body: () => envelope(mentionEvent({ text: ['a'] })) },
    {
      name: 'a change of nothing',
      status: 400,
      body: () => envelope({ ...mentionEvent(), type: 'message', subtype: 'message_changed' }),
    },
    { name: 'too large', status: 413, body: () => envelope(mentionEvent({ text: 'x'.repeat(1024 * 1024) })) },
    {
      name: 'of another workspace',
      status: 401,
      body: () => ({ ...envelope(), team_id: 'T0THEIRS', authorizations: [{ ...authorized, team_id: 'T0THEIRS' }] }),
    },
    {
      name: 'of another workspace, with no word on ours',
      status: 401,
      body: () => ({ ...envelope(), team_id: 'T0THEIRS', authorizations: [] }),
    },
  ];

  it.each(cases)('$name, gets $status and writes nothing', async ({ status, body = envelope, how = () => ({}) }) => {
    const before = await written(app.context.databaseUrl);
    expect((await post(app.botUrl, signedEvent(app.slack, body(), how()))).status).toBe(status);
    expect(await written(app.context.databaseUrl)).toBe(before);
  });

  it.each(['x-slack-signature', 'x-slack-request-timestamp'])(
    'without %s gets 401 and writes nothing',
    async (name) => {
      const before = await written(app.context.databaseUrl);
      const { headers, body } = signedEvent(app.slack, envelope());
      delete headers[name];
      expect((await post(app.botUrl, { headers, body })).status).toBe(401);
      expect(await written(app.context.databaseUrl)).toBe(before);
    },
  );

  it('in a form that holds no object gets 400', async () => {
    const { headers, body } = signedEvent(app.slack, 'payload=null');
    const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' };
    expect((await post(app.botUrl, { headers: form, body })).status).toBe(400);
  });

  it('cut off in the middle harms nobody', async () => {
    const { port } = new URL(app.botUrl);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `POST /slack/events HTTP/1.1\r\nhost: x\r\nx-slack-request-timestamp: ${now()}\r\ncontent-length: 99\r\n\r\n{`,
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await fetch(`${app.botUrl}/health`)).status).toBe(200);
  });
});

describe('a request of Slack’s', () => {
  it('answers the challenge', async () => {
    const { status, body } = await post(
      app.botUrl,
      signedEvent(app.slack, { type: 'url_verification', challenge: 'abc' }),
    );
    expect([status, JSON.parse(body)]).toEqual([200, { challenge: 'abc' }]);
  });

  it('passes up to five minutes old, with an event that is nothing to us', async () => {
    const event = { type: 'reaction_added', user: 'U0LISA', item: { type: 'message', channel, ts: '1.1' } };
    const before = await written(app.context.databaseUrl);
    expect((await post(app.botUrl, signed(app.slack, event, { timestamp: now() - 295 }))).status).toBe(200);
    expect(await written(app.context.databaseUrl)).toBe(before);
  });

  it('is acknowledged only once its entry is committed', async () => {
    const holder = new pg.Client(app.context.databaseUrl);
    await holder.connect();
    await holder.query('begin; lock table countersign.entries in share mode');
    let acknowledged = false;
    const { ts } = await app.slack.say({ user: 'U0LISA', channel, text: 'a place to answer' });
    const event = mentionEvent({ ts: following(ts), thread_ts: ts });
    const answer = post(app.botUrl, signed(app.slack, event)).finally(() => {
      acknowledged = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(acknowledged).toBe(false);
    await holder.query('commit');
    await holder.end();
    expect((await answer).status).toBe(200);
    const sql = `select 1 from countersign.entries where sent_at = ${event.ts}`;
    expect(await query(app.context.databaseUrl, sql)).toHaveLength(1);
  });

  it('that the database refuses is not acknowledged, and lands with Slack’s next try', async () => {
    const { databaseUrl } = app.context;
    await query(
      databaseUrl,
      "create function public.refuse() returns trigger language plpgsql as $$ begin raise 'full'; end $$",
    );
    await query(
      databaseUrl,
      'create trigger refuse before insert on countersign.entries execute function public.refuse()',
    );
    const { ts } = await app.slack.say({ user: 'U0MARCO', channel, text: 'a place to answer' });
    const event = mentionEvent({
      ts: following(ts),
      thread_ts: ts,
      text: `<@${app.slack.botUserId}> keep trying`,
    });
    const before = await written(databaseUrl);
    expect((await post(app.botUrl, signed(app.slack, event))).status).toBe(500);
    expect(await written(databaseUrl)).toBe(before);
    await query(databaseUrl, 'drop trigger refuse on countersign.entries');
    const retry = { num: 1, reason: 'http_error' };
    expect((await post(app.botUrl, signed(app.slack, event, { retry }))).status).toBe(200);
    const reply = await until(() => app.replies(channel, ts).at(-1), 'the reply');
    expect(reply.text).toBe('U0LISA: keep trying');
  });
});
