import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { begunMessage, openNotebook, openWay, replyId, room, speak, type Way } from './channel-setup.ts';

const metadata = (part = 0) => ({ event_type: 'countersign_reply', event_payload: { reply: replyId, part } });

/** Everything of ours in the thread is said once, nothing streams any more, and no call was refused or overlapped. */
function expectTidy(way: Way): void {
  const streaming = way.messages().filter((message) => message.streaming);
  expect(streaming).toEqual([]);
  expect(way.calls().filter((call) => call.error ?? call.violation)).toEqual([]);
}

describe.concurrent('a reply in the making', () => {
  it('is posted whole, with one call, when it is ready soon enough', async () => {
    const way = await openWay();
    const live = way.channel.live(way.place, openNotebook().records);
    let made = 0;
    for (let word = 0; word < 50; word++)
      live.text(() => {
        made += 1;
        return '**Hello**, ';
      });
    await sleep(120);
    const sent = await live.finish({ id: replyId, body: '**Hello**, <@U0LISA>.' });

    expect(way.slack.ledger.map(({ method }) => method)).toEqual(['chat.postMessage']);
    expect(way.messages()).toMatchObject([
      {
        thread_ts: way.place.thread,
        text: 'Hello, <@U0LISA>.',
        blocks: [{ type: 'markdown', text: '**Hello**, <@U0LISA>.' }],
        metadata: metadata(),
      },
    ]);
    expect(sent).toEqual({ kind: 'sent', messages: [way.messages()[0]?.ts] });
    expect(made).toBe(0);
  });

  it('streams when it is slow: the status first, the row before the message, then the text as it grows', async () => {
    const way = await openWay();
    let before: string[] = ['not opened'];
    const { records, notes } = openNotebook(null, () => {
      before = way.methods();
    });
    const live = way.channel.live(way.place, records);
    const text = 'Lisa Park has three orders. '.repeat(20);
    await speak(live, text, 2_200);
    const sent = await live.finish({ id: replyId, body: text });

    expect(way.slack.ledger[0]).toMatchObject({
      method: 'assistant.threads.setStatus',
      args: { channel_id: room, thread_ts: way.place.thread },
    });
    expect(before).toEqual([]);
    const methods = way.methods();
    expect(methods[0]).toBe('chat.startStream');
    expect(methods.at(-1)).toBe('chat.stopStream');
    expect(methods.slice(1, -1).length).toBeGreaterThanOrEqual(2);
    expect(new Set(methods.slice(1, -1))).toEqual(new Set(['chat.appendStream']));
    expect(way.seen()).toEqual([text]);
    expect(way.messages()[0]).toMatchObject({ thread_ts: way.place.thread, metadata: metadata() });
    const id = way.messages()[0]?.ts;
    expect(notes).toEqual([[id]]);
    expect(sent).toEqual({ kind: 'sent', messages: [id] });
    expectTidy(way);
  });

  it('appends no more often than Slack likes', async () => {
    const way = await openWay();
    const live = way.channel.live(way.place, openNotebook().records);
    const text = 'word '.repeat(400);
    await speak(live, text, 3_000);
    await live.finish({ id: replyId, body: text });

    const begun = way.calls().slice(0, -1);
    const gaps = begun.slice(1).map((call, i) => call.at - (begun[i]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(590);
    expect(way.seen()).toEqual([text]);
  });

  it('shows the tools at work as cards, and leaves none of them running', async () => {
    const way = await openWay();
    const live = way.channel.live(way.place, openNotebook().records);
    live.tool({ id: 'c1', name: 'jewelryops__search_customers' }, 'running');
    live.tool({ id: 'c2', name: 'jewelryops__get_order' }, 'running');
    const during = await begunMessage(way);
    live.tool({ id: 'c1', name: 'jewelryops__search_customers' }, 'done');
    live.tool({ id: 'c2', name: 'jewelryops__get_order' }, 'failed');
    await live.finish({ id: replyId, body: 'Found her, but no order.' });

    expect(during).toMatchObject({
      streaming: true,
      tasks: [
        { title: 'search customers', status: 'in_progress' },
        { title: 'get order', status: 'in_progress' },
      ],
    });
    expect(way.messages()[0]?.tasks?.map(({ status }) => status)).toEqual(['complete', 'error']);
    expect(way.seen()).toEqual(['Found her, but no order.']);
    expectTidy(way);
  });

  it.each([
    ['of two bytes each', 'é'.repeat(7_000)],
    ['of four bytes each', '😀'.repeat(5_000)],
    ['many of them', `${'Lorem ipsum dolor. '.repeat(1_700)}`],
    ['many of them, in one line', 'x'.repeat(40_000)],
  ])('stays far below what a stream takes, and ends whole: characters %s', async (_, text) => {
    const way = await openWay();
    const live = way.channel.live(way.place, openNotebook().records);
    await speak(live, text, 1_800);
    live.tool({ id: 'c1', name: 'get_order' }, 'done');
    const sent = await live.finish({ id: replyId, body: text });

    const streamed = way.calls().flatMap(({ args }) => (Array.isArray(args.chunks) ? args.chunks : []));
    const bytes = streamed.reduce((sum, chunk) => sum + Buffer.byteLength(chunk.text ?? chunk.title), 0);
    expect(bytes).toBeGreaterThan(8_000);
    expect(bytes).toBeLessThanOrEqual(9_000);
    expect(way.seen().join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    expect(way.messages().map((message) => message.metadata)).toEqual(way.messages().map((_, part) => metadata(part)));
    expect(sent).toEqual({ kind: 'sent', messages: way.messages().map(({ ts }) => ts) });
    expectTidy(way);
  });

  it.each([
    ['before', 'All done.', ''],
    ['after', '', 'All done.'],
  ])('takes any number of tools %s its text', async (_, atLast, atFirst) => {
    const way = await openWay();
    const live = way.channel.live(way.place, openNotebook().records);
    const work = (status: 'running' | 'done') => {
      for (let i = 0; i < 300; i++) live.tool({ id: `c${i}`, name: `server__${'long_name_'.repeat(6)}${i}` }, status);
    };
    live.text(() => atFirst);
    await sleep(500);
    work('running');
    await sleep(900);
    work('done');
    live.text(() => atLast);
    await live.finish({ id: replyId, body: 'All done.' });

    expect(way.seen()).toEqual(['All done.']);
    expect(way.messages()[0]?.tasks ?? []).toEqual([]);
    expectTidy(way);
  });

  it('never shows half of what it may not show', async () => {
    const way = await openWay();
    const live = way.channel.live(way.place, openNotebook().records);
    const text = 'Well 😀 <!channel> all';
    const shown: string[] = [];
    for (const soFar of ['Well \ud83d', 'Well 😀 <', 'Well 😀 <!chann', 'Well 😀 <!channel', text]) {
      live.text(() => soFar);
      await sleep(750);
      shown.push(...way.seen());
    }
    await live.finish({ id: replyId, body: text });

    expect(shown).toEqual(['Well ', 'Well 😀 ', 'Well 😀 ', 'Well 😀 ', 'Well 😀 <\u200b!channel> all']);
    expect(way.seen()).toEqual(['Well 😀 <\u200b!channel> all']);
    expectTidy(way);
  });

  it('is replaced where the model began anew and said something else', async () => {
    const way = await openWay();
    const live = way.channel.live(way.place, openNotebook().records);
    await speak(live, 'She has three orders, and the first of them', 900);
    live.text(() => 'There is no Lisa Park.');
    await sleep(700);
    await live.finish({ id: replyId, body: 'There is no Lisa Park.' });

    expect(way.seen()).toEqual(['There is no Lisa Park.']);
    expect(way.messages()[0]?.metadata).toEqual(metadata());
    expectTidy(way);
  });

  it('shows nothing more once it is left, and lets its stream be taken over', async () => {
    const way = await openWay();
    const live = way.channel.live(way.place, openNotebook().records);
    await speak(live, 'Half of an', 600);
    live.leave();
    await live.quiet();
    const left = way.methods();
    live.text(() => 'Half of an answer that nobody wants any more');
    await sleep(800);

    expect(way.methods()).toEqual(left);
    expect(way.messages()).toMatchObject([{ streaming: true }]);
  });
});

describe.concurrent('a begun message that is taken over', () => {
  async function begun(way: Way): Promise<string> {
    const live = way.channel.live(way.place, openNotebook().records);
    live.text(() => 'I was about to say');
    const { ts } = await begunMessage(way);
    await live.quiet();
    return ts;
  }
  const body = 'This is the answer.';

  it.each([
    ['is known', (id: string) => [id]],
    ['was never learned', () => []],
    ['is known to be unknown', () => ['?']],
  ])('has its text replaced when its id %s', async (_, messagesOf) => {
    const way = await openWay();
    const id = await begun(way);
    const { records, notes } = openNotebook({ id: replyId, place: way.place, messages: messagesOf(id) });
    const live = way.channel.live(way.place, records);
    await speak(live, body, 900);
    await live.quiet();
    const shownMeanwhile = way.seen();
    const noted = notes.flat();
    const sent = await live.finish({ id: replyId, body });

    expect(shownMeanwhile).toEqual(['I was about to say']);
    expect(noted).toEqual(messagesOf(id).length === 0 ? ['?'] : []);
    expect(way.seen()).toEqual([body]);
    expect(way.messages()).toMatchObject([{ ts: id, metadata: metadata(), streaming: false }]);
    expect(sent).toEqual({ kind: 'sent', messages: [id] });
  });

  it('is found although the answer belongs to a later message of the thread by now', async () => {
    const way = await openWay();
    const id = await begun(way);
    const later = await way.ask('and one thing more', way.place.thread);
    const live = way.channel.live(later, openNotebook({ id: replyId, place: way.place, messages: [] }).records);
    await live.finish({ id: replyId, body });

    expect(way.messages()).toMatchObject([{ ts: id, metadata: metadata() }]);
    expect(way.seen()).toEqual([body]);
  });

  it('is taken away where the answer belongs to another thread', async () => {
    const way = await openWay();
    const id = await begun(way);
    const other = await way.ask('a question somewhere else');
    const { records, notes } = openNotebook({ id: replyId, place: way.place, messages: [id] });
    await way.channel.live(other, records).finish({ id: replyId, body });

    expect(way.messages()).toEqual([]);
    expect(notes).toEqual([[]]);
    expect(way.slack.messages(room, other.thread).at(-1)).toMatchObject({ text: body });
  });

  it.each([
    ['is known', (id: string) => [id]],
    ['is known to be unknown', () => ['?']],
  ])('is dropped when nobody wants its answer any more and its id %s', async (_, messagesOf) => {
    const way = await openWay();
    const id = await begun(way);
    const reply = { id: replyId, place: way.place, body: '', messages: messagesOf(id) };

    expect(await way.channel.drop(reply)).toEqual({ kind: 'sent', messages: [] });
    expect(way.messages()).toEqual([]);
    expect(await way.channel.drop(reply)).toEqual({ kind: 'sent', messages: [] });
  });
});
