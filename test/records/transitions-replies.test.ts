import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureTenant, saveEntry } from '../../core/records/entries.ts';
import { claimReply, noteMessages, openReply, recordDelivery, renewReply } from '../../core/records/replies.ts';
import { claimThread, dueWork, releaseThread, type TakenTurn } from '../../core/records/threads.ts';
import { parkTurn, recordSteps } from '../../core/records/turns.ts';
import { withSettings } from '../../prisma/connection.ts';
import {
  call,
  entry,
  expireLease,
  finish,
  openRecords,
  output,
  place,
  type Records,
  say,
  take,
  tenant,
} from '../crash/records.ts';

let records: Records;
let db: Records['db'];
let sql: Records['sql'];
beforeAll(async () => {
  records = await openRecords();
  ({ db, sql } = records);
});
afterAll(() => records.close());

async function finished(turn: TakenTurn): Promise<{ reply: number; hurry: boolean }> {
  const end = await finish(db, turn);
  if (end.kind !== 'done') throw new Error(end.kind);
  return end;
}

const due = (reply: number) =>
  sql(`update countersign.outbox set due_at = clock_timestamp() - interval '1 second' where id = $1`, [reply]);
const claimed = (reply: number) => claimReply(db, tenant, reply, 60_000);
const stateOf = async (reply: number) =>
  (await sql<{ state: string }>('select state from countersign.outbox where id = $1', [reply]))[0]?.state;

describe('a reply', () => {
  it('is left to the worker that wrote it as long as it shows signs of life', async () => {
    const { reply, hurry } = await finished(await take(db, await say(db)));
    expect(hurry).toBe(true);
    expect(await claimed(reply)).toEqual({ kind: 'busy' });
    await due(reply);
    expect(await renewReply(db, { tenant, reply, attempts: 0 }, 60_000)).toEqual({ kind: 'ok' });
    expect(await claimed(reply)).toEqual({ kind: 'busy' });
    await due(reply);
    expect(await claimed(reply)).toMatchObject({ kind: 'ready', reply: { body: 'the answer', attempts: 1 } });
    expect(await claimed(reply)).toEqual({ kind: 'busy' });
  });

  it('cannot be settled by a worker that has lost it', async () => {
    const turn = await take(db, await say(db));
    const { reply } = await finished(turn);
    await due(reply);
    await claimed(reply);
    const old = { tenant, reply, attempts: 0 };
    expect(await renewReply(db, old, 60_000)).toEqual({ kind: 'lost' });
    expect(await recordDelivery(db, old, { waitMs: 0, error: 'late', messages: [] })).toEqual({ kind: 'lost' });
    expect(await releaseThread(db, turn, { reply, messages: ['1.1'] })).toEqual({ kind: 'released' });
    expect(await claimed(reply)).toEqual({ kind: 'busy' });
    expect(await stateOf(reply)).toBe('ready');
    expect(await recordDelivery(db, { tenant, reply, attempts: 1 }, { state: 'sent', messages: ['1.1'] })).toEqual({
      kind: 'ok',
      next: null,
    });
    expect(await stateOf(reply)).toBe('sent');
  });

  it('of a thread goes out after the ones before it', async () => {
    const address = 'C1:in order';
    const thread = await say(db, { address });
    const first = await take(db, thread);
    const one = await finished(first);
    await releaseThread(db, first, null);
    await say(db, { address });
    const two = await finished(await take(db, thread));
    expect(two.hurry).toBe(false);
    await due(one.reply);
    expect(await claimed(two.reply)).toEqual({ kind: 'busy' });
    expect(await claimed(one.reply)).toMatchObject({ kind: 'ready' });
    const hold = { tenant, reply: one.reply, attempts: 1 };
    expect(await recordDelivery(db, hold, { waitMs: 0, error: 'not yet', messages: [] })).toEqual({
      kind: 'ok',
      next: null,
    });
    const settled = await recordDelivery(db, hold, { state: 'sent', messages: [] });
    expect(settled).toEqual({ kind: 'ok', next: two.reply });
    expect(await claimed(two.reply)).toMatchObject({ kind: 'ready' });
  });

  it('does not overtake a notice that is not sent yet', async () => {
    const thread = await say(db);
    const notice = { place, body: 'away' };
    await parkTurn(db, await take(db, thread), { waitMs: 0, maxWaitMs: 0, notice, sendMs: 60_000 });
    await sql('update countersign.threads set due_at = null where id = $1', [thread]);
    expect(await finished(await take(db, thread))).toMatchObject({ hurry: false });
  });

  it('that was begun is taken over with its message', async () => {
    const thread = await say(db);
    const dead = await take(db, thread);
    const opened = await openReply(db, dead, place);
    if (opened.kind !== 'opened') throw new Error(opened.kind);
    await noteMessages(db, dead, opened.reply, ['7.7']);
    await expireLease(records, thread);
    const heir = await take(db, thread);
    await noteMessages(db, dead, opened.reply, ['from the grave']);
    expect(heir.open).toMatchObject({ id: opened.reply, messages: ['7.7'] });
    expect(await finished(heir)).toEqual({ kind: 'done', reply: opened.reply, hurry: true });
    await due(opened.reply);
    expect(await claimed(opened.reply)).toMatchObject({ kind: 'ready', reply: { messages: ['7.7'] } });
  });

  it('gets a job when it is due', async () => {
    const { reply } = await finished(await take(db, await say(db)));
    const added = async () => (await dueWork(db, 15_000)).replies.some((job) => job.reply === reply);
    expect(await added()).toBe(false);
    await due(reply);
    expect(await added()).toBe(true);
  });

  it('that waits for the one before it takes nobody the place in the sweep', async () => {
    const waiting = await say(db);
    const other = await say(db);
    await sql(
      `insert into countersign.outbox (tenant, thread_id, kind, place, body, state, due_at)
       select $1, $2, 'notice', '{}', 'x', 'ready', clock_timestamp() - interval '1 hour' from generate_series(1, 600)`,
      [tenant, waiting],
    );
    await sql(
      `insert into countersign.outbox (tenant, thread_id, kind, place, body, state) values ($1, $2, 'notice', '{}', 'y', 'ready')`,
      [tenant, other],
    );
    const heads = await sql<{ id: string }>(
      'select min(id) as id from countersign.outbox where thread_id = any($1) group by thread_id order by 1',
      [[waiting, other]],
    );
    const { replies } = await dueWork(db, 15_000);
    const ids = heads.map(({ id }) => Number(id));
    expect(replies.map(({ reply }) => reply).filter((reply) => reply >= (ids[0] ?? 0))).toEqual(ids);
    await sql('delete from countersign.outbox where thread_id = any($1)', [[waiting, other]]);
  });
});

describe('a turn that is given up', () => {
  it('leaves no call that seems to be under way', async () => {
    const turn = await take(db, await say(db));
    await recordSteps(db, turn, [output(1, 'calls')], { calls: [call('given-up')] });
    await finish(db, { ...turn, steps: [...turn.steps, output(1, 'calls')] }, 'sorry', 'failed');
    const [row] = await sql<{ state: string }>(`select state from countersign.tool_calls where id = 'given-up'`);
    expect(row?.state).toBe('unknown');
  });
});

describe('the role of the application', () => {
  const tables = ['tenants', 'threads', 'turns', 'entries', 'steps', 'tool_calls', 'outbox', 'overheard'];
  let app: pg.Client;
  beforeAll(async () => {
    await ensureTenant(db, 'T0TWO', 'Two');
    for (const whose of [tenant, 'T0TWO']) {
      const saved = await saveEntry(db, whose, entry({ address: 'C1:both' }));
      await saveEntry(db, whose, entry({ addressed: false }));
      if (saved.kind !== 'saved') throw new Error(saved.kind);
      const turn = await claimThread(db, whose, saved.thread, { leaseMs: 1000, context: 5 });
      if (turn.kind !== 'turn') throw new Error(turn.kind);
      await recordSteps(db, turn, [output(1, 'calls')], { calls: [call(`of ${whose}`)] });
      await finish(db, { ...turn, steps: [...turn.steps, output(1, 'calls')] });
    }
    app = new pg.Client(withSettings(records.url, { role: 'countersign_app' }));
    await app.connect();
  });
  afterAll(() => app.end());

  const seen = async (whose: string | null, table: string) => {
    await app.query('begin');
    if (whose) await app.query(`select set_config('countersign.tenant', $1, true)`, [whose]);
    const column = table === 'tenants' ? 'id' : 'tenant';
    const { rows } = await app.query<{ t: string }>(`select distinct ${column} as t from countersign.${table}`);
    await app.query('rollback');
    return rows.map(({ t }) => t);
  };

  it.each(tables)('sees of %s the rows of its tenant only, and none without one', async (table) => {
    expect(await sql(`select 1 from countersign.${table}`)).not.toEqual([]);
    expect(await seen(null, table)).toEqual([]);
    expect(await seen(tenant, table)).toEqual([tenant]);
    expect(await seen('T0TWO', table)).toEqual(['T0TWO']);
  });

  it.each([
    'update countersign.steps set n = n',
    'delete from countersign.steps',
    'delete from countersign.entries',
    'delete from countersign.tool_calls',
    'truncate countersign.outbox',
  ])('may not %s', async (statement) => {
    await expect(app.query(statement)).rejects.toThrow('permission denied');
  });

  it('cannot write a row of another tenant', async () => {
    await app.query('begin');
    await app.query(`select set_config('countersign.tenant', $1, true)`, [tenant]);
    const insert = `insert into countersign.threads (tenant, channel, address, desk) values ('T0TWO', 'slack', 'x', 'x')`;
    await expect(app.query(insert)).rejects.toThrow('row-level security');
    await app.query('rollback');
  });
});
