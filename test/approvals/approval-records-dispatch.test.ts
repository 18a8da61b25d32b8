import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { claimDispatch, holdDispatch, settleUnknown } from '../../core/records/dispatches.ts';
import { claim, openRecords, type Records, say, take, tenant, textsOf } from '../crash/records.ts';
import {
  approve,
  approved,
  askAndEnd,
  begin,
  disagreeing,
  end,
  found,
  hold,
  look,
  nextTurn,
  pass,
  reject,
  sent,
} from './approvals-setup.ts';

let records: Records;
let db: Records['db'];
beforeAll(async () => {
  records = await openRecords();
  ({ db } = records);
});
afterAll(() => records.close());
afterEach(async () => expect(await disagreeing(records)).toEqual([]));

const tryClaim = async (id: string) => (await claimDispatch(db, tenant, id, 60_000)).kind;
const lost = { kind: 'lost' };

describe('a dispatch', () => {
  it('goes from the signature to the outcome, which is told once and answered by the next turn', async () => {
    const asked = await approved(db);
    const held = await hold(db, asked.id);
    expect(held).toMatchObject({ attempts: 1, state: 'approved', canonical: '{"amount":10}' });
    expect(await begin(db, held)).toEqual({ kind: 'ok' });
    expect(await look(records, asked.id)).toMatchObject({ state: 'dispatching', call: 'dispatching' });
    expect(await end(db, held)).toEqual({ kind: 'ok', thread: asked.thread });
    expect(await end(db, held)).toEqual(lost);
    expect(await look(records, asked.id)).toMatchObject({
      state: 'succeeded',
      call: 'succeeded',
      audit: ['call.awaiting', 'approval.approved', 'call.dispatching', 'call.succeeded'],
      outcomes: ['succeeded'],
    });
    expect(await found(db, asked.id)).toMatchObject({ outcome: 'it succeeded' });
    expect(await nextTurn(db, asked.thread)).toEqual(['The call succeeded.']);
    expect(await claim(db, asked.thread)).toEqual({ kind: 'idle' });
  });

  it('is told in the name of who asked, apart from what others say', async () => {
    const asked = await approved(db);
    await say(db, { address: asked.address, by: 'U2', text: 'and me?', sentAt: '1.000001' });
    const held = await hold(db, asked.id);
    await begin(db, held);
    await end(db, held);
    expect(await nextTurn(db, asked.thread)).toEqual(['and me?']);
    const turn = await take(db, asked.thread);
    expect(turn.turn.principal).toEqual({ kind: 'staff', id: 'U1' });
    expect(textsOf(turn)).toEqual(['The call succeeded.']);
    expect(turn.steps).toMatchObject([
      { content: { entries: [{ outcome: { approval: asked.id, tool: 'shop__refund', state: 'succeeded' } }] } },
    ]);
  });

  it('of what is not approved is not claimed', async () => {
    const open = await askAndEnd(db, { quorum: 2 });
    await approve(db, open.id);
    const no = await askAndEnd(db);
    await reject(db, no.id);
    const over = await sent(db);
    await end(db, over.held);
    for (const id of [open.id, no.id, over.id, 'apr_none']) expect(await tryClaim(id)).toBe('idle');
    expect(await begin(db, { ...over.held, id: open.id, attempts: 0 })).toEqual(lost);
  });

  it('is claimed by one of many', async () => {
    const asked = await approved(db);
    const kinds = await Promise.all(Array.from({ length: 6 }, () => tryClaim(asked.id)));
    expect(kinds.sort()).toEqual([...Array(5).fill('busy'), 'ready']);
  });

  it('is begun once, however often it is tried', async () => {
    const asked = await approved(db);
    const held = await hold(db, asked.id);
    const kinds = await Promise.all(Array.from({ length: 6 }, async () => (await begin(db, held)).kind));
    expect(kinds.sort()).toEqual([...Array(5).fill('lost'), 'ok']);
  });

  it('that a worker lost before it began cannot be begun, held or ended by it', async () => {
    const asked = await approved(db);
    const zombie = await hold(db, asked.id);
    await pass(records, asked.id, 'due_at');
    const heir = await hold(db, asked.id);
    expect(heir.attempts).toBe(zombie.attempts + 1);
    expect(await holdDispatch(db, tenant, zombie, 60_000)).toEqual(lost);
    expect(await begin(db, zombie)).toEqual(lost);
    expect(await begin(db, heir)).toEqual({ kind: 'ok' });
    expect(await end(db, zombie)).toEqual(lost);
    expect(await end(db, heir)).toMatchObject({ kind: 'ok' });
  });

  it('that a worker left on its way is found so by the next, and the first has lost it', async () => {
    const { id, held: zombie } = await sent(db);
    expect(await tryClaim(id)).toBe('busy');
    await pass(records, id, 'due_at');
    expect(await holdDispatch(db, tenant, zombie, 60_000)).toEqual({ kind: 'ok' });
    expect(await tryClaim(id)).toBe('busy');
    await pass(records, id, 'due_at');
    const heir = await hold(db, id, 'left');
    expect(await begin(db, heir)).toEqual(lost);
    expect(await end(db, zombie)).toEqual(lost);
    expect(await end(db, heir, 'unknown')).toMatchObject({ kind: 'ok' });
    expect((await look(records, id)).outcomes).toEqual(['unknown']);
  });

  it('of a record in another form is given by its name only', async () => {
    const asked = await askAndEnd(db, { version: 99 });
    await records.sql(`update countersign.approvals set state = 'approved' where id = $1`, [asked.id]);
    await records.sql(`update countersign.tool_calls set state = 'approved' where id = $1`, [asked.call]);
    expect(await claimDispatch(db, tenant, asked.id, 60_000)).toEqual({
      kind: 'unreadable',
      held: { id: asked.id, thread: asked.thread, attempts: 1, state: 'approved' },
    });
  });
});

describe('a call of unknown outcome', () => {
  const settle = (approval: string, verdict: 'happened' | 'did not happen' | 'again') =>
    settleUnknown(db, tenant, { approval, person: 'Mia', account: 'U0MIA', verdict, text: `Mia says: ${verdict}.` });

  async function doubtful() {
    const asked = await sent(db);
    await end(db, asked.held, 'unknown');
    return asked;
  }

  it.each(['happened', 'did not happen'] as const)('is settled by a person, once: it %s', async (verdict) => {
    const { id, thread } = await doubtful();
    expect(await look(records, id)).toMatchObject({ state: 'unknown', call: 'unknown', outcomes: ['unknown'] });
    expect(await approve(db, id)).toMatchObject({ kind: 'ended', state: 'unknown' });
    expect(await settle(id, verdict)).toEqual({ kind: 'settled', thread });
    expect(await settle(id, 'again')).toMatchObject({ kind: 'decided', state: 'settled' });
    expect(await look(records, id)).toMatchObject({
      state: 'settled',
      call: 'settled',
      outcomes: ['unknown', 'settled'],
    });
    expect(await found(db, id)).toMatchObject({ outcome: verdict, decidedBy: 'U0MIA' });
    expect(await nextTurn(db, thread)).toEqual(['The call unknown.', `Mia says: ${verdict}.`]);
  });

  it('goes out once more where a person says so, and the worker before has lost it', async () => {
    const { id, held: before } = await doubtful();
    expect(await tryClaim(id)).toBe('idle');
    const twice = await Promise.all([settle(id, 'again'), settle(id, 'again')]);
    expect(twice.map(({ kind }) => kind).sort()).toEqual(['approved', 'decided']);
    expect(await begin(db, before)).toEqual(lost);
    const held = await hold(db, id);
    expect(await begin(db, held)).toEqual({ kind: 'ok' });
    expect(await end(db, before)).toEqual(lost);
    expect(await end(db, held, 'unknown')).toMatchObject({ kind: 'ok' });
    expect(await look(records, id)).toMatchObject({ state: 'unknown', outcomes: ['unknown', 'unknown'] });
    await settle(id, 'happened');
  });

  it('only is settled', async () => {
    const asked = await approved(db);
    expect(await settle(asked.id, 'again')).toMatchObject({ kind: 'decided', state: 'approved' });
    expect(await settle('apr_none', 'happened')).toEqual({ kind: 'none' });
  });
});
