import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EDITED_REQUEST_TEXT } from '../../core/approvals/outcome-phrases.ts';
import { requestEdit, voidApproval } from '../../core/records/approvals.ts';
import type { CountedLimit } from '../../core/records/calls.ts';
import { type Database, openDatabase } from '../../core/records/database.ts';
import { beginDispatch, claimDispatch, dueApprovals } from '../../core/records/dispatches.ts';
import { ensureTenant, reviseEntry, saveEntry, withdrawEntry } from '../../core/records/entries.ts';
import { claimThread, type TakenTurn } from '../../core/records/threads.ts';
import { recordSteps } from '../../core/records/turns.ts';
import { entry, openRecords, output, type Records, tenant } from '../crash/records.ts';
import { announce, type Dice, dice, firstSeed, long } from '../support/seeds.ts';
import {
  approval,
  askAndEnd,
  awaiting,
  begin,
  decideAs,
  disagreeing,
  end,
  found,
  look,
  nextOf,
  pass,
  straight,
} from './approvals-setup.ts';

let records: Records;
let owner: pg.Pool;
/** As two processes. */
let pools: Database[];
beforeAll(async () => {
  records = await openRecords();
  owner = new pg.Pool({ connectionString: records.url, max: 2 });
  pools = [records.db, openDatabase(records.url)];
  await ensureTenant(records.db, 'T0TWO', 'Two');
});
afterAll(async () => {
  await pools[1]?.close();
  await owner.end();
  await records.close();
});

type Answer = { who: string; kind: string; state?: string };
type Round = { id: string; message: string; effects: string[] };
type Actor = (db: Database) => Promise<Answer>;

function clicker({ id }: Round, person: string, verdict: 'approve' | 'reject'): Actor {
  return async (db) => ({ who: person, ...(await decideAs(db, id, { person, verdict })) });
}

/** Someone saves the edit window, and the worker that hears of it makes the new call. */
function editor({ id }: Round, person: string): Actor {
  return async (db) => {
    const account = `U0${person.toUpperCase()}`;
    const wished = await requestEdit(db, tenant, { approval: id, person, account, arguments: {} });
    if (wished.kind !== 'requested') return { who: 'editor', ...wished };
    const next = nextOf(approval({ editor: person, replaces: id }));
    return { who: 'editor', ...(await voidApproval(db, tenant, { approval: id, reason: 'it was edited', next })) };
  };
}

function clock({ id }: Round): Actor {
  return async (db) => {
    await owner.query(
      `update countersign.approvals set expires_at = clock_timestamp(), due_at = clock_timestamp()
        where id = $1 and state = 'open'`,
      [id],
    );
    await dueApprovals(db);
    return { who: 'clock', kind: 'swept' };
  };
}

function author({ message }: Round, isDeleted: boolean): Actor {
  return async (db) => {
    const revised = isDeleted
      ? withdrawEntry(db, tenant, 'slack', message)
      : reviseEntry(db, tenant, 'slack', message, { text: 'something else' }, EDITED_REQUEST_TEXT);
    return { who: 'author', kind: (await revised).kind };
  };
}

/** A dispatch job, which acts when it may. */
function worker({ id, effects }: Round): Actor {
  return async (db) => {
    const held = await claimDispatch(db, tenant, id, 60_000);
    if (held.kind !== 'ready') return { who: 'worker', kind: held.kind };
    const begun = await begin(db, held.approval);
    if (begun.kind !== 'ok') return { who: 'worker', kind: begun.kind };
    effects.push(id);
    await sleep(1);
    await end(db, held.approval);
    return { who: 'worker', kind: 'sent' };
  };
}

function someone(round: Round, chance: Dice, n: number): Actor {
  const person = `P${chance.roll(8) === 0 ? 0 : n}`;
  return chance.pick<() => Actor>([
    () => clicker(round, person, 'approve'),
    () => clicker(round, person, 'approve'),
    () => clicker(round, person, 'approve'),
    () => clicker(round, person, 'reject'),
    () => editor(round, person),
    () => clock(round),
    () => author(round, chance.roll(2) === 0),
    () => worker(round),
  ])();
}

const decisions = ['approval.approved', 'approval.rejected', 'approval.expired', 'approval.void'];
/** What a click is told: each of these is an answer to a person. */
const answers = {
  person: ['approved', 'rejected', 'signed', 'signed_already', 'expired', 'ended', 'changing'],
  editor: ['void', 'decided', 'outdated', 'expired'],
  author: ['voided', 'answered'],
  clock: ['swept'],
  worker: ['sent', 'idle', 'busy', 'lost'],
};

async function playRound(seed: number): Promise<void> {
  const chance = dice(seed, 'clicks');
  const quorum = 1 + chance.roll(2);
  const asked = await askAndEnd(records.db, { quorum });
  const round: Round = { id: asked.id, message: asked.message, effects: [] };
  const actors = Array.from({ length: 2 + chance.roll(7) }, (_, n) => someone(round, chance, n));
  const told = await Promise.all(
    actors.map(async (act) => {
      const [db, waits] = [chance.pick(pools), chance.roll(3)];
      if (waits > 0) await sleep(waits);
      return act(db);
    }),
  );
  // The job that the last signature added.
  await worker(round)(records.db);
  await judge(round, told, quorum);
}

async function judge({ id, effects }: Round, told: Answer[], quorum: number): Promise<void> {
  const seen = await look(records, id);
  const deciding = seen.audit.filter((kind) => decisions.includes(kind));
  expect(deciding.length).toBeLessThanOrEqual(1);
  const winner = deciding[0]?.replace('approval.', '') ?? 'open';

  for (const { who, kind, state } of told) {
    expect(answers[who in answers ? (who as keyof typeof answers) : 'person']).toContain(kind);
    const after = winner === 'approved' ? ['approved', 'dispatching', 'succeeded'] : [winner];
    if (kind === 'ended' || kind === 'decided') expect(after).toContain(state);
  }
  for (const kind of ['approved', 'rejected', 'void', 'voided']) {
    const winners = told.filter((answer) => answer.kind === kind).length;
    expect(winners).toBeLessThanOrEqual(winner === kind.replace('voided', 'void') ? 1 : kind === 'voided' ? 1 : 0);
  }

  expect(effects).toEqual(winner === 'approved' ? [id] : []);
  const state = winner === 'approved' ? 'succeeded' : winner;
  expect(seen).toMatchObject({ state, call: state === 'open' ? 'awaiting' : state });
  expect(seen.outcomes.length).toBeLessThanOrEqual(1);
  await judgeSignatures(id, told, quorum, winner);
}

/** Who was told that they signed stands there, and nobody else. */
async function judgeSignatures(id: string, told: Answer[], quorum: number, winner: string): Promise<void> {
  const { signatures } = await found(records.db, id);
  const signed = told.filter(
    ({ who, kind }) => who.startsWith('P') && ['signed', 'approved', 'rejected'].includes(kind),
  );
  expect(new Set(signatures.map(({ account }) => account))).toEqual(
    new Set(signed.map(({ who }) => `U0${who.toUpperCase()}`)),
  );
  const yes = signatures.filter(({ verdict }) => verdict === 'approve').length;
  if (winner === 'approved') expect(yes).toBe(quorum);
  else expect(yes).toBeLessThanOrEqual(winner === 'rejected' ? quorum : quorum - 1);
}

it('one of those who decide at once wins, and everybody is told', async () => {
  announce('races for one approval', 'approvals/approvals-races.test.ts');
  const rounds = long ? 2000 : 60;
  for (let round = 0; round < rounds; round += 1) {
    const seed = firstSeed + round;
    await playRound(seed).catch((error) => {
      throw new Error(`round with seed ${seed}`, { cause: error });
    });
  }
  expect(await disagreeing(records)).toEqual([]);
}, 900_000);

const limitOf = (id: string): CountedLimit => ({ id, tools: ['shop__refund'], seconds: 3600, most: 1_000_000 });

async function turnOf(whose: string): Promise<TakenTurn> {
  const saved = await saveEntry(records.db, whose, entry());
  if (saved.kind !== 'saved') throw new Error(saved.kind);
  const turn = await claimThread(records.db, whose, saved.thread, { leaseMs: 600_000, context: 5 });
  if (turn.kind !== 'turn') throw new Error(turn.kind);
  return turn;
}

/** In each thread a call waits, and its turn goes on. */
async function waiting(whose: string): Promise<{ turn: TakenTurn; id: string }> {
  const turn = await turnOf(whose);
  const frozen = approval();
  await recordSteps(records.db, turn, [output(1, 'calls')], { calls: [awaiting(frozen)] });
  return { turn, id: frozen.id };
}

async function playCrowd(seed: number): Promise<void> {
  const chance = dice(seed, 'crowd');
  const threads = await Promise.all(Array.from({ length: 24 }, (_, n) => waiting(n % 2 ? tenant : 'T0TWO')));
  const signed = threads.slice(0, 8);
  const late = chance.shuffle(threads.slice(8, 16));
  for (const { id } of late) await pass(records, id, 'expires_at', 'due_at');
  const goesOn = (n: number, { turn }: { turn: TakenTurn }) => {
    const limits = chance
      .shuffle(['a', 'b', 'c'])
      .slice(0, 1 + chance.roll(2))
      .map(limitOf);
    const calls = [chance.roll(2) === 0 ? straight(limits, {}) : straight([], {})];
    return recordSteps(pools[n % 2]!, turn, [output(2, 'on')], { calls });
  };
  const goes = async (n: number, { id, turn }: { id: string; turn: TakenTurn }) => {
    const db = pools[n % 2]!;
    await decideAs(db, id, { tenant: turn.tenant });
    const held = await claimDispatch(db, turn.tenant, id, 60_000);
    if (held.kind !== 'ready') throw new Error(held.kind);
    const limits = chance.shuffle(['a', 'b', 'c']).map(limitOf);
    return beginDispatch(db, turn.tenant, held.approval, limits, {});
  };
  const outcomes = await Promise.allSettled([
    ...chance.shuffle(threads).map((thread, n) => goesOn(n >> 1, thread)),
    ...signed.map((thread, n) => goes(n, thread)),
    ...pools.map((db) => dueApprovals(db)),
  ]);
  const failed = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []));
  expect(failed).toEqual([]);
}

it('a crowd of turns, dispatches and expiries of two tenants never waits in a ring', async () => {
  const rounds = long ? 100 : 6;
  for (let round = 0; round < rounds; round += 1) await playCrowd(firstSeed + round);
  expect(await disagreeing(records)).toEqual([]);
}, 600_000);
