import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ModelAnswer, openModel } from '../../core/agent/model.ts';
import { type Asker, openAsker } from '../fakes/model/asker.ts';
import { type FakeModel, type ScriptedOutput, startFakeModel } from '../fakes/model/server.ts';

let fake: FakeModel;
let to: Asker;

beforeAll(async () => {
  fake = await startFakeModel(() => ({ text: 'unscripted' }));
});

beforeEach(() => {
  to = openAsker(fake);
});

afterAll(() => fake.close());

describe('a fault that passes is tried again', () => {
  it.each<[string, ScriptedOutput, number]>([
    ['429', { status: 429 }, 429],
    ['429 with a short wait', { status: 429, retryAfter: 0.01 }, 429],
    ['500', { status: 500 }, 500],
    ['503', { status: 503, body: 'no JSON at all' }, 503],
    ['a reset connection', { reset: true }, 0],
    ['a malformed stream', { malformedSse: true }, 200],
    ['a stream that dies', { dieAfterChunks: 3, text: 'It will arrive on the first of next month' }, 200],
    ['a stream that ends unfinished', { text: 'It will', finishReason: null, quirks: { noDone: true } }, 200],
    ['a stream with nothing in it', { finishReason: null }, 200],
    ['an answer that is no stream', { status: 200, body: { choices: [] } }, 200],
  ])('%s', async (_fault, output, status) => {
    to.scripted(output, { text: 'On Friday.' });

    const { answer, deltas } = await to.ask();

    expect(answer).toMatchObject({ kind: 'output', output: { text: 'On Friday.' } });
    expect(deltas.join('')).toBe('On Friday.');
    expect(to.statuses()).toEqual([status, 200]);
    expect(to.requests()[1]?.body).toEqual(to.requests()[0]?.body);
  });

  it('text handed out before the fault is called void, once per retry, and only where there was any', async () => {
    const dying: ScriptedOutput = { dieAfterChunks: 2, text: 'half' };
    to.scripted({ status: 500 }, dying, { text: 'whole' });

    const { deltas, restarts } = await to.ask();

    expect(restarts).toBe(1);
    expect(deltas).toEqual(['whole']);
  });

  it('each wait grows from the try before, and Retry-After stands above it', async () => {
    to.scripted({ status: 500 }, { status: 429, retryAfter: 0.06 }, { text: 'ok' });
    const waits: number[] = [];

    await to.ask({
      backoff: (attempt) => {
        waits.push(attempt);
        return 20;
      },
    });

    const [first, second, third] = to.requests();
    expect(waits).toEqual([1]);
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(19);
    expect(third!.at - second!.at).toBeGreaterThanOrEqual(59);
  });
});

describe('a fault that stays', () => {
  it.each<[string, ScriptedOutput, ModelAnswer]>([
    ['rate limited', { status: 429 }, { kind: 'away', reason: 'rate_limited', detail: expect.stringContaining('429') }],
    [
      'a broken server',
      { status: 502, body: `<html>${'x'.repeat(9000)}` },
      { kind: 'away', reason: 'server_error', detail: expect.stringMatching(/^502 .{296}$/) },
    ],
    [
      'resets',
      { reset: true },
      { kind: 'away', reason: 'unreachable', detail: expect.stringMatching(/closed|RESET/i) },
    ],
    [
      'malformed streams',
      { malformedSse: true },
      { kind: 'away', reason: 'broken_stream', detail: expect.stringContaining('not JSON') },
    ],
    [
      'streams that die',
      { dieAfterChunks: 3, text: 'It will arrive on the first of next month' },
      { kind: 'away', reason: 'broken_stream', detail: expect.stringContaining('before the model had finished') },
    ],
  ])('%s: away after two retries', async (_fault, output, expected) => {
    to.scripted(output);

    expect((await to.ask()).answer).toEqual(expected);
    expect(to.requests()).toHaveLength(3);
  });

  it('a long Retry-After is told at once instead of waited for', async () => {
    to.scripted({ status: 429, retryAfter: 60 });

    const { answer } = await to.ask();

    expect(answer).toMatchObject({ kind: 'away', reason: 'rate_limited', retryAfterMs: 60_000 });
    expect(to.statuses()).toEqual([429]);
  });

  it('no endpoint at all', async () => {
    const { answer } = await to.ask({ baseUrl: 'http://127.0.0.1:9/v1' });

    expect(answer).toMatchObject({
      kind: 'away',
      reason: 'unreachable',
      detail: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('no first byte in time', async () => {
    to.scripted({ hang: true });

    const { answer } = await to.ask({ firstByteTimeoutMs: 40 });

    expect(answer).toEqual({ kind: 'away', reason: 'timeout', detail: 'The model sent nothing within 40 ms' });
    await expect.poll(() => to.requests()[0]?.error).toContain('closed');
    expect(to.requests()).toHaveLength(1);
  });

  it('silence in the middle of an answer', async () => {
    to.scripted({ text: 'first second third', chunkSize: 6, chunkDelayMs: 400 });

    const { answer } = await to.ask({ idleTimeoutMs: 40 });

    expect(answer).toMatchObject({
      kind: 'away',
      reason: 'timeout',
      detail: expect.stringContaining('silent for 40 ms'),
    });
    await expect.poll(() => to.requests()[0]?.error).toContain('closed');
    expect(to.requests()).toHaveLength(1);
  });

  it('a slow answer that never falls silent for long is no timeout', async () => {
    to.scripted({ text: 'abcdefgh', chunkSize: 1, chunkDelayMs: 30 });

    const { answer } = await to.ask({ firstByteTimeoutMs: 250, idleTimeoutMs: 250 });

    expect(answer).toMatchObject({ kind: 'output', output: { text: 'abcdefgh' } });
  });
});

describe('a request that a person must mend', () => {
  it.each([
    [401, 'check OPENAI_API_KEY'],
    [403, 'OPENAI_API_KEY'],
    [404, 'check OPENAI_MODEL'],
  ])('%i is refused and not repeated', async (status, hint) => {
    to.scripted({ status, body: { error: { message: 'scripted' } } });

    expect((await to.ask()).answer).toEqual({ kind: 'refused', detail: expect.stringContaining(hint) });
    expect(to.statuses()).toEqual([status]);
  });

  it.each([400, 413, 422])('%i rejects this request alone, and is not repeated', async (status) => {
    to.scripted({ status, body: { error: { message: 'scripted' } } });

    expect((await to.ask()).answer).toEqual({ kind: 'rejected', detail: expect.stringContaining('scripted') });
    expect(to.statuses()).toEqual([status]);
  });

  it('what the endpoint finds wrong is told', async () => {
    const model = openModel({ apiKey: 'k', baseUrl: fake.baseUrl, model: 'm' });

    const answer = await model.complete({ messages: [], tools: [] }, { signal: new AbortController().signal });

    expect(answer).toEqual({ kind: 'rejected', detail: expect.stringContaining('at least one message') });
  });

  it('a key that the endpoint quotes is not repeated', async () => {
    to.scripted({ status: 401, body: { error: { message: 'No such key: test-key-1' } } });

    const { answer } = await to.ask();

    expect(JSON.stringify(answer)).toContain('No such key: [key]');
  });
});

describe('an output without end', () => {
  const most = 400_000;
  const data = (delta: unknown) => `data: ${JSON.stringify({ choices: [{ delta }] })}\n\n`;
  const call = (at: number) => data({ tool_calls: [{ index: at, function: { name: 'a', arguments: '' } }] });

  it.each<[string, ScriptedOutput]>([
    ['of text', { text: 'x'.repeat(most + 1), chunkSize: 10_000 }],
    ['of arguments', { calls: [{ name: 'look_up', arguments: 'x'.repeat(most) }], chunkSize: 10_000 }],
    ['of calls that say nothing', { status: 200, body: Array.from({ length: 1000 }, (_, at) => call(at)).join('') }],
    ['on one line', { status: 200, body: `data: ${'x'.repeat(1_100_000)}` }],
    ['in one event of many lines', { status: 200, body: 'data: x\n'.repeat(600_000) }],
    ['in one object', { status: 200, body: `{"x": "${'x\n'.repeat(550_000)}"}` }],
  ])('%s is cut, and is not asked for again', async (_what, output) => {
    to.scripted(output);

    const { answer, deltas } = await to.ask();

    expect(answer).toEqual({ kind: 'endless', most });
    expect(deltas.join('').length).toBeLessThanOrEqual(most);
    expect(to.requests()).toHaveLength(1);
  });

  it('is not an output that is just long', async () => {
    const text = 'x'.repeat(most - 2000);
    to.scripted({ text, calls: [lookUpCall('{"id":"7"}')], chunkSize: 10_000 });

    expect((await to.ask()).answer).toMatchObject({ kind: 'output', output: { text, calls: [{ name: 'look_up' }] } });
  });

  it.each([200, 500])('ends the connection of one that answers %i', async (status) => {
    const endpoint = await startEndless(status);

    const { answer } = await to.ask({ baseUrl: endpoint.url, retries: 0, apiKey: 'none' });

    expect(answer).toMatchObject(status === 200 ? { kind: 'endless' } : { kind: 'away', reason: 'server_error' });
    await expect.poll(endpoint.open).toBe(0);
    await endpoint.close();
  });

  function lookUpCall(raw: string) {
    return { name: 'look_up', arguments: raw };
  }

  /** Writes without pause for as long as somebody reads. */
  async function startEndless(status: number) {
    const piece = status === 200 ? data({ content: 'x'.repeat(1000) }) : 'x'.repeat(1000);
    let open = 0;
    const server = createServer((_request, response) => {
      open += 1;
      response.writeHead(status).once('close', () => {
        open -= 1;
      });
      const write = () => response.destroyed || response.write(piece, () => setImmediate(write));
      write();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const close = () => new Promise((resolve) => server.close(resolve).closeAllConnections());
    return { url: `http://127.0.0.1:${port}/v1`, open: () => open, close };
  }
});

describe('stopping', () => {
  it('before the request: nothing is sent', async () => {
    expect((await to.ask({}, AbortSignal.abort())).answer).toEqual({ kind: 'stopped' });
    expect(to.requests()).toEqual([]);
  });

  it.each<[string, ScriptedOutput]>([
    ['before the first byte', { hang: true }],
    ['in the middle of the answer', { text: 'one two three', chunkSize: 1, chunkDelayMs: 50 }],
  ])('%s: the connection is closed', async (_when, output) => {
    to.scripted(output);
    const stop = new AbortController();
    const heard = to.ask({}, stop.signal);
    await expect.poll(() => to.requests()[0]?.reply).toEqual(output);

    stop.abort();

    expect((await heard).answer).toEqual({ kind: 'stopped' });
    await expect.poll(() => to.requests()[0]?.error).toContain('closed');
    expect(to.requests()).toHaveLength(1);
  });

  it('during the wait for a retry', async () => {
    to.scripted({ status: 500 });
    const stop = new AbortController();
    const heard = to.ask({ backoff: () => 60_000 }, stop.signal);
    await expect.poll(to.statuses).toEqual([500]);

    stop.abort();

    expect((await heard).answer).toEqual({ kind: 'stopped' });
    expect(to.statuses()).toEqual([500]);
  });
});

it('a base URL that is none is thrown: no answer of a model is to blame', async () => {
  await expect(to.ask({ baseUrl: 'nonsense' })).rejects.toThrow('Invalid URL');
});
