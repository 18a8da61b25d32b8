import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refuseEdit, requestEdit, voidApproval } from '../../core/records/approvals.ts';
import { type Card, claimCard, recordCardResult, waitingCards } from '../../core/records/cards.ts';
import { dueApprovals } from '../../core/records/dispatches.ts';
import { openRecords, type Records, tenant } from '../crash/records.ts';
import {
  approve,
  approved,
  askAndEnd,
  disagreeing,
  expire,
  found,
  hold,
  look,
  nextTurn,
  pass,
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
beforeEach(async () => {
  await sql('update countersign.approvals set due_at = null, edit = null');
});
afterEach(async () => expect(await disagreeing(records)).toEqual([]));

const due = () => dueApprovals(db);
const kindsOf = async (id: string) => (await found(db, id)).cards.map(({ kind }) => kind);
const dispatchDue = async (id: string) => (await due()).dispatches.some(({ approval }) => approval === id);

describe('due work', () => {
  it('reminds once', async () => {
    const asked = await askAndEnd(db);
    await due();
    expect(await kindsOf(asked.id)).toEqual(['signers', 'pointer']);
    await pass(records, asked.id, 'remind_at', 'due_at');
    await Promise.all([due(), due(), due()]);
    await due();
    expect(await kindsOf(asked.id)).toEqual(['signers', 'pointer', 'reminder']);
    expect(await found(db, asked.id)).toMatchObject({ state: 'open', reminded: true, escalated: false });
    expect((await look(records, asked.id)).audit).toEqual(['call.awaiting', 'approval.reminded']);
  });

  it('escalates once, to where the desk says', async () => {
    const asked = await askAndEnd(db);
    await pass(records, asked.id, 'remind_at', 'due_at');
    await due();
    await pass(records, asked.id, 'escalate_at', 'due_at');
    await due();
    await due();
    expect((await found(db, asked.id)).cards.at(-1)).toMatchObject({
      kind: 'escalation',
      place: { channel: 'C0BOSS' },
    });
    expect(await found(db, asked.id)).toMatchObject({ state: 'open', escalated: true });
    const [row] = await sql(`select due_at = expires_at as last from countersign.approvals where id = $1`, [asked.id]);
    expect(row).toEqual({ last: true });
  });

  it('escalates to nobody where the desk names none, and does not say that it did', async () => {
    const asked = await askAndEnd(db, { details: { escalateTo: null } });
    await pass(records, asked.id, 'remind_at', 'escalate_at', 'due_at');
    await due();
    expect(await kindsOf(asked.id)).not.toContain('escalation');
    expect((await look(records, asked.id)).audit).not.toContain('approval.escalated');
  });

  it('expires, tells the thread once and adds a job for it', async () => {
    const asked = await askAndEnd(db);
    await expire(records, asked.id);
    const added = await Promise.all([due(), due(), due()]);
    expect(added.flatMap(({ threads }) => threads)).toEqual([{ tenant, thread: asked.thread }]);
    expect(await look(records, asked.id)).toMatchObject({ state: 'expired', outcomes: ['expired'] });
    expect(await approve(db, asked.id)).toMatchObject({ kind: 'ended', state: 'expired' });
    expect(await nextTurn(db, asked.thread)).toEqual([
      'The request for `shop__refund` expired before anyone had decided. Nothing was done.',
    ]);
  });

  it("expires by the database's clock, not before", async () => {
    const asked = await askAndEnd(db, { expiresMs: 150, remindMs: 1000, escalateMs: 1000 });
    await due();
    expect((await look(records, asked.id)).state).toBe('open');
    await new Promise((resolve) => setTimeout(resolve, 200));
    await due();
    expect((await look(records, asked.id)).state).toBe('expired');
  });

  it('leaves alone what is decided', async () => {
    const asked = await askAndEnd(db);
    await reject(db, asked.id);
    await expire(records, asked.id);
    await due();
    expect(await look(records, asked.id)).toMatchObject({ state: 'rejected', outcomes: ['rejected'] });
    expect((await due()).threads).toEqual([]);
  });

  it('adds a job for a signed call that no worker has taken, and for one that was left', async () => {
    const asked = await approved(db);
    expect(await dispatchDue(asked.id)).toBe(false);
    await pass(records, asked.id, 'due_at');
    expect(await dispatchDue(asked.id)).toBe(true);
    expect(await dispatchDue(asked.id)).toBe(false);
    await hold(db, asked.id);
    expect(await dispatchDue(asked.id)).toBe(false);
    await pass(records, asked.id, 'due_at');
    expect([await dispatchDue(asked.id), await dispatchDue(asked.id)]).toEqual([true, true]);
    await hold(db, asked.id);
    expect(await dispatchDue(asked.id)).toBe(false);
  });

  it('adds a job for an edit until it is made, refused, or too late', async () => {
    const wished = async (id: string) => (await due()).edits.some(({ approval }) => approval === id);
    const wish = (id: string) =>
      requestEdit(db, tenant, { approval: id, person: 'Mia', account: 'U0MIA', arguments: {} });
    const refused = await askAndEnd(db);
    await wish(refused.id);
    expect([await wished(refused.id), await wished(refused.id)]).toEqual([true, true]);
    await refuseEdit(db, tenant, refused.id, 'no');
    expect(await wished(refused.id)).toBe(false);
    const late = await askAndEnd(db);
    await wish(late.id);
    await expire(records, late.id);
    expect(await wished(late.id)).toBe(false);
    expect(await refuseEdit(db, tenant, late.id, 'no')).toEqual({ kind: 'none' });
    expect((await look(records, late.id)).audit).not.toContain('approval.edit_refused');
  });

  it('names the cards that are to be shown', async () => {
    const asked = await askAndEnd(db);
    const named = async () => new Set((await due()).cards.map(({ card }) => card));
    const cards = await waitingCards(db, tenant, [asked.id]);
    expect(cards).toHaveLength(2);
    expect([...(await named())]).toEqual(expect.arrayContaining(cards));
  });
});

describe('a copy of a card', () => {
  async function fresh(): Promise<{ id: string; card: number }> {
    const { id } = await askAndEnd(db);
    const cards = await waitingCards(db, tenant, [id]);
    return { id, card: Math.min(...cards) };
  }
  async function claimed(card: number): Promise<Card> {
    const got = await claimCard(db, tenant, card, 60_000);
    if (got.kind !== 'card') throw new Error(got.kind);
    return got.card;
  }
  const kind = async (card: number) => (await claimCard(db, tenant, card, 60_000)).kind;

  it('is taken by one job, with the approval as it stands', async () => {
    const { id, card } = await fresh();
    const claims = await Promise.all(Array.from({ length: 5 }, () => claimCard(db, tenant, card, 60_000)));
    expect(claims.map((one) => one.kind).sort()).toEqual(['busy', 'busy', 'busy', 'busy', 'card']);
    expect(claims.find((one) => one.kind === 'card')).toMatchObject({
      card: { id: card, kind: 'signers', message: null, wanted: 1, shown: 0, attempts: 1 },
      subject: { kind: 'approval', approval: { id, state: 'open' } },
    });
  });

  it('is shown once it is settled, and not taken again until it changes', async () => {
    const { id, card } = await fresh();
    expect(await recordCardResult(db, tenant, await claimed(card), { message: '9.9', shown: 1 })).toEqual({
      kind: 'ok',
    });
    expect(await kind(card)).toBe('busy');
    await approve(db, id);
    expect(await claimed(card)).toMatchObject({ message: '9.9', wanted: 2, shown: 1 });
  });

  it('that changed while it was brought out is brought out again', async () => {
    const { id, card } = await fresh();
    const job = await claimed(card);
    await approve(db, id);
    expect(await kind(card)).toBe('busy');
    expect(await recordCardResult(db, tenant, job, { message: '9.9', shown: job.wanted })).toEqual({ kind: 'more' });
    const next = await claimed(card);
    expect(await recordCardResult(db, tenant, next, { message: '9.9', shown: next.wanted })).toEqual({ kind: 'ok' });
  });

  it('is lost to the job that was too slow', async () => {
    const { card } = await fresh();
    const slow = await claimed(card);
    await sql(`update countersign.cards set due_at = clock_timestamp() - interval '1 second' where id = $1`, [card]);
    const heir = await claimed(card);
    expect(await recordCardResult(db, tenant, slow, { message: '1.1', shown: 1 })).toEqual({ kind: 'lost' });
    expect(await recordCardResult(db, tenant, heir, { message: '2.2', shown: 1 })).toEqual({ kind: 'ok' });
    const [row] = await sql('select message from countersign.cards where id = $1', [card]);
    expect(row).toEqual({ message: '2.2' });
  });

  it('waits after a try that went wrong, keeps the message it has, and counts', async () => {
    const { card } = await fresh();
    expect(await recordCardResult(db, tenant, await claimed(card), { message: '1.1', waitMs: 60_000 })).toEqual({
      kind: 'more',
    });
    expect(await kind(card)).toBe('busy');
    expect((await due()).cards.map((one) => one.card)).not.toContain(card);
    await sql(`update countersign.cards set due_at = clock_timestamp() where id = $1`, [card]);
    const again = await claimed(card);
    expect(again).toMatchObject({ message: '1.1', failures: 1 });
    await recordCardResult(db, tenant, again, { waitMs: 0 });
    const third = await claimed(card);
    expect(third).toMatchObject({ message: '1.1', failures: 2 });
    expect(await recordCardResult(db, tenant, third, { message: '1.1', shown: 1 })).toEqual({ kind: 'ok' });
  });

  it('that failed is left alone until the approval changes', async () => {
    const { id, card } = await fresh();
    await recordCardResult(db, tenant, await claimed(card), { failed: 'channel_not_found' });
    expect(await kind(card)).toBe('busy');
    expect((await due()).cards.map((one) => one.card)).not.toContain(card);
    await voidApproval(db, tenant, { approval: id, reason: 'so' });
    expect(await kind(card)).toBe('card');
  });
});
