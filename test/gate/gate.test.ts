import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { fitArguments, readArguments } from '../../core/gate/arguments.ts';
import { openGate } from '../../core/gate/gate.ts';
import type { Caller, Decision, Permit } from '../../core/gate/types.ts';
import { closeAll, open } from '../fakes/mcp/client.ts';
import { toolServer } from '../fakes/mcp/tool-server.ts';
import { backends } from '../support/app.ts';
import { shopDesk } from '../support/furnish.ts';
import { type ShopApp, startShopApp } from '../support/shop-app.ts';
import { deskWith, noSecrets } from './gate-setup.ts';

const everything = [
  ...['look_up', 'order', 'save', 'once_only', 'decline', 'note', 'pay', 'erase', 'unlisted', 'vanished'].map(
    (tool) => `shop__${tool}`,
  ),
  'away__look_up',
  'jewelryops__refund_order',
  'look_up',
  'check_requires_confirmation',
];

describe.each(backends)('with a model that asks for everything, on %s', (backend) => {
  let app: ShopApp;
  let told: string[];
  beforeAll(async () => {
    app = await startShopApp(
      backend,
      ({ toolResults }) => {
        const args = { id: 'x', count: 1 };
        const calls = everything.map((name) => ({
          name,
          arguments: name === 'check_requires_confirmation' ? { tool: 'shop__pay' } : args,
        }));
        return toolResults.length === 0 ? { calls } : { text: 'I asked for everything.' };
      },
      { desk: shopDesk('approvals: { signers: [U0MAX] }') },
    );
    await app.ask('do it all');
    told = await vi.waitFor(
      () => {
        const results = app.model.ledger.at(-1)!.body.messages.flatMap((m) => (m.role === 'tool' ? [m.content] : []));
        expect(results).toHaveLength(everything.length);
        return results;
      },
      { timeout: 10_000 },
    );
  });
  afterAll(() => app.close());

  it('only what the rules allow reaches a tool server', () => {
    expect(app.shop.called().toSorted()).toEqual(['decline', 'look_up', 'once_only', 'order', 'save']);
  });

  it('only what has a rule and is not denied is offered, however much a server has', () => {
    for (const { body } of app.model.ledger) {
      expect(body.tools?.map((tool) => tool.function.name).toSorted()).toEqual([
        'check_requires_confirmation',
        'extract_entities',
        ...['binary', 'decline', 'look_up', 'note', 'once_only', 'order', 'pay', 'save', 'slow_look', 'slow_once'].map(
          (tool) => `shop__${tool}`,
        ),
        'shop__slow_save',
        'shop__stumble',
        'summarize_state',
      ]);
    }
  });

  it.each([
    ['shop__erase', 'is not permitted at this desk. Nothing was done'],
    ['shop__unlisted', 'There is no tool "shop__unlisted" at this desk. Nothing was done'],
    ['shop__vanished', 'There is no tool "shop__vanished" at this desk. Nothing was done'],
    ['away__look_up', 'cannot be reached right now'],
    ['jewelryops__refund_order', 'There is no tool'],
    ['look_up', 'There is no tool'],
  ])('%s is refused in clear words', (name, words) => {
    expect(told[everything.indexOf(name)]).toContain(words);
  });

  it.each([
    ['shop__note', 'awaiting_confirmation'],
    ['shop__pay', 'awaiting_approval'],
  ])('%s waits', async (name, status) => {
    expect(told[everything.indexOf(name)]).toContain(`"status":"${status}"`);
    expect((await app.calls()).find(({ tool }) => tool === name)).toMatchObject({ state: 'awaiting' });
  });

  it('every call is on record, the refused ones as denied and why', async () => {
    const calls = new Map((await app.calls()).map((call) => [call.tool, call]));

    expect([...calls.keys()].toSorted()).toEqual(everything.toSorted());
    const denied = [...calls.values()].filter(({ state }) => state === 'denied');
    expect(Object.fromEntries(denied.map(({ tool, rule }) => [tool, rule]))).toEqual({
      shop__erase: 'deny',
      shop__unlisted: 'none',
      shop__vanished: 'allow',
      away__look_up: 'allow',
      jewelryops__refund_order: 'none',
      look_up: 'none',
    });
    for (const { reason } of denied) expect(reason).toContain('Nothing was done');
    expect(calls.get('shop__save')).toMatchObject({ rule: 'allow', state: 'succeeded', reason: null });
  });

  it('says beforehand which calls need a signature', () => {
    expect(told[everything.indexOf('check_requires_confirmation')]).toContain('other than the requester');
  });
});

describe('a permit', () => {
  const signal = new AbortController().signal;
  const execution = { signal, idempotencyKey: 'k' };
  const caller: Caller = { desk: deskWith({ shop__add: { rule: 'allow' } }), principal: { kind: 'staff', id: 'lisa' } };
  afterEach(closeAll);

  it('lets one call through, once', async () => {
    const server = toolServer();
    const gate = openGate(open({ shop: server.entry }), [], noSecrets);
    const permit = permitOf(await gate.decide(caller, { name: 'shop__add', arguments: '{"a":1,"b":2}' }));

    expect(await gate.execute(permit, execution)).toMatchObject({ kind: 'ok', text: '3' });
    await expect(gate.execute(permit, execution)).rejects.toThrow('used up');
    expect(server.ledger).toEqual([{ tool: 'add', args: { a: 1, b: 2 }, key: 'k' }]);
  });

  it('that the gate did not make lets nothing through', async () => {
    const server = toolServer();
    const gate = openGate(open({ shop: server.entry }), [], noSecrets);
    const permit = permitOf(await gate.decide(caller, { name: 'shop__add', arguments: '{"a":1,"b":2}' }));

    await expect(gate.execute({ ...permit }, execution)).rejects.toThrow("not this gate's");
    await expect(openGate(open({ shop: server.entry }), [], noSecrets).execute(permit, execution)).rejects.toThrow(
      'not this',
    );
    expect(server.ledger).toEqual([]);
  });

  it('is void once the definition that it was decided on has changed', async () => {
    const server = toolServer();
    const gate = openGate(open({ shop: server.entry }), [], noSecrets);
    const asked = { name: 'shop__add', arguments: '{"a":1,"b":2}' };
    const permit = permitOf(await gate.decide(caller, asked));
    server.reword('Adds, and tells the boss.');
    await vi.waitFor(async () =>
      expect(permitOf(await gate.decide(caller, asked)).definitionHash).not.toBe(permit.definitionHash),
    );

    expect(await gate.execute(permit, execution)).toMatchObject({ kind: 'unreachable' });
    expect(server.ledger).toEqual([]);
  });
});

describe('arguments', () => {
  const text = { type: 'object', properties: { a: { $id: 'urn:one', type: 'string' } }, additionalProperties: false };

  it.each<[string, Record<string, unknown>, string, string]>([
    ['what is not known is named', text, '{"b":1}', 'must NOT have additional properties (b)'],
    ['so is what may be chosen', { type: 'object', properties: { a: { enum: ['x', 'y'] } } }, '{"a":"z"}', '(x, y)'],
    ['a schema with an $id of another is read', text, '{"a":1}', '/a must be string'],
    [
      'tuples of an older draft are read',
      {
        $schema: 'http://json-schema.org/draft-07/schema#',
        type: 'object',
        properties: { a: { items: [{ type: 'null' }] } },
      },
      '{"a":[1]}',
      '/a/0 must be null',
    ],
    [
      'a schema that points elsewhere refuses all',
      { type: 'object', $ref: 'http://x.example/y' },
      '{}',
      'cannot be read',
    ],
    [
      'a schema that is none refuses all',
      { type: 'object', properties: { a: { type: 'any' } } },
      '{}',
      'cannot be read',
    ],
  ])('%s', (what, schema, raw, problem) => {
    const read = readArguments(raw);
    if (read.kind === 'bad') throw new Error(read.text);
    expect(fitArguments(what, schema, read.args)).toMatchObject({
      kind: 'bad',
      text: expect.stringContaining(problem),
    });
  });

  it('are an empty object where the model wrote nothing', () => {
    expect(readArguments(' ')).toEqual({ kind: 'ok', args: {} });
  });
});

function permitOf(decision: Decision): Permit {
  if (decision.kind !== 'dispatch') throw new Error(JSON.stringify(decision));
  return decision.permit;
}
