import { afterAll, beforeAll, expect, it } from 'vitest';
import { EDITED_REQUEST_TEXT } from '../../core/approvals/outcome-phrases.ts';
import { historyOf } from '../../core/approvals/phrases.ts';
import { voidApproval } from '../../core/records/approvals.ts';
import type { CountedLimit } from '../../core/records/calls.ts';
import { settleUnknown } from '../../core/records/dispatches.ts';
import { reviseEntry, withdrawEntry } from '../../core/records/entries.ts';
import { recordSteps } from '../../core/records/turns.ts';
import { openRecords, output, type Records, say, take, tenant } from '../crash/records.ts';
import {
  approval,
  approve,
  askAgain,
  askAndEnd,
  awaiting,
  begin,
  decideAs,
  end,
  endTurn,
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

const hard: CountedLimit = { id: 'hard', tools: ['shop__refund'], seconds: 3600, most: 500, sum: 'amount' };
const settle = (id: string, verdict: 'happened' | 'did not happen' | 'again') =>
  settleUnknown(db, tenant, { approval: id, person: 'Mia', account: 'U0MIA', verdict, text: 'Said so.' });

it('an account signs once, whichever person it is taken for', async () => {
  const asked = await askAndEnd(db, { quorum: 2 });
  const as = (person: string) => decideAs(db, asked.id, { person, account: 'slack:T0ONE:U2' });
  expect((await as('slack:U2')).kind).toBe('signed');
  expect((await as('mia')).kind).toBe('signed_already');
});

it('a requester does not sign their own call under the name that people.yaml gives them now', async () => {
  const asked = await askAndEnd(db);
  expect((await decideAs(db, asked.id, { account: 'U1' })).kind).toBe('own');
});

it('a call of unknown outcome counts against a limit when it is sent once more', async () => {
  const first = await sent(db, { canonical: '{"amount":300}' });
  await end(db, first.held, 'unknown');
  await settle(first.id, 'again');
  const second = await sent(db, { canonical: '{"amount":100}', callHash: 'small' });
  await end(db, second.held);
  const third = await askAndEnd(db, { canonical: '{"amount":300}', callHash: 'third' });
  await approve(db, third.id);
  expect(await begin(db, await hold(db, third.id), [hard], { hard: 300 })).toEqual({ kind: 'over', limit: 'hard' });
  expect((await begin(db, await hold(db, first.id), [hard], { hard: 300 })).kind).toBe('ok');
});

it('a call that went out before is never void: what became of it is still not known', async () => {
  const asked = await sent(db);
  await end(db, asked.held, 'unknown');
  await settle(asked.id, 'again');
  const held = await hold(db, asked.id);
  await voidApproval(db, tenant, {
    approval: asked.id,
    attempts: held.attempts,
    reason: 'the tool changed',
    text: 'Void.',
  });
  expect(await look(records, asked.id)).toMatchObject({ state: 'unknown', call: 'unknown' });
});

it('a yes of a turn that has lost its thread, or whose message was edited, counts for nothing', async () => {
  const asked = await askAndEnd(db, { rule: 'confirm' });
  const thread = await say(db, { address: asked.address, externalId: 'the yes', text: 'yes' });
  const turn = await take(db, thread);
  const yes = (epoch: number) => decideAs(db, asked.id, { person: 'Lisa', turn: { epoch } });
  expect((await yes(turn.epoch - 1)).kind).toBe('lost');
  await reviseEntry(db, tenant, 'slack', 'the yes', { text: 'no, stop' }, EDITED_REQUEST_TEXT);
  expect((await yes(turn.epoch)).kind).toBe('revised');
  expect((await look(records, asked.id)).state).toBe('open');
});

it('the same call asked anew takes the place of one that another build wrote', async () => {
  const asked = await askAndEnd(db, { callHash: 'of another build' });
  await sql('update countersign.approvals set version = 99 where id = $1', [asked.id]);
  await say(db, { address: asked.address });
  const anew = approval({ callHash: 'of another build' });
  await askAgain(db, asked.thread, anew);
  expect((await look(records, asked.id)).state).toBe('void');
  expect((await look(records, anew.id)).state).toBe('open');
  const history = historyOf(await found(db, asked.id));
  expect(JSON.stringify(history)).toContain('another version of this program made it');
});

it('an edited call that was rejected keeps the one it came from rejected', async () => {
  const asked = await askAndEnd(db, { callHash: 'before the edit' });
  const edited = approval({ callHash: 'after the edit', editor: 'Ben', replaces: asked.id });
  await voidApproval(db, tenant, { approval: asked.id, reason: 'it was edited', next: nextOf(edited) });
  await reject(db, edited.id);
  const anew = approval({ callHash: 'before the edit' });
  const { call } = await askAgain(db, asked.thread, anew);
  expect(await sql('select state, reason from countersign.tool_calls where id = $1', [call])).toEqual([
    { state: 'denied', reason: 'rejected' },
  ]);
});

it.each([
  ['staff', 'open'],
  ['guest', 'open'],
  ['customer', 'open'],
  ['service', 'denied'],
  ['anonymous', 'denied'],
] as const)('a rejected call that is asked for again by %s is %s', async (kind, state) => {
  const asked = await askAndEnd(db, { callHash: `rejected before ${kind} asks` });
  await reject(db, asked.id);
  await nextTurn(db, asked.thread);
  await say(db, { address: asked.address, principal: { kind, id: 'U0WREN' } });
  const anew = approval({ callHash: `rejected before ${kind} asks` });
  const { call } = await askAgain(db, asked.thread, anew);
  expect(
    await sql(
      `select coalesce(a.state, c.state) as state from countersign.tool_calls c
         left join countersign.approvals a on a.tenant = c.tenant and a.call_id = c.id where c.id = $1`,
      [call],
    ),
  ).toEqual([{ state }]);
});

it('deleting the message behind an outcome voids the requests that followed from it', async () => {
  const asked = await sent(db);
  await end(db, asked.held);
  const turn = await take(db, asked.thread);
  const follower = awaiting(approval({ origin: asked.id }));
  await recordSteps(db, turn, [output(1, 'calls')], { calls: [follower] });
  await endTurn(db, { turn });
  await withdrawEntry(db, tenant, 'slack', asked.message);
  expect((await look(records, follower.approval!.id)).state).toBe('void');
});
