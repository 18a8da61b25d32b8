import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Live, Sent } from '../../channels/channel.ts';
import type { Fault } from '../../playground/slack/faults.ts';
import { begunMessage, deliver, openNotebook, openWay, replyId, speak, type Way } from './channel-setup.ts';

const text = 'Lisa Park has three orders, and all of them are on their way. '.repeat(6).trim();
const longText = 'Lisa Park has three orders, and all of them are on their way.\n\n'.repeat(300).trim();

async function stream(way: Way, ms = 1_000, body = text): Promise<Live> {
  const live = way.channel.live(way.place, openNotebook().records);
  await speak(live, body, ms);
  return live;
}

/** The turn's own try, and then the deliver job's. */
async function finish(way: Way, live: Live, body = text): Promise<Sent> {
  const reply = { id: replyId, body };
  return deliver(way.channel, { ...reply, place: way.place }, await live.finish(reply));
}

/** Exactly one message of ours, whole and at rest, that can be told from others when the thread is read. */
function expectAnswered(way: Way, sent: Sent, body = text): void {
  expect(way.seen().join('\n\n')).toBe(body);
  expect(way.messages().map((message) => message.streaming ?? false)).not.toContain(true);
  expect(way.messages().map(({ metadata }) => metadata?.event_payload)).toEqual(
    way.messages().map((_, part) => ({ reply: replyId, part })),
  );
  expect(sent).toEqual({ kind: 'sent', messages: way.messages().map(({ ts }) => ts) });
  expect(way.calls().filter((call) => call.violation)).toEqual([]);
}

const lost: Fault[] = [
  { kind: '502' },
  { kind: '502_after_accepting' },
  { kind: 'reset' },
  { kind: 'reset_after_accepting' },
  { kind: 'error', error: 'internal_error' },
  { kind: '429', retryAfter: 1 },
  { kind: '429', retryAfter: 30 },
  { kind: 'error', error: 'msg_too_long' },
];
const hanging: Fault[] = [{ kind: 'hang' }, { kind: 'hang_after_accepting' }];
const twiceLost: Fault[] = [{ kind: '502' }, { kind: 'reset_after_accepting' }, { kind: '429', retryAfter: 1 }];
const named = (fault: Fault) => [Object.values(fault).join(' '), fault] as const;

describe.concurrent.each(['chat.startStream', 'chat.appendStream', 'chat.stopStream'])('when %s meets', (method) => {
  it.each([...lost, ...hanging].map(named))('%s, the answer stands once and whole', async (_, fault) => {
    const way = await openWay();
    way.slack.fault(method, fault);
    const sent = await finish(way, await stream(way));
    expect(way.slack.ledger.filter((call) => call.fault)).toHaveLength(1);
    expectAnswered(way, sent, text);
  });

  it.each(twiceLost.map(named))('%s, and chat.update too, a long answer stands once and whole', async (_, fault) => {
    const way = await openWay();
    way.slack.fault(method, fault);
    const live = await stream(way, 1_000, longText);
    way.slack.fault('chat.update', fault);
    const sent = await finish(way, live, longText);
    expectAnswered(way, sent, longText);
  });
});

describe.concurrent('a stream', () => {
  it('that was begun without our knowing is not answered beside while the thread cannot be read', async () => {
    const way = await openWay();
    way.slack.fault('chat.startStream', { kind: '502_after_accepting' });
    way.slack.fault('conversations.replies', { kind: '502', times: 2 });
    const live = await stream(way);
    const first = await live.finish({ id: replyId, body: text });
    const second = await way.channel.resend({ id: replyId, body: text, place: way.place, messages: ['?'] });

    expect(first).toMatchObject({ kind: 'retry', messages: ['?'] });
    expect(second).toMatchObject({ kind: 'retry', messages: ['?'] });
    expect(way.methods()).toEqual(['chat.startStream', 'conversations.replies', 'conversations.replies']);
    expectAnswered(way, await deliver(way.channel, { id: replyId, body: text, place: way.place }, second));
  });

  it('that Slack ended goes on as a message that is updated', async () => {
    const way = await openWay();
    const live = way.channel.live(way.place, openNotebook().records);
    live.text(() => text.slice(0, 50));
    way.slack.expireStream((await begunMessage(way)).ts);
    live.text(() => text.slice(0, 100));
    await sleep(700);
    const sent = await finish(way, live);

    expect(way.calls().map(({ error }) => error)).toContain('message_not_in_streaming_state');
    expect(way.messages()).toHaveLength(1);
    expectAnswered(way, sent);
  });

  it('that Slack ended at the last moment is completed all the same', async () => {
    const way = await openWay();
    const live = await stream(way);
    way.slack.expireStream(way.messages()[0]?.ts ?? 'none');
    expectAnswered(way, await finish(way, live));
  });

  it.each([
    ['while it grows', 700],
    ['at the last moment', 0],
  ])('that a person deletes %s is answered by a new message', async (_, goOnMs) => {
    const way = await openWay();
    const live = way.channel.live(way.place, openNotebook().records);
    live.text(() => text.slice(0, 50));
    const { ts: begun } = await begunMessage(way);
    await way.slack.remove({ channel: way.place.channel ?? '', ts: begun });
    if (goOnMs > 0) live.text(() => text.slice(0, 100));
    await sleep(goOnMs);
    const sent = await finish(way, live);

    expect(way.messages().map(({ ts }) => ts)).not.toContain(begun);
    expectAnswered(way, sent);
  });

  it('that may not be edited is taken away, and the answer posted anew', async () => {
    const way = await openWay();
    const live = await stream(way);
    way.slack.fault('chat.stopStream', { kind: 'error', error: 'msg_too_long' });
    way.slack.fault('chat.update', { kind: 'error', error: 'edit_window_closed' });
    expectAnswered(way, await finish(way, live));
  });

  it.each([
    ['not to be had here', 'missing_scope'],
    ['not for this person', 'user_not_found'],
  ])('that is %s is no loss: the answer is posted whole', async (_, error) => {
    const way = await openWay();
    way.slack.fault('chat.startStream', { kind: 'error', error });
    const sent = await finish(way, await stream(way));
    expect(way.methods()).toEqual(['chat.startStream', 'chat.postMessage']);
    expectAnswered(way, sent);
  });

  it('goes on after a rate limit, and is not held up by a long one at the end', async () => {
    const way = await openWay();
    way.slack.fault('chat.startStream', { kind: '429', retryAfter: 1 });
    way.slack.fault('chat.appendStream', { kind: '429', retryAfter: 60 });
    const live = await stream(way, 2_600);
    const before = Date.now();
    const sent = await finish(way, live);

    expect(Date.now() - before).toBeLessThan(500);
    expect(way.methods()).toEqual(['chat.startStream', 'chat.startStream', 'chat.appendStream', 'chat.stopStream']);
    expectAnswered(way, sent);
  });

  it('does not keep the turn waiting for longer than one call may hang', async () => {
    const way = await openWay();
    const live = await stream(way);
    way.slack.fault('chat.stopStream', { kind: 'hang' });
    const before = Date.now();
    const sent = await live.finish({ id: replyId, body: text });

    expect(sent).toMatchObject({ kind: 'retry', messages: [way.messages()[0]?.ts] });
    expect(Date.now() - before).toBeLessThan(7_000);
  });

  it('is no worse for a status that cannot be set', async () => {
    const way = await openWay();
    way.slack.fault('assistant.threads.setStatus', { kind: 'hang' });
    const sent = await finish(way, await stream(way));
    expect(way.methods()[0]).toBe('chat.startStream');
    expectAnswered(way, sent);
  });

  it('is only left where the records cannot be reached', async () => {
    const way = await openWay();
    const { records } = openNotebook();
    const failing = { ...records, note: () => Promise.reject(new Error('the database is away')) };
    const live = way.channel.live(way.place, failing);
    await speak(live, text, 800);
    await live.quiet();
    expect(way.methods()).toEqual(['chat.startStream']);
  });

  it('is not begun where the thread is no longer ours', async () => {
    const way = await openWay();
    const live = way.channel.live(way.place, { taken: null, open: async () => null, note: async () => {} });
    await speak(live, text, 800);
    await live.quiet();
    expect(way.methods()).toEqual([]);
  });
});
