import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EDITED_REQUEST_TEXT } from '../../core/approvals/outcome-phrases.ts';
import { refuseEdit, requestEdit, voidApproval } from '../../core/records/approvals.ts';
import { reviseEntry, withdrawEntry } from '../../core/records/entries.ts';
import { recordSteps, supersedeTurn } from '../../core/records/turns.ts';
import { expireLease, finish, openRecords, output, type Records, say, tenant } from '../crash/records.ts';
import {
  approval,
  approve,
  approved,
  ask,
  askAgain,
  askAndEnd,
  begin,
  decideAs,
  disagreeing,
  end,
  expire,
  found,
  hold,
  look,
  nextOf,
  nextTurn,
  reject,
  sent,
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

const wish = (id: string, amount = 5, person = 'Mia') =>
  requestEdit(db, tenant, { approval: id, person, account: `U0${person.toUpperCase()}`, arguments: { amount } });

describe('an edit', () => {
  it('is kept for a worker, and nobody signs meanwhile', async () => {
    const asked = await askAndEnd(db);
    const { thread } = asked;
    expect(await wish(asked.id)).toEqual({ kind: 'requested', thread });
    expect((await found(db, asked.id)).edit).toEqual({ arguments: { amount: 5 }, account: 'U0MIA' });
    expect(await approve(db, asked.id, 'Ben')).toEqual({ kind: 'changing' });
    expect(await reject(db, asked.id, 'Ben')).toEqual({ kind: 'changing' });
    expect(await wish(asked.id, 6, 'Ben')).toEqual({ kind: 'outdated', thread });
  });

  it('makes a new frozen call in place of the old one, that names its editor', async () => {
    const asked = await askAndEnd(db);
    await wish(asked.id);
    const edited = approval({ canonical: '{"amount":5}', editor: 'Mia', replaces: asked.id });
    const given = { approval: asked.id, reason: 'it was edited', by: 'U0MIA', next: nextOf(edited) };
    expect(await voidApproval(db, tenant, given)).toEqual({ kind: 'void', thread: asked.thread });
    expect(await voidApproval(db, tenant, given)).toMatchObject({ kind: 'decided', replacedBy: edited.id });
    expect(await look(records, asked.id)).toMatchObject({ state: 'void', outcomes: [] });
    expect(await approve(db, asked.id, 'Ben')).toMatchObject({
      kind: 'ended',
      state: 'void',
      by: 'U0MIA',
      replacedBy: edited.id,
    });
    expect(await found(db, edited.id)).toMatchObject({
      state: 'open',
      desk: 'jewelry',
      editor: 'Mia',
      replaces: asked.id,
      turn: asked.turn.turn.id,
      principal: { kind: 'staff', id: 'U1' },
      signatures: [],
      cards: [{ kind: 'signers' }, { kind: 'pointer' }],
    });
    expect(await approve(db, edited.id)).toEqual({ kind: 'edited' });
    expect(await approve(db, edited.id, 'Ben')).toMatchObject({ kind: 'approved' });
  });

  it('that cannot be made leaves the old card, which says why and can be signed again', async () => {
    const asked = await askAndEnd(db);
    await wish(asked.id);
    expect(await refuseEdit(db, tenant, asked.id, 'amount must be a number')).toEqual({ kind: 'ok' });
    expect(await refuseEdit(db, tenant, asked.id, 'again')).toEqual({ kind: 'none' });
    expect(await found(db, asked.id)).toMatchObject({
      edit: null,
      details: { refusedEdit: 'amount must be a number' },
    });
    expect(await approve(db, asked.id)).toMatchObject({ kind: 'approved' });
    expect((await look(records, asked.id)).audit).toContain('approval.edit_refused');
  });

  it('is not taken for what is decided, expired, of another build or not there', async () => {
    const decided = await approved(db);
    expect(await wish(decided.id)).toMatchObject({ kind: 'decided', state: 'approved' });
    const late = await askAndEnd(db);
    await expire(records, late.id);
    expect(await wish(late.id)).toEqual({ kind: 'expired', thread: late.thread });
    expect(await look(records, late.id)).toMatchObject({ state: 'expired', outcomes: ['expired'] });
    const other = await askAndEnd(db, { version: 99 });
    expect(await wish(other.id)).toMatchObject({ kind: 'outdated' });
    expect(await wish('apr_none')).toEqual({ kind: 'none' });
  });

  it('that comes to a call which waits already is not made', async () => {
    const waits = await askAndEnd(db, { callHash: 'five' });
    await say(db, { address: waits.address });
    const ten = approval();
    await askAgain(db, waits.thread, ten);
    await wish(ten.id);
    const next = nextOf(approval({ callHash: 'five' }));
    const given = { approval: ten.id, reason: 'it was edited', next };
    expect(await voidApproval(db, tenant, given)).toEqual({ kind: 'waits_already', thread: waits.thread });
    expect((await look(records, ten.id)).state).toBe('open');
  });
});

describe('a void', () => {
  it('ends an open one, and tells its thread', async () => {
    const asked = await askAndEnd(db, { quorum: 2 });
    await approve(db, asked.id);
    const given = { approval: asked.id, reason: 'the tool changed', text: 'The tool changed.' };
    expect(await voidApproval(db, tenant, given)).toEqual({ kind: 'void', thread: asked.thread });
    expect(await approve(db, asked.id, 'Ben')).toMatchObject({
      kind: 'ended',
      state: 'void',
      reason: 'the tool changed',
    });
    expect(await nextTurn(db, asked.thread)).toEqual(['The tool changed.']);
  });

  it('of an approved one is for who has its dispatch in hand only', async () => {
    const asked = await approved(db);
    const given = { approval: asked.id, reason: 'the world changed' };
    const held = await hold(db, asked.id);
    expect(await voidApproval(db, tenant, given)).toMatchObject({ kind: 'decided', state: 'approved' });
    expect(await voidApproval(db, tenant, { ...given, attempts: held.attempts - 1 })).toMatchObject({
      kind: 'decided',
    });
    const next = nextOf(approval({ callHash: 'seen anew' }));
    expect(await voidApproval(db, tenant, { ...given, attempts: held.attempts, next })).toMatchObject({ kind: 'void' });
    expect(await begin(db, held)).toEqual({ kind: 'lost' });
    expect((await look(records, next.approval.id)).state).toBe('open');
  });

  it('by who lost the dispatch does not touch one that waits for more signatures', async () => {
    const asked = await approved(db);
    const held = await hold(db, asked.id);
    const most = { id: 'daily', tools: ['shop__refund'], seconds: 60, most: 0, quorum: 2, desk: 'jewelry' };
    expect(await begin(db, held, [most])).toMatchObject({ kind: 'reopened' });
    const given = { approval: asked.id, reason: 'late', attempts: held.attempts };
    expect(await voidApproval(db, tenant, given)).toMatchObject({ kind: 'decided', state: 'open' });
  });

  it('does not touch what is on its way or over', async () => {
    const out = await sent(db);
    const given = { approval: out.id, reason: 'too late', attempts: out.held.attempts };
    expect(await voidApproval(db, tenant, given)).toMatchObject({ kind: 'decided', state: 'dispatching' });
    await end(db, out.held);
    expect(await voidApproval(db, tenant, given)).toMatchObject({ kind: 'decided', state: 'succeeded' });
    expect(await voidApproval(db, tenant, { approval: 'apr_none', reason: '' })).toEqual({ kind: 'none' });
  });
});

describe('the message that asked', () => {
  const edit = (message: string, text: string) =>
    reviseEntry(db, tenant, 'slack', message, { text }, EDITED_REQUEST_TEXT);

  it.each([
    ['edited', (message: string) => edit(message, 'something else'), 1],
    ['deleted', (message: string) => withdrawEntry(db, tenant, 'slack', message), 0],
  ])('is %s: what it asked for and nobody has signed is void', async (_, change, told) => {
    const asked = await askAndEnd(db, { quorum: 2 });
    await approve(db, asked.id);
    expect(await change(asked.message)).toEqual({ kind: 'voided', thread: asked.thread, approvals: [asked.id] });
    expect(await look(records, asked.id)).toMatchObject({ state: 'void' });
    expect(await approve(db, asked.id, 'Ben')).toMatchObject({ kind: 'ended', state: 'void' });
    expect(await nextTurn(db, asked.thread)).toHaveLength(told);
  });

  it('is edited after the last signature: what is signed stays', async () => {
    const asked = await approved(db);
    expect(await edit(asked.message, 'something else')).toEqual({ kind: 'answered' });
    expect((await look(records, asked.id)).state).toBe('approved');
  });

  it('is said to be edited and reads the same: nothing happens', async () => {
    const asked = await askAndEnd(db);
    const [row] = await sql<{ text: string }>(
      `select content->>'text' as text from countersign.entries where thread_id = $1`,
      [asked.thread],
    );
    expect(await edit(asked.message, row!.text)).toEqual({ kind: 'unchanged' });
    expect((await look(records, asked.id)).state).toBe('open');
  });

  it('voids the edited form of the call, too', async () => {
    const asked = await askAndEnd(db);
    const next = nextOf(approval({ editor: 'Mia', replaces: asked.id }));
    await voidApproval(db, tenant, { approval: asked.id, reason: 'it was edited', next });
    expect(await withdrawEntry(db, tenant, 'slack', asked.message)).toMatchObject({ approvals: [next.approval.id] });
    expect((await look(records, next.approval.id)).state).toBe('void');
  });

  it('is edited while its turn goes on: nobody can sign any more, and the turn starts over', async () => {
    const asked = await ask(db);
    expect(await edit(asked.message, 'something else')).toMatchObject({ kind: 'revised' });
    expect(await approve(db, asked.id)).toMatchObject({ kind: 'ended', state: 'void' });
    expect(await recordSteps(db, asked.turn, [output(2, 'on')])).toEqual({ kind: 'revised' });
    expect(await supersedeTurn(db, asked.turn)).toEqual({ kind: 'ok' });
    expect(await nextTurn(db, asked.thread)).toEqual(['something else']);
  });

  it('is deleted after its worker died: nothing of it can be signed', async () => {
    const asked = await ask(db);
    await expireLease(records, asked.thread);
    await withdrawEntry(db, tenant, 'slack', asked.message);
    expect(await nextTurn(db, asked.thread)).toEqual([]);
    expect((await look(records, asked.id)).state).toBe('void');
  });

  it('is edited while a signed call of its turn is on its way: that call is told of as it ends', async () => {
    const asked = await ask(db);
    await approve(db, asked.id);
    const held = await hold(db, asked.id);
    await begin(db, held);
    await edit(asked.message, 'something else');
    await supersedeTurn(db, asked.turn);
    expect(await look(records, asked.id)).toMatchObject({ state: 'dispatching', call: 'dispatching' });
    expect(await end(db, held)).toMatchObject({ kind: 'ok' });
    expect(await look(records, asked.id)).toMatchObject({
      state: 'succeeded',
      call: 'succeeded',
      outcomes: ['succeeded'],
    });
  });

  it('was answered by a turn that gave up while a signed call was on its way', async () => {
    const asked = await ask(db);
    await approve(db, asked.id);
    await begin(db, await hold(db, asked.id));
    await finish(db, { ...asked.turn, steps: [...asked.turn.steps, output(1, 'calls')] }, 'sorry', 'failed');
    expect(await look(records, asked.id)).toMatchObject({ state: 'dispatching', call: 'dispatching' });
  });
});

describe('a sealed argument', () => {
  const seal = async (id: string) =>
    sql(`insert into countersign.sealed (tenant, id, box) values ($1, $2, '')`, [tenant, id]);
  const isKept = async (id: string) => (await sql('select 1 from countersign.sealed where id = $1', [id])).length === 1;
  const withSeal = (name: string) => ({ details: { sealed: [name] } });

  it.each([
    ['succeeded', async (name: string) => end(db, (await sent(db, withSeal(name))).held)],
    ['failed', async (name: string) => end(db, (await sent(db, withSeal(name))).held, 'failed')],
    ['rejected', async (name: string) => reject(db, (await askAndEnd(db, withSeal(name))).id)],
    [
      'no in words',
      async (name: string) => {
        const { id } = await askAndEnd(db, { ...withSeal(name), rule: 'confirm' });
        return decideAs(db, id, { person: 'Lisa', verdict: 'reject' });
      },
    ],
    [
      'void',
      async (name: string) =>
        voidApproval(db, tenant, { approval: (await askAndEnd(db, withSeal(name))).id, reason: 'so' }),
    ],
    [
      'expired',
      async (name: string) => {
        const { id } = await askAndEnd(db, withSeal(name));
        await expire(records, id);
        return approve(db, id);
      },
    ],
  ])('is gone when the call is over: %s', async (how, over) => {
    await seal(`seal ${how}`);
    await over(`seal ${how}`);
    expect(await isKept(`seal ${how}`)).toBe(false);
  });

  it('stays while the outcome is not known, and for the form of the call that comes next', async () => {
    await seal('doubtful');
    await end(db, (await sent(db, withSeal('doubtful'))).held, 'unknown');
    expect(await isKept('doubtful')).toBe(true);
    await seal('handed on');
    const asked = await askAndEnd(db, withSeal('handed on'));
    const next = nextOf(approval(withSeal('handed on')));
    await voidApproval(db, tenant, { approval: asked.id, reason: 'it was edited', next });
    expect(await isKept('handed on')).toBe(true);
    await reject(db, next.approval.id);
    expect(await isKept('handed on')).toBe(false);
  });

  it('stays for another call that holds the same and is not over', async () => {
    await seal('shared');
    const one = await sent(db, withSeal('shared'));
    const two = await askAndEnd(db, withSeal('shared'));
    await end(db, one.held);
    expect(await isKept('shared')).toBe(true);
    await reject(db, two.id);
    expect(await isKept('shared')).toBe(false);
  });

  it('is not kept for a call that stays rejected', async () => {
    const asked = await askAndEnd(db, { callHash: 'with a secret', ...withSeal('once more') });
    await reject(db, asked.id);
    await seal('once more');
    await askAgain(db, asked.thread, approval({ callHash: 'with a secret', ...withSeal('once more') }));
    expect(await isKept('once more')).toBe(false);
  });
});
