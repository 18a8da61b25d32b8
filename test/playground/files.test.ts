import type { WebClient } from '@slack/web-api';
import { beforeEach, describe, expect, test } from 'vitest';
import { openStore } from '../../playground/slack/saving/store.ts';
import { createWorkspace, type SlackWorkspace } from '../../playground/slack/workspace.ts';
import { closeLater, type Json, openSlack, webClient } from '../fake-slack/setup.ts';
import { freshDatabase } from '../support/database.ts';
import { openAppEnd } from './app-end.ts';
import { look } from './live-setup.ts';

let workspace: SlackWorkspace;
let client: WebClient;
const C = 'C0GENERAL';
const utf8 = (text: string) => new TextEncoder().encode(text);
const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
const jpeg = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]);
const webp = Buffer.concat([Buffer.from('RIFF'), Buffer.from([4, 0, 0, 0]), Buffer.from('WEBPVP8 ')]);

beforeEach(async () => {
  ({ workspace, client } = await openSlack());
});

async function sayWith(bytes: Uint8Array, name = 'a.txt', where: Json = {}) {
  const { id } = workspace.upload({ user: 'U0LISA', name, bytes });
  const { ts } = await workspace.say({ user: 'U0LISA', channel: C, text: 'look', files: [id], ...where });
  return { id, ts };
}

describe('a file that a person sends', () => {
  test.each([
    ['text', utf8('Grüße,\n\tLisa'), 'text/plain'],
    ['a picture as PNG, whatever it is called', png, 'image/png'],
    ['a picture as JPEG', jpeg, 'image/jpeg'],
    ['a picture as WebP', new Uint8Array(webp), 'image/webp'],
  ])('is known by its content: %s', async (_what, bytes, mimetype) => {
    const { id } = await sayWith(bytes);

    expect(await workspace.file('U0MARCO', id)).toMatchObject({ file: { mimetype, size: bytes.length }, bytes });
  });

  test.each([
    ['that is empty', utf8(''), 'empty'],
    ['of more than 5 MB', new Uint8Array(5 * 1024 * 1024 + 1).fill(65), 'larger than 5 MB'],
    ['that is a program', Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 0, 0]), 'Only text files'],
    ['that is no UTF-8', Uint8Array.from([0x61, 0xff, 0xfe]), 'Only text files'],
    ['that is a picture of another kind', utf8('GIF89a\u0001'), 'Only text files'],
  ])('is refused where it is one %s', (_what, bytes, why) => {
    expect(() => workspace.upload({ user: 'U0LISA', name: 'a.png', bytes })).toThrow(why);
  });

  test('cannot be replaced by who guesses its id, as any web page on this machine could', async () => {
    const { apiUrl } = await workspace.listen();
    const { id } = workspace.upload({ user: 'U0LISA', name: 'a.png', bytes: png });
    for (const address of [`../upload/${id}`, `../upload/${id}/undefined`]) {
      const answer = await fetch(new URL(address, apiUrl), { method: 'POST', body: '<script>' });
      expect(answer.status).toBe(404);
    }
    await workspace.say({ user: 'U0LISA', channel: C, text: 'look', files: [id] });
    expect(await workspace.file('U0MARCO', id)).toMatchObject({ bytes: png });
  });

  test('is told to the app as Slack tells it, and the app reads it by its token', async () => {
    const app = await openAppEnd();
    workspace.connect({ kind: 'http', urls: [app.url] });
    await client.auth.test();

    await sayWith(utf8('hello'), '../../etc/pass\u202ewd.txt');

    const event = app.heard.at(-1)!.body.event as { subtype: string; files: Json[] };
    expect(event).toMatchObject({ type: 'message', subtype: 'file_share', text: 'look', user: 'U0LISA' });
    expect(event.files).toMatchObject([
      { name: 'passwd.txt', mimetype: 'text/plain', filetype: 'text', size: 5, mode: 'snippet', user: 'U0LISA' },
    ]);
    const url = String(event.files[0]?.url_private);
    const authorization = `Bearer ${workspace.botToken}`;
    expect(await (await fetch(url, { headers: { authorization } })).text()).toBe('hello');
    expect((await fetch(url)).status).toBe(403);
    expect((await fetch(url.replace(/F\w+/, 'F0NONE'), { headers: { authorization } })).status).toBe(404);
    const { messages } = await client.conversations.history({ channel: C });
    expect(messages).toMatchObject([{ subtype: 'file_share', files: [{ name: 'passwd.txt' }] }]);
  });

  test('is seen on pages, with how a text begins, by who is in the channel and by nobody else', async () => {
    const marco = look(workspace, 'U0MARCO');
    const long = 'ä'.repeat(3_000);

    const { id } = await sayWith(utf8(long));
    const secret = await sayWith(utf8('secret'), 'b.txt', { channel: workspace.openDm('U0LISA') });

    const seen = marco.of('message').flatMap(({ message }) => message.files ?? []);
    expect(seen).toEqual([
      {
        ...{ id, name: 'a.txt', title: 'a.txt', size: 6_000, mimetype: 'text/plain' },
        ...{ preview: 'ä'.repeat(1_000), url: `/playground/files/${id}?user=U0MARCO` },
      },
    ]);
    expect(await workspace.file('U0MARCO', secret.id)).toBeUndefined();
    expect(await workspace.file('U0NOBODY', id)).toBeUndefined();
    expect((await workspace.file('U0LISA', secret.id))?.bytes).toEqual(utf8('secret'));
  });

  test('goes into one message of who sent it, and is nobody’s before', async () => {
    const { id } = workspace.upload({ user: 'U0LISA', name: 'a.txt', bytes: utf8('hello') });
    const say = (user: string) => workspace.say({ user, channel: C, text: '', files: [id] });

    expect(await workspace.file('U0LISA', id)).toBeUndefined();
    await expect(say('U0MARCO')).rejects.toThrow('uploaded no file');
    await say('U0LISA');
    await expect(say('U0LISA')).rejects.toThrow('uploaded no file');
    expect(workspace.messages(C)).toHaveLength(1);
  });
});

describe('a file that no message uses', () => {
  let clock: number;
  const say = (id: string) => workspace.say({ user: 'U0LISA', channel: C, text: '', files: [id] });
  beforeEach(async () => {
    clock = Date.now();
    ({ workspace, client } = await openSlack({ now: () => clock }));
  });

  test('is gone after a quarter of an hour, and who wanted it is told what to do', async () => {
    const early = workspace.upload({ user: 'U0LISA', name: 'a.txt', bytes: utf8('one') });
    clock += 14 * 60_000;
    const late = workspace.upload({ user: 'U0LISA', name: 'b.txt', bytes: utf8('two') });
    clock += 2 * 60_000;

    await expect(say(early.id)).rejects.toThrow(/or it is gone\. A file waits 15 minutes .*: upload it again\.$/);
    await say(late.id);
    expect(workspace.messages(C)).toMatchObject([{ files: [{ name: 'b.txt' }] }]);
  });

  test('makes room for newer ones beyond 100 MB', async () => {
    const bytes = new Uint8Array(5 * 1024 * 1024).fill(65);
    const ids = Array.from({ length: 21 }, (_, n) => workspace.upload({ user: 'U0LISA', name: `${n}.txt`, bytes }).id);

    await expect(say(ids[0]!)).rejects.toThrow('or it is gone');
    await say(ids[1]!);
    await say(ids[20]!);
  });

  test('of the app is gone after a quarter of an hour, too', async () => {
    const { upload_url, file_id } = await client.files.getUploadURLExternal({ filename: 'a.txt', length: 3 });
    expect((await fetch(upload_url!, { method: 'POST', body: 'one' })).status).toBe(200);
    clock += 16 * 60_000;

    const complete = client.files.completeUploadExternal({ files: [{ id: file_id! }], channel_id: C });
    await expect(complete).rejects.toThrow('file_not_found');
  });
});

test('a snippet of the app keeps its text', async () => {
  await client.filesUploadV2({ channel_id: C, filename: 'arguments.txt', content: 'order_id: "ORD-1"' });
  const [message] = workspace.messages(C);

  expect(message?.files).toMatchObject([
    { name: 'arguments.txt', preview: 'order_id: "ORD-1"', mimetype: 'text/plain' },
  ]);
  expect((await workspace.file('U0LISA', message!.files![0]!.id))?.bytes).toEqual(utf8('order_id: "ORD-1"'));
});

test('files are there after a restart, bytes and all', async () => {
  const database = await freshDatabase();
  closeLater(() => database.drop());
  workspace = createWorkspace({ store: await openStore(database.url) });
  const { id } = await sayWith(png, 'a.png');
  const early = await workspace.file('U0LISA', id);
  await workspace.close();

  const next = createWorkspace({ store: await openStore(database.url) });
  closeLater(next.close);
  const { apiUrl } = await next.listen();

  expect(early?.bytes).toEqual(png);
  const kept = await next.file('U0MARCO', id);
  expect(kept).toMatchObject({ file: { name: 'a.png', mimetype: 'image/png', channel: C } });
  expect(new Uint8Array(kept!.bytes)).toEqual(png);
  const { messages } = await webClient(apiUrl, next.botToken).conversations.history({ channel: C });
  expect(messages).toMatchObject([{ files: [{ id, name: 'a.png' }] }]);
});
