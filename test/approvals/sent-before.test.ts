import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ToolOutcome } from '../../core/mcp/types.ts';
import { openRecords, type Records } from '../crash/records.ts';
import { approved, found, look, nextTurn, pass, sent } from './approvals-setup.ts';
import { worker } from './signed-worker.ts';

let records: Records;
beforeAll(async () => {
  records = await openRecords();
});
afterAll(() => records.close());

const unreachable: ToolOutcome = { kind: 'unreachable', text: '"shop" did not take the call. Nothing was done.' };
const refused: ToolOutcome = { kind: 'error', text: 'the order is closed' };
const lost: ToolOutcome = { kind: 'unknown', text: 'the connection was lost' };

/** Signed, sent, and its outcome is not known. */
async function inDoubt(answer: ToolOutcome) {
  const asked = await approved(records.db);
  const at = worker(records, { signers: ['U0MIA', 'U0BEN'], answers: [lost, answer] });
  await at.run(asked.id);
  expect((await look(records, asked.id)).state).toBe('unknown');
  await nextTurn(records.db, asked.thread);
  return { ...asked, at };
}

it('a call that never went out and cannot be sent has failed', async () => {
  const { id, thread } = await approved(records.db);
  await worker(records, { signers: ['U0MIA'], answers: [unreachable] }).run(id);
  expect(await look(records, id)).toMatchObject({ state: 'failed', outcomes: ['failed'] });
  expect((await nextTurn(records.db, thread))[0]).toContain('nothing was done');
});

it.each([
  ['cannot be sent again', unreachable],
  ['is refused when it is sent again', refused],
])('a call in doubt that %s stays in doubt', async (_, answer) => {
  const { id, thread, at } = await inDoubt(answer);
  expect(await at.sendAgain(id, 'U0MIA')).toEqual({ kind: 'sent_again' });
  await at.run(id);
  expect(at.sent).toHaveLength(2);
  expect(await look(records, id)).toMatchObject({ state: 'unknown', outcomes: ['unknown', 'unknown'] });
  const told = `${(await found(records.db, id)).outcome} ${await nextTurn(records.db, thread)}`;
  expect(told).not.toMatch(/nothing was done/i);
  expect(told).toContain("we still don't know");
});

it('a call in doubt that takes effect when it is sent again is done', async () => {
  const { id, at } = await inDoubt({ kind: 'ok', text: 'refunded' });
  await at.sendAgain(id, 'U0MIA');
  await at.run(id);
  expect((await look(records, id)).state).toBe('succeeded');
});

it('a keyed call that a worker left on its way waits while it cannot be sent again, and then is in doubt', async () => {
  const { id } = await sent(records.db, {}, { effect: 'keyed' });
  const at = worker(records, { signers: ['U0MIA'], answers: Array(9).fill(unreachable) });
  for (let tries = 0; tries < 9 && (await look(records, id)).state === 'dispatching'; tries += 1) {
    await pass(records, id, 'due_at');
    await at.run(id);
  }
  expect(at.sent.length).toBeGreaterThan(1);
  expect(await look(records, id)).toMatchObject({ state: 'unknown', outcomes: ['unknown'] });
});

it('a keyed call that is refused when it is sent again has failed: the same key gets the first answer', async () => {
  const { id } = await sent(records.db, {}, { effect: 'keyed' });
  await pass(records, id, 'due_at');
  await worker(records, { signers: ['U0MIA'], answers: [refused] }).run(id);
  expect((await look(records, id)).state).toBe('failed');
});
