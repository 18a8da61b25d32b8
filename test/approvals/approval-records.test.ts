import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listApprovals } from '../../core/records/approvals.ts';
import { callStates } from '../../core/records/calls.ts';
import { recordSteps } from '../../core/records/turns.ts';
import { openRecords, output, type Records, say, take, tenant } from '../crash/records.ts';
import {
  approval,
  approve,
  ask,
  askAgain,
  askAndEnd,
  awaiting,
  decideAs,
  disagreeing,
  endTurn,
  expire,
  found,
  look,
  nextTurn,
  reject,
} from './approvals-setup.ts';

let records: Records;
let db: Records['db'];
let sql: Records['sql'];
beforeAll(async () => {
  records = await openRecords();
  ({ db, sql } = records);
});
afterAll(() => records.close());
afterEach(async () => expect(await disagreeing(records)).toEqual([]));

describe('a call that is frozen', () => {
  it('waits with its cards, as it was recorded', async () => {
    const asked = await ask(db, { canonical: '{"amount":12.5,"order":"ORD-1"}', quorum: 2 });
    expect(await found(db, asked.id)).toMatchObject({
      id: asked.id,
      thread: asked.thread,
      turn: asked.turn.turn.id,
      call: asked.call,
      desk: 'jewelry',
      tool: 'shop__refund',
      canonical: '{"amount":12.5,"order":"ORD-1"}',
      principal: { kind: 'staff', id: 'U1' },
      quorum: 2,
      state: 'open',
      reminded: false,
      escalated: false,
      cards: [{ kind: 'signers' }, { kind: 'pointer' }],
      signatures: [],
    });
    expect(await look(records, asked.id)).toEqual({
      state: 'open',
      call: 'awaiting',
      audit: ['call.awaiting'],
      outcomes: [],
      cards: 2,
    });
  });

  it('and asked for again while it waits is the same approval', async () => {
    const asked = await askAndEnd(db, { callHash: 'same' });
    await say(db, { address: asked.address });
    const { call } = await askAgain(db, asked.thread, approval({ callHash: 'same' }));
    expect(await callStates(db, tenant, [call])).toEqual([
      {
        id: call,
        state: 'denied',
        reason: 'waits already',
        approval: asked.id,
        approvalState: 'open',
        rule: 'approve',
      },
    ]);
    expect(await listApprovals(db, tenant, { thread: asked.thread, limit: 9 })).toHaveLength(1);
    expect((await look(records, asked.id)).audit).toEqual(['call.awaiting', 'call.repeated']);
  });

  it('and asked for twice in one breath waits once', async () => {
    const turn = await take(db, await say(db));
    const [one, two] = [approval({ callHash: 'twin' }), approval({ callHash: 'twin' })];
    const calls = [awaiting(one), awaiting(two)];
    expect(await recordSteps(db, turn, [output(1, 'calls')], { calls })).toEqual({ kind: 'ok' });
    const standing = await callStates(
      db,
      tenant,
      calls.map(({ id }) => id),
    );
    expect(standing.map(({ approval: id }) => id)).toEqual([one.id, one.id]);
  });

  it('is another approval in another thread', async () => {
    const one = await ask(db, { callHash: 'elsewhere' });
    const two = await ask(db, { callHash: 'elsewhere' });
    expect(await reject(db, one.id)).toMatchObject({ kind: 'rejected' });
    expect((await look(records, two.id)).state).toBe('open');
  });

  it('is given to each turn of its thread until it is over', async () => {
    const asked = await askAndEnd(db);
    await say(db, { address: asked.address });
    expect((await take(db, asked.thread)).approvals.map(({ id }) => id)).toEqual([asked.id]);
  });
});

describe('a rejected call', () => {
  it('stays rejected until a person says something anew', async () => {
    const asked = await askAndEnd(db, { callHash: 'no' });
    expect(await reject(db, asked.id, 'Mia', 'too much')).toEqual({ kind: 'rejected' });
    // The turn that tells of the rejection: the model tries again.
    const again = await askAgain(db, asked.thread, approval({ callHash: 'no' }));
    expect(await callStates(db, tenant, [again.call])).toMatchObject([{ state: 'denied', reason: 'rejected' }]);
    const named = await sql(
      `select approval from countersign.audit_contents where call_id = $1 and approval is not null
        and approval not in (select id from countersign.approvals)`,
      [again.call],
    );
    expect(named).toEqual([]);

    await say(db, { address: asked.address, text: 'please do it after all' });
    const anew = approval({ callHash: 'no' });
    const { call } = await askAgain(db, asked.thread, anew);
    expect(await callStates(db, tenant, [call])).toMatchObject([{ state: 'awaiting', approval: anew.id }]);
  });

  it('is told to its thread once, with the reason on record', async () => {
    const asked = await askAndEnd(db);
    await reject(db, asked.id, 'Mia', 'too much');
    expect(await reject(db, asked.id, 'Ben')).toMatchObject({ kind: 'ended', state: 'rejected', by: 'U0MIA' });
    expect(await look(records, asked.id)).toMatchObject({ state: 'rejected', outcomes: ['rejected'] });
    expect(await found(db, asked.id)).toMatchObject({ reason: 'too much', decidedBy: 'U0MIA' });
    expect(await nextTurn(db, asked.thread)).toEqual([
      'shop__refund was rejected by U0MIA: too much. Nothing was done.',
    ]);
    expect(await nextTurn(db, asked.thread)).toEqual([]);
  });

  it('is not told by an entry where the turn that reads the answer tells it', async () => {
    const asked = await askAndEnd(db, { rule: 'confirm' });
    const turn = await take(db, await say(db, { address: asked.address, text: 'no' }));
    await decideAs(db, asked.id, { person: 'Lisa', verdict: 'reject', turn });
    expect(await look(records, asked.id)).toMatchObject({ state: 'rejected', outcomes: [] });
  });
});

describe('a signature', () => {
  it('approves, once', async () => {
    const asked = await askAndEnd(db);
    expect(await approve(db, asked.id)).toEqual({ kind: 'approved' });
    expect(await approve(db, asked.id, 'Ben')).toMatchObject({ kind: 'ended', state: 'approved', by: 'U0MIA' });
    const { decidedBy, signatures, endedAt } = await found(db, asked.id);
    expect({ decidedBy, endedAt }).toEqual({ decidedBy: 'U0MIA', endedAt: null });
    expect(signatures).toMatchObject([{ account: 'U0MIA', verdict: 'approve' }]);
    expect((await look(records, asked.id)).audit).toEqual(['call.awaiting', 'approval.approved']);
  });

  it('of a double click is decided once', async () => {
    const asked = await askAndEnd(db);
    const twice = await Promise.all([approve(db, asked.id), approve(db, asked.id)]);
    expect(twice.map(({ kind }) => kind).sort()).toEqual(['approved', 'ended']);
  });

  it('is one of n, and a second of the same person counts nothing, whatever the account', async () => {
    const asked = await askAndEnd(db, { quorum: 3 });
    const { thread } = asked;
    expect(await approve(db, asked.id)).toEqual({ kind: 'signed', thread, signatures: 1, quorum: 3 });
    expect(await approve(db, asked.id)).toEqual({ kind: 'signed_already' });
    expect(await decideAs(db, asked.id, { account: 'Mia' })).toEqual({ kind: 'signed_already' });
    expect(await approve(db, asked.id, 'Ben')).toEqual({ kind: 'signed', thread, signatures: 2, quorum: 3 });
    expect((await look(records, asked.id)).state).toBe('open');
    expect(await approve(db, asked.id, 'Zoe')).toEqual({ kind: 'approved' });
    expect((await found(db, asked.id)).signatures.map(({ account }) => account)).toEqual(['U0MIA', 'U0BEN', 'U0ZOE']);
  });

  it('is vetoed by anyone as long as others are waited for, who signed included', async () => {
    for (const veto of ['Zoe', 'Mia']) {
      const asked = await askAndEnd(db, { quorum: 3 });
      await approve(db, asked.id);
      await approve(db, asked.id, 'Ben');
      expect(await reject(db, asked.id, veto, 'wait')).toEqual({ kind: 'rejected' });
      expect(await found(db, asked.id)).toMatchObject({ state: 'rejected', decidedBy: `U0${veto.toUpperCase()}` });
    }
  });

  it('shows every copy of the card anew', async () => {
    const asked = await askAndEnd(db, { quorum: 2 });
    const wanted = async () =>
      (await sql<{ wanted: number }>('select wanted from countersign.cards where approval = $1', [asked.id])).map(
        (card) => card.wanted,
      );
    await approve(db, asked.id);
    expect(await wanted()).toEqual([2, 2]);
    await approve(db, asked.id, 'Ben');
    expect(await wanted()).toEqual([3, 3]);
    await approve(db, asked.id, 'Zoe');
    expect(await wanted()).toEqual([3, 3]);
  });

  it('is not for the asker to give, unless the desk says so', async () => {
    const asked = await askAndEnd(db);
    expect(await approve(db, asked.id, 'Lisa')).toEqual({ kind: 'own' });
    expect((await look(records, asked.id)).state).toBe('open');
    expect((await found(db, asked.id)).signatures).toEqual([]);
    expect(await decideAs(db, asked.id, { person: 'Lisa', own: true })).toMatchObject({
      kind: 'approved',
    });
    const other = await askAndEnd(db);
    expect(await reject(db, other.id, 'Lisa')).toMatchObject({ kind: 'rejected' });
  });

  it('is not for the editor to give, unless the desk says so', async () => {
    const asked = await askAndEnd(db, { editor: 'Mia' });
    expect(await approve(db, asked.id)).toEqual({ kind: 'edited' });
    expect(await decideAs(db, asked.id, { edited: true })).toMatchObject({ kind: 'approved' });
  });

  it("of a confirmation is the asker's alone, both ways", async () => {
    const asked = await askAndEnd(db, { rule: 'confirm' });
    expect(await approve(db, asked.id)).toEqual({ kind: 'not_requester' });
    expect(await reject(db, asked.id)).toEqual({ kind: 'not_requester' });
    expect(await decideAs(db, asked.id, { own: true, edited: true })).toEqual({ kind: 'not_requester' });
    expect(await approve(db, asked.id, 'Lisa')).toMatchObject({ kind: 'approved' });
  });

  it("comes too late by the database's clock, and closes what had expired", async () => {
    for (const click of [approve, reject]) {
      const asked = await askAndEnd(db);
      await expire(records, asked.id);
      expect(await click(db, asked.id)).toEqual({ kind: 'expired' });
      expect(await look(records, asked.id)).toMatchObject({
        state: 'expired',
        audit: ['call.awaiting', 'approval.expired'],
        outcomes: ['expired'],
      });
      expect(await click(db, asked.id)).toMatchObject({ kind: 'ended', state: 'expired' });
      expect((await found(db, asked.id)).signatures).toEqual([]);
    }
  });

  it('is not taken for what is not there, or was written by another build', async () => {
    expect(await approve(db, 'apr_none')).toEqual({ kind: 'gone' });
    const asked = await askAndEnd(db, { version: 99 });
    expect(await approve(db, asked.id)).toEqual({ kind: 'unreadable' });
    expect((await look(records, asked.id)).state).toBe('void');
  });

  it('is not taken from another tenant', async () => {
    const asked = await askAndEnd(db);
    expect(await decideAs(db, asked.id, { tenant: 'T0TWO' })).toEqual({ kind: 'gone' });
  });

  it('is taken while the turn that asked goes on', async () => {
    const asked = await ask(db);
    expect(await approve(db, asked.id)).toMatchObject({ kind: 'approved' });
    await endTurn(db, asked);
    expect((await look(records, asked.id)).state).toBe('approved');
  });
});
