import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelRequest } from '../fakes/model/server.ts';
import { backends } from '../support/app.ts';
import { callsOf, type ShopApp, startShopApp } from '../support/shop-app.ts';

const lookUps = ['a', 'b', 'c', 'd'].map((id) => ({ name: 'shop__look_up', arguments: { id, ms: 150 } }));

describe.each(backends)('a turn with tools, on %s', (backend) => {
  let app: ShopApp;
  beforeAll(async () => {
    app = await startShopApp(backend, ({ lastUser, toolResults }) => {
      if (!lastUser.includes('all four')) return { text: 'As I said.' };
      if (toolResults.length === 0) return { text: 'I look.', calls: lookUps };
      if (toolResults.length === 4) return { calls: [{ name: 'shop__save', arguments: { text: 'done' } }] };
      return { text: `All four: ${toolResults.map(({ content }) => content).join(' ')}` };
    });
  });
  afterAll(() => app.close());

  it('runs the calls of one output side by side and answers with what they brought', async () => {
    const reply = await app.ask('look all four up');

    expect(reply.text).toContain('I look.');
    for (const id of 'abcd') expect(reply.text).toContain(`${id} is here`);
    const reads = app.shop.ledger.filter(({ tool }) => tool === 'look_up');
    expect(reads.map(({ args }) => args)).toEqual(lookUps.map((call) => call.arguments));
    expect(Math.max(...reads.map(({ at }) => at))).toBeLessThan(Math.min(...reads.map(({ doneAt }) => doneAt!)));
  });

  it('has committed each step in order, with what was asked, decided and brought', async () => {
    const steps = await app.steps();

    expect(steps.map(({ n, kind }) => [n, kind])).toEqual(
      ['input', 'model', 'tool', 'tool', 'tool', 'tool', 'model', 'tool', 'model'].map((kind, n) => [n, kind]),
    );
    expect(steps[0]).toMatchObject({ content: { entries: [{ text: 'look all four up', author: 'U0LISA' }] } });
    const calls = callsOf(steps);
    expect(calls.map(({ name }) => name)).toEqual([...Array(4).fill('shop__look_up'), 'shop__save']);
    expect(calls[4]?.decision).toMatchObject({ kind: 'dispatch', effect: 'keyed' });
    const answered = steps.flatMap((step) => (step.kind === 'tool' ? [step.content.call] : []));
    expect(answered.toSorted()).toEqual(calls.map(({ id }) => id).toSorted());
    expect(app.shop.ledger.at(-1)?.key).toBe(`${app.slack.teamId}:${calls[4]?.id}`);
  });

  it('has a record of every call, with the hash of the definition it was decided on', async () => {
    const calls = await app.calls();

    expect(calls.map(({ tool, rule, state }) => [tool, rule, state])).toEqual(
      [...Array(4).fill('shop__look_up'), 'shop__save'].map((tool) => [tool, 'allow', 'succeeded']),
    );
    for (const { definitionHash } of calls) expect(definitionHash).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(calls.map(({ definitionHash }) => definitionHash)).size).toBe(2);
  });

  it('goes on in the next turn with a history that a strict endpoint takes', async () => {
    const thread = app.slack.messages('C0GENERAL').find(({ text }) => text.includes('look all four up'))!.ts;

    await app.ask('and now?', { thread });

    const last: ModelRequest = app.model.ledger.at(-1)!;
    expect(last.body.messages.map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'tool',
      'tool',
      'tool',
      'tool',
      'assistant',
      'tool',
      'assistant',
      'user',
    ]);
    expect(app.model.ledger.map(({ status }) => status)).toEqual(app.model.ledger.map(() => 200));
  });
});

describe('what is told of an effect', () => {
  let app: ShopApp;
  beforeAll(async () => {
    app = await startShopApp('postgres', ({ lastUser, toolResults }) => {
      const tool = /(stumble|decline|binary|once_only)/.exec(lastUser)?.[0];
      if (tool && toolResults.length === 0) return { calls: [{ name: `shop__${tool}`, arguments: { id: 'x' } }] };
      return { text: `It said: ${toolResults[0]?.content}` };
    });
  });
  afterAll(() => app.close());

  it('is UNKNOWN where the server cannot tell', async () => {
    const reply = await app.ask('stumble, please');

    expect(reply.text).toContain('the shop broke');
    expect(reply.text).toContain('took effect is not known');
    expect((await app.calls()).at(-1)).toMatchObject({ tool: 'shop__stumble', state: 'unknown' });
  });

  it('is a failure where the tool refuses', async () => {
    expect((await app.ask('decline, please')).text).toContain('the order is closed');
    expect((await app.calls()).at(-1)).toMatchObject({ tool: 'shop__decline', state: 'failed' });
  });

  it('can be bytes that are no text', async () => {
    expect((await app.ask('binary, please')).text).toContain('a\ufffdb\ufffdxxx');
    expect((await app.calls()).at(-1)).toMatchObject({ tool: 'shop__binary', state: 'failed' });
  });
});
