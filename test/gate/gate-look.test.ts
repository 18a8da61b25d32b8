import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Check, ToolRule } from '../../core/desk/types.ts';
import { openGate } from '../../core/gate/gate.ts';
import type { Caller, Gate } from '../../core/gate/types.ts';
import type { ServerEntry } from '../../core/mcp/servers.ts';
import { type Approval, seenSchema } from '../../core/records/approvals.ts';
import { closeAll, open } from '../fakes/mcp/client.ts';
import { type PlainServer, plainServer } from '../fakes/mcp/plain-server.ts';
import { approvalOf, deskWith, frozenOf, lisa, noSecrets } from './gate-setup.ts';

const schema = { properties: { item_id: { type: 'string' }, by: { type: 'number' } }, required: ['item_id'] };
const name = { path: 'items.0.name', words: 'item', compared: true };
const stock = { path: 'items.0.stock', words: 'in stock', compared: false };

const delivery = (rule: ToolRule['rule'], tool: string, fields: Check['fields']): Caller => ({
  desk: deskWith({
    [tool]: { effect: 'read' },
    shop__deliver: { rule, check: { tool, arguments: { item_id: 'item_id' }, fields } },
  }),
  principal: lisa,
});

/** A delivery to a shelf, which shows the item and what lies there. */
const callerWith = (fields: Check['fields'], rule: ToolRule['rule'] = 'approve') =>
  delivery(rule, 'shop__items', fields);

let world: Record<string, unknown> | Error;
let server: PlainServer;
let gate: Gate;
beforeEach(() => {
  world = { items: [{ name: 'Sugar', stock: 40.5 }] };
  server = plainServer({ items: { schema, run: answerOfWorld }, deliver: { schema } });
  gate = openGate(open({ shop: server.entry }), [], noSecrets);
});
afterEach(closeAll);

function answerOfWorld(): Record<string, unknown> {
  if (world instanceof Error) throw world;
  return world;
}

const ask = (caller: Caller) => gate.decide(caller, { name: 'shop__deliver', arguments: '{"item_id":"I-1","by":10}' });

async function signed(caller: Caller): Promise<Approval> {
  const approval = approvalOf(frozenOf(await ask(caller)));
  server.ledger.length = 0;
  return approval;
}

describe('the current values on a card', () => {
  it('has the words that the desk gives it, and says what is compared', async () => {
    expect(frozenOf(await ask(callerWith([name, stock]))).seen).toEqual([
      { field: 'items.0.name', words: 'item', compared: true, value: 'Sugar' },
      { field: 'items.0.stock', words: 'in stock', compared: false, value: '40.5' },
    ]);
  });

  it('stops the call where it is compared, and not where it is shown only', async () => {
    const caller = callerWith([name, stock]);
    const approval = await signed(caller);

    world = { items: [{ name: 'Sugar', stock: 38.5 }] };
    expect(await gate.review(caller, approval)).toMatchObject({ kind: 'ready' });

    world = { items: [{ name: 'Brown Sugar', stock: 38.5 }] };
    expect(await gate.review(caller, approval)).toMatchObject({
      kind: 'changed',
      frozen: {
        seen: [
          { words: 'item', value: 'Brown Sugar', before: 'Sugar' },
          { words: 'in stock', value: '38.5' },
        ],
      },
    });
  });

  it('is not read again where all of it is shown only', async () => {
    const caller = callerWith([stock]);
    const approval = await signed(caller);
    world = { isError: true, text: 'no such item' };

    expect(await gate.review(caller, approval)).toMatchObject({ kind: 'ready' });
    expect(server.called()).toEqual([]);
  });

  it('is compared as the signed card said, and as the desk says by now', async () => {
    const strict = callerWith([name, { ...stock, compared: true }]);
    const loose = callerWith([name, stock]);
    const [signedStrictly, signedLoosely] = [await signed(strict), await signed(loose)];
    world = { items: [{ name: 'Sugar', stock: 38.5 }] };

    expect(await gate.review(loose, signedStrictly)).toMatchObject({ kind: 'changed' });
    expect(await gate.review(strict, signedLoosely)).toMatchObject({ kind: 'changed' });
  });

  it('is compared where the record is one of before this was said', () => {
    expect(seenSchema.parse({ field: 'status', value: 'paid' })).toEqual({
      field: 'status',
      compared: true,
      value: 'paid',
    });
  });

  it('has 1,500 characters of a value, and then a digest of all of it', async () => {
    const seenOf = async (text: string) => {
      world = { items: [{ name: text }] };
      return frozenOf(await ask(callerWith([name]))).seen[0]?.value;
    };
    expect(await seenOf('x'.repeat(1_500))).toBe('x'.repeat(1_500));
    expect(await seenOf('x'.repeat(1_501))).toMatch(/^x{1499}… \([0-9a-f]{16}\)$/);
    expect(await seenOf(`${'x'.repeat(2_000)}y`)).not.toBe(await seenOf(`${'x'.repeat(2_000)}z`));
  });
});

describe('a call about what cannot be read', () => {
  it('is told the reason of the tool, and nothing after it but that nothing was done', async () => {
    world = { isError: true, text: 'Only 3 kg of Sugar left.' };
    const text = `${JSON.stringify(world)} Nothing was done.`;
    expect(await ask(callerWith([name], 'confirm'))).toMatchObject({ kind: 'refused', text });
  });

  it.each([
    ['There is no item I-1. Nothing was read.', 'There is no item I-1. Nothing was done.'],
    ['It failed. Nothing was changed: try again.', 'It failed. Nothing was changed: try again. Nothing was done.'],
  ])('is told the next step that "%s" names, and not that nothing was read', async (said, told) => {
    world = new Error(said);
    expect(await ask(callerWith([name]))).toMatchObject({ kind: 'refused', text: `MCP error -32603: ${told}` });
  });

  it.each([
    ['confirm', "the requester's yes"],
    ['approve', 'a signature'],
  ] as const)('is told that %s needs the look that was not possible', async (rule, who) => {
    const connect = () => Promise.reject(new Error('the shelf is dark'));
    const shelf: ServerEntry = { kind: 'memory', connect };
    gate = openGate(open({ shop: server.entry, shelf }), [], noSecrets);
    const text = `shop__deliver needs ${who}, and the current values to show for that could not be read (the shelf is dark). Nothing was done.`;
    const decision = await ask(delivery(rule, 'shelf__items', [name]));
    expect(decision).toMatchObject({ kind: 'refused', text });
    expect(server.called()).toEqual([]);
  });
});
