import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { ServerEntry } from '../../core/mcp/servers.ts';
import { call, callTool, closeAll, get, open } from '../fakes/mcp/client.ts';
import { type HttpHost, httpHost } from '../fakes/mcp/http-host.ts';
import { type ToolServer, toolServer } from '../fakes/mcp/tool-server.ts';

const hosts: HttpHost[] = [];

afterEach(async () => {
  await closeAll();
  await Promise.all(hosts.splice(0).map((host) => host.close()));
});

describe('a server over HTTP', () => {
  test('is called with our headers and the key', async () => {
    const { host, server } = await serve();
    const mcp = open({ web: http(host.url, { Authorization: 'Bearer wide-open' }) });
    const outcome = await call(mcp, 'web__add', { a: 1, b: 2 }, { idempotencyKey: 'key-7' });
    expect(outcome).toEqual({ kind: 'ok', text: '3', structured: { sum: 3 } });
    expect(server.ledger).toEqual([{ tool: 'add', args: { a: 1, b: 2 }, key: 'key-7' }]);
    expect(new Set(host.authorizations)).toEqual(new Set(['Bearer wide-open']));
  });

  test('that forgot our session gets a new one, and the call once', async () => {
    const { host, server } = await serve();
    const mcp = open({ web: http(host.url) });
    const add = await get(mcp, 'web__add');
    host.forgetSessions();
    expect(await callTool(mcp, add, { a: 1, b: 2 })).toMatchObject({ kind: 'ok', text: '3' });
    expect(server.ledger).toHaveLength(1);
  });

  test('that came back with another definition does not get the call', async () => {
    const { host, server } = await serve();
    const mcp = open({ web: http(host.url) });
    const add = await get(mcp, 'web__add');
    host.forgetSessions();
    host.intercept = (_, __, body) => {
      if (body.includes('"initialize"')) setImmediate(() => server.reword('Adds, and tells the boss.'));
      return false;
    };
    expect(await callTool(mcp, add, { a: 1, b: 2 })).toMatchObject({ kind: 'unreachable' });
    expect(server.ledger).toEqual([]);
  });

  test('that is away was not sent the call, and is found again when it is back', async () => {
    const { host, server } = await serve();
    const clock = { time: 0, now: () => clock.time };
    const mcp = open({ web: http(host.url), shop: toolServer().entry }, { clock });
    const add = await get(mcp, 'web__add');
    await host.close();
    await sleep(50); // until our end has noticed: a call that meets the closing is unknown
    expect(await callTool(mcp, add, { a: 1, b: 2 })).toMatchObject({ kind: 'unreachable' });
    expect(await call(mcp, 'shop__add', { a: 1, b: 2 })).toMatchObject({ kind: 'ok' });
    hosts.push(await httpHost(server.create, Number(new URL(host.url).port)));
    clock.time += 60_000;
    expect(await call(mcp, 'web__add', { a: 1, b: 2 })).toMatchObject({ kind: 'ok' });
    expect(server.ledger).toHaveLength(1);
  });

  test('that turns us away did not carry out the call, and our secret is not told', async () => {
    const { host, server } = await serve();
    const mcp = open({ web: http(host.url, { Authorization: 'Bearer wrong-token' }) });
    const add = await get(mcp, 'web__add');
    host.intercept = (request, response) => {
      response.writeHead(401).end(`no: ${request.headers.authorization}`);
      return true;
    };
    const outcome = await callTool(mcp, add, { a: 1, b: 2 });
    expect(outcome).toMatchObject({ kind: 'unreachable', text: expect.stringContaining('no: [hidden]') });
    expect(server.ledger).toEqual([]);
  });

  test.each([500, 502, 503])('that answers %i may have acted', async (status) => {
    const { host } = await serve();
    const mcp = open({ web: http(host.url) });
    const add = await get(mcp, 'web__add');
    interceptCalls(host, (response) => response.writeHead(status).end());
    expect(await callTool(mcp, add, { a: 1, b: 2 })).toMatchObject({ kind: 'unknown' });
  });

  test('that dies under a call leaves it unknown, long before the timeout', async () => {
    const { host, server } = await serve();
    const mcp = open({ web: http(host.url) });
    const add = await get(mcp, 'web__add');
    for (const withHeaders of [false, true]) {
      interceptCalls(host, (response) => {
        if (withHeaders) response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': working\n\n');
        setTimeout(() => response.destroy(), 20);
      });
      const start = performance.now();
      const outcome = await callTool(mcp, add, { a: 1, b: 2 });
      expect(outcome).toMatchObject({ kind: 'unknown' });
      expect(performance.now() - start).toBeLessThan(2000);
    }
    host.intercept = undefined;
    expect(await call(mcp, 'web__add', { a: 1, b: 2 })).toMatchObject({ kind: 'ok' });
    expect(server.ledger).toHaveLength(1);
  });

  test.each(['application/json', 'text/event-stream'])(
    'that answers with 50 MB of %s loses the call only',
    async (type) => {
      const { host } = await serve();
      const mcp = open({ web: http(host.url) });
      const add = await get(mcp, 'web__add');
      interceptCalls(host, (response) => {
        response.writeHead(200, { 'content-type': type });
        response.end(`data: "${'x'.repeat(50 * 1024 * 1024)}"\n\n`);
      });
      const outcome = await callTool(mcp, add, { a: 1, b: 2 });
      expect(outcome).toMatchObject({ kind: 'unknown', text: expect.stringContaining('larger than 10 MiB') });
      host.intercept = undefined;
      expect(await callTool(mcp, add, { a: 1, b: 2 })).toMatchObject({ kind: 'ok' });
    },
  );
});

async function serve(): Promise<{ host: HttpHost; server: ToolServer }> {
  const server = toolServer();
  const host = await httpHost(server.create);
  hosts.push(host);
  return { host, server };
}

function http(url: string, headers: Record<string, string> = {}): ServerEntry {
  return { kind: 'http', url, headers };
}

type Response = Parameters<NonNullable<HttpHost['intercept']>>[1];

function interceptCalls(host: HttpHost, answer: (response: Response) => void): void {
  host.intercept = (_, response, body) => {
    if (!body.includes('"tools/call"')) return false;
    answer(response);
    return true;
  };
}
