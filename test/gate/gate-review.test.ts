import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Desk, ToolRule } from '../../core/desk/types.ts';
import { callHash } from '../../core/gate/canonical.ts';
import { openGate } from '../../core/gate/gate.ts';
import type { Caller, Gate } from '../../core/gate/types.ts';
import type { Approval } from '../../core/records/approvals.ts';
import type { Principal } from '../../core/records/types.ts';
import { closeAll, open } from '../fakes/mcp/client.ts';
import { type PlainServer, type PlainTool, plainServer } from '../fakes/mcp/plain-server.ts';
import { anna, approvalOf, compared, deskWith, frozenOf, lisa, noSecrets } from './gate-setup.ts';

const schema = {
  properties: { order_id: { type: 'string' }, customer_id: { type: 'string' }, amount: { type: 'number' } },
  required: ['order_id'],
};
const check = {
  tool: 'shop__get_order',
  arguments: { order_id: 'order_id' },
  fields: compared('status', 'items.0.sku'),
};
const probe = { tool: 'shop__get_order', arguments: { order_id: 'order_id' } };
const payRule: Partial<ToolRule> = { rule: 'approve', effect: 'keyed', check, probe };
const rules: Record<string, Partial<ToolRule>> = {
  shop__get_order: { effect: 'read' },
  shop__pay: payRule,
  shop__note: { rule: 'confirm' },
  shop__mine: { rule: 'confirm', customer: 'customer_id' },
};
const desk = deskWith(rules);
const args = '{"amount":20,"order_id":"ORD-1"}';
const execution = { signal: new AbortController().signal, idempotencyKey: 'k' };

let world: Record<string, unknown>;
let tools: Record<string, PlainTool>;
let server: PlainServer;
let gate: Gate;
beforeEach(() => {
  world = { status: 'paid', items: [{ sku: 'RNG-1' }] };
  tools = { get_order: { schema, run: () => world }, pay: { schema }, note: { schema }, mine: { schema } };
  server = plainServer(tools);
  gate = openGate(open({ shop: server.entry }), [], noSecrets);
});
afterEach(closeAll);

const as = (change: Record<string, Partial<ToolRule>>): Desk => deskWith({ ...rules, ...change });
const caller: Caller = { desk, principal: lisa };

async function signed(name = 'shop__pay', raw = args, principal: Principal = lisa): Promise<Approval> {
  const frozen = frozenOf(await gate.decide({ desk, principal }, { name, arguments: raw }));
  server.ledger.length = 0;
  return approvalOf(frozen, { principal });
}

describe('a signed call', () => {
  it('runs as it was frozen, once for each review', async () => {
    const reviewed = await gate.review(caller, await signed());
    if (reviewed.kind !== 'ready') throw new Error(JSON.stringify(reviewed));

    expect(reviewed.permit).toMatchObject({
      tool: { name: 'shop__pay' },
      effect: 'keyed',
      args: { amount: 20, order_id: 'ORD-1' },
    });
    expect(await gate.execute(reviewed.permit, execution)).toMatchObject({ kind: 'ok' });
    await expect(gate.execute(reviewed.permit, execution)).rejects.toThrow('used up');
    expect(server.ledger).toEqual([
      { tool: 'get_order', args: { order_id: 'ORD-1' } },
      { tool: 'pay', args: { amount: 20, order_id: 'ORD-1' } },
    ]);
  });

  it('is counted against the quotas of who asked', async () => {
    const quota = { id: 'refunds', tools: ['shop__pay'], sum: 'amount', most: 500, seconds: 86_400 };
    const quotas = [{ ...quota, of: 'principal' as const, over: { kind: 'sign' as const, quorum: 2 } }];
    const approval = await signed();

    expect(
      await gate.review({ desk: { ...desk, quotas }, principal: { kind: 'staff', id: 'U0MAX' } }, approval),
    ).toMatchObject({
      counted: { amounts: { refunds: 20 }, limits: [{ id: 'refunds', accounts: ['U0LISA'], quorum: 2 }] },
    });
  });

  const larger = args.replace('20', '2000');
  it.each<[string, (approval: Approval) => Partial<Approval>, string]>([
    ['its arguments are others', () => ({ canonical: larger }), 'record_altered'],
    ['its tool is another', () => ({ tool: 'shop__note' }), 'record_altered'],
    ['its definition is another', () => ({ definitionHash: 'x' }), 'record_altered'],
    ['its hash is another', () => ({ callHash: 'x' }), 'record_altered'],
    ['its arguments are not canonical', (a) => rehashed(a, `${args} `), 'record_altered'],
    [
      'its arguments say a thing twice',
      (a) => rehashed(a, '{"amount":20,"amount":20,"order_id":"a"}'),
      'record_altered',
    ],
    ['its arguments do not fit', (a) => rehashed(a, '{"order_id":1}'), 'not_permitted'],
  ])('does not run when in the records %s', async (_, change, reason) => {
    const approval = await signed();
    const reviewed = await gate.review(caller, { ...approval, ...change(approval) });

    expect(reviewed).toMatchObject({ kind: 'void', reason });
    expect(server.called()).toEqual([]);
  });

  it.each<[string, Desk, string]>([
    ['denies it', as({ shop__pay: { ...payRule, rule: 'deny' } }), 'not_permitted'],
    ['does not list it', deskWith({}), 'not_permitted'],
    [
      'denies such an amount',
      as({ shop__pay: { ...payRule, when: [{ argument: 'amount', fits: { kind: 'over', than: 10 }, rule: 'deny' }] } }),
      'not_permitted',
    ],
    ['asks for more signatures', as({ shop__pay: { ...payRule, quorum: 2 } }), 'needs_more'],
  ])('does not run when the desk now %s', async (_, now, reason) => {
    const reviewed = await gate.review({ desk: now, principal: lisa }, await signed());

    expect(reviewed).toMatchObject({ kind: 'void', reason });
    expect(server.called()).toEqual([]);
  });

  it('that was confirmed does not run when it needs a signature now, and does when it needs nothing', async () => {
    const approval = await signed('shop__note');

    expect(
      await gate.review({ desk: as({ shop__note: { rule: 'approve' } }), principal: lisa }, approval),
    ).toMatchObject({ kind: 'void' });
    expect(await gate.review({ desk: as({ shop__note: {} }), principal: lisa }, approval)).toMatchObject({
      kind: 'ready',
    });
  });

  it.each<[string, () => Record<string, PlainTool>, string]>([
    ['is described in other words', () => ({ ...tools, pay: { schema, description: 'Pays twice.' } }), 'tool_changed'],
    ['takes other arguments', () => ({ ...tools, pay: { schema: {} } }), 'tool_changed'],
    ['is gone', () => ({ get_order: tools.get_order! }), 'tool_gone'],
  ])('does not run when its tool %s', async (_, now, reason) => {
    const approval = await signed();
    await server.become(now());

    await vi.waitFor(async () =>
      expect(await gate.review(caller, approval)).toMatchObject({
        kind: 'void',
        reason,
      }),
    );
    expect(server.called()).not.toContain('pay');
  });

  it('waits while its server is away', async () => {
    const approval = await signed();
    const away = openGate(open({ shop: { kind: 'http', url: 'http://127.0.0.1:9/mcp', headers: {} } }), [], noSecrets);

    expect(await away.review(caller, approval)).toMatchObject({ kind: 'down' });
  });

  it('of a customer runs under their own scope, whoever signed it', async () => {
    const approval = await signed('shop__mine', '{"order_id":"ORD-1"}', anna);
    const others = { ...approval, principal: { kind: 'customer' as const, id: 'CUST-002' } };
    const lookup = { kind: 'lookup', tool: 'shop__get_order', argument: 'order_id', field: 'status' } as const;

    expect(await gate.review(caller, approval)).toMatchObject({
      kind: 'ready',
      permit: { args: { customer_id: 'CUST-001' } },
    });
    expect(await gate.review(caller, others)).toMatchObject({
      kind: 'void',
      detail: expect.stringContaining("requester's own records"),
    });
    expect(await gate.review({ desk: { ...desk, customers: lookup }, principal: lisa }, approval)).toMatchObject({
      kind: 'void',
    });
  });

  it('does not run when a binding that it was frozen without would change it', async () => {
    const approval = await signed('shop__note', '{"order_id":"ORD-1"}');
    const customer = { ...approval, principal: anna };

    expect(
      await gate.review(
        { desk: as({ shop__note: { rule: 'confirm', customer: 'customer_id' } }), principal: lisa },
        customer,
      ),
    ).toMatchObject({
      kind: 'void',
      reason: 'other_records',
    });
  });
});

describe('when the world has changed since it was shown', () => {
  it('nothing runs, and the call is frozen anew with the difference', async () => {
    const approval = await signed();
    world = { status: 'refunded', items: [{ sku: 'RNG-1' }] };

    expect(await gate.review(caller, approval)).toMatchObject({
      kind: 'changed',
      frozen: {
        ...{ canonical: approval.canonical, callHash: approval.callHash, rule: 'approve', quorum: 1 },
        seen: [
          { field: 'status', value: 'refunded', before: 'paid' },
          { field: 'items.0.sku', value: 'RNG-1' },
        ],
      },
    });
    expect(server.called()).toEqual(['get_order']);
  });

  it('the new card asks for no less than the old one, though the rule now would', async () => {
    const approval = { ...(await signed()), quorum: 3 };
    world = {};

    expect(
      await gate.review({ desk: as({ shop__pay: { ...payRule, rule: 'allow' } }), principal: lisa }, approval),
    ).toMatchObject({
      frozen: { rule: 'approve', quorum: 3, ruleText: approval.details.ruleText },
    });
  });

  it('in the part of a long field that is not shown, too', async () => {
    world = { status: 'x'.repeat(3000) };
    const approval = await signed();
    world = { status: `${'x'.repeat(2999)}y` };

    expect(await gate.review(caller, approval)).toMatchObject({ kind: 'changed' });
    expect(approval.details.seen[0]!.value.length).toBeLessThan(1600);
  });

  it('so that it cannot be read any more, the call is void', async () => {
    const approval = await signed();
    world = { isError: true, text: 'no such order' };

    expect(await gate.review(caller, approval)).toMatchObject({
      kind: 'void',
      detail: expect.stringContaining('no such order'),
    });
  });

  it('by the call itself, which is sent again with its key, it is not held against it', async () => {
    const approval = await signed();
    world = { status: 'refunded' };

    expect(await gate.review(caller, { ...approval, state: 'dispatching' })).toMatchObject({ kind: 'ready' });
    expect(server.called()).toEqual([]);
  });
});

describe('an edited call', () => {
  it('is another frozen call, of the same asker', async () => {
    const approval = await signed();
    const edited = await gate.edit(caller, approval, { order_id: 'ORD-1', amount: 10 });

    expect(edited).toMatchObject({
      kind: 'sign',
      frozen: { args: { amount: 10 }, rule: 'approve', seen: [{ value: 'paid' }, {}] },
    });
    if (edited.kind === 'sign') expect(edited.frozen.callHash).not.toBe(approval.callHash);
  });

  it('needs no less than before, and more where the rule says so', async () => {
    const approval = { ...(await signed()), quorum: 2 };
    const when: ToolRule['when'] = [
      { argument: 'amount', fits: { kind: 'under', than: 15 }, rule: 'allow' },
      { argument: 'amount', fits: { kind: 'over', than: 100 }, rule: 'approve', quorum: 3 },
    ];
    const now: Caller = { desk: as({ shop__pay: { ...payRule, when } }), principal: lisa };
    const quorumOf = (amount: number) => gate.edit(now, approval, { order_id: 'ORD-1', amount });

    expect(await quorumOf(10)).toMatchObject({ frozen: { rule: 'approve', quorum: 2 } });
    expect(await quorumOf(50)).toMatchObject({ frozen: { rule: 'approve', quorum: 2 } });
    expect(await quorumOf(200)).toMatchObject({ frozen: { rule: 'approve', quorum: 3 } });
  });

  it('of a confirmation may come to need a signature', async () => {
    const approval = await signed('shop__note');
    const now: Caller = { desk: as({ shop__note: { rule: 'approve' } }), principal: lisa };

    expect(await gate.edit(now, approval, { order_id: 'ORD-2' })).toMatchObject({ frozen: { rule: 'approve' } });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['is the same', { order_id: 'ORD-1', amount: 20 }, 'Nothing was changed'],
    ['does not fit', { amount: 20 }, "required property 'order_id'"],
    ['touches prototypes', { order_id: 'a', constructor: {} }, 'which no tool takes'],
    ['brings a seal', { order_id: { $sealed: 'x' } }, 'cannot be changed'],
    ['is not exact', { order_id: 'a', amount: 2 ** 53 }, 'too large to be exact'],
  ])('is refused when it %s', async (_, wanted, words) => {
    expect(await gate.edit(caller, await signed(), wanted)).toMatchObject({
      kind: 'refused',
      text: expect.stringContaining(words),
    });
  });

  it('is refused when its tool, its rule or its scope does not let it stand', async () => {
    const approval = await signed();
    const mine = await signed('shop__mine', '{"order_id":"ORD-1"}', anna);

    expect(await gate.edit({ desk: deskWith({}), principal: lisa }, approval, { order_id: 'b' })).toMatchObject({
      kind: 'refused',
    });
    expect(await gate.edit(caller, { ...approval, canonical: '{}' }, { order_id: 'b' })).toMatchObject({
      kind: 'refused',
    });
    expect(await gate.edit(caller, mine, { order_id: 'b', customer_id: 'CUST-002' })).toMatchObject({
      kind: 'refused',
      text: expect.stringContaining('names others'),
    });
    await server.become({ ...tools, pay: { schema, description: 'Pays twice.' } });
    await vi.waitFor(async () =>
      expect(await gate.edit(caller, approval, { order_id: 'b' })).toMatchObject({
        kind: 'refused',
        text: expect.stringContaining('changed'),
      }),
    );
  });
});

describe('a probe', () => {
  it('tells what the desk’s tool says, and why where it cannot', async () => {
    const approval = await signed();
    world = { status: 'refunded' };
    expect(await gate.probe(caller, approval)).toBe('{"status":"refunded"}');
    world = { isError: true, text: 'closed' };
    expect(await gate.probe(caller, approval)).toContain('shop__get_order could not tell');
    expect(server.called()).toEqual(['get_order', 'get_order']);
  });

  it('is none where the desk names none, and none with a tool that acts', async () => {
    const acting: Caller = {
      desk: as({ shop__pay: { ...payRule, probe: { tool: 'shop__note', arguments: { order_id: 'order_id' } } } }),
      principal: lisa,
    };

    expect(await gate.probe(caller, await signed('shop__note'))).toBeNull();
    expect(await gate.probe(acting, await signed())).toContain('no read-only tool');
    expect(server.called()).toEqual([]);
  });
});

function rehashed(approval: Approval, canonical: string): Partial<Approval> {
  return { canonical, callHash: callHash('T1', approval.tool, approval.definitionHash, canonical) };
}
