import { afterAll, beforeAll, expect, it } from 'vitest';
import { historyOf } from '../../core/approvals/phrases.ts';
import { openRecords, type Records } from '../crash/records.ts';
import { approve, approved, askAndEnd, found, look, nextTurn, pass, sent as sentAndLeft } from './approvals-setup.ts';
import { worker } from './signed-worker.ts';

let records: Records;
beforeAll(async () => {
  records = await openRecords();
});
afterAll(() => records.close());

it('a call that was signed goes out while its signer may sign', async () => {
  const asked = await approved(records.db);
  const { run, sent } = worker(records, { signers: ['U0MIA'] });
  await run(asked.id);
  expect(sent).toEqual(['refund']);
  expect((await look(records, asked.id)).state).toBe('succeeded');
});

it('a call does not go out once its signer has lost the role, and its thread is told', async () => {
  const asked = await approved(records.db);
  const { run, sent } = worker(records, { signers: ['U0BEN'] });
  await run(asked.id);
  expect(sent).toEqual([]);
  expect(await look(records, asked.id)).toMatchObject({ state: 'void', outcomes: ['void'] });
  const [told] = await nextTurn(records.db, asked.thread);
  expect(told).toContain('someone who signed it may no longer sign it. Nothing was done');
  const history = historyOf(await found(records.db, asked.id));
  expect(history).toContainEqual(['Reason: ', { quote: 'someone who signed it may no longer sign it' }]);
});

it('a call does not go out once one of two signers has lost the role', async () => {
  const asked = await askAndEnd(records.db, { quorum: 2 });
  await approve(records.db, asked.id, 'Mia');
  await approve(records.db, asked.id, 'Ben');
  const { run, sent } = worker(records, { signers: ['U0BEN'] });
  await run(asked.id);
  expect(sent).toEqual([]);
  expect((await look(records, asked.id)).state).toBe('void');
});

it('a call waits while nobody can say who may sign', async () => {
  const asked = await approved(records.db);
  const { run, sent } = worker(records, { signers: 'unknown' });
  await run(asked.id);
  expect(sent).toEqual([]);
  expect((await look(records, asked.id)).state).toBe('approved');
});

it('a rejection does not wait until somebody can say whether an earlier signer may still sign', async () => {
  const asked = await askAndEnd(records.db, { quorum: 2 });
  await approve(records.db, asked.id, 'Mia');
  const { reject } = worker(records, { signers: ['U0BEN'], unreadable: 'U0MIA' });
  expect(await reject(asked.id, 'U0BEN')).toEqual({ kind: 'rejected' });
});

it('a call that a worker left on its way is not sent again once its signer has lost the role: nobody knows what became of it', async () => {
  const { id } = await sentAndLeft(records.db, {}, { effect: 'keyed' });
  await pass(records, id, 'due_at');
  const { run, sent } = worker(records, { signers: ['U0BEN'] });
  await run(id);
  expect(sent).toEqual([]);
  expect(await look(records, id)).toMatchObject({ state: 'unknown', outcomes: ['unknown'] });
});

it('a call that a worker left on its way is sent again while its signer may sign', async () => {
  const { id } = await sentAndLeft(records.db, {}, { effect: 'keyed' });
  await pass(records, id, 'due_at');
  const { run, sent } = worker(records, { signers: ['U0MIA'] });
  await run(id);
  expect(sent).toEqual(['refund']);
  expect((await look(records, id)).state).toBe('succeeded');
});
