import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDownload } from '../../channels/slack/api/download.ts';
import { attachedFile, slackFileSchema } from '../../channels/slack/api/files.ts';

const MB = 1024 * 1024;

type Host = { url: string; asked: { path: string; token: string | undefined }[]; close(): Promise<void> };

/** A web server that notes which token comes to it. */
async function openHost(answer: (path: string, res: ServerResponse) => void): Promise<Host> {
  const asked: Host['asked'] = [];
  const server = createServer((req: IncomingMessage, res) => {
    asked.push({ path: req.url ?? '', token: req.headers.authorization });
    answer(req.url ?? '', res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close };
}

let slack: Host;
let stranger: Host;
beforeAll(async () => {
  stranger = await openHost((_, res) => res.end('you gave me your token'));
  slack = await openHost((path, res) => {
    if (path === '/a.txt') res.writeHead(200, { 'content-type': 'text/plain' }).end('two rings');
    else if (path === '/moved') res.writeHead(302, { location: '/a.txt' }).end();
    else if (path === '/away') res.writeHead(302, { location: `${stranger.url}/a.txt` }).end();
    else if (path === '/round') res.writeHead(302, { location: '/round' }).end();
    else if (path === '/login') res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>');
    else if (path === '/huge') res.writeHead(200, { 'content-length': 50 * MB }).write('x');
    else if (path === '/endless') pour(res);
    else if (path === '/broken') res.writeHead(200, { 'content-length': 100 }).write('x', () => res.destroy());
    else if (path !== '/silent') res.writeHead(404).end();
  });
});
afterAll(() => Promise.all([slack.close(), stranger.close()]));

/** More than was announced, for as long as somebody reads. */
function pour(res: ServerResponse): void {
  res.on('error', () => {});
  const more = () => {
    while (!res.destroyed && res.write(Buffer.alloc(MB)));
    if (!res.destroyed) res.once('drain', more);
  };
  more();
}

const download = (url: string, patienceMs = 5_000) =>
  openDownload({ token: 'xoxb-secret', apiUrl: `${slack.url}/api/` })(url, 20 * MB, AbortSignal.timeout(patienceMs));

describe('a file that is fetched with the bot’s token', () => {
  it.each(['/a.txt', '/moved'])('comes from Slack’s own host: %s', async (path) => {
    const fetched = await download(slack.url + path);
    expect(fetched.kind === 'fetched' && Buffer.from(fetched.bytes).toString()).toBe('two rings');
    expect(slack.asked.at(-1)).toEqual({ path: '/a.txt', token: 'Bearer xoxb-secret' });
  });

  it.each([
    ['lies elsewhere', () => `${stranger.url}/a.txt`, 'it does not lie in Slack'],
    ['is moved elsewhere', () => `${slack.url}/away`, 'it does not lie in Slack'],
    [
      'lies on a host that begins like Slack’s',
      () => 'https://files.slack.com.evil.example/a',
      'it does not lie in Slack',
    ],
    ['lies on a host that ends like Slack’s', () => 'https://evilslack.com/a', 'it does not lie in Slack'],
    ['names Slack as a user', () => 'https://files.slack.com@evil.example/a', 'it does not lie in Slack'],
    ['lies at Slack without encryption', () => 'http://files.slack.com/a', 'it does not lie in Slack'],
    ['lies on this machine', () => 'file:///etc/passwd', 'it does not lie in Slack'],
    ['has no address', () => 'a.txt', 'it does not lie in Slack'],
    ['is moved round and round', () => `${slack.url}/round`, 'Slack says 302'],
    ['is gone', () => `${slack.url}/gone`, 'Slack says 404'],
    ['is a page to log in', () => `${slack.url}/login`, /does the app have the scope files:read/],
    ['has 50 MB', () => `${slack.url}/huge`, 'it is larger than 20 MB'],
    ['never ends', () => `${slack.url}/endless`, 'it is larger than 20 MB'],
    ['breaks off', () => `${slack.url}/broken`, 'the connection to Slack broke'],
  ])('is refused where it %s', async (_, url, why) => {
    expect(await download(url())).toEqual({ kind: 'refused', why: expect.stringMatching(why) });
    expect(stranger.asked).toEqual([]);
  });

  it('is not waited for without end', async () => {
    const began = performance.now();
    expect(await download(`${slack.url}/silent`, 200)).toEqual({ kind: 'late', why: 'Slack did not give it in time' });
    expect(performance.now() - began).toBeLessThan(3_000);
  });
});

describe('the name of a file in Slack', () => {
  it('holds no half of a character where it is cut', () => {
    const file = slackFileSchema.parse({ id: 'F1', name: `${'a'.repeat(199)}😀.txt` });
    expect(attachedFile(file).name).toMatch(/^a{199}\ufffd$/);
  });
});
