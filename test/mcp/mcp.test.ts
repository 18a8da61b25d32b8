import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ServerEntry } from '../../core/mcp/servers.ts';
import { call, callTool, closeAll, get, open } from '../fakes/mcp/client.ts';
import { toolServer } from '../fakes/mcp/tool-server.ts';

afterEach(closeAll);

describe('tools', () => {
  test('carry the name of their server and a hash of their definition', async () => {
    const mcp = open({ shop: toolServer().entry });
    const { tools, down } = await mcp.tools();
    expect(down).toEqual([]);
    expect(tools.map((tool) => tool.name)).toEqual(['add', 'fail', 'wait', 'media', 'long'].map((it) => `shop__${it}`));
    expect(tools[0]).toMatchObject({ server: 'shop', tool: 'add', inputSchema: { required: ['a', 'b'] } });
    expect(new Set(tools.map((tool) => tool.definitionHash)).size).toBe(5);
  });

  test('hash the same on another connection, and differently once the description changes', async () => {
    const again = async () => get(open({ shop: toolServer().entry }), 'shop__add');
    const { definitionHash } = await again();
    expect((await again()).definitionHash).toBe(definitionHash);
    const other = toolServer();
    const mcp = open({ shop: other.entry });
    await mcp.tools();
    other.reword('Adds, and tells the boss.');
    await vi.waitFor(async () => expect((await get(mcp, 'shop__add')).definitionHash).not.toBe(definitionHash));
  });

  test('get a name that models accept, unique and stable', async () => {
    const mcp = open({ shop: toolServer(['files.read', 'files_read', 'x'.repeat(100)]).entry });
    const { tools } = await mcp.tools('shop');
    const names = tools.map((tool) => tool.name);
    for (const name of names) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect(new Set(names).size).toBe(names.length);
    const dotted = tools.find((tool) => tool.tool === 'files.read')!;
    expect(dotted.name).toMatch(/^shop__files_read_[0-9a-f]{8}$/);
    expect(await mcp.find(dotted.name)).toEqual({ kind: 'found', tool: dotted });
  });

  test('are asked for once per time to live', async () => {
    const clock = { time: 0, now: () => clock.time };
    const server = toolServer();
    const lists = () => server.requests.filter((method) => method === 'tools/list').length;
    const mcp = open({ shop: server.entry }, { ttlSeconds: 60, clock });
    await mcp.tools();
    clock.time = 59_000;
    await mcp.find('shop__add');
    expect(lists()).toBe(1);
    clock.time = 60_000;
    expect((await mcp.tools()).tools).toHaveLength(5); // the old list, while the new one is fetched
    await vi.waitFor(() => expect(lists()).toBe(2));
  });

  test('that are added while we are connected are found and listed', async () => {
    const server = toolServer();
    const mcp = open({ shop: server.entry });
    expect(await mcp.find('shop__late')).toEqual({ kind: 'none' });
    server.servers[0]!.registerTool('late', {}, async () => ({ content: [] }));
    await sleep(0); // the news arrives
    expect(await mcp.find('shop__late')).toMatchObject({ kind: 'found' });
    server.servers[0]!.registerTool('later', {}, async () => ({ content: [] }));
    await vi.waitFor(() => expect(server.requests.filter((method) => method === 'tools/list')).toHaveLength(3));
    expect((await mcp.tools()).tools).toHaveLength(7);
  });

  test('of no server are none', async () => {
    const mcp = open({ shop: toolServer().entry });
    expect(await mcp.find('bank__pay')).toEqual({ kind: 'none' });
    expect(await mcp.find('')).toEqual({ kind: 'none' });
    expect((await mcp.tools('bank')).down).toEqual([{ server: 'bank', reason: expect.stringContaining('mcp.json') }]);
  });
});

describe('a call', () => {
  test('brings text and structured content, and its key reaches the server', async () => {
    const server = toolServer();
    const mcp = open({ shop: server.entry });
    const outcome = await call(mcp, 'shop__add', { a: 2, b: 3 }, { idempotencyKey: 'key-1' });
    expect(outcome).toEqual({ kind: 'ok', text: '5', structured: { sum: 5 } });
    expect(server.ledger).toEqual([{ tool: 'add', args: { a: 2, b: 3 }, key: 'key-1' }]);
  });

  test('that the tool refuses is an error with its words', async () => {
    const mcp = open({ shop: toolServer().entry });
    expect(await call(mcp, 'shop__fail', {})).toEqual({ kind: 'error', text: 'the order is closed' });
    expect(await call(mcp, 'shop__add', { a: 'two' })).toMatchObject({ kind: 'error' });
  });

  test('names what is not text', async () => {
    const mcp = open({ shop: toolServer().entry });
    const text = 'Look:\n[image/png, 12 kB]\n[text/plain file:///a.txt, 6 bytes]\ninside\n[link: b, file:///b.txt]';
    expect(await call(mcp, 'shop__media', {})).toEqual({ kind: 'ok', text });
  });

  test('keeps so much of a long text, in whole characters, and says how much is cut', async () => {
    const mcp = open({ shop: toolServer().entry }, { maxResultBytes: 1001 });
    const outcome = await call(mcp, 'shop__long', { bytes: 10_000 });
    const note = '\n[cut here: 9 kB of 10 kB left out; ask for a smaller part]';
    expect(outcome).toEqual({ kind: 'ok', text: 'é'.repeat(500) + note });
  });

  test('that takes too long is unknown, and the server is told', async () => {
    const server = toolServer();
    const mcp = open({ shop: server.entry });
    const outcome = await call(mcp, 'shop__wait', { ms: 150 }, { timeoutMs: 50 });
    expect(outcome).toEqual({ kind: 'unknown', text: expect.stringContaining('timed out') });
    await vi.waitFor(() => expect(server.ledger.at(-1)).toMatchObject({ tool: 'wait was cancelled' }));
    expect(mcp.state()).toEqual({ shop: 'up' });
  });

  test('that is cancelled is unknown once it was sent, and was not sent before', async () => {
    const server = toolServer();
    const mcp = open({ shop: server.entry });
    const stop = new AbortController();
    const running = call(mcp, 'shop__wait', { ms: 500 }, { signal: stop.signal });
    await vi.waitFor(() => expect(server.ledger).toHaveLength(1));
    stop.abort();
    expect(await running).toMatchObject({ kind: 'unknown' });
    expect(await call(mcp, 'shop__add', { a: 1, b: 1 }, { signal: stop.signal })).toMatchObject({
      kind: 'unreachable',
    });
    expect(server.ledger.filter((line) => line.tool === 'add')).toEqual([]);
  });

  test('reports progress', async () => {
    const mcp = open({ shop: toolServer().entry });
    const seen: unknown[] = [];
    await call(mcp, 'shop__wait', { ms: 1 }, { onProgress: (progress) => seen.push(progress) });
    expect(seen).toEqual([{ progress: 1, total: 2 }]);
  });

  test('of a tool that has changed since is not sent', async () => {
    const server = toolServer();
    const mcp = open({ shop: server.entry });
    const shown = await get(mcp, 'shop__add');
    server.reword('Adds, and tells the boss.');
    await vi.waitFor(async () => expect(await get(mcp, 'shop__add')).not.toEqual(shown));
    expect(await callTool(mcp, shown, { a: 1, b: 1 })).toMatchObject({ kind: 'unreachable' });
    expect(server.ledger).toEqual([]);
  });

  test('runs beside others on one connection', async () => {
    const mcp = open({ shop: toolServer().entry });
    const add = await get(mcp, 'shop__add');
    const outcomes = await Promise.all(Array.from({ length: 200 }, (_, a) => callTool(mcp, add, { a, b: 1 })));
    expect(outcomes.map((it) => it.text)).toEqual(Array.from({ length: 200 }, (_, a) => `${a + 1}`));
  });
});

describe('a server in this process', () => {
  test('that cannot start costs only itself, and is tried again later', async () => {
    const clock = { time: 0, now: () => clock.time };
    const server = toolServer();
    let works = false;
    const moody: ServerEntry = {
      kind: 'memory',
      connect: (transport) => (works ? server.entry.connect(transport) : Promise.reject(new Error('no disk'))),
    };
    const mcp = open({ moody, shop: toolServer().entry }, { clock });
    const listed = await mcp.tools();
    expect(listed.tools).toHaveLength(5);
    expect(listed.down).toEqual([{ server: 'moody', reason: 'no disk' }]);
    expect(mcp.state()).toEqual({ moody: 'down', shop: 'up' });
    works = true;
    expect(await mcp.find('moody__add')).toMatchObject({ kind: 'down', reason: 'no disk (next try in 1 s)' });
    clock.time += 500;
    expect(await mcp.find('moody__add')).toMatchObject({ kind: 'found' });
  });

  test('that never answers delays nobody for long, and once known for down not at all', async () => {
    const mute: ServerEntry = { kind: 'memory', connect: async () => ({ close: async () => {} }) };
    const mcp = open({ mute, shop: toolServer().entry }, { connectTimeoutMs: 200 });
    expect((await mcp.tools()).down).toEqual([{ server: 'mute', reason: expect.stringContaining('0.2 s') }]);
    const start = performance.now();
    expect((await mcp.tools()).tools).toHaveLength(5);
    expect(performance.now() - start).toBeLessThan(100);
  });

  test('is told when we close, and reached by nothing afterwards', async () => {
    const server = toolServer();
    const mcp = open({ shop: server.entry });
    const add = await get(mcp, 'shop__add');
    await mcp.close();
    expect(server.servers[0]?.isConnected()).toBe(false);
    expect(await callTool(mcp, add, { a: 1, b: 1 })).toMatchObject({ kind: 'unreachable' });
    expect(server.ledger).toEqual([]);
  });
});
