import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CountedLimit, exceededLimit } from '../../core/records/calls.ts';
import { openDatabase } from '../../core/records/database.ts';
import { settleUnknown } from '../../core/records/dispatches.ts';
import { ensureTenant } from '../../core/records/entries.ts';
import { type CallRow, recordSteps } from '../../core/records/turns.ts';
import { openRecords, output, type Records, say, take, tenant } from '../crash/records.ts';
import {
  approval,
  approve,
  approved,
  askAgain,
  askAndEnd,
  awaiting,
  begin,
  disagreeing,
  end,
  expire,
  found,
  hold,
  look,
  straight,
} from './approvals-setup.ts';

let records: Records;
let db: Records['db'];
let sql: Records['sql'];
let other: Records['db'];
beforeAll(async () => {
  records = await openRecords();
  ({ db, sql } = records);
  other = openDatabase(records.url);
  await ensureTenant(db, 'T0TWO', 'Two');
});
afterAll(async () => {
  await other.close();
  await records.close();
});
afterEach(async () => {
  expect(await disagreeing(records)).toEqual([]);
  // Each test has the period to itself.
  await sql(`update countersign.tool_calls set dispatched_at = dispatched_at - interval '1 day'`);
});

const most = (change: Partial<CountedLimit> = {}): CountedLimit => ({
  id: 'refunds',
  tools: ['shop__refund'],
  seconds: 3600,
  most: 2,
  ...change,
});
const sum = (change: Partial<CountedLimit> = {}) => most({ id: 'money', sum: 'amount', most: 25, ...change });

/** Signed for, and begun under these limits; each costs ten. */
async function go(limits: CountedLimit[], change: Parameters<typeof askAndEnd>[1] = {}) {
  const asked = await approved(db, change);
  const held = await hold(db, asked.id);
  const begun = await begin(db, held, limits, { money: 10, refunds: 1 });
  return { ...asked, held, begun: begun.kind };
}

/** Let through without a signature, if the limit lets it. */
async function pay(limits: CountedLimit[], row: Partial<CallRow> = {}): Promise<string> {
  const call = { ...straight(limits, { money: 10, refunds: 1 }, { amount: 10 }), ...row };
  await recordSteps(db, await take(db, await say(db)), [output(1, 'calls')], { calls: [call] });
  const [state] = await sql<{ state: string }>('select state from countersign.tool_calls where id = $1', [call.id]);
  return state!.state;
}

describe('a limit', () => {
  it('counts calls', async () => {
    expect([(await go([most()])).begun, (await go([most()])).begun]).toEqual(['ok', 'ok']);
    const third = await go([most()]);
    expect(third.begun).toBe('over');
    expect(await look(records, third.id)).toMatchObject({ state: 'approved' });
  });

  it('sums an argument', async () => {
    expect([(await go([sum()])).begun, (await go([sum()])).begun]).toEqual(['ok', 'ok']);
    expect((await go([sum()])).begun).toBe('over');
    expect((await go([sum({ most: 30 })])).begun).toBe('ok');
  });

  it('counts signed calls and those that need none alike', async () => {
    expect((await go([most()])).begun).toBe('ok');
    expect(await pay([most()])).toBe('dispatching');
    expect(await pay([most()])).toBe('denied');
    expect((await go([most()])).begun).toBe('over');
  });

  it('forgets what is older than its period, and what is of another tool, desk or principal', async () => {
    await pay([]);
    await sql(`update countersign.tool_calls set dispatched_at = dispatched_at - interval '2 hours'`);
    await pay([], { tool: 'shop__send' });
    await pay([], { desk: 'watches' });
    const of = (change: Partial<CountedLimit>) =>
      exceededLimit(db, tenant, { limits: [most({ most: 0, ...change })], amounts: { refunds: 0 } });
    expect(await of({})).toMatchObject({ used: 1 });
    expect(await of({ desk: 'jewelry' })).toBeNull();
    expect(await of({ accounts: ['U2'] })).toBeNull();
    expect(await of({ accounts: ['U1'] })).toMatchObject({ used: 1 });
    expect(await of({ accounts: ['anonymous:U1'] })).toBeNull();
    expect(await of({ tools: ['shop__refund', 'shop__send'] })).toMatchObject({ used: 2 });
    expect(await of({ seconds: 10_000 })).toMatchObject({ used: 2 });
    expect(await exceededLimit(db, 'T0TWO', { limits: [most({ most: 0 })], amounts: { refunds: 0 } })).toBeNull();
  });

  it('does not count what failed, and counts what may have happened', async () => {
    const failed = await go([most({ most: 1 })]);
    await end(db, failed.held, 'failed');
    const unknown = await go([most({ most: 1 })]);
    expect(unknown.begun).toBe('ok');
    await end(db, unknown.held, 'unknown');
    expect((await go([most({ most: 1 })])).begun).toBe('over');
  });

  it('does not count a call twice that goes out once more', async () => {
    const doubtful = await go([most({ most: 1 })]);
    await end(db, doubtful.held, 'unknown');
    const given = { approval: doubtful.id, person: 'Mia', account: 'U0MIA', verdict: 'again' as const, text: '' };
    await settleUnknown(db, tenant, given);
    expect(await begin(db, await hold(db, doubtful.id), [most({ most: 1 })])).toEqual({ kind: 'ok' });
  });

  it('is exactly right under sixteen at once', async () => {
    const held = await Promise.all(Array.from({ length: 16 }, async () => hold(db, (await approved(db)).id)));
    const limits = [most({ most: 5 }), sum({ most: 1000 })];
    const kinds = await Promise.all(
      held.map(async (one, i) => (await begin(i % 2 ? db : other, one, limits, { money: 10 })).kind),
    );
    expect(kinds.sort()).toEqual([...Array(5).fill('ok'), ...Array(11).fill('over')]);
    expect(await exceededLimit(db, tenant, { limits: [most({ most: 0 })], amounts: {} })).toMatchObject({ used: 5 });
  });

  it('is exactly right where turns and dispatches count against the same at once', async () => {
    const limits = [most({ most: 20, id: 'a' }), sum({ most: 200, id: 'b' })];
    const amounts = { a: 1, b: 10 };
    const held = await Promise.all(Array.from({ length: 12 }, async () => hold(db, (await approved(db)).id)));
    const turns = await Promise.all(Array.from({ length: 24 }, async () => take(db, await say(db))));
    // Each of the batches carries several threads, and each thread its own choice of limits.
    const rows = turns.map((_, i) =>
      straight(i % 3 ? limits : limits.slice(i % 2, (i % 2) + 1), amounts, { amount: 10 }),
    );
    await Promise.all([
      ...turns.map((turn, i) => recordSteps(i % 2 ? db : other, turn, [output(1, 'calls')], { calls: [rows[i]!] })),
      ...held.map((one, i) => begin(i % 2 ? db : other, one, limits, amounts)),
    ]);
    const [used] = await sql<{ calls: number }>(
      `select count(*)::int as calls from countersign.tool_calls
        where tool = 'shop__refund' and dispatched_at > clock_timestamp() - interval '1 hour' and state = 'dispatching'`,
    );
    expect(used?.calls).toBe(20);
  });
});

describe('a limit that more signatures lift', () => {
  const two = () => sum({ most: 5, quorum: 2 });

  it('asks for them when the call would go out, and then lets it', async () => {
    const asked = await go([two()]);
    expect(asked.begun).toBe('reopened');
    expect(await look(records, asked.id)).toMatchObject({ state: 'open', call: 'awaiting' });
    expect(await found(db, asked.id)).toMatchObject({
      quorum: 2,
      decidedBy: null,
      details: { limit: { id: 'money', used: 0, most: 5 } },
    });
    expect(await approve(db, asked.id)).toMatchObject({ kind: 'signed_already' });
    expect(await approve(db, asked.id, 'Ben')).toMatchObject({ kind: 'approved' });
    const held = await hold(db, asked.id);
    expect(await begin(db, held, [two()], { money: 10 })).toEqual({ kind: 'ok' });
    await end(db, held);
  });

  it('does not give a dispatch back to who had it before', async () => {
    const asked = await go([two()]);
    await approve(db, asked.id, 'Ben');
    expect(await begin(db, asked.held, [two()], { money: 10 })).toEqual({ kind: 'lost' });
    const held = await hold(db, asked.id);
    expect(held.attempts).toBeGreaterThan(asked.held.attempts);
    expect(await begin(db, asked.held, [two()], { money: 10 })).toEqual({ kind: 'lost' });
    expect(await begin(db, held, [two()], { money: 10 })).toEqual({ kind: 'ok' });
  });

  it('does not lift another, whichever is looked at first', async () => {
    const signed = { quorum: 2 };
    for (const [lifted, hard] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      const limits = [two(), most({ id: hard, most: 0 })].map((limit) =>
        limit.id === hard ? limit : { ...limit, id: lifted },
      );
      const asked = await askAndEnd(db, signed);
      await approve(db, asked.id);
      await approve(db, asked.id, 'Ben');
      const begun = await begin(db, await hold(db, asked.id), limits, { [lifted]: 10, [hard]: 1 });
      expect(begun).toEqual({ kind: 'over', limit: hard });
    }
  });

  it("cannot be lifted for a confirmation, which is the asker's alone", async () => {
    const asked = await askAndEnd(db, { rule: 'confirm' });
    await approve(db, asked.id, 'Lisa');
    expect(await begin(db, await hold(db, asked.id), [two()], { money: 10 })).toEqual({ kind: 'over', limit: 'money' });
  });

  it('never leaves the same call waiting twice', async () => {
    const asked = await approved(db, { callHash: 'the same' });
    await say(db, { address: asked.address });
    await askAgain(db, asked.thread, approval({ callHash: 'the same' }));
    const begun = await begin(db, await hold(db, asked.id), [two()], { money: 10 });
    expect(begun.kind).toBe('reopened');
    const waiting = await records.sql("select id from countersign.approvals where call_hash = 'the same'");
    expect(waiting).toEqual([{ id: asked.id }]);
  });

  it('that come too late are not waited for', async () => {
    const asked = await go([two()]);
    await expire(records, asked.id);
    expect(await approve(db, asked.id, 'Ben')).toMatchObject({ kind: 'expired' });
  });
});

describe('a call in a turn', () => {
  it('that awaits a signature counts for nothing yet', async () => {
    const turn = await take(db, await say(db));
    const row = { ...awaiting(approval()), limits: [most({ most: 0 })], amounts: {} };
    expect(await recordSteps(db, turn, [output(1, 'calls')], { calls: [row] })).toEqual({ kind: 'ok' });
    expect((await look(records, row.approval!.id)).call).toBe('awaiting');
  });
});
