import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HttpServer, serveHttp } from '../../mcp-servers/http.ts';

const KEY = 'right-key';
const hello = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

let http: HttpServer;
beforeAll(async () => {
  const create = () => new McpServer({ name: 'nothing', version: '1' });
  http = await serveHttp(create, { host: '127.0.0.1', port: 0, apiKey: KEY });
});
afterAll(() => http.close());

describe('of the pages in a browser', () => {
  test('those of this very server may ask, and so may who is no browser', async () => {
    expect(await send({ headers: { origin: new URL(http.url).origin } })).toMatchObject({ status: 200 });
    expect(await send({})).toMatchObject({ status: 200 });
  });

  test.each([
    ['http://localhost:8123', 'LocalHost:8123', 200],
    ['http://localhost', 'localhost:80', 200],
    ['https://localhost', 'localhost:443', 200],
    ['https://localhost', 'localhost:80', 403],
    ['http://localhost', 'localhost:8123', 403],
    ['null', 'localhost', 403],
  ])('those of %s ask the host %s: %i', async (origin, host, status) => {
    expect(await send({ headers: { origin, host } })).toMatchObject({ status });
  });

  test.each(['http://evil.com', 'http://127.0.0.1', 'http://localhost:1', 'null', ''])(
    'those of "%s" may not, even with the key',
    async (origin) => {
      const { status, said } = await send({ headers: { origin } });
      expect({ status, message: said.error.message }).toEqual({
        status: 403,
        message: `Pages of ${origin} may not call this server.`,
      });
    },
  );
});

describe('what cannot be answered is told in JSON', () => {
  test.each([
    ['a body that is no JSON', { body: '{' }, 400, 'not readable JSON'],
    ['a body that is too large', { body: JSON.stringify({ ...hello, more: 'x'.repeat(200_000) }) }, 413, 'than 100 kB'],
    ['another method', { method: 'GET' }, 405, 'send POST requests to /mcp'],
    ['a path below', { path: '/mcp/x' }, 404, 'send POST requests to /mcp'],
    ['another path', { path: '/', method: 'GET' }, 404, 'send POST requests to /mcp'],
  ])('%s', async (_, asked, status, message) => {
    const answer = await send(asked);
    expect(answer).toMatchObject({ status, said: { error: { message: expect.stringContaining(message) } } });
  });

  test.each([
    ['is no JSON', '{'],
    ['is too large', 'x'.repeat(200_000)],
  ])('who has no key is asked for it, though the body %s', async (_, body) => {
    expect(await send({ body, headers: { authorization: 'Bearer wrong' } })).toMatchObject({ status: 401 });
  });
});

type Sent = { path?: string; method?: string; headers?: Record<string, string>; body?: string };

// Not by fetch, which lets no caller name an Origin.
async function send({ path = '/mcp', method = 'POST', headers, body = JSON.stringify(hello) }: Sent) {
  const usual = {
    authorization: `Bearer ${KEY}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  };
  const sent = request(new URL(path, http.url), { method, headers: { ...usual, ...headers } });
  sent.end(method === 'GET' ? undefined : body);
  const [answer] = await once(sent, 'response');
  return { status: answer.statusCode, said: JSON.parse(await text(answer)) };
}
