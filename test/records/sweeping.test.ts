import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveEntry } from '../../core/records/entries.ts';
import { dueWork } from '../../core/records/threads.ts';
import { parkTurn } from '../../core/records/turns.ts';
import { entry, openRecords, place, type Records, say, take, tenant } from '../crash/records.ts';

let records: Records;
let db: Records['db'];
let sql: Records['sql'];
beforeAll(async () => {
  records = await openRecords();
  ({ db, sql } = records);
});
afterAll(() => records.close());

const park = { waitMs: 0, maxWaitMs: 60_000, notice: { place, body: 'away' }, sendMs: 60_000 };

describe('the sweeper', () => {
  const added = async (thread: number) =>
    (await dueWork(db, 15_000)).threads.filter((due) => due.thread === thread).length;
  const ago = (thread: number, column: string, seconds: number) =>
    sql(`update countersign.threads set ${column} = clock_timestamp() - make_interval(secs => $2) where id = $1`, [
      thread,
      seconds,
    ]);

  it('adds a job again, once, for what nobody has taken', async () => {
    const thread = await say(db);
    expect(await added(thread)).toBe(0);
    await ago(thread, 'rung_at', 16);
    expect(await Promise.all([added(thread), added(thread)])).toContain(1);
    expect(await added(thread)).toBe(0);
  });

  it('adds a job as soon as a lease has run out or a parked turn is due', async () => {
    const crashed = await say(db);
    await take(db, crashed);
    expect(await added(crashed)).toBe(0);
    await ago(crashed, 'rung_at', 5);
    await ago(crashed, 'leased_until', 1);
    expect(await added(crashed)).toBe(1);
    expect(await added(crashed)).toBe(0);

    const parked = await say(db);
    await parkTurn(db, await take(db, parked), park);
    await ago(parked, 'rung_at', 5);
    expect(await added(parked)).toBe(0);
    await ago(parked, 'due_at', 1);
    expect(await added(parked)).toBe(1);
  });

  it('lets go of what was overheard and never became ours', async () => {
    await saveEntry(db, tenant, entry({ addressed: false }));
    await sql(`update countersign.overheard set created_at = now() - interval '11 minutes'`);
    await dueWork(db, 15_000);
    expect(await sql('select 1 from countersign.overheard')).toEqual([]);
  });

  it('lets go of counts of mails whose hour is over, and of no others', async () => {
    await sql(
      `insert into countersign.mail_counts (tenant, key, since) values
      ($1, 'old', now() - interval '61 minutes'), ($1, 'new', now() - interval '59 minutes')`,
      [tenant],
    );
    await dueWork(db, 15_000);
    expect(await sql('select key from countersign.mail_counts')).toEqual([{ key: 'new' }]);
  });
});
