import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verify } from '../../core/audit/verify.ts';
import { type Audit, type AuditFilter, openAudit } from '../../core/records/audit.ts';
import { openDatabase } from '../../core/records/database.ts';
import { ensureTenant, saveEntry } from '../../core/records/entries.ts';
import { transitionsSchema } from '../../core/records/install.ts';
import { claimThread, type TakenTurn } from '../../core/records/threads.ts';
import { recordSteps } from '../../core/records/turns.ts';
import { call, entry, openRecords, output, type Records, say, take, tenant } from '../crash/records.ts';
import { all, entriesOf, note, write } from './audit-setup.ts';

let records: Records;
let audit: Audit;

beforeEach(async () => {
  records = await openRecords();
  audit = await openAudit(records.url);
});
afterEach(async () => {
  await audit.close();
  await records.close();
});

describe('writing', () => {
  it('takes nothing into the chain that was rolled back, and leaves no gap', async () => {
    await write(records, 2);
    await records.sql('begin');
    await records.sql(`select ${transitionsSchema}.note_audit($1, '{"event":"never","content":{}}')`, [tenant]);
    await records.sql('rollback');
    await write(records, 1);

    const page = await entriesOf(audit, {});

    expect(page.map(({ seq, kind }) => [seq, kind])).toEqual([1, 2, 3].map((seq) => [seq, 'noted']));
    expect(await findings()).toMatchObject([{ kind: 'checked', seq: 3 }]);
  });

  it('chains nothing twice, whatever the application names beside a new line', async () => {
    await write(records, 2);
    await records.sql('begin');
    await records.sql(`select ${transitionsSchema}.note_audit($1, '{"event":"new","content":{}}')`, [tenant]);
    await records.sql(
      "select set_config('countersign.audited', (select string_agg(id::text, ' ') from countersign.audit_contents), true)",
    );
    await expect(records.sql('commit')).rejects.toThrow('audit_of_content');

    expect((await entriesOf(audit, {})).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it('of sixteen writers at once, and of batches over many threads, makes one chain', async () => {
    const other = openDatabase(records.url);
    const threads = await Promise.all(Array.from({ length: 48 }, () => say(records.db)));
    const turns = await Promise.all(threads.map((thread) => take(records.db, thread)));

    const writers = Array.from({ length: 16 }, () => write(records, 10));
    const batches = turns.flatMap((turn, i) =>
      [0, 1, 2].map((n) =>
        recordSteps(i % 2 ? records.db : other, turn, [output(5 + n, 'looked')], { calls: [call(`c${i}-${n}`)] }),
      ),
    );
    const recorded = await Promise.all(batches);
    await Promise.all(writers);
    await other.close();

    expect(recorded.every(({ kind }) => kind === 'ok')).toBe(true);
    expect(await findings()).toMatchObject([{ kind: 'checked', seq: 16 * 10 + 48 * 3 }]);
  });

  it('of several tenants and under several limits never waits in a circle', async () => {
    const other = openDatabase(records.url);
    const tenants = ['T0TWO', tenant, 'T0SIX'];
    for (const id of tenants) await ensureTenant(records.db, id, id);
    const turns = await Promise.all(Array.from({ length: 36 }, (_, i) => turnOf(tenants[i % 3] ?? tenant)));
    const limit = (id: string) => ({ id, tools: ['tools__act'], seconds: 60, most: 1_000_000 });

    for (let round = 0; round < 8; round += 1) {
      const given = [...turns].sort(() => Math.random() - 0.5);
      const recorded = given.map((turn, i) => {
        const limits = [['a', 'b'], ['b', 'a'], ['a'], ['b']][Math.floor(Math.random() * 4)] ?? [];
        const calls = limits.map((id) => ({
          ...call(`${id}${round}-${turn.thread.id}`),
          limits: i % 3 ? [limit(id)] : [],
          amounts: {},
        }));
        return recordSteps(i % 2 ? records.db : other, turn, [], { calls });
      });
      expect((await Promise.all(recorded)).every(({ kind }) => kind === 'ok')).toBe(true);
    }
    await other.close();
    await sleep(1_500); // until the server has written down what it counted

    const [counted] = await records.sql(
      'select deadlocks::int from pg_stat_database where datname = current_database()',
    );
    expect(counted).toEqual({ deadlocks: 0 });
    expect((await findings()).filter(({ kind }) => kind !== 'checked')).toEqual([]);
  });

  it('of a batch in which one fails chains those that do not', async () => {
    const threads = await Promise.all(Array.from({ length: 12 }, () => say(records.db)));
    const turns = await Promise.all(threads.map((thread) => take(records.db, thread)));

    const outcomes = await Promise.allSettled(
      turns.map((turn, i) =>
        recordSteps(records.db, turn, i === 7 ? [output(5, 'a'), output(5, 'b')] : [output(5, 'looked')], {
          calls: [call(`c${i}`)],
        }),
      ),
    );

    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(await findings()).toMatchObject([{ kind: 'checked', seq: 11 }]);
  });

  it('is all that the application may do to a row', async () => {
    await write(records, 1);
    const refused = [
      'update countersign.audit set kind = $$x$$',
      'delete from countersign.audit',
      'insert into countersign.audit select * from countersign.audit',
      'update countersign.audit_heads set seq = 0',
    ];
    for (const sql of [...refused, 'delete from countersign.audit_contents']) {
      const tried = records.db.read(tenant, (tx) => tx.$executeRawUnsafe(sql));
      await expect(tried).rejects.toThrow(/permission denied/);
    }
  });
});

describe('reading', () => {
  it('chooses by kind, family, tool, principal, approval, thread and time', async () => {
    const thread = await say(records.db);
    const turn = await take(records.db, thread);
    await recordSteps(records.db, turn, [output(5, 'looked')], { calls: [call('c1')] });
    await recordSteps(records.db, turn, [], {
      outcomes: [{ id: 'c1', state: 'succeeded', reason: null, read: false }],
    });
    await note(records, tenant, {
      event: 'approval.signed',
      approval: 'a1',
      content: { by: 'slack:U0LISA', person: 'lisa' },
    });
    await records.sql(`update countersign.audit set at = at - interval '3 hours' where seq = 1`);

    const seqs = async (filter: AuditFilter) => (await entriesOf(audit, filter)).map(({ seq }) => seq);

    expect(await seqs({ kind: 'call.succeeded' })).toEqual([2]);
    expect(await seqs({ kind: 'call' })).toEqual([1, 2]);
    expect(await seqs({ kind: 'cal' })).toEqual([]);
    expect(await seqs({ tool: 'tools__act' })).toEqual([1, 2]);
    expect(await seqs({ by: 'staff:U1' })).toEqual([1, 2]);
    expect(await seqs({ by: 'lisa' })).toEqual([3]);
    expect(await seqs({ approval: 'a1' })).toEqual([3]);
    expect(await seqs({ thread })).toEqual([1, 2]);
    expect(await seqs({ sinceSeconds: 3600 })).toEqual([2, 3]);
    expect(await seqs({ tenant: 'T0TWO' })).toEqual([]);
  });

  it('is refused to a user who would see no tenant', async () => {
    const bound = new URL(records.url);
    bound.searchParams.set('options', '-c role=countersign_app');

    await expect(openAudit(bound.href)).rejects.toThrow('owns the tables');
  });
});

function findings() {
  return all(verify(audit, { heads: [], faults: [] }));
}

async function turnOf(of: string): Promise<TakenTurn> {
  const saved = await saveEntry(records.db, of, entry());
  if (saved.kind !== 'saved') throw new Error(`not saved: ${saved.kind}`);
  const claimed = await claimThread(records.db, of, saved.thread, { leaseMs: 60_000, context: 5 });
  if (claimed.kind !== 'turn') throw new Error(`not taken: ${claimed.kind}`);
  return claimed;
}
