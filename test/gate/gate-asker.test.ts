import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkRequiresConfirmation } from '../../core/agent/tools/check-requires-confirmation.ts';
import type { Desk, ToolRule } from '../../core/desk/types.ts';
import { openGate } from '../../core/gate/gate.ts';
import type { Gate } from '../../core/gate/types.ts';
import type { Approval } from '../../core/records/approvals.ts';
import type { Principal } from '../../core/records/types.ts';
import { closeAll, open } from '../fakes/mcp/client.ts';
import { plainServer } from '../fakes/mcp/plain-server.ts';
import { anna, approvalOf, compared, deskWith, frozenOf, lisa, nobody, noSecrets } from './gate-setup.ts';

const properties = { order_id: { type: 'string' }, customer_id: { type: 'string' }, amount: { type: 'number' } };
const own = { order_id: 'ORD-1', customer_id: 'CUST-001' };
const bot: Principal = { kind: 'service', id: 'slack:T1:B1' };
const when: ToolRule['when'] = [
  { askedBy: ['customer'], rule: 'confirm' },
  { askedBy: ['service'], rule: 'deny' },
];

let gate: Gate;
beforeEach(() => {
  const server = plainServer({ mine: { schema: { properties } }, look: { schema: { properties }, run: () => own } });
  gate = openGate(open({ shop: server.entry }), [], noSecrets);
});
afterEach(closeAll);

const mineAs = (mine: Partial<ToolRule>, others: Record<string, Partial<ToolRule>> = {}): Desk =>
  deskWith({ shop__mine: { customer: 'customer_id', ...mine }, ...others });
const desk = mineAs({ rule: 'approve', when });

function ask(args: object, principal: Principal = lisa, at = desk) {
  return gate.decide({ desk: at, principal }, { name: 'shop__mine', arguments: JSON.stringify(args) });
}

async function signed(args: object, principal: Principal): Promise<Approval> {
  return approvalOf(frozenOf(await ask(args, principal)), { principal });
}

describe('a rule that depends on who asks', () => {
  it('goes by the principal', async () => {
    expect(frozenOf(await ask(own)).rule).toBe('approve');
    expect(frozenOf(await ask(own, anna))).toMatchObject({
      rule: 'confirm',
      ruleText: 'the requester must confirm a call asked by a customer',
    });
    expect(await ask(own, bot)).toMatchObject({ kind: 'refused', text: expect.stringContaining('not permitted') });
  });

  it('takes nobody for another by what the arguments say', async () => {
    const claims = { asked_by: 'customer', askedBy: ['customer'], principal: anna, by: anna, kind: 'customer' };
    expect(frozenOf(await ask({ ...own, ...claims })).rule).toBe('approve');
    expect(await ask({ ...own, asked_by: 'staff', principal: lisa }, bot)).toMatchObject({ kind: 'refused' });
    expect(await ask({ ...own, ...claims }, nobody)).toMatchObject({ kind: 'refused' });
  });

  it('holds for what is read to be shown, too', async () => {
    const check = { tool: 'shop__look', arguments: { order_id: 'order_id' }, fields: compared('order_id') };
    const look: Partial<ToolRule> = { effect: 'read', customer: 'customer_id', when };
    const looking = mineAs({ rule: 'approve', check }, { shop__look: look });

    expect(frozenOf(await ask(own, lisa, looking)).seen).toEqual([
      { field: 'order_id', compared: true, value: 'ORD-1' },
    ]);
    expect(await ask(own, anna, looking)).toMatchObject({ text: expect.stringContaining('no read-only tool') });
  });

  it('refuses customers where the desk misspells the argument that limits them', async () => {
    const misspelt = mineAs({ customer: 'custmer_id', rule: 'allow' });
    expect(await ask({ ...own, customer_id: 'CUST-002' }, anna, misspelt)).toMatchObject({
      kind: 'refused',
      text: expect.stringContaining('not open to this sender'),
    });
  });

  it('refuses a call while a condition `given` names an argument that the tool does not take', async () => {
    const given: ToolRule['when'] = [{ argument: 'amuont', fits: { kind: 'given', given: true }, rule: 'approve' }];
    expect(await ask({ ...own, amount: 900 }, lisa, mineAs({ rule: 'allow', when: given }))).toMatchObject({
      kind: 'refused',
      text: expect.stringContaining('a rule for the argument amuont'),
    });
  });

  it('is told to whoever asks by what holds for them', async () => {
    const told = (principal: Principal, given?: object) =>
      checkRequiresConfirmation.run({ tool: 'shop__mine', ...(given && { arguments: given }) }, { desk, principal });
    expect(await told(lisa, { asked_by: 'customer' })).toMatchObject({ structured: { rule: 'approve' } });
    expect(await told(anna)).toMatchObject({
      text: 'shop__mine: The requester must confirm it first. The rule: the requester must confirm a call asked by a customer.',
    });
    const given: ToolRule['when'] = [{ argument: 'amount', fits: { kind: 'given', given: true }, rule: 'approve' }];
    const tool = { tool: 'shop__mine' };
    const careful = { desk: mineAs({ rule: 'allow', when: given }), principal: lisa };
    expect(await checkRequiresConfirmation.run(tool, careful)).toMatchObject({
      structured: { rule: 'approve' },
      text: expect.stringContaining('Ask with its arguments'),
    });
    expect(await checkRequiresConfirmation.run({ ...tool, arguments: {} }, careful)).toMatchObject({
      structured: { rule: 'allow' },
    });
  });
});

describe('a call that was asked for', () => {
  it('is judged by who asked just before it runs, whoever the caller is then', async () => {
    const theirs = await signed({ order_id: 'ORD-1' }, anna);
    const ours = { ...theirs, principal: lisa };

    expect(await gate.review({ desk, principal: lisa }, theirs)).toMatchObject({ kind: 'ready' });
    expect(await gate.review({ desk, principal: anna }, ours)).toMatchObject({
      kind: 'void',
      reason: 'needs_more',
    });
  });

  it('does not run when it is closed by now to who asked', async () => {
    const closed = mineAs({ rule: 'allow', when: [{ askedBy: ['customer'], rule: 'deny' }] });
    const theirs = await signed({ order_id: 'ORD-1' }, anna);

    expect(await gate.review({ desk: closed, principal: lisa }, theirs)).toMatchObject({ kind: 'void' });
    expect(await gate.review({ desk: closed, principal: anna }, { ...theirs, principal: lisa })).toMatchObject({
      kind: 'ready',
    });
  });

  it('stays the call of who asked, whoever edits it', async () => {
    const now = mineAs({
      rule: 'approve',
      when: [
        { askedBy: ['customer'], rule: 'deny' },
        { argument: 'amount', fits: { kind: 'given', given: true }, rule: 'approve', quorum: 2 },
      ],
    });
    const ours = await signed({ order_id: 'ORD-1', amount: 20 }, lisa);
    const theirs = await signed({ order_id: 'ORD-1', amount: 20 }, anna);
    const edit = (approval: Approval, principal: Principal, args: Record<string, unknown>) =>
      gate.edit({ desk: now, principal }, approval, args);

    expect(await edit(ours, anna, { order_id: 'ORD-1', amount: 0 })).toMatchObject({
      frozen: { rule: 'approve', quorum: 2 },
    });
    expect(await edit(ours, anna, { order_id: 'ORD-2' })).toMatchObject({ frozen: { rule: 'approve', quorum: 1 } });
    expect(await edit(theirs, lisa, { order_id: 'ORD-1', amount: 0 })).toMatchObject({
      kind: 'refused',
      text: expect.stringContaining('not permitted'),
    });
  });
});
