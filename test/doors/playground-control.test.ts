import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { WebSocket } from 'ws';
import type { ServerFrame } from '../../playground/page/protocol.ts';
import { until } from '../support/app.ts';
import { type Door, openDoor } from './playground-setup.ts';

let door: Door;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door.close());

const said = (channel = 'C0GENERAL') => door.workspace.messages(channel).at(-1);
const shown = async (channel = 'C0GENERAL') => {
  const { body } = await door.get(`/playground/messages?channel=${channel}`);
  return (JSON.parse(body) as { messages: Record<string, unknown>[] }).messages.at(-1);
};

describe('a message', () => {
  it('mentions the bot in a channel, unless it goes as it is written', async () => {
    await door.post('say', { text: 'hello' });
    expect(said()?.text).toBe(`<@${door.workspace.botUserId}> hello`);
    await door.post('say', { text: 'hello, all', mention: false, user: 'U0MARCO' });
    expect(said()).toMatchObject({ text: 'hello, all', user: 'U0MARCO' });
  });

  it('is changed and deleted by who said it', async () => {
    const { ts } = (await door.post('say', { text: 'a', mention: false })).json;
    const change = { channel: 'C0GENERAL', ts, text: 'b' };
    const refused = await door.post('edit', { ...change, user: 'U0MARCO' });
    expect([refused.status, refused.json.error]).toEqual([400, expect.stringContaining('U0MARCO did not write')]);
    expect((await door.post('edit', { ...change, user: 'U0LISA' })).status).toBe(200);
    expect(said()).toMatchObject({ text: 'b', edited: { user: 'U0LISA' } });

    const place = { channel: 'C0GENERAL', ts };
    expect((await door.post('delete', { ...place, user: 'U0MARCO' })).status).toBe(400);
    expect(said()?.ts).toBe(ts);
    expect((await door.post('delete', { ...place, user: 'U0LISA' })).status).toBe(200);
    expect(said()?.ts).not.toBe(ts);
    expect((await door.post('edit', { ...change, user: 'U0LISA' })).json.error).toContain(`no message ${ts}`);
  });

  it.each([
    ['say', { text: '' }, 'There is no text and no file'],
    ['say', { text: 'hi', files: ['F1'] }, 'U0LISA has uploaded no file F1'],
    ['close', { view_id: 'V1' }, '"user": '],
    ['close', { user: 'U0MARCO' }, 'U0MARCO has no form open'],
    ['click', { user: 'U0MARCO', view_id: 'V1', action_id: 'a' }, 'U0MARCO has no form V1 open'],
    ['say', { text: 'x'.repeat(40_001) }, 'Send {"text": "…"}'],
    ['say', { text: 'hi', as: 'U0LISA' }, 'Send {"text": "…"}'],
    ['say', [], 'Send {"text": "…"}'],
    ['edit', { text: 'b' }, '"ts": '],
    ['delete', { ts: 7 }, '"ts": '],
    ['click', { user: 'U0MARCO' }, 'Send {"user": "U0MARCO", "channel"'],
    ['submit', { user: 'U0MARCO', values: 'x' }, '"values": '],
    ['command', { text: 'hello' }, 'Send {"text": "/countersign"}'],
    ['open', { tab: 'x' }, '"tab": '],
    ['faults', { part: 'slack', level: 'gone' }, '"level": '],
    ['faults', { part: 'moon' }, 'Send {"part": "slack"'],
  ])('to %s as %j is answered with how it looks', async (name, body, hint) => {
    const { status, json } = await door.post(name, body);
    expect([status, json.error]).toEqual([400, expect.stringContaining(hint)]);
  });
});

test.each([
  ['say', { text: 'It is done.', mention: false }],
  ['edit', { ts: '1.000000', text: 'Pay $1' }],
  ['delete', { ts: '1.000000' }],
  ['click', { ts: '1.000000', action_id: 'approve' }],
  ['submit', {}],
  ['close', {}],
  ['command', {}],
  ['open', {}],
])('nobody can %s as the bot', async (name, body) => {
  const { status, json } = await door.post(name, { ...body, user: door.workspace.botUserId });
  expect([status, json.error]).toEqual([400, expect.stringContaining('is the bot; act as a person')]);
});

describe('a form', () => {
  const view = {
    type: 'modal',
    title: { type: 'plain_text', text: 'A form' },
    blocks: [
      {
        type: 'actions',
        elements: [{ type: 'button', action_id: 'more', text: { type: 'plain_text', text: 'More' } }],
      },
    ],
  };

  it('has its buttons pressed, and is closed', async () => {
    await door.app('views.open', { trigger_id: door.workspace.issueTrigger('U0MARCO'), view });
    const [form] = door.workspace.openViews('U0MARCO');
    const pressed = { user: 'U0MARCO', view_id: form?.id, action_id: 'more' };
    expect(await door.post('click', pressed)).toMatchObject({ status: 200 });
    expect((await door.post('click', { ...pressed, action_id: 'less' })).json.error).toContain('it has more');
    expect((await door.post('close', { user: 'U0LISA', view_id: form?.id })).status).toBe(400);
    expect(await door.post('close', { user: 'U0MARCO' })).toEqual({ status: 200, json: { shown: 'closed' } });
    expect(door.workspace.openViews('U0MARCO')).toEqual([]);
  });
});

describe('a message is shown as people read it', () => {
  const long = `# The bill\n\n${'word '.repeat(1500)}\n\n\`\`\`js\nif (a < b && c > d) go();\n\`\`\`\nSee [the order](https://shop.example/1?a=1&b=2).`;

  it('whole, links and code included, though its notification has less', async () => {
    await door.app('chat.postMessage', {
      channel: 'C0GENERAL',
      text: 'The bill &amp; …',
      blocks: [{ type: 'markdown', text: long }],
    });
    expect(await shown()).toMatchObject({ user: 'countersign', text: long });
  });

  it('with names for people, and the address of a link behind its words', async () => {
    const text = 'Hi <@U0MARCO>, *look*: <https://a.example/b|this> &amp; <https://c.example> `x &lt; y` <!here>';
    await door.app('chat.postMessage', { channel: 'C0GENERAL', text });
    expect(await shown()).toMatchObject({
      text: 'Hi @marco, *look*: this (https://a.example/b) & https://c.example `x < y` @here',
    });
  });

  it('and plain text on a card never becomes a link', async () => {
    const evil = 'pay <https://evil.example|the bank> &amp; <@U0MARCO>';
    await door.app('chat.postMessage', {
      channel: 'C0GENERAL',
      text: 'A card',
      blocks: [
        { type: 'section', text: { type: 'plain_text', text: evil } },
        { type: 'section', text: { type: 'mrkdwn', text: 'by <@U0LISA>' } },
      ],
    });
    expect(await shown()).toMatchObject({ text: 'A card', card: [evil, 'by @lisa'] });
  });
});

test('the page’s line tells what happens, and ends with a word for whom nobody knows', async () => {
  const frames: ServerFrame[] = [];
  const socket = new WebSocket(`${door.url}/playground/live?user=U0MARCO`);
  socket.on('message', (text) => frames.push(JSON.parse(String(text))));
  await until(() => frames.some(({ type }) => type === 'hello'), 'the hello');
  socket.send('no JSON');
  socket.send('{"type":"history"}');
  await door.post('say', { text: 'seen at once', mention: false });
  await until(
    () => frames.some((frame) => frame.type === 'message' && frame.message.text === 'seen at once'),
    'the message',
  );
  socket.close();

  const endOf = (user: string) => {
    const stranger = new WebSocket(`${door.url}/playground/live?user=${user}`);
    return new Promise((resolve) => stranger.once('close', (code, why) => resolve([code, String(why)])));
  };
  expect(await endOf('U0NOBODY')).toEqual([1008, 'The workspace has no user U0NOBODY.']);
  expect(await endOf('U'.repeat(500))).toEqual([1008, expect.stringContaining('The workspace has no user UUU')]);
});
