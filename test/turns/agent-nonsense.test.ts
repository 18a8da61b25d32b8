import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Script, ScriptedOutput } from '../fakes/model/server.ts';
import { until } from '../support/app.ts';
import { shopDesk } from '../support/furnish.ts';
import { callsOf, type ShopApp, startShopApp } from '../support/shop-app.ts';

const lookUp = (id: string) => ({ name: 'shop__look_up', arguments: { id } });

/** Says the given things in turn, then what the tools brought, then that it is done. */
function saying(...outputs: ScriptedOutput[]): Script {
  const begun = new Map<string, number>();
  return ({ lastUser, toolResults }) => {
    const said = begun.get(lastUser) ?? 0;
    begun.set(lastUser, said + 1);
    return outputs[said] ?? { text: `Results: ${toolResults.map(({ content }) => content).join(' ')} End.` };
  };
}

describe('a model that talks nonsense', () => {
  let app: ShopApp;
  beforeAll(async () => {
    app = await startShopApp('postgres', () => ({ text: 'unscripted' }));
  });
  afterEach(async () => {
    // Whatever it was, the thread goes on, and no request was one that a strict endpoint refuses.
    const thread = app.slack.messages('C0GENERAL').findLast(({ thread_ts }) => !thread_ts)!.ts;
    app.model.script(() => ({ text: 'Going on.' }));
    expect((await app.ask('and then?', { thread })).text).toBe('Going on.');
    expect(app.model.ledger.filter(({ status }) => status !== 200)).toEqual([]);
    app.shop.ledger.length = 0;
  });
  afterAll(() => app.close());

  it.each<[string, unknown, string]>([
    ['are no JSON', '{"id": "a', 'not valid JSON'],
    ['are no object', '[1]', 'must be one JSON object'],
    ['lack what the schema demands', { count: 1 }, "must have required property 'id'"],
    ['are of another type', { id: 'a', count: 'two' }, '/count must be integer'],
    ['are out of range', { id: 'a', count: 0 }, '/count must be'],
  ])('arguments that %s are refused and never reach the tool', async (_what, args, problem) => {
    app.model.script(saying({ calls: [{ name: 'shop__order', arguments: args }] }));

    expect((await app.ask(`order ${problem}`)).text).toContain(problem);
    expect(app.shop.called()).toEqual([]);
    expect((await app.calls()).at(-1)).toMatchObject({
      state: 'denied',
      reason: expect.stringContaining('Nothing was'),
    });
  });

  it.each([
    ['unknown', 'shop__teleport'],
    ['of a server that nobody knows', 'bank__pay'],
    ['at the desk, but gone from its server', 'shop__vanished'],
    ['on the server, but not at the desk', 'shop__unlisted'],
    ['badly named', 'shop look-up!'],
    ['longer than a name can be', 'x'.repeat(300)],
  ])('a tool %s is refused, with those that there are', async (_what, name) => {
    app.model.script(saying({ calls: [{ name, arguments: { id: 'a' } }] }));

    const { text } = await app.ask(`call ${name}`);

    expect(text).toContain('There is no tool');
    expect(text).toMatch(/Use one of: .*look_up/);
    expect(text).not.toContain('erase');
    expect(app.shop.called()).toEqual([]);
  });

  it.each<[string, ScriptedOutput]>([
    ['under one index', { calls: [lookUp('a'), lookUp('b')], quirks: { sameIndex: true } }],
    ['without an index', { calls: [lookUp('a'), lookUp('b')], quirks: { noIndex: true } }],
    ['without ids', { calls: ['a', 'b'].map((id) => ({ ...lookUp(id), id: '' })) }],
    ['under one id', { calls: ['a', 'b'].map((id, index) => ({ ...lookUp(id), id: 'same', index })) }],
  ])('two calls %s are two calls, each answered once', async (_what, output) => {
    app.model.script(saying(output));

    const { text } = await app.ask('look both up');

    expect(text).toContain('a is here');
    expect(text).toContain('b is here');
    // They go side by side, so either may arrive first.
    expect(app.shop.ledger.map(({ args }) => JSON.stringify(args)).toSorted()).toEqual(['{"id":"a"}', '{"id":"b"}']);
  });

  it('text beside calls is kept, and an empty answer after them is said to be one', async () => {
    app.model.script(saying({ text: 'Let me see.', calls: [lookUp('a')] }, { text: '  ' }));

    const { text } = await app.ask('look a up');

    expect(text).toMatch(/^Let me see\.\s+The model gave no answer to this/);
    expect(app.shop.called()).toEqual(['look_up']);
  });

  it('nothing at all is said to be nothing', async () => {
    app.model.script(saying({ text: '' }));

    expect((await app.ask('say nothing')).text).toContain('The model gave no answer to this');
  });

  it('of forty calls at once sixteen run, and the model is told to ask again for the rest', async () => {
    app.model.script(saying({ calls: Array.from({ length: 40 }, (_, i) => lookUp(`n${i}`)) }));

    await app.ask('look forty up');

    expect(app.shop.ledger.map(({ args }) => args)).toEqual(Array.from({ length: 16 }, (_, i) => ({ id: `n${i}` })));
    const told = app.model.ledger.at(-1)!.body.messages.filter(({ role }) => role === 'tool');
    expect(told).toHaveLength(40);
    expect(told.filter(({ content }) => content?.includes('Only 16 calls run at once'))).toHaveLength(24);
    expect(callsOf(await app.steps()).filter(({ arguments: raw }) => /"n\d+"/.test(raw))).toHaveLength(40);
  });

  it('characters that no record takes do not end the turn', async () => {
    const broken = 'x\\u0000y\\ud83d';
    app.model.script(saying({ text: 'A\0B', calls: [{ name: 'shop__look_up', arguments: `{"id": "${broken}"}` }] }));

    expect((await app.ask('look it up')).text).toContain('A\ufffdB');
    expect(app.shop.ledger.map(({ args }) => args)).toEqual([{ id: 'x\ufffdy\ufffd' }]);
  });
});

describe('a turn without end', () => {
  let app: ShopApp;
  beforeAll(async () => {
    const limits = 'limits: { steps: 3, tokens: 20000, seconds: 1, tool_seconds: 20 }';
    app = await startShopApp('postgres', () => ({ text: 'unscripted' }), { desk: shopDesk(limits) });
  });
  afterEach(async () => {
    const thread = app.slack.messages('C0GENERAL').findLast(({ thread_ts }) => !thread_ts)!.ts;
    app.model.script(() => ({ text: 'Going on.' }));
    expect((await app.ask('and then?', { thread })).text).toBe('Going on.');
    expect(app.model.ledger.filter(({ status, error }) => status >= 400 || error?.startsWith('messages'))).toEqual([]);
    app.shop.ledger.length = 0;
  });
  afterAll(() => app.close());

  it('of calls stops at the limit on steps', async () => {
    app.model.script(() => ({ calls: [lookUp('again')] }));

    expect((await app.ask('look for ever')).text).toContain('may take 3 steps');
    expect(app.shop.called()).toHaveLength(3);
  });

  it('of tokens stops at the limit on tokens', async () => {
    app.model.script(() => ({ calls: [lookUp('dear')], usage: { total_tokens: 15_000 } }));

    expect((await app.ask('think for ever')).text).toContain('may take 20000 tokens');
    expect(app.shop.called()).toHaveLength(2);
  });

  it('in a single tool stops at the limit on time', async () => {
    app.model.script(({ toolResults }) =>
      toolResults.length > 0
        ? { text: 'too late' }
        : { calls: [{ name: 'shop__save', arguments: { id: 'x', ms: 9000 } }] },
    );

    const begun = Date.now();
    expect((await app.ask('save for ever')).text).toContain('may take 1 seconds');
    expect(Date.now() - begun).toBeLessThan(4000);
    expect((await app.calls()).at(-1)).toMatchObject({ tool: 'shop__save', state: 'unknown' });
  });

  it('of characters stops where no output is that long, and is not asked for again', async () => {
    app.model.script(() => ({ text: 'on and on '.repeat(45_000), chunkSize: 10_000 }));
    const before = app.model.ledger.length;

    const { ts, thread_ts } = await app.ask('write for ever');

    await until(() => {
      const text = app.replies('C0GENERAL', thread_ts!).find((message) => message.ts === ts)?.text;
      return text?.includes('may take 400000 characters');
    }, 'the limit to be told');
    expect(app.model.ledger.length).toBe(before + 1);
  });

  it('in a model that says nothing stops at the limit on time', async () => {
    app.model.script(() => ({ hang: true }));

    const begun = Date.now();
    expect((await app.ask('answer nothing for ever')).text).toContain('may take 1 seconds');
    expect(Date.now() - begun).toBeLessThan(4000);
  });

  it('in a model that never comes to an end stops there, and keeps what was said', async () => {
    app.model.script(() => ({ text: 'on and on '.repeat(500), chunkSize: 10, chunkDelayMs: 100 }));

    const { ts, thread_ts } = await app.ask('answer for ever');

    const whole = await until(() => {
      const text = app.replies('C0GENERAL', thread_ts!).find((message) => message.ts === ts)?.text;
      return text?.includes('may take 1 seconds') ? text : undefined;
    }, 'the limit to be told');
    expect(whole).toMatch(/^on and on on and on .*\s+I stopped here/);
  });
});
