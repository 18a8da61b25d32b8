import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { closedPlaygroundPlugin, playgroundPlugin } from '../../playground/door/plugin.ts';
import { type ServedModel, serveModel } from '../../playground/model/server.ts';
import { createWorkspace } from '../../playground/slack/workspace.ts';
import { refusalOf } from '../../playground/this-machine.ts';
import { ports } from '../playground/live-setup.ts';
import { ask, type Door, openDoor, serve } from './playground-setup.ts';

let door: Door;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door.close());

const own = () => new URL(door.url);

describe('refuses requests of other machines and of other pages', () => {
  const strangers: [string, () => Record<string, string>][] = [
    ['a page that made its own name point here', () => ({ host: 'evil.example' })],
    ['a name that begins like ours', () => ({ host: 'localhost.evil.example' })],
    ['an address that begins like ours', () => ({ host: `127.0.0.1.evil.example:${own().port}` })],
    ['a page of another site', () => ({ origin: 'https://evil.example' })],
    ['a page of another port', () => ({ origin: 'http://127.0.0.1:1' })],
    ['a page over https', () => ({ origin: `https://${own().host}` })],
    ['a page without an origin of its own', () => ({ origin: 'null' })],
    ['what a page of another site embeds', () => ({ 'sec-fetch-site': 'cross-site' })],
    ['what a page of another port embeds', () => ({ 'sec-fetch-site': 'same-site' })],
    ...['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-anything'].map(
      (name): [string, () => Record<string, string>] => [`what was handed on with ${name}`, () => ({ [name]: 'a' })],
    ),
    ...[
      'via',
      'x-real-ip',
      'x-client-ip',
      'true-client-ip',
      'x-cluster-client-ip',
      'x-envoy-external-address',
      'cf-connecting-ip',
      'x-original-host',
    ].map((name): [string, () => Record<string, string>] => [
      `what was handed on with ${name}`,
      () => ({ [name]: 'a' }),
    ]),
  ];

  it.each(strangers)('%s', async (_, headers) => {
    const paths = ['/', '/playground', '/playground/assets/a.js', '/playground/messages', '/playground/faults'];
    for (const path of paths) expect((await door.get(path, headers())).status, path).toBe(403);
    const said = await ask(`${door.url}/playground/say`, { method: 'POST', headers: headers(), body: '{"text":"hi"}' });
    expect([said.status, JSON.parse(said.body)]).toEqual([403, { error: expect.stringMatching(/^The playground /) }]);
    expect(await upgrade(headers())).toBe(403);
    expect(door.workspace.messages('C0GENERAL')).toEqual([]);
  });

  it('another machine', async () => {
    expect(refusalOf('192.168.1.7', { host: 'localhost:3000' })).toMatch(/this machine only/);
    expect(refusalOf('127.0.0.1', {})).toMatch(/this machine only/);
    const [address] = Object.values(networkInterfaces())
      .flat()
      .filter((one) => one && one.family === 'IPv4' && !one.internal);
    if (!address) return;
    const workspace = createWorkspace();
    const open = await serve([playgroundPlugin({ workspace, ports: ports() })], '0.0.0.0');
    const there = `http://${address.address}:${new URL(open.url).port}`;
    const asked = await ask(`${there}/playground/messages`, { headers: { host: 'localhost' } });
    await open.close();
    expect(asked.status).toBe(403);
  });
});

describe('answers requests of this machine', () => {
  it.each<[string, () => Record<string, string>]>([
    ['a script', () => ({})],
    ['the page', () => ({ origin: own().origin, 'sec-fetch-site': 'same-origin' })],
    ['an address that was typed', () => ({ 'sec-fetch-site': 'none' })],
    ['by name', () => ({ host: `localhost:${own().port}`, origin: `http://localhost:${own().port}` })],
    ['by a name in capitals', () => ({ host: 'LocalHost' })],
    ['by the address of IPv6', () => ({ host: '[::1]:3000' })],
  ])('%s', async (_, headers) => {
    expect((await door.get('/playground/messages', headers())).status).toBe(200);
    expect((await door.get('/', headers())).headers.location).toBe('/playground');
    expect(await upgrade(headers())).toBe('open');
  });
});

describe('the stand-in Slack and the stand-in model, each on a port of its own,', () => {
  const strangers: [string, Record<string, string>][] = [
    ['a page that made its own name point here', { host: 'evil.example' }],
    ['a page of another site', { origin: 'https://evil.example' }],
    ['a page of this machine', { origin: 'http://localhost:3000' }],
    ['what a page embeds', { 'sec-fetch-site': 'cross-site' }],
    ['what was handed on', { 'x-forwarded-for': '10.0.0.1' }],
  ];
  const decide = vi.fn(async () => ({ kind: 'answer' as const, text: 'hi' }));
  const authorization = () => `Bearer ${door.workspace.botToken}`;
  const json = { 'content-type': 'application/json' };
  let api: string;
  let model: ServedModel;
  beforeAll(async () => {
    api = (await door.workspace.listen()).apiUrl;
    model = await serveModel(decide, { warn() {} });
  });
  afterAll(() => model.close());

  it.each(strangers)('refuse %s', async (_, headers) => {
    const sent = { method: 'POST', headers: { ...json, ...headers } };
    const body = JSON.stringify({ channel: 'C0GENERAL', text: 'forged', token: door.workspace.botToken });
    expect(await ask(`${api}chat.postMessage`, { ...sent, body })).toMatchObject({
      status: 403,
      body: expect.stringMatching(/^The playground answers /),
    });
    expect(door.workspace.messages('C0GENERAL')).toEqual([]);

    const chat = JSON.stringify({ model: 'stand-in', messages: [{ role: 'user', content: 'hi' }] });
    const asked = await ask(`${model.baseUrl}/chat/completions`, { ...sent, body: chat });
    expect([asked.status, JSON.parse(asked.body)]).toEqual([
      403,
      { error: expect.objectContaining({ message: expect.stringMatching(/^The playground answers /) }) },
    ]);
    expect(decide).not.toHaveBeenCalled();
  });

  it('refuse a stranger in Socket Mode even with a ticket, and take the app', async () => {
    const ticket = async () => {
      const opened = { method: 'POST', headers: { authorization: `Bearer ${door.workspace.appToken}` } };
      const { url } = JSON.parse((await ask(`${api}apps.connections.open`, opened)).body) as { url: string };
      return url;
    };
    expect(await connect(await ticket(), { origin: 'https://evil.example' })).toBe(403);
    expect(await connect(await ticket(), { host: 'evil.example' })).toBe(403);
    expect(await connect(await ticket(), {})).toBe('open');
  });

  it('answer the app', async () => {
    const called = await ask(`${api}auth.test`, { method: 'POST', headers: { authorization: authorization() } });
    expect(JSON.parse(called.body)).toMatchObject({ ok: true });
    expect((await ask(`${model.baseUrl}/models`)).status).toBe(200);
  });
});

test('beside tool servers of one’s own nothing but the reason is to be had', async () => {
  const { url, close } = await serve([closedPlaygroundPlugin('Closed: set PLAYGROUND=1.')]);
  for (const path of ['', '/', '/messages', '/live', '/assets/a.js']) {
    const { status, body } = await ask(`${url}/playground${path}`);
    expect([path, status, body]).toEqual([path, 403, 'Closed: set PLAYGROUND=1.\n']);
  }
  expect((await ask(`${url}/playground/say`, { method: 'POST', body: '{"text":"hi"}' })).status).toBe(403);
  await close();
});

const upgrade = (headers: Record<string, string>) => connect(`${door.url}/playground/live`, headers);

function connect(url: string, headers: Record<string, string>): Promise<number | 'open'> {
  const socket = new WebSocket(url, { headers });
  return new Promise((resolve) => {
    socket.once('unexpected-response', (_request, { statusCode = 0 }) => resolve(statusCode));
    socket.once('open', () => {
      socket.close();
      resolve('open');
    });
  });
}
