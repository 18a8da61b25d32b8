import { afterEach, describe, expect, it } from 'vitest';
import { checkRequiresConfirmation } from '../../core/agent/tools/check-requires-confirmation.ts';
import { everyoneAlone } from '../../core/desk/people.ts';
import type { Desk, ToolRule } from '../../core/desk/types.ts';
import { openGate } from '../../core/gate/gate.ts';
import { openRate } from '../../core/gate/rate-limit.ts';
import type { Caller, Decision, Gate, LocalTool } from '../../core/gate/types.ts';
import type { Principal } from '../../core/records/types.ts';
import { closeAll, open } from '../fakes/mcp/client.ts';
import { type PlainServer, type PlainTool, plainServer } from '../fakes/mcp/plain-server.ts';
import { anna, compared, deskWith, frozenOf, lisa, nobody, noSecrets } from './gate-setup.ts';

const order = { properties: { order_id: { type: 'string' }, customer_id: { type: 'string' } }, required: ['order_id'] };
const pay = { properties: { order_id: { type: 'string' }, amount: { type: 'number' } }, required: ['order_id'] };
const records: Record<string, { status: string; total: number }> = { 'ORD-1': { status: 'paid', total: 80 } };

const tools: Record<string, PlainTool> = {
  get_order: {
    schema: order,
    run: ({ order_id: id }) => records[String(id)] ?? { isError: true, text: `no order ${id}` },
  },
  pay: { schema: pay, description: 'Pays money back.\nMuch more is said here.' },
  mine: { schema: order },
  counted: { schema: { properties: { customer: { type: 'integer' } }, required: ['customer'] } },
  who: {
    schema: { properties: { email: { type: 'string' } } },
    run: ({ email }) => ({ found: email === 'a@x.example' ? [{ id: 7 }] : [] }),
  },
};
const rules: Record<string, Partial<ToolRule>> = {
  shop__get_order: { effect: 'read' },
  shop__who: { effect: 'read' },
  shop__pay: { rule: 'approve', quorum: 2, first: ['amount'] },
  shop__mine: { customer: 'customer_id' },
  shop__counted: { customer: 'customer' },
  shop__erase: { rule: 'deny' },
  away__pay: {},
  shop__gone: {},
  check_requires_confirmation: { effect: 'read' },
};

let server: PlainServer;
function gateWith(more: Partial<Parameters<typeof openGate>[2]> = {}, local: LocalTool[] = []): Gate {
  server = plainServer({ ...tools, erase: { schema: {} } });
  const away = { kind: 'http' as const, url: 'http://127.0.0.1:9/mcp', headers: {} };
  return openGate(open({ shop: server.entry, away }), local, { ...noSecrets, ...more });
}
afterEach(closeAll);

type Ask = { principal?: Principal; desk?: Desk; gate?: Gate };
function ask(name: string, args: unknown, { principal = lisa, desk = deskWith(rules), gate = gateWith() }: Ask = {}) {
  const raw = typeof args === 'string' ? args : JSON.stringify(args);
  return gate.decide({ desk, principal }, { name, arguments: raw });
}

function refusal(decision: Decision): string {
  if (decision.kind !== 'refused') throw new Error(`not refused: ${JSON.stringify(decision)}`);
  return decision.text;
}

describe('a call is refused, and reaches no tool, when', () => {
  it.each<[string, string, unknown, string]>([
    ['the desk does not list its tool', 'shop__other', {}, 'There is no tool "shop__other" at this desk'],
    ['its name is one of every object', 'constructor', {}, 'There is no tool'],
    ['its server does not have it', 'shop__gone', {}, 'There is no tool'],
    ['its server is away', 'away__pay', {}, 'cannot be reached right now'],
    ['its rule is deny', 'shop__erase', {}, 'shop__erase is not permitted at this desk'],
    ['an argument is missing', 'shop__pay', {}, "must have required property 'order_id'"],
    ['an argument is of another type', 'shop__pay', { order_id: 1 }, '/order_id must be string'],
    ['its arguments are no object', 'shop__pay', [], 'must be one JSON object'],
    ['its arguments are no JSON', 'shop__pay', '{"order_id"', 'not valid JSON'],
    ['it says one thing twice', 'shop__pay', '{"order_id":"a","order_id":"b"}', 'hold the key "order_id" twice'],
    ['it touches prototypes', 'shop__pay', '{"order_id":"a","__proto__":{}}', 'which no tool takes'],
    [
      'its numbers cannot be exact',
      'shop__pay',
      '{"order_id":"a","amount":90071992547409931}',
      'too large to be exact',
    ],
    ['it brings a seal along', 'shop__pay', { order_id: { $sealed: 'x' } }, 'a sealed secret of another call'],
  ])('%s', async (_, name, args, words) => {
    const text = refusal(await ask(name, args));

    expect(text).toContain(words);
    expect(text).toContain('Nothing was done');
    expect(server.called()).toEqual([]);
  });

  it('its principal has asked too often, and nobody else is', async () => {
    const gate = gateWith({ rate: openRate(everyoneAlone) });
    const desk = deskWith(rules, { rate: { calls: 2, seconds: 60 } });
    const seen = { desk, gate };
    await ask('shop__get_order', { order_id: 'ORD-1' }, seen);
    // Refused for another reason, and counted all the same.
    await ask('shop__get_order', {}, seen);

    expect(refusal(await ask('shop__get_order', { order_id: 'ORD-1' }, seen))).toMatch(
      /Too many calls .* in \d+ seconds/,
    );
    expect(
      (await ask('shop__get_order', { order_id: 'ORD-1' }, { ...seen, principal: { ...lisa, id: 'U2' } })).kind,
    ).toBe('dispatch');
    const recorded = { name: 'shop__get_order', arguments: '{"order_id":"ORD-1"}', recorded: true };
    expect((await gate.decide({ desk, principal: lisa }, recorded)).kind).toBe('dispatch');
  });

  it('a condition on its arguments denies it', async () => {
    const when: ToolRule['when'] = [{ argument: 'amount', fits: { kind: 'over', than: 500 }, rule: 'deny' }];
    const desk = deskWith({ shop__pay: { when } });

    expect(refusal(await ask('shop__pay', { order_id: 'a', amount: 501 }, { desk }))).toContain('not permitted');
    expect((await ask('shop__pay', { order_id: 'a', amount: 500 }, { desk })).kind).toBe('dispatch');
  });
});

describe('a limit of the desk', () => {
  const over = (quorum?: number) =>
    gateWith({
      exceeded: async () => ({
        id: 'pays of a day',
        used: 450,
        most: 500,
        ...(quorum === undefined ? {} : { quorum }),
      }),
    });
  const quota = {
    ...{ id: 'pays of a day', tools: ['shop__pay'], most: 500, seconds: 86_400, of: 'desk' as const },
    over: { kind: 'sign' as const, quorum: 3 },
  };
  const paying = (rule: Partial<ToolRule>) => deskWith({ shop__pay: rule }, { quotas: [quota] });
  const args = { order_id: 'ORD-1', amount: 90 };

  it('asks for more signatures, and is told where it is what asks for so many', async () => {
    const desk = paying({ rule: 'approve', quorum: 2 });
    expect(frozenOf(await ask('shop__pay', args, { desk, gate: over(3) }))).toMatchObject({
      quorum: 3,
      limit: { id: 'pays of a day', used: 450, most: 500 },
    });
    const enough = frozenOf(await ask('shop__pay', args, { desk, gate: over(2) }));
    expect([enough.quorum, enough.limit]).toEqual([2, undefined]);
  });

  it('refuses a call that signatures cannot lift over it, and one that only the asker could confirm', async () => {
    const signed = paying({ rule: 'approve' });
    expect(refusal(await ask('shop__pay', args, { desk: signed, gate: over() }))).toContain('over the limit');
    const confirmed = paying({ rule: 'confirm' });
    expect(refusal(await ask('shop__pay', args, { desk: confirmed, gate: over(3) }))).toContain('over the limit');
  });
});

describe('a customer', () => {
  const own = { order_id: 'ORD-1', customer_id: 'CUST-001' };

  it.each<[string, unknown]>([
    ['leaves it out', { order_id: 'ORD-1' }],
    ['names their own', own],
    ['writes it in another way', { ...own, customer_id: ' cust-001 ' }],
    ['names none', { ...own, customer_id: '' }],
  ])('is bound to their own records when the model %s', async (_, args) => {
    expect(await ask('shop__mine', args, { principal: anna })).toMatchObject({
      kind: 'dispatch',
      permit: { args: own },
    });
  });

  it.each(['CUST-002', 'CUST-001,CUST-002', '*', 'CUST-0011', ['CUST-001', 'CUST-002'], { not: 'CUST-001' }, true])(
    'is refused when the model names %j',
    async (customer_id) => {
      const decision = await ask('shop__mine', { order_id: 'ORD-1', customer_id }, { principal: anna });

      expect(refusal(decision)).toContain("only the requester's own records");
      expect(server.called()).toEqual([]);
    },
  );

  it('and anonymous senders are refused by what is bound to nobody, staff are not', async () => {
    for (const principal of [anna, nobody]) {
      expect(refusal(await ask('shop__get_order', own, { principal }))).toContain('not open to this sender');
      expect(refusal(await ask('shop__pay', own, { principal }))).toContain('not open to this sender');
    }
    expect(refusal(await ask('shop__mine', own, { principal: nobody }))).toContain('not open to this sender');
    expect((await ask('shop__mine', { ...own, customer_id: 'CUST-002' })).kind).toBe('dispatch');
  });

  it('may use what runs in the turn and knows no records', async () => {
    const gate = gateWith({}, [checkRequiresConfirmation]);
    const decision = await ask('check_requires_confirmation', { tool: 'shop__pay' }, { principal: nobody, gate });

    expect(decision.kind).toBe('dispatch');
  });

  const customers = { kind: 'lookup', tool: 'shop__who', argument: 'email', field: 'found.0.id' } as const;

  it('is found by a tool where the desk says so, and the id is of the type that the tool takes', async () => {
    const desk = deskWith(rules, { customers });
    const principal: Principal = { kind: 'customer', id: 'a@x.example' };

    expect(await ask('shop__counted', {}, { desk, principal })).toMatchObject({ permit: { args: { customer: 7 } } });
    expect(server.ledger).toEqual([{ tool: 'who', args: { email: 'a@x.example' } }]);
    expect(refusal(await ask('shop__counted', { customer: 8 }, { desk, principal }))).toContain('names others');
  });

  it('without a record of their own reaches nothing', async () => {
    const desk = deskWith(rules, { customers });
    const principal: Principal = { kind: 'customer', id: 'b@x.example' };

    expect(refusal(await ask('shop__counted', { customer: 7 }, { desk, principal }))).toContain('No customer record');
  });

  it('is not looked up with a tool that could act', async () => {
    const desk = deskWith({ ...rules, shop__who: { effect: 'once' } }, { customers });
    const principal: Principal = { kind: 'customer', id: 'a@x.example' };

    refusal(await ask('shop__counted', {}, { desk, principal }));
    expect(server.called()).toEqual([]);
  });
});

describe('a call that needs a signature', () => {
  const check = {
    tool: 'shop__get_order',
    arguments: { order_id: 'order_id' },
    fields: compared('status', 'total', 'note'),
  };
  const checked = deskWith({ ...rules, shop__pay: { ...rules.shop__pay, check } });
  const args = { order_id: 'ORD-1', amount: 20.5 };

  it('is frozen with all that its signers and its execution need', async () => {
    const frozen = frozenOf(await ask('shop__pay', '{ "amount": 20.50, "order_id": "ORD-1" }'));

    expect(frozen).toMatchObject({
      ...{ tool: 'shop__pay', rule: 'approve', quorum: 2, effect: 'once', first: ['amount'], args, seen: [] },
      ...{ canonical: '{"amount":20.5,"order_id":"ORD-1"}', about: 'Pays money back.', secret: [], sealed: [] },
    });
    expect(frozen.schema).toMatchObject(pay);
    expect(frozen.ruleText).toContain('2 people');
    expect(server.called()).toEqual([]);
  });

  it('is the same call however it is written, and another as soon as it is another', async () => {
    const hashOf = async (raw: string) => frozenOf(await ask('shop__pay', raw)).callHash;

    expect(await hashOf('{"amount":20.5,"order_id":"ORD-1"}')).toBe(
      await hashOf('{"order_id":"\\u004fRD-1","amount":2.05e1}'),
    );
    expect(await hashOf('{"amount":20.5,"order_id":"ORD-1"}')).not.toBe(
      await hashOf('{"amount":20.5,"order_id":"ORD-2"}'),
    );
  });

  it('shows the world as a read-only tool sees it', async () => {
    expect(frozenOf(await ask('shop__pay', args, { desk: checked })).seen).toEqual([
      { field: 'status', compared: true, value: 'paid' },
      { field: 'total', compared: true, value: '80' },
      { field: 'note', compared: true, value: 'none' },
    ]);
    expect(server.called()).toEqual(['get_order']);
  });

  it.each<[string, Record<string, Partial<ToolRule>>, string]>([
    ['does not find what it is about', {}, 'no order ORD-9'],
    ['could act', { shop__get_order: { effect: 'keyed' } }, 'no read-only tool that runs'],
    [
      'needs a signature itself',
      { shop__get_order: { effect: 'read', rule: 'confirm' } },
      'no read-only tool that runs',
    ],
  ])('is refused when the tool that shows the world %s', async (_, change, words) => {
    const desk = deskWith({ ...Object.fromEntries(checked.tools), ...change });

    expect(refusal(await ask('shop__pay', { ...args, order_id: 'ORD-9' }, { desk }))).toContain(words);
    expect(server.called()).not.toContain('pay');
  });

  it('is refused when a customer would see the world of others', async () => {
    const desk = deskWith({
      ...Object.fromEntries(checked.tools),
      shop__mine: { rule: 'confirm', customer: 'customer_id', check },
    });

    expect(refusal(await ask('shop__mine', { order_id: 'ORD-1' }, { desk, principal: anna }))).toContain(
      'not open to this sender',
    );
    expect(server.called()).toEqual([]);
  });
});

describe('nothing but a permit, once, lets a call through', () => {
  const execution = { signal: new AbortController().signal, idempotencyKey: 'k' };
  const caller: Caller = { desk: deskWith(rules), principal: lisa };

  it('and what runs is what was decided, whatever became of the permit since', async () => {
    const gate = gateWith();
    const decided = await gate.decide(caller, { name: 'shop__mine', arguments: '{"order_id":"ORD-1"}' });
    if (decided.kind !== 'dispatch') throw new Error('not allowed');
    decided.permit.args.order_id = 'ORD-666';
    decided.permit.tool = { ...decided.permit.tool, name: 'shop__erase' };

    const both = await Promise.allSettled([
      gate.execute(decided.permit, execution),
      gate.execute(decided.permit, execution),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(server.ledger).toEqual([{ tool: 'mine', args: { order_id: 'ORD-1' } }]);
  });

  it('answers anything else that the gate is asked', async () => {
    const gate = gateWith();
    await gate.offered(caller.desk);
    for (const name of Object.keys(rules)) {
      await gate.decide(caller, { name, arguments: '{"order_id":"ORD-1"}' });
    }
    for (const forged of [
      frozenOf(await ask('shop__pay', { order_id: 'a' }, { gate })),
      { name: 'shop__mine', args: {} },
      {},
    ]) {
      await expect(gate.execute(forged as never, execution)).rejects.toThrow("not this gate's");
    }
    expect(server.called()).toEqual([]);
  });
});
