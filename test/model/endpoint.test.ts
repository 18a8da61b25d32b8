import { request as httpRequest } from 'node:http';
import OpenAI from 'openai';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openModel } from '../../core/agent/model.ts';
import { type Decide, type ServedModel, serveModel } from '../../playground/model/server.ts';

const warnings: string[] = [];
let decide: Decide;
const standIn: ServedModel = await serveModel((chat) => decide(chat), { warn: (_, line) => warnings.push(line) });
const client = new OpenAI({ apiKey: 'any', baseURL: standIn.baseUrl, maxRetries: 0 });
const ours = openModel({ apiKey: 'any', baseUrl: standIn.baseUrl, model: 'stand-in', backoff: () => 1 });

const said = 'Your order has left: it is on its way to Portland and arrives on Tuesday, in the morning.';
const twoCalls = [
  { name: 'orders__get', arguments: { id: 'ORD-1' } },
  { name: 'stock__get', arguments: { sku: 'Ring "A", größe 7' } },
];
const tools = twoCalls.map(({ name }) => ({
  type: 'function' as const,
  function: { name, description: 'Looks up', parameters: { type: 'object', properties: {} } },
}));
const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'where is it?' }];

beforeEach(() => {
  warnings.length = 0;
  standIn.faults.set('ok');
  decide = async () => ({ kind: 'answer', text: said });
});
afterAll(() => standIn.close());

describe('by the openai package', () => {
  it('gives an answer whole, with its usage', async () => {
    const whole = await client.chat.completions.create({ model: 'stand-in', messages });
    expect(whole.choices).toMatchObject([{ message: { role: 'assistant', content: said }, finish_reason: 'stop' }]);
    expect(whole.usage?.completion_tokens).toBe(Math.ceil(said.length / 4));
    expect(whole.usage?.total_tokens).toBe(
      (whole.usage?.prompt_tokens ?? 0) + (whole.usage?.completion_tokens ?? Number.NaN),
    );
  });

  it('streams an answer in pieces, at whose end the usage stands only where it was asked for', async () => {
    const pieces: string[] = [];
    let usage: unknown;
    const asked = { model: 'stand-in', messages, stream: true, stream_options: { include_usage: true } } as const;
    for await (const chunk of await client.chat.completions.create(asked)) {
      const piece = chunk.choices[0]?.delta.content;
      if (piece) pieces.push(piece);
      usage = chunk.usage;
    }
    expect(pieces.join('')).toBe(said);
    expect(pieces.length).toBeGreaterThan(5);
    expect(usage).toMatchObject({ total_tokens: expect.any(Number) });

    const plain = client.chat.completions.stream({ model: 'stand-in', messages });
    expect(await plain.finalContent()).toBe(said);
    expect((await plain.finalChatCompletion()).usage).toBeUndefined();
  });

  it.each([false, true])('makes calls side by side, streaming %s', async (stream) => {
    decide = async () => ({ kind: 'calls', calls: twoCalls });
    const completion = stream
      ? await client.chat.completions.stream({ model: 'stand-in', messages, tools }).finalChatCompletion()
      : await client.chat.completions.create({ model: 'stand-in', messages, tools });
    const [choice] = completion.choices;
    expect(choice?.finish_reason).toBe('tool_calls');
    const made = (choice?.message.tool_calls ?? []).flatMap((call) => (call.type === 'function' ? [call] : []));
    expect(made.map(({ function: { name, arguments: raw } }) => ({ name, arguments: JSON.parse(raw) }))).toEqual(
      twoCalls,
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(2);
  });

  it('hands a whole conversation to the planning: texts joined, calls read, tools as they were offered', async () => {
    let seen: unknown;
    decide = async (chat) => {
      seen = chat;
      return { kind: 'answer', text: 'ok' };
    };
    const call = {
      id: 'c1',
      type: 'function' as const,
      function: { name: 'orders__get', arguments: '{"id":"ORD-1"}' },
    };
    await client.chat.completions.create({
      model: 'stand-in',
      messages: [
        { role: 'developer', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'one' },
            { type: 'text', text: 'two' },
          ],
        },
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'c1', content: 'shipped' },
      ],
      tools,
      tool_choice: { type: 'function', function: { name: 'stock__get' } },
    });
    expect(seen).toEqual({
      messages: [
        { role: 'system', text: 'Be brief.' },
        { role: 'user', text: 'one\ntwo' },
        { role: 'assistant', text: '', calls: [{ id: 'c1', name: 'orders__get', arguments: { id: 'ORD-1' } }] },
        { role: 'tool', callId: 'c1', text: 'shipped' },
      ],
      tools: [{ name: 'stock__get', description: 'Looks up', parameters: { type: 'object', properties: {} } }],
    });
  });

  it('lists itself as a model', async () => {
    expect((await client.models.list()).data).toMatchObject([{ id: 'stand-in', object: 'model' }]);
  });

  it('tells what is wrong with a request, and where', async () => {
    const bad = { model: 'stand-in', messages: [{ role: 'wizard', content: 'hm' }] };
    const refused = await client.chat.completions.create(bad as never).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(OpenAI.BadRequestError);
    expect(refused).toMatchObject({ status: 400, type: 'invalid_request_error', param: 'messages.0.role' });
  });
});

describe("by the product's own client", () => {
  it('gives answers, calls and usage', async () => {
    const pieces: string[] = [];
    const options = { signal: new AbortController().signal, onText: (piece: string) => void pieces.push(piece) };
    const request = { messages: [{ role: 'user' as const, content: 'where is it?' }], tools: [] };
    const answered = await ours.complete(request, options);
    expect(answered).toMatchObject({ kind: 'output', output: { text: said, calls: [], tokens: expect.any(Number) } });
    expect(pieces.join('')).toBe(said);

    decide = async () => ({ kind: 'calls', calls: twoCalls });
    const calling = await ours.complete(request, options);
    const calls = calling.kind === 'output' ? calling.output.calls : [];
    expect(calls.map((call) => JSON.parse(call.arguments))).toEqual(twoCalls.map((call) => call.arguments));
  });
});

describe('in plain HTTP', () => {
  it.each([
    ['nothing', '', 400],
    ['what is no JSON', '{"model":', 400],
    ['a list', '[]', 400],
    ['null', 'null', 400],
    ['no messages', '{"model":"m","messages":[]}', 400],
    ['no model', '{"messages":[{"role":"user","content":"hi"}]}', 400],
    ['two choices', '{"model":"m","n":2,"messages":[{"role":"user","content":"hi"}]}', 400],
    [
      'a tool without a name',
      '{"model":"m","messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{}}]}',
      400,
    ],
    ['a prototype', '{"__proto__":{"stream":true},"model":"m","messages":[{"role":"user","content":"hi"}]}', 400],
    ['more than a body may hold', `"${'x'.repeat(17_000_000)}"`, 413],
  ])('answers %s with an error that says so', async (_, body, status) => {
    const response = await post(body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringMatching(/\w/), type: 'invalid_request_error' },
    });
  });

  it('sees no image and reads no file, but says so and shows what a file says; an image costs few tokens', async () => {
    const bill = '<data from="file bill.pdf">\nbill.pdf (application/pdf, 1 KB), which says:\nTotal 40 EUR\n</data>';
    const asked = [
      { role: 'user' as const, content: bill, images: [`data:image/png;base64,${'A'.repeat(2_000_000)}`] },
      { role: 'user' as const, content: '<message from="U1">\nwhat is this?\n</message>' },
    ];
    const answered = await ours.complete({ messages: asked, tools: [] }, { signal: AbortSignal.timeout(5_000) });
    if (answered.kind !== 'output') throw new Error(answered.kind);
    expect(answered.output.text).toMatch(/cannot see images[\s\S]*what bill.pdf says:\n\n```\nTotal 40 EUR\n```$/);
    expect(answered.output.tokens).toBeLessThan(1_000);
  });

  it('answers a path or a method that it does not have with an error of the same form', async () => {
    for (const [path, method] of [
      ['/completions', 'POST'],
      ['/chat/completions', 'GET'],
    ] as const) {
      const response = await fetch(`${standIn.baseUrl}${path}`, { method });
      expect([response.status, await response.json()]).toMatchObject([
        404,
        { error: { type: 'invalid_request_error' } },
      ]);
    }
  });

  it.each([
    ['100,000 characters', 'order '.repeat(16_667)],
    ['one word of 100,000 characters', 'x'.repeat(100_000)],
    ['nothing at all', ''],
    ['control characters and halves of pairs', '\u0000\u001b[2J\ud800 \u202e'],
    ['an event of its own', 'data: [DONE]\n\ndata: {"choices":[]}\n\n'],
  ])('gives %s to the planning in bounded length, and its answer back whole', async (_, content) => {
    decide = async ({ messages: [message] }) => ({ kind: 'answer', text: `${message?.text.length}: ${message?.text}` });
    const response = await post(JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content }] }));
    const text = textIn(await response.text());
    expect(Number.parseInt(text, 10)).toBeLessThanOrEqual(8_010);
    if (content.length < 100) expect(text.slice(text.indexOf(' ') + 1)).toBe(content.replace('\ud800', '\ufffd'));
  });

  it('ends in a word where the planning fails', async () => {
    decide = async () => {
      throw new Error('no idea');
    };
    const response = await post(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hm' }] }));
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: /other words/ } }] });
    expect(warnings).toEqual(['The stand-in model could not plan an answer']);
  });

  it('listens on the loopback interface only', () => {
    expect(standIn.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
  });

  it('goes on when a reader leaves in the middle', async () => {
    await new Promise<void>((resolve) => {
      const { port } = new URL(standIn.baseUrl);
      const asked = httpRequest({ port, path: '/v1/chat/completions', method: 'POST', headers: json }, (response) => {
        response.once('data', () => response.destroy());
        response.once('close', resolve);
      });
      asked.end(JSON.stringify({ model: 'm', stream: true, messages }));
    });
    expect((await post(JSON.stringify({ model: 'm', messages }))).status).toBe(200);
    expect(warnings).toEqual([]);
  });
});

describe('with a fault switched on', () => {
  const ask = () =>
    ours.complete(
      { messages: [{ role: 'user', content: 'where is it?' }], tools: [] },
      { signal: new AbortController().signal, onText: (piece) => pieces.push(piece), onRestart: () => restarts++ },
    );
  let restarts = 0;
  const pieces: string[] = [];

  it('is down: its client says that it cannot be reached, and is answered again afterwards', async () => {
    standIn.faults.set('down');
    expect(await ask()).toMatchObject({ kind: 'away', reason: 'unreachable' });
    standIn.faults.set('ok');
    expect(await ask()).toMatchObject({ kind: 'output' });
  });

  it('is lossy: now and then a stream breaks off in the middle, and asking again is answered', async () => {
    standIn.faults.set('lossy');
    restarts = 0;
    expect(await ask()).toMatchObject({ kind: 'output', output: { text: said } });
    expect(restarts).toBe(1);
    expect(pieces.join('').length).toBeGreaterThan(said.length);

    const body = JSON.stringify({ model: 'm', messages });
    const ends = [];
    for (let n = 0; n < 4; n++)
      ends.push(
        await post(body).then(
          ({ status }) => status,
          () => 'cut',
        ),
      );
    expect(ends).toEqual([200, 'cut', 200, 200]);
  });

  it('is slow: seconds pass before the first token', async () => {
    standIn.faults.set('slow');
    const begun = Date.now();
    const response = await post(JSON.stringify({ model: 'm', stream: true, messages }));
    expect(Date.now() - begun).toBeGreaterThan(2_500);
    expect(textIn(await response.text())).toBe(said);
  });
});

const json = { 'content-type': 'application/json' };

function post(body: string): Promise<Response> {
  return fetch(`${standIn.baseUrl}/chat/completions`, { method: 'POST', body, headers: json });
}

function textIn(stream: string): string {
  const events = stream.split('\n\n').filter((event) => event.startsWith('data: {'));
  return events.map((event) => JSON.parse(event.slice(6)).choices[0]?.delta.content ?? '').join('');
}
