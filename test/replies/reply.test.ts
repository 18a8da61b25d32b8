import { describe, expect, it } from 'vitest';
import { deliver, openWay, replyId, room, type Way } from './channel-setup.ts';

const send = (way: Way, body: string) => way.channel.send({ id: replyId, place: way.place, body, messages: [] });

describe.concurrent('a reply', () => {
  it('is shown as the Markdown it is, with a plain form for notifications', async () => {
    const way = await openWay();
    const body = '## Orders of <@U0LISA>\n\n| id | state |\n|---|---|\n| ORD-1 | **late** |\n\n```sql\nselect 1\n```';
    await send(way, body);

    expect(way.messages()).toMatchObject([{ thread_ts: way.place.thread, blocks: [{ type: 'markdown', text: body }] }]);
    expect(way.messages()[0]?.text).toMatch(/^Orders of <@U0LISA>\n/);
    expect(way.messages()[0]?.text).not.toMatch(/\*\*|```|##/);
  });

  it('calls nobody but those it names', async () => {
    const way = await openWay();
    await send(way, '<!channel> <!here|x> <!everyone> <!subteam^S1|@ops>, <@U0MARCO> should see this');

    const { text = '', blocks } = way.messages()[0] ?? {};
    for (const said of [text, JSON.stringify(blocks)]) {
      expect(said).not.toMatch(/<!(channel|here|everyone|subteam)/);
      expect(said).toContain('<@U0MARCO>');
    }
  });

  it.each([
    ['nothing', ''],
    ['only spaces', ' \n '],
    ['only what cannot be seen', '\u200b\u2060\ufeff'],
  ])('of %s says so', async (_, body) => {
    const way = await openWay();
    await send(way, body);
    expect(way.seen()).toEqual(['(This answer has no text.)']);
  });

  it.each([
    ['half a character', 'a\ud83d b \ude00 c'],
    ['a zero character', 'a\0b'],
    ['right-to-left and joined characters', 'a\u202eb 👩‍👩‍👧 \u0301'],
    ['very many blanks', `a${'\u00a0'.repeat(9_000)}b`],
  ])('with %s arrives', async (_, body) => {
    const way = await openWay();
    expect(await send(way, body)).toMatchObject({ kind: 'sent' });
    expect(way.seen()).toHaveLength(1);
  });

  it.each([
    ['30,000 characters in paragraphs', 'One of many paragraphs, and not the longest of them.\n\n'.repeat(580)],
    ['40,000 characters in one line', 'x'.repeat(40_000)],
    ['30,000 characters that all must be escaped', '"\n'.repeat(15_000)],
    ['30,000 characters of a table', `| a | b |\n|---|---|\n${'| "1" | "2" |\n'.repeat(2_200)}`],
  ])('of %s stands in parts, in order', async (_, body) => {
    const way = await openWay();
    const sent = await send(way, body);

    expect(way.messages().map(({ metadata }) => metadata?.event_payload)).toEqual(
      way.messages().map((_, part) => ({ reply: replyId, part })),
    );
    expect(way.messages().length).toBeGreaterThanOrEqual(3);
    const bare = (text: string) => text.replace(/\| a \| b \|\n\|---\|---\|\n/g, '').replace(/\s/g, '');
    expect(bare(way.seen().join(''))).toBe(bare(body));
    expect(sent).toEqual({ kind: 'sent', messages: way.messages().map(({ ts }) => ts) });
  });

  it('of many parts keeps to the pace of the channel, try after try', async () => {
    const way = await openWay({ postsPerSecondPerChannel: 1 });
    const reply = { id: replyId, place: way.place, body: 'x'.repeat(80_000), messages: [] };
    let sent = await way.channel.send(reply);
    const first = sent;
    while (sent.kind === 'retry') sent = await way.channel.resend({ ...reply, messages: sent.messages });

    expect(first).toMatchObject({ kind: 'retry' });
    expect(way.seen().join('')).toBe(reply.body);
    expect(sent).toEqual({ kind: 'sent', messages: way.messages().map(({ ts }) => ts) });
  });

  it('of many parts holds nothing up for long where each is slow, and goes on with the next try', async () => {
    const way = await openWay();
    way.slack.fault('chat.postMessage', { kind: 'slow', ms: 1_600, times: 5 });
    const reply = { id: replyId, place: way.place, body: 'x'.repeat(55_000), messages: [] };
    const before = Date.now();
    const first = await way.channel.send(reply);
    expect(Date.now() - before).toBeLessThan(7_000);
    expect(first).toMatchObject({ kind: 'retry', messages: way.messages().map(({ ts }) => ts) });

    expect(await deliver(way.channel, reply, first)).toMatchObject({ kind: 'sent' });
    expect(way.seen().join('')).toBe(reply.body);
  });

  it('that Slack does not format is shown as it is', async () => {
    const way = await openWay();
    way.slack.fault('chat.postMessage', { kind: 'error', error: 'invalid_blocks' });
    await send(way, 'a **bold** & <!here> word for <@U0LISA>');
    expect(way.seen()).toEqual(['a **bold** &amp; &lt;\u200b!here&gt; word for <@U0LISA>']);
  });
});

describe.concurrent('what was said earlier', () => {
  const earlier = async (way: Way, place: Way['place']) =>
    (await way.channel.earlier({ text: '', author: 'U0LISA', place }, null)).text;

  it('is told with who said it, up to the question', async () => {
    const way = await openWay();
    const { thread } = way.place;
    await way.slack.say({ user: 'U0MARCO', channel: room, thread_ts: thread, text: 'ORD-1 is late' });
    const place = await way.ask('please look', thread);
    await way.slack.say({ user: 'U0PRIYA', channel: room, thread_ts: thread, text: 'too late to be told' });
    const text = await earlier(way, place);
    expect(text).toBe('<@U0LISA>: a question\n<@U0MARCO>: ORD-1 is late');
    expect(way.channel.saidEarlier(text).map((one) => [one.by.id.split(':').at(-1), one.text])).toEqual([
      ['U0LISA', 'a question'],
      ['U0MARCO', 'ORD-1 is late'],
    ]);
  });

  it('is told from another message on, where what was said before does not count', async () => {
    const way = await openWay();
    const { thread } = way.place;
    const say = (text: string) => way.slack.say({ user: 'U0MARCO', channel: room, thread_ts: thread, text });
    await say('ORD-1 is late');
    const reset = await way.ask('reset', thread);
    await say('ORD-2 is late');
    const place = await way.ask('please look', thread);
    const told = await way.channel.earlier({ text: '', author: 'U0LISA', place }, reset);
    expect(told.text).toBe('<@U0MARCO>: ORD-2 is late');
  });

  it('is fetched page by page, and of a long thread the first and the latest are told', async () => {
    const way = await openWay();
    const { thread } = way.place;
    const say = (i: number) => way.slack.say({ user: 'U0MARCO', channel: room, thread_ts: thread, text: `no. ${i}` });
    for (let i = 0; i < 210; i++) await say(i);
    const lines = (await earlier(way, await way.ask('please look', thread))).split('\n');

    expect(way.methods()).toEqual(Array(2).fill('conversations.replies'));
    expect(lines).toHaveLength(40);
    expect(lines[0]).toBe('<@U0LISA>: a question');
    expect(lines[1]).toBe('<@U0MARCO>: no. 171');
    expect(lines.at(-1)).toBe('<@U0MARCO>: no. 209');
  });

  it('is cut where a single message is endless, but not within a character', async () => {
    const way = await openWay();
    const { thread } = way.place;
    await way.slack.say({ user: 'U0MARCO', channel: room, thread_ts: thread, text: '😀'.repeat(3_000) });
    const told = await earlier(way, await way.ask('please look', thread));
    expect(told.length).toBeLessThan(1_100);
    expect(told).not.toMatch(/\p{Cs}/u);
  });

  it('is told in part where not all of it can be read', async () => {
    const way = await openWay();
    way.slack.fault('conversations.replies', { kind: 'error', error: 'missing_scope' });
    const place = await way.ask('please look', way.place.thread);
    expect(await earlier(way, place)).toBe('(Not all of the earlier messages of this conversation could be read.)');
  });
});
