import { afterAll, beforeAll, expect, it } from 'vitest';
import { releaseThread } from '../../core/records/threads.ts';
import { recordSteps } from '../../core/records/turns.ts';
import { call, claim, finish, openRecords, output, type Records, say, take } from '../crash/records.ts';

let records: Records;
let db: Records['db'];
beforeAll(async () => {
  records = await openRecords();
  ({ db } = records);
});
afterAll(() => records.close());

it('transitions of forty threads at once each do as if alone', async () => {
  const threads = await Promise.all(Array.from({ length: 40 }, () => say(db)));
  const turns = await Promise.all(threads.map((thread) => take(db, thread)));
  expect(turns.map((turn) => turn.thread.id).sort()).toEqual([...threads].sort());

  const recorded = await Promise.all(turns.map((turn) => recordSteps(db, turn, [output(5, 'looked')])));
  expect(recorded).toEqual(turns.map(() => ({ kind: 'ok' })));

  const finished = await Promise.all(turns.map((turn) => finish(db, turn)));
  expect(new Set(finished.map((end) => end.kind === 'done' && end.reply)).size).toBe(40);
  const released = await Promise.all(turns.map((turn) => releaseThread(db, turn, null)));
  expect(released).toEqual(turns.map(() => ({ kind: 'released' })));
});

it('one that fails takes nothing of the others with it', async () => {
  const threads = await Promise.all(Array.from({ length: 12 }, () => say(db)));
  const turns = await Promise.all(threads.map((thread) => take(db, thread)));

  // The same step twice: the second breaks the key.
  const twice = turns.map((turn, i) =>
    recordSteps(db, turn, i === 7 ? [output(5, 'a'), output(5, 'b')] : [output(5, 'looked')]),
  );
  const outcomes = await Promise.allSettled(twice);

  expect(outcomes.map(({ status }) => status)).toEqual(turns.map((_, i) => (i === 7 ? 'rejected' : 'fulfilled')));
  expect(await claim(db, threads[0] ?? 0)).toEqual({ kind: 'busy' });
});

it.each([
  ['cannot be written as JSON', () => ({ amount: 10n })],
  ['holds what Postgres does not take', () => ({ note: 'a\0b' })],
])('one that %s fails alone', async (_, args) => {
  const threads = await Promise.all(Array.from({ length: 12 }, () => say(db)));
  const turns = await Promise.all(threads.map((thread) => take(db, thread)));

  const recorded = turns.map((turn, i) => {
    const calls = i === 7 ? [{ ...call(`strange ${turn.thread.id}`), arguments: args() }] : [];
    return recordSteps(db, turn, [output(5, 'looked')], { calls });
  });
  const outcomes = await Promise.allSettled(recorded);

  expect(outcomes.map(({ status }) => status)).toEqual(turns.map((_, i) => (i === 7 ? 'rejected' : 'fulfilled')));
  const finished = await Promise.all(
    turns.map((turn) => finish(db, { ...turn, steps: [...turn.steps, output(6, '')] })),
  );
  expect(finished.map(({ kind }) => kind)).toEqual(turns.map(() => 'done'));
});
