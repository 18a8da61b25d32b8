import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Door, openDoor } from './playground-setup.ts';

let door: Door;
let assets: string[];
beforeAll(async () => {
  door = await openDoor();
  assets = [...(await door.get('/playground')).body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
});
afterAll(() => door.close());

const raw = async (path: string, encoding: string) => {
  const response = await fetch(door.url + path, { headers: { 'accept-encoding': encoding }, method: 'HEAD' });
  return { status: response.status, headers: Object.fromEntries(response.headers) };
};

it('the page is asked for anew each time, and runs nothing but its own files', async () => {
  for (const path of ['/playground', '/playground/', '/playground?channel=C0BANK']) {
    const { status, headers } = await door.get(path);
    expect([path, status]).toEqual([path, 200]);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy': expect.stringMatching(/^default-src 'self'; .*frame-ancestors 'none'/),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
  }
  expect(assets.length).toBeGreaterThan(1);
  expect(assets.filter((path) => !/^\/playground\/assets\/[\w.-]+$/.test(path))).toEqual([]);
});

it('its files are kept for ever, and come compressed as the browser likes', async () => {
  const script = assets.find((path) => path.endsWith('.js')) ?? '';
  const whole = await (await fetch(door.url + script, { headers: { 'accept-encoding': 'identity' } })).text();
  for (const [encoding, unpack] of [
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const) {
    const { headers } = await raw(script, encoding);
    expect(headers).toMatchObject({
      'content-encoding': encoding,
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': expect.stringMatching(/javascript/),
      vary: expect.stringMatching(/accept-encoding/i),
    });
    const bytes = await compressed(script, encoding);
    expect(unpack(bytes).toString()).toBe(whole);
  }
});

it('all that the page loads at first is less than 400 KB', async () => {
  const sizes = await Promise.all(
    ['/playground', ...assets].map(async (path) => (await compressed(path, 'gzip')).length),
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(400_000);
});

it.each([
  '/playground/assets/../index.html',
  '/playground/assets/..%2findex.html',
  '/playground/assets/%2e%2e/%2e%2e/protocol.ts',
  '/playground/assets/.made-from',
  '/playground/.made-from',
  '/playground/assets/',
])('nothing else is to be had: %s', async (path) => {
  expect([403, 404]).toContain((await door.get(path)).status);
});

/** As it goes over the wire, which fetch would unpack. */
function compressed(path: string, encoding: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const asked = request(door.url + path, { headers: { 'accept-encoding': encoding } }, (answer) =>
      resolve(buffer(answer)),
    );
    asked.on('error', reject).end();
  });
}
