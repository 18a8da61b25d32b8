import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeModel, type Script, startFakeModel } from './model/server.ts';

const says =
  (text: string): Script =>
  () => ({ text });

let fake: FakeModel;

beforeAll(async () => {
  fake = await startFakeModel(says('hello'));
});

beforeEach(() => fake.script(says('hello')));

afterAll(() => fake.close());

const user = { role: 'user', content: 'hi' };
const call = (id: string, name = 'look_up') => ({ id, type: 'function', function: { name, arguments: '{}' } });
const asks = (...ids: string[]) => ({ role: 'assistant', content: null, tool_calls: ids.map((id) => call(id)) });
const told = (id: string) => ({ role: 'tool', tool_call_id: id, content: 'done' });
const tool = (name: string, parameters: unknown = { type: 'object' }) => ({
  type: 'function',
  function: { name, parameters },
});
const withMessages = (...messages: unknown[]) => ({ model: 'm', messages });
const withTools = (tools: unknown) => ({ model: 'm', messages: [user], tools });
const withCall = (changed: unknown) =>
  withMessages(user, { role: 'assistant', content: null, tool_calls: [changed] }, told('a'));

function post(body: unknown, headers: Record<string, string> = { authorization: 'Bearer key' }): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(`${fake.baseUrl}/chat/completions`, { method: 'POST', headers, body: text });
}

async function eventsOf(response: Response): Promise<string[]> {
  return (await response.text())
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => event.replace('data: ', ''));
}

describe('refuses, as a real endpoint does,', () => {
  const refused: [what: string, body: unknown, param: string | null, message: RegExp][] = [
    ['a body that is not JSON', '{"model":', null, /not JSON/],
    ['a body that is no object', '[]', null, /not a JSON object/],
    ['a missing model', { messages: [user] }, 'model', /must be named/],
    ['an empty model', { model: '', messages: [user] }, 'model', /must be named/],
    ['missing messages', { model: 'm' }, 'messages', /must be an array/],
    ['no message', withMessages(), 'messages', /at least one/],
    ['an unknown role', withMessages({ role: 'robot', content: 'hi' }), 'messages.[0].role', /Unknown role 'robot'/],
    ['a message that is no object', withMessages('hi'), 'messages.[0]', /must be an object/],
    ['a user without content', withMessages({ role: 'user', content: null }), 'messages.[0].content', /as a string/],
    ['a system without content', withMessages({ role: 'system' }), 'messages.[0].content', /as a string/],
    [
      'a tool message without content',
      withMessages(user, asks('a'), { ...told('a'), content: null }),
      'messages.[2].content',
      /as a string/,
    ],
    [
      'a tool message without an id',
      withMessages(user, asks('a'), { role: 'tool', content: 'x' }),
      'messages.[2].tool_call_id',
      /needs a tool_call_id/,
    ],
    [
      'an assistant with neither content nor calls',
      withMessages(user, { role: 'assistant', content: null }),
      'messages.[1].content',
      /content or tool_calls/,
    ],
    [
      'an assistant with an empty list of calls',
      withMessages(user, { role: 'assistant', content: 'x', tool_calls: [] }),
      'messages.[1].tool_calls',
      /must not be empty/,
    ],
    [
      '129 calls in one message',
      withMessages(user, asks(...Array.from({ length: 129 }, (_, at) => `c${at}`))),
      'messages.[1].tool_calls',
      /At most 128 calls/,
    ],
    ['an orphan tool message', withMessages(user, told('a')), 'messages.[1].role', /No preceding/],
    [
      'a tool message for a call of an earlier group',
      withMessages(user, asks('a'), told('a'), asks('b'), told('a'), told('b')),
      'messages.[4].role',
      /No preceding tool_calls ask for 'a'/,
    ],
    [
      'a repeated tool message',
      withMessages(user, asks('a', 'b'), told('a'), told('a'), told('b')),
      'messages.[3].role',
      /answered twice/,
    ],
    [
      'a missing tool message before another role',
      withMessages(user, asks('a', 'b'), told('a'), user),
      'messages.[3].role',
      /without a tool message: b/,
    ],
    ['a missing tool message at the end', withMessages(user, asks('a')), 'messages.[2].role', /tool message: a/],
    ['one id for two calls', withMessages(user, asks('a', 'a'), told('a')), 'messages.[1].tool_calls[1].id', /twice/],
    ['a call without an id', withCall({ ...call('a'), id: '' }), 'messages.[1].tool_calls[0].id', /needs an id/],
    [
      'a call without a type',
      withCall({ ...call('a'), type: undefined }),
      'messages.[1].tool_calls[0].type',
      /of type function/,
    ],
    [
      'a call whose name holds a dot',
      withCall(call('a', 'look.up')),
      'messages.[1].tool_calls[0].function.name',
      /no valid function name/,
    ],
    [
      'a call without arguments',
      withCall({ ...call('a'), function: { name: 'look_up' } }),
      'messages.[1].tool_calls[0].function.arguments',
      /is missing/,
    ],
    [
      'arguments as an object',
      withCall({ ...call('a'), function: { name: 'look_up', arguments: {} } }),
      'messages.[1].tool_calls[0].function.arguments',
      /must be a string/,
    ],
    ['an empty list of tools', withTools([]), 'tools', /leave it out/],
    ['129 tools', withTools(Array.from({ length: 129 }, (_, at) => tool(`t${at}`))), 'tools', /At most 128/],
    ['a tool name with a space', withTools([tool('look up')]), 'tools[0].function.name', /no valid function name/],
    ['a tool name of 65 characters', withTools([tool('x'.repeat(65))]), 'tools[0].function.name', /no valid function/],
    ['one name for two tools', withTools([tool('a'), tool('a')]), 'tools[1].function.name', /offered twice/],
    [
      'parameters of another type',
      withTools([tool('a', { type: 'string' })]),
      'tools[0].function.parameters',
      /type object/,
    ],
    ['parameters that are no schema', withTools([tool('a', [])]), 'tools[0].function.parameters', /type object/],
    [
      'stream_options without stream',
      { ...withMessages(user), stream_options: { include_usage: true } },
      'stream_options',
      /stream: true/,
    ],
  ];

  it.each(refused)('%s', async (_what, body, param, message) => {
    const response = await post(body);

    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: {
        message: expect.stringMatching(message),
        type: 'invalid_request_error',
        param,
        code: expect.toSatisfy((code) => code === null || typeof code === 'string'),
      },
    });
    expect(fake.ledger.at(-1)).toMatchObject({ status: 400, error: expect.stringMatching(message) });
    expect(fake.ledger.at(-1)?.reply).toBeUndefined();
  });

  it.each<Record<string, string>>([{}, { authorization: 'Bearer ' }, { authorization: 'Basic a2V5' }])(
    '401 for %j',
    async (headers) => {
      const response = await post(withMessages(user), headers);

      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error: { code: 'invalid_api_key' } });
    },
  );

  it('404 for any other path or method', async () => {
    const elsewhere = await fetch(`${fake.baseUrl}/completions`, { method: 'POST', body: '{}' });
    const read = await fetch(`${fake.baseUrl}/chat/completions`);

    expect([elsewhere.status, read.status]).toEqual([404, 404]);
    expect(await elsewhere.json()).toMatchObject({ error: { message: 'No such URL: POST /v1/completions' } });
  });
});

describe('accepted requests', () => {
  it('a whole history with groups of calls, each answered, and 128 tools', async () => {
    const history = [
      { role: 'system', content: '' },
      user,
      asks('a', 'b'),
      told('b'),
      told('a'),
      asks('a'),
      told('a'),
      { role: 'assistant', content: 'done' },
      user,
    ];
    const tools = Array.from({ length: 128 }, (_, at) => tool(`t-${at}`));

    const response = await post({ ...withMessages(...history), tools });

    expect(response.status).toBe(200);
  });
});

describe('answers', () => {
  it('a completion in one piece where no stream is asked for', async () => {
    fake.script(() => ({
      text: 'I look',
      calls: [{ name: 'look_up', arguments: { order: 7 } }],
      usage: { total_tokens: 9 },
    }));

    const answer = await (await post(withMessages(user))).json();

    expect(answer).toMatchObject({
      object: 'chat.completion',
      model: 'm',
      choices: [
        {
          message: {
            role: 'assistant',
            content: 'I look',
            tool_calls: [{ type: 'function', function: { name: 'look_up', arguments: '{"order":7}' } }],
          },
          finish_reason: 'tool_calls',
        },
      ],
      usage: { total_tokens: 9 },
    });
  });

  it('a stream of chunks that ends with its usage and [DONE]', async () => {
    fake.script(() => ({ text: 'abcde', chunkSize: 2, usage: { prompt_tokens: 3, completion_tokens: 4 } }));

    const response = await post({ ...withMessages(user), stream: true, stream_options: { include_usage: true } });
    const events = await eventsOf(response);
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event));

    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(events.at(-1)).toBe('[DONE]');
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content)).toEqual(['', 'ab', 'cd', 'e', undefined, undefined]);
    expect(chunks.at(-2).choices[0].finish_reason).toBe('stop');
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
    });
  });

  it('no usage chunk where none is asked for', async () => {
    const events = await eventsOf(await post({ ...withMessages(user), stream: true }));

    expect(events.some((event) => event.includes('usage'))).toBe(false);
  });

  it('the script is told the last user text and the tool results that followed it', async () => {
    const seen: unknown[] = [];
    fake.script(({ lastUser, toolResults, tools }) => {
      seen.push({ lastUser, toolResults, tools: tools.length });
      return {};
    });
    const again = { role: 'user', content: 'and now?' };

    await post({ ...withMessages(user, asks('a'), told('a'), again, asks('b'), told('b')), tools: [tool('look_up')] });

    expect(seen).toEqual([
      { lastUser: 'and now?', toolResults: [{ name: 'look_up', content: 'done', id: 'b' }], tools: 1 },
    ]);
  });

  it('500 with the reason where the script itself fails', async () => {
    fake.script(() => {
      throw new Error('no such order');
    });

    const response = await post(withMessages(user));

    expect(response.status).toBe(500);
    expect(fake.ledger.at(-1)?.error).toContain('no such order');
  });
});

describe('the ledger', () => {
  it('holds each request with what was answered, and only as many rows as asked', async () => {
    const small = await startFakeModel(says('hi'), { keepLedger: 2 });
    const url = `${small.baseUrl}/chat/completions`;
    for (const content of ['1', '2', '3']) {
      const body = JSON.stringify(withMessages({ role: 'user', content }));
      await (await fetch(url, { method: 'POST', headers: { authorization: 'Bearer k' }, body })).json();
    }
    await small.close();

    expect(small.ledger.map((row) => [row.seq, row.status, row.body.messages[0]?.content, row.reply])).toEqual([
      [2, 200, '2', { text: 'hi' }],
      [3, 200, '3', { text: 'hi' }],
    ]);
    for (const row of small.ledger) expect(row.doneAt).toBeGreaterThanOrEqual(row.at);
  });

  it('says so where the caller went away before the answer', async () => {
    fake.script(() => ({ hang: true }));
    const left = new AbortController();
    const request = fetch(`${fake.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer k' },
      body: JSON.stringify(withMessages(user)),
      signal: left.signal,
    }).catch(() => 'left');
    await expect.poll(() => fake.ledger.at(-1)?.reply).toEqual({ hang: true });

    left.abort();

    expect(await request).toBe('left');
    await expect.poll(() => fake.ledger.at(-1)?.error).toContain('closed before');
    expect(fake.ledger.at(-1)?.status).toBe(0);
  });
});
