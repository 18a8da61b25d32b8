import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ChatMessage, openModel } from '../../core/agent/model.ts';
import { type Asker, lookUp, openAsker, user } from '../fakes/model/asker.ts';
import { type FakeModel, type ScriptedOutput, startFakeModel } from '../fakes/model/server.ts';
import { completionOf } from '../fakes/model/spoken.ts';

let fake: FakeModel;
let to: Asker;

beforeAll(async () => {
  fake = await startFakeModel(() => ({ text: 'unscripted' }));
});

beforeEach(() => {
  to = openAsker(fake);
});

afterAll(() => fake.close());

async function outputFor(output: ScriptedOutput) {
  to.scripted(output);
  const { answer } = await to.ask();
  if (answer.kind !== 'output') throw new Error(`not an output: ${JSON.stringify(answer)}`);
  return answer.output;
}

describe('the request', () => {
  it('carries history, tools and the wish for usage, and nothing else of the records given', async () => {
    to.scripted({ text: 'ok' });
    const model = openModel({ apiKey: 'k', baseUrl: `${fake.baseUrl}/`, model: 'small' });
    const asked = { id: 'c1', name: 'look_up', arguments: '{"order":7}', server: 'orders' };
    const messages: ChatMessage[] = [
      { role: 'system', content: 'Be brief.' },
      user,
      { role: 'assistant', content: null, tool_calls: [asked] },
      { role: 'tool', tool_call_id: 'c1', content: 'shipped' },
      { role: 'assistant', content: 'Shipped.', tool_calls: [] },
      user,
    ];

    const richTool = { ...lookUp, server: 'orders' };
    await model.complete({ messages, tools: [richTool] }, { signal: new AbortController().signal });

    expect(to.requests().map((row) => row.body)).toEqual([
      {
        model: 'small',
        messages: [
          messages[0],
          user,
          {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look_up', arguments: '{"order":7}' } }],
          },
          messages[3],
          { role: 'assistant', content: 'Shipped.' },
          user,
        ],
        tools: [{ type: 'function', function: lookUp }],
        stream: true,
        stream_options: { include_usage: true },
      },
    ]);
  });

  it('leaves the tools out where there are none', async () => {
    to.scripted({ text: 'ok' });
    const model = openModel({ apiKey: 'k', baseUrl: fake.baseUrl, model: 'm' });

    const answer = await model.complete({ messages: [user], tools: [] }, { signal: new AbortController().signal });

    expect(answer.kind).toBe('output');
    expect(to.requests()[0]?.body).not.toHaveProperty('tools');
  });
});

describe('the output', () => {
  it('text arrives in pieces and whole, with the tokens reported', async () => {
    to.scripted({ text: 'Déjà vu 🚚 on its way', chunkSize: 3, chunkDelayMs: 1, usage: { total_tokens: 42 } });

    const { answer, deltas, restarts } = await to.ask();

    expect(answer).toEqual({ kind: 'output', output: { text: 'Déjà vu 🚚 on its way', calls: [], tokens: 42 } });
    expect(deltas.length).toBeGreaterThan(5);
    expect(deltas.join('')).toBe('Déjà vu 🚚 on its way');
    expect(restarts).toBe(0);
  });

  it('tokens are estimated where the endpoint reports none', async () => {
    const text = 'x'.repeat(4000);
    const roleTextAndReason = 3;

    const { tokens } = await outputFor({ text, chunkSize: 4000, dieAfterChunks: roleTextAndReason });

    expect(tokens).toBeGreaterThan(1000);
    expect(tokens).toBeLessThan(1200);
  });

  it('may be empty', async () => {
    expect(await outputFor({ usage: { total_tokens: 1 } })).toEqual({ text: '', calls: [], tokens: 1 });
  });

  const two = [
    { id: 'c1', name: 'look_up', arguments: { order: 'the seventh of this very long list' } },
    { id: 'c2', name: 'refund', arguments: { order: 7, because: 'it never arrived at the door' } },
  ];
  const asSent = two.map((call) => ({ ...call, arguments: JSON.stringify(call.arguments) }));

  it.each<[string, ScriptedOutput]>([
    ['numbered', { calls: two }],
    ['beside text', { text: 'I look.', calls: two }],
    ['both under index 0', { calls: two, quirks: { sameIndex: true } }],
    ['both under index 0, whole', { calls: two, quirks: { sameIndex: true, argumentsWhole: true } }],
    ['without an index', { calls: two, quirks: { noIndex: true } }],
    ['without an index, whole', { calls: two, quirks: { noIndex: true, argumentsWhole: true } }],
    ['numbered from 1', { calls: two.map((call, at) => ({ ...call, index: at + 1 })) }],
    ['finished with "stop"', { calls: two, finishReason: 'stop' }],
    ['never finished, but done', { calls: two, finishReason: null }],
    ['finished, but never done', { calls: two, quirks: { noDone: true } }],
  ])('two calls: %s', async (_how, output) => {
    expect((await outputFor(output)).calls).toEqual(asSent);
  });

  const occasion = { seq: 1, model: 'm', requestLength: 0, includeUsage: true };
  it.each<[string, (object: unknown) => unknown]>([
    ['on one line', (object) => object],
    ['on many lines', (object) => `\n ${JSON.stringify(object, null, 2)}\n`],
  ])('one object from an endpoint that does not stream, %s', async (_how, written) => {
    const spoken = { text: 'I look.', calls: two, usage: { total_tokens: 42 } };
    to.scripted({ status: 200, body: written(completionOf(spoken, occasion)) });

    const { answer, deltas } = await to.ask();

    expect(answer).toEqual({ kind: 'output', output: { text: 'I look.', calls: asSent, tokens: 42 } });
    expect(deltas).toEqual(['I look.']);
  });

  it.each(['delta', 'message'])('the refusal in a %s is the text of the answer', async (place) => {
    const object = JSON.stringify({ choices: [{ [place]: { content: null, refusal: 'I will not.' } }] });
    const body = place === 'delta' ? `data: ${object}\n\ndata: [DONE]\n\n` : object;

    expect(await outputFor({ status: 200, body })).toMatchObject({ text: 'I will not.', calls: [] });
  });

  it('two whole calls with neither index nor id are two calls, their missing ids left missing', async () => {
    const bare = [1, 2].map((order) => ({ id: '', name: 'look_up', arguments: `{"order":${order}}` }));

    const { calls } = await outputFor({ calls: bare, quirks: { noIndex: true, argumentsWhole: true } });

    expect(calls).toEqual(bare);
  });

  it('two calls of one tool under one index are told apart by their ids', async () => {
    const same = [1, 2].map((order) => ({ id: `c${order}`, name: 'look_up', arguments: `{"order":${order}}` }));

    expect((await outputFor({ calls: same, quirks: { sameIndex: true } })).calls).toEqual(same);
  });

  it('an id used for two numbered calls is left as it is', async () => {
    const { calls } = await outputFor({ calls: two.map((call) => ({ ...call, id: 'same' })) });

    expect(calls).toEqual(asSent.map((call) => ({ ...call, id: 'same' })));
  });

  it('nonsense for arguments is handed on as it came', async () => {
    const { calls } = await outputFor({ calls: [{ id: 'c1', name: 'look_up', arguments: '{"order":' }] });

    expect(calls).toEqual([{ id: 'c1', name: 'look_up', arguments: '{"order":' }]);
  });

  it('a call without a name is dropped', async () => {
    const { calls } = await outputFor({ text: 'hm', calls: [{ name: '', arguments: '{}' }, ...two] });

    expect(calls).toEqual(asSent);
  });
});

it('many calls of one turn leave no listener on its signal and use their connections again', async () => {
  to.scripted({ text: 'ok' });
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on('warning', note);
  const model = openModel({ apiKey: 'k', baseUrl: fake.baseUrl, model: 'm' });
  const turn = new AbortController();

  for (let call = 0; call < 15; call += 1)
    await model.complete({ messages: [user], tools: [] }, { signal: turn.signal });
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', note);

  expect(to.statuses()).toEqual(Array(15).fill(200));
  expect(warnings).toEqual([]);
  expect(new Set(to.requests().map((row) => row.connection)).size).toBeLessThanOrEqual(2);
});

it('calls at the same time do not mix', async () => {
  fake.script(({ lastUser }) => ({ text: `${lastUser}, answered at length`, chunkSize: 4, chunkDelayMs: 2 }));
  const model = openModel({ apiKey: 'k', baseUrl: fake.baseUrl, model: 'm' });
  const { signal } = new AbortController();

  const answers = await Promise.all(
    ['one', 'two', 'three'].map((content) =>
      model.complete({ messages: [{ role: 'user', content }], tools: [] }, { signal }),
    ),
  );

  expect(answers).toMatchObject(
    ['one', 'two', 'three'].map((said) => ({ output: { text: `${said}, answered at length` } })),
  );
});

it('an error in the listener for text is thrown, not taken for a fault of the model, and nobody reads on', async () => {
  to.scripted({ text: 'on and on and on', chunkSize: 2, chunkDelayMs: 50 });
  const model = openModel({ apiKey: 'k', baseUrl: fake.baseUrl, model: 'm' });
  const onText = () => {
    throw new Error('the draft is gone');
  };

  const asked = model.complete({ messages: [user], tools: [] }, { signal: new AbortController().signal, onText });

  await expect(asked).rejects.toThrow('the draft is gone');
  await expect.poll(() => to.requests()[0]?.error).toContain('closed');
  expect(to.requests()).toHaveLength(1);
});
