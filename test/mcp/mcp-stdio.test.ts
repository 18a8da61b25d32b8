import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ServerEntry } from '../../core/mcp/servers.ts';
import { call, callTool, closeAll, get, open } from '../fakes/mcp/client.ts';
import { toolServer } from '../fakes/mcp/tool-server.ts';

afterEach(closeAll);

describe('a child process', () => {
  test('is started at the first need, with its own environment and none of our secrets', async () => {
    vi.stubEnv('OUR_SECRET', 'hush');
    const mcp = open({ odd: unruly('', { ITS_OWN: 'yes' }) });
    expect(mcp.state()).toEqual({ odd: 'standby' });
    const { text } = await call(mcp, 'odd__env', {});
    expect(text).toContain('ITS_OWN');
    expect(text).toContain('PATH');
    expect(text).not.toContain('OUR_SECRET');
  });

  test('has its tools listed page after page', async () => {
    const { tools } = await open({ odd: unruly() }).tools('odd');
    expect(tools.map((tool) => tool.tool)).toEqual([
      'echo',
      'env',
      'pid',
      'crash',
      'hang',
      'freeze',
      'huge',
      'garbage',
      'noise',
    ]);
  });

  test('is gone when we close, and one that ignores the signal too', async () => {
    const mcp = open({ odd: unruly(), deaf: unruly('deaf') });
    const pids = [await pidOf(mcp, 'odd'), await pidOf(mcp, 'deaf')];
    expect(pids.map(isAlive)).toEqual([true, true]);
    await mcp.close();
    expect(pids.map(isAlive)).toEqual([false, false]);
  });

  test('that does not answer our greeting is ended', async () => {
    const mcp = open({ odd: unruly('mute') }, { connectTimeoutMs: 3_000 });
    const [down] = (await mcp.tools('odd')).down;
    expect(down?.reason).toMatch(/no answer within 3 s; pid \d+/);
    await vi.waitFor(() => expect(isAlive(Number(/pid (\d+)/.exec(down!.reason)?.[1]))).toBe(false));
  });

  test('that is still starting holds up nobody who closes', async () => {
    const mcp = open({ odd: unruly('mute') });
    const listing = mcp.tools('odd');
    await mcp.close();
    expect(await listing).toEqual({ tools: [], down: [{ server: 'odd', reason: 'this worker is stopping' }] });
  });

  test('that dies under a call leaves it unknown, and is started again for the next', async () => {
    const mcp = open({ odd: unruly() });
    const first = await pidOf(mcp, 'odd');
    expect(await call(mcp, 'odd__crash', {})).toMatchObject({ kind: 'unknown' });
    expect(mcp.state()).toEqual({ odd: 'down' });
    expect(await pidOf(mcp, 'odd')).not.toBe(first);
    expect(mcp.state()).toEqual({ odd: 'up' });
  });

  test('that dies again and again is given pauses', async () => {
    const mcp = open({ odd: unruly() });
    const crash = await get(mcp, 'odd__crash');
    expect(await callTool(mcp, crash, {})).toMatchObject({ kind: 'unknown' });
    expect(await callTool(mcp, crash, {})).toMatchObject({ kind: 'unknown' });
    expect(await callTool(mcp, crash, {})).toMatchObject({
      kind: 'unreachable',
      text: expect.stringContaining('next try'),
    });
  });

  test('that cannot start tells its last words, without the secrets we gave it', async () => {
    const mcp = open({ odd: unruly('broken', { TOKEN: 'secret-token' }), none: stdio('no-such-command') });
    const { down } = await mcp.tools();
    expect(down).toEqual([
      { server: 'odd', reason: expect.stringContaining('cannot start with [hidden]') },
      { server: 'none', reason: expect.stringContaining('its command (or "cwd") was not found') },
    ]);
  });

  test('is not quoted with what the environment gave to its arguments', async () => {
    const args = ['-e', 'console.error("not by", process.argv[1])', 'secret-argument'];
    const odd: ServerEntry = { kind: 'stdio', command: process.execPath, args, env: {}, secrets: ['secret-argument'] };
    const { down } = await open({ odd }).tools();
    expect(down).toEqual([{ server: 'odd', reason: expect.stringContaining('not by [hidden]') }]);
  });

  test('that hangs costs the call its timeout, and others nothing', async () => {
    const mcp = open({ odd: unruly(), shop: toolServer().entry });
    const hanging = call(mcp, 'odd__hang', {}, { timeoutMs: 300 });
    expect(await call(mcp, 'odd__echo', { a: 1 })).toEqual({ kind: 'ok', text: '{"a":1}' });
    expect(await call(mcp, 'shop__add', { a: 1, b: 1 })).toMatchObject({ kind: 'ok' });
    expect(await hanging).toMatchObject({ kind: 'unknown' });
    expect(await call(mcp, 'odd__echo', {})).toMatchObject({ kind: 'ok' });
  });

  test('that is frozen for good is replaced', async () => {
    const mcp = open({ odd: unruly() }, { connectTimeoutMs: 1000 });
    const first = await pidOf(mcp, 'odd');
    expect(await call(mcp, 'odd__freeze', {}, { timeoutMs: 100 })).toMatchObject({ kind: 'unknown' });
    await vi.waitFor(() => expect(mcp.state()).toEqual({ odd: 'down' }), 5000);
    expect(await pidOf(mcp, 'odd')).not.toBe(first);
    await vi.waitFor(() => expect(isAlive(first)).toBe(false), 8000);
  });

  test('that answers with 50 MB loses the call and the connection, not more', async () => {
    const mcp = open({ odd: unruly(), shop: toolServer().entry });
    const outcome = await call(mcp, 'odd__huge', {});
    expect(outcome).toEqual({ kind: 'unknown', text: expect.stringContaining('exceeded maximum size') });
    expect(await call(mcp, 'shop__add', { a: 1, b: 1 })).toMatchObject({ kind: 'ok' });
    expect(await call(mcp, 'odd__echo', {})).toMatchObject({ kind: 'ok' });
  });

  test('that writes garbage or floods its error stream is still understood', async () => {
    const mcp = open({ odd: unruly() });
    expect(await call(mcp, 'odd__garbage', {})).toEqual({ kind: 'ok', text: 'after the garbage' });
    expect(await call(mcp, 'odd__noise', {})).toEqual({ kind: 'ok', text: 'after the noise' });
  });

  test('with 10,000 tools shows its first 500, and says so', async () => {
    const warnings: unknown[] = [];
    const log = { info: () => {}, warn: (fields: object) => void warnings.push(fields) };
    const { tools, down } = await open({ odd: unruly('crowd') }, { log }).tools('odd');
    expect(down).toEqual([]);
    expect(tools.map((tool) => tool.tool)).toEqual(Array.from({ length: 500 }, (_, at) => `tool_${at}`));
    expect(warnings).toEqual([{ server: 'odd', leftOut: ['all tools after the first 500'] }]);
  });
});

describe('the reference servers', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-mcp-'));
  });

  test('filesystem reads a file, and refuses one outside its folder', async () => {
    await writeFile(join(folder, 'note.txt'), 'hello');
    const mcp = open({ files: reference('server-filesystem', folder) });
    const read = (path: string) => call(mcp, 'files__read_text_file', { path });
    expect(await read(join(folder, 'note.txt'))).toMatchObject({ kind: 'ok', text: 'hello' });
    expect(await read('/etc/passwd')).toMatchObject({ kind: 'error' });
  });

  test('everything answers in text, structure and pictures, and reports progress', async () => {
    const mcp = open({ all: reference('server-everything') });
    expect(await call(mcp, 'all__echo', { message: 'hi' })).toMatchObject({ kind: 'ok', text: 'Echo: hi' });
    const weather = await call(mcp, 'all__get-structured-content', { location: 'Chicago' });
    expect(weather).toMatchObject({ kind: 'ok', structured: { temperature: expect.any(Number) } });
    expect((await call(mcp, 'all__get-tiny-image', {})).text).toMatch(/\[image\/png, \d+ (bytes|kB)\]/);
    const seen: unknown[] = [];
    const onProgress = (progress: unknown) => seen.push(progress);
    await call(mcp, 'all__trigger-long-running-operation', { duration: 0.3, steps: 3 }, { onProgress });
    expect(seen[0]).toEqual({ progress: 1, total: 3 });
  });
});

function stdio(command: string, args: string[] = [], env: Record<string, string> = {}): ServerEntry {
  return { kind: 'stdio', command, args, env };
}

function unruly(mode = '', env: Record<string, string> = {}): ServerEntry {
  return stdio(process.execPath, [fileURLToPath(new URL('mcp-unruly.mjs', import.meta.url)), mode], env);
}

function reference(name: string, ...args: string[]): ServerEntry {
  const main = new URL(`../../node_modules/@modelcontextprotocol/${name}/dist/index.js`, import.meta.url);
  return stdio(process.execPath, [fileURLToPath(main), ...args]);
}

async function pidOf(mcp: ReturnType<typeof open>, server: string): Promise<number> {
  return Number((await call(mcp, `${server}__pid`, {})).text);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
