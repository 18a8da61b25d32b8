import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { closeServer, listenerPlugin, listenOn, openServer, type WebServer } from '../../bot/web/server.ts';
import { createLog } from '../../core/log.ts';

let server: WebServer;
let url: string;
let logged: string[];
beforeEach(async () => {
  logged = [];
  const log = createLog({ level: 'error', write: (line) => logged.push(line) });
  server = await openServer(
    [
      async (app) => {
        app.get('/echo', { websocket: true }, (socket) => {
          socket.on('message', (text) => socket.send(`${text}!`));
        });
        app.get('/page', async () => 'a page');
        app.get('/broken', async () => {
          throw new Error('the password is 1234');
        });
      },
      listenerPlugin('/raw', 'POST', (req, res) => {
        req.on('data', (chunk) => res.write(chunk)).on('end', () => res.end());
      }),
    ],
    log,
  );
  const opened = await listenOn(server, 0, '127.0.0.1');
  if (opened.kind === 'taken') throw new Error(opened.line);
  url = opened.url;
});
afterEach(() => closeServer(server));

describe('a WebSocket', () => {
  it('opens on a route that takes one', async () => {
    const socket = new WebSocket(`${url}/echo`);
    const answer = new Promise((resolve) => socket.once('message', (text) => resolve(String(text))));
    socket.once('open', () => socket.send('hello'));
    expect(await answer).toBe('hello!');
    socket.close();
  });

  it.each(['/nowhere', '/page'])('is refused with 404 on %s', async (path) => {
    const refused = new Promise((resolve) => {
      const socket = new WebSocket(url + path);
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode)).once('open', resolve);
    });
    expect(await refused).toBe(404);
  });

  it('that sends too much is closed, and the server goes on', async () => {
    const socket = new WebSocket(`${url}/echo`);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.once('open', () => socket.send('x'.repeat(100_000)));
    expect(await closed).toBe(1009);
    expect(await (await fetch(`${url}/page`)).text()).toBe('a page');
  });

  it('that answers no goodbye does not keep the server from closing', async () => {
    const { port } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    const upgrade = ['GET /echo HTTP/1.1', 'Host: x', 'Upgrade: websocket', 'Connection: Upgrade'];
    const keys = ['Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`];
    socket.write(`${[...upgrade, ...keys].join('\r\n')}\r\n\r\n`);
    await new Promise((resolve) => socket.once('data', resolve));
    const started = performance.now();
    await closeServer(server);
    expect(performance.now() - started).toBeLessThan(3_000);
    socket.destroy();
  });
});

describe('a request', () => {
  it('that breaks is told nothing of the reason, which is logged', async () => {
    const response = await fetch(`${url}/broken`);
    expect([response.status, await response.json()]).toEqual([500, { error: 'The server failed.' }]);
    expect(logged.join('')).toContain('the password is 1234');
  });

  it('reaches a listener of Node’s own unread, whatever it holds', async () => {
    const body = 'no JSON at all';
    const headers = { 'content-type': 'application/json' };
    expect(await (await fetch(`${url}/raw`, { method: 'POST', body, headers })).text()).toBe(body);
  });

  it('to a listener is answered before the server closes', async () => {
    const { port } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('POST /raw HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab');
    await new Promise((resolve) => socket.once('data', resolve));
    let heard = '';
    socket.on('data', (data) => {
      heard += data;
    });
    const closed = closeServer(server);
    await sleep(100);
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.write('cd');
    await Promise.all([closed, ended]);
    expect(heard).toContain('cd');
  });
});
