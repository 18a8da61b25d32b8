import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, type Door, openDoor } from './playground-setup.ts';

let door: Door;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door.close());

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const upload = async (name: string, body: Buffer | string, user = 'U0LISA', headers = {}) => {
  const query = new URLSearchParams({ user, name });
  const { status, body: text } = await ask(`${door.url}/playground/upload?${query}`, { method: 'POST', headers, body });
  return { status, json: JSON.parse(text) as { id: string; error: string; mimetype: string } };
};
const share = async (name: string, body: Buffer | string, channel = 'C0GENERAL') => {
  const { json } = await upload(name, body);
  expect((await door.post('say', { channel, mention: false, files: [json.id] })).status).toBe(200);
  return json.id;
};

describe('a file that somebody sends', () => {
  it('stands at their message', async () => {
    const id = await share('notes.txt', 'two rings');
    const { body } = await door.get('/playground/messages');
    expect(JSON.parse(body).messages.at(-1)).toMatchObject({ user: 'U0LISA', files: [{ id, name: 'notes.txt' }] });
  });

  it('of text is downloaded and never shown, whatever it holds and is called', async () => {
    const page = '<!doctype html><script>alert(1)</script>';
    const id = await share('a "page".html', page);
    const { status, headers, body } = await door.get(`/playground/files/${id}?user=U0LISA`);
    expect([status, body]).toEqual([200, page]);
    expect(headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'content-disposition': `attachment; filename="a _page_.html"; filename*=UTF-8''a%20%22page%22.html`,
      'content-security-policy': "sandbox; default-src 'none'",
    });
  });

  it('of a picture is shown', async () => {
    const { json } = await upload('ring.txt', png);
    expect(json.mimetype).toBe('image/png');
    const id = await share('ring.png', png);
    const { headers } = await door.get(`/playground/files/${id}?user=U0MARCO`);
    expect(headers).toMatchObject({ 'content-type': 'image/png', 'x-content-type-options': 'nosniff' });
    expect(headers['content-disposition']).toMatch(/^inline; filename="ring\.png"/);
  });

  it('is seen by nobody before it is shared, and then by who is in that channel', async () => {
    const { json } = await upload('secret.txt', 'hidden');
    expect((await door.get(`/playground/files/${json.id}?user=U0LISA`)).status).toBe(404);
    door.workspace.addChannel('G0TWO', { people: ['U0LISA', 'U0MARCO'] });
    await door.post('say', { channel: 'G0TWO', mention: false, files: [json.id] });
    expect((await door.get(`/playground/files/${json.id}?user=U0MARCO`)).status).toBe(200);
    expect((await door.get(`/playground/files/${json.id}?user=U0PRIYA`)).status).toBe(404);
  });

  it.each<[string, number, () => Promise<{ status: number; json: { error: string } }>, RegExp]>([
    [
      'an executable',
      400,
      () => upload('a.png', Buffer.from('7f454c46020101', 'hex')),
      /Only text files, PDF files and pictures/,
    ],
    ['a vector picture with a script, as a picture', 200, () => upload('a.svg', '<svg onload="x()"/>'), /^$/],
    ['nothing', 400, () => upload('a.txt', ''), /empty|Send the file/],
    ['a little too large', 400, () => upload('a.txt', 'x'.repeat(5 * 1024 * 1024 + 1)), /larger than 5 MB/],
    ['much too large', 400, () => upload('a.txt', 'x'.repeat(20 * 1024 * 1024)), /larger than 5 MB/],
    ['of nobody known', 400, () => upload('a.txt', 'x', 'U0NOBODY'), /no user U0NOBODY/],
    ['without a name', 400, () => upload('', 'x'), /Send the file as the body/],
  ])('%s: %i', async (_, status, send, error) => {
    const sent = await send();
    expect([sent.status, sent.json.error ?? '']).toEqual([status, expect.stringMatching(error)]);
  });

  it('of another person cannot be sent as one’s own', async () => {
    const { json } = await upload('a.txt', 'x', 'U0MARCO');
    const said = await door.post('say', { user: 'U0LISA', mention: false, files: [json.id] });
    expect([said.status, said.json.error]).toEqual([
      400,
      expect.stringContaining(`U0LISA has uploaded no file ${json.id}, or it is gone.`),
    ]);
  });

  it('is taken from this machine only', async () => {
    expect((await upload('a.txt', 'x', 'U0LISA', { origin: 'https://evil.example' })).status).toBe(403);
    expect((await door.get('/playground/files/F1', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });
});
