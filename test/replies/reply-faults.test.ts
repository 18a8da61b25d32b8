import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openSlackApi } from '../../channels/slack/api/api.ts';
import type { Fault } from '../../playground/slack/faults.ts';
import { begunMessage, deliver, openWay, replyId, type Way } from './channel-setup.ts';

const body = 'The one and only answer.';
const longBody = 'x'.repeat(30_000);
const outgoing = (way: Way, text = body) => ({ id: replyId, place: way.place, body: text });
const send = (way: Way, text = body) => way.channel.send({ ...outgoing(way, text), messages: [] });
const named = (fault: Fault) => [Object.values(fault).join(' '), fault] as const;

const doubtful: Fault[] = [
  { kind: '502' },
  { kind: '502_after_accepting' },
  { kind: 'reset' },
  { kind: 'reset_after_accepting' },
  { kind: 'hang' },
  { kind: 'hang_after_accepting' },
  { kind: 'error', error: 'internal_error' },
  { kind: 'error', error: '<html>Bad gateway</html>' },
];

describe.concurrent('when chat.postMessage meets', () => {
  it.each(doubtful.map(named))('%s, the thread is read before anything is sent again', async (_, fault) => {
    const way = await openWay();
    way.slack.fault('chat.postMessage', fault);
    const first = await send(way);
    expect(first).toMatchObject({ kind: 'retry' });
    expect(way.methods()).toEqual(['chat.postMessage']);

    const sent = await deliver(way.channel, outgoing(way), first);
    expect(way.methods()[1]).toBe('conversations.replies');
    expect(way.seen()).toEqual([body]);
    expect(sent).toEqual({ kind: 'sent', messages: [way.messages()[0]?.ts] });
  });

  it.each(doubtful.map(named))('%s in the middle of a long answer, no part is doubled or lost', async (_, fault) => {
    const way = await openWay();
    way.slack.fault('chat.postMessage', { kind: 'slow', ms: 1 });
    way.slack.fault('chat.postMessage', fault);
    const first = await send(way, longBody);
    expect(first).toMatchObject({ kind: 'retry', messages: [way.messages()[0]?.ts] });

    const sent = await deliver(way.channel, outgoing(way, longBody), first);
    expect(way.seen().join('')).toBe(longBody);
    expect(sent).toEqual({ kind: 'sent', messages: way.messages().map(({ ts }) => ts) });
  });

  it('a short rate limit, it waits and sends', async () => {
    const way = await openWay();
    way.slack.fault('chat.postMessage', { kind: '429', retryAfter: 1 });
    const before = Date.now();
    expect(await send(way)).toMatchObject({ kind: 'sent' });
    expect(Date.now() - before).toBeGreaterThanOrEqual(1_000);
    expect(way.seen()).toEqual([body]);
  });

  it('a long rate limit, it says when to try again and waits for nothing', async () => {
    const way = await openWay();
    way.slack.fault('chat.postMessage', { kind: '429', retryAfter: 30 });
    const before = Date.now();
    expect(await send(way)).toEqual({ kind: 'retry', waitMs: 30_000, reason: 'rate limited', messages: [] });
    expect(Date.now() - before).toBeLessThan(1_000);
  });

  it.each(['not_in_channel', 'is_archived', 'channel_not_found', 'restricted_action'])(
    '%s, it has failed for good and says why',
    async (error) => {
      const way = await openWay();
      way.slack.fault('chat.postMessage', { kind: 'error', error });
      expect(await send(way)).toEqual({ kind: 'failed', reason: error });
      expect(way.methods()).toEqual(['chat.postMessage']);
    },
  );

  it.each(['invalid_auth', 'token_revoked', 'account_inactive', 'missing_scope', 'org_login_required'])(
    '%s, a person has to mend the account, and the reply is kept',
    async (error) => {
      const way = await openWay();
      way.slack.fault('chat.postMessage', { kind: 'error', error });
      const first = await send(way);
      expect(first).toMatchObject({ kind: 'retry', waitMs: 60_000 });
      expect(await deliver(way.channel, outgoing(way), first)).toMatchObject({ kind: 'sent' });
      expect(way.seen()).toEqual([body]);
    },
  );

  it('a refusal with reasons, it passes them on', async () => {
    const way = await openWay();
    const place = { ...way.place, thread: 'not-a-ts' };
    expect(await way.channel.send({ id: replyId, place, body, messages: [] })).toEqual({
      kind: 'failed',
      reason: 'invalid_thread_ts',
    });
  });

  it('a hang, the turn is not kept waiting for longer than that', async () => {
    const way = await openWay();
    way.slack.fault('chat.postMessage', { kind: 'hang', times: 3 });
    const before = Date.now();
    expect(await send(way)).toMatchObject({ kind: 'retry' });
    expect(Date.now() - before).toBeLessThan(7_000);
  });
});

describe.concurrent('when the thread cannot be read back', () => {
  it.each([
    ['502', { kind: '502', times: 3 }],
    ['a rate limit', { kind: '429', retryAfter: 60, times: 3 }],
    ['a reset', { kind: 'reset', times: 3 }],
  ] as [string, Fault][])('for %s, nothing is sent again before it could', async (_, fault) => {
    const way = await openWay();
    way.slack.fault('chat.postMessage', { kind: '502_after_accepting' });
    way.slack.fault('conversations.replies', fault);
    const first = await send(way);
    for (let tries = 0; tries < 3; tries++) {
      expect(await way.channel.resend({ ...outgoing(way), messages: [] })).toMatchObject({ kind: 'retry' });
    }
    expect(way.methods().filter((method) => method === 'chat.postMessage')).toHaveLength(1);

    expect(await deliver(way.channel, outgoing(way), first)).toMatchObject({ kind: 'sent' });
    expect(way.seen()).toEqual([body]);
  });

  it('on its second page, neither', async () => {
    const way = await openWay();
    for (let i = 0; i < 220; i++) await way.ask(`no. ${i}`, way.place.thread);
    way.slack.fault('chat.postMessage', { kind: '502_after_accepting' });
    const first = await send(way);
    way.slack.fault('conversations.replies', { kind: 'slow', ms: 1 });
    way.slack.fault('conversations.replies', { kind: '502' });
    expect(await way.channel.resend({ ...outgoing(way), messages: [] })).toMatchObject({ kind: 'retry' });

    expect(await deliver(way.channel, outgoing(way), first)).toMatchObject({ kind: 'sent' });
    expect(way.seen()).toEqual([body]);
  });
});

describe.concurrent('a message to be dropped', () => {
  it.each(['chat.stopStream', 'chat.delete'])('goes even if %s fails at first', async (method) => {
    const way = await openWay();
    const live = way.channel.live(way.place, { taken: null, open: async () => replyId, note: async () => {} });
    live.text(() => 'Half an');
    const { ts } = await begunMessage(way);
    await live.quiet();
    const reply = { ...outgoing(way), messages: [ts] };
    way.slack.fault(method, { kind: '502' });
    way.slack.fault(method, { kind: '502_after_accepting' });

    expect(await way.channel.drop(reply)).toMatchObject({ kind: 'retry', messages: reply.messages });
    expect(await way.channel.drop(reply)).toMatchObject({ kind: 'retry', messages: reply.messages });
    expect(await way.channel.drop(reply)).toEqual({ kind: 'sent', messages: [] });
    expect(way.messages()).toEqual([]);
  });
});

describe.concurrent('a server that is not there, or is not Slack', () => {
  it('has taken nothing where the connection was refused', async () => {
    const port = await freePort();
    const api = openSlackApi({ token: 'xoxb-test', apiUrl: `http://127.0.0.1:${port}/api/` });
    expect(await api('auth.test', {})).toMatchObject({ kind: 'unsent' });
  });

  it.each([
    [200, 'text/html', '<html>Sign in to the proxy</html>'],
    [200, 'application/json', '{"ok":tr'],
    [301, 'text/html', ''],
    [503, 'text/plain', 'no'],
    [429, 'text/plain', 'slow down'],
  ])('may have taken it where it answers %i with %s', async (status, type, text) => {
    const server = createServer((_, res) => res.writeHead(status, { 'content-type': type, location: '/' }).end(text));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const api = openSlackApi({ token: 'xoxb-test', apiUrl: `http://127.0.0.1:${port}/api/` });
    expect(await api('chat.postMessage', {})).toMatchObject({ kind: 'uncertain' });
    server.closeAllConnections();
    server.close();
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
