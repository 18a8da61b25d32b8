import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HeadBook, openHeadBook, readHeads, recordHeads } from '../../core/audit/heads.ts';
import { verify } from '../../core/audit/verify.ts';
import { type Audit, allHeads, eraseContent, openAudit } from '../../core/records/audit.ts';
import { openRecords, type Records, tenant } from '../crash/records.ts';
import { all, entriesOf, note, write } from './audit-setup.ts';

let records: Records;
let audit: Audit;
let dataDir: string;
let book: HeadBook;

beforeEach(async () => {
  records = await openRecords();
  audit = await openAudit(records.url);
  dataDir = await mkdtemp(join(tmpdir(), 'countersign-audit-'));
  book = await openHeadBook(dataDir);
});
afterEach(async () => {
  await audit.close();
  await records.close();
  await rm(dataDir, { recursive: true });
});

describe('a chain that nobody touched', () => {
  it('is found to be whole, over several pages and several tenants', async () => {
    await write(records, 2_100);
    await note(records, 'T0TWO', { event: 'command', content: { text: 'naïve “ünïcode” 💍', n: 1.5e300, deep: [{}] } });
    await record();

    const checked = await findings();

    expect(checked).toMatchObject([
      { kind: 'checked', tenant, seq: 2_100, erased: 0, signed: { seq: 2_100 } },
      { kind: 'checked', tenant: 'T0TWO', seq: 1, erased: 0, signed: { seq: 1 } },
    ]);
  });

  it('stays whole where content was erased, and tells that it was', async () => {
    await write(records, 5);
    const erased = await eraseContent(records.db, tenant, await contentIds([2, 4]));
    const again = await eraseContent(records.db, tenant, await contentIds([2, 4]));

    expect([erased, again]).toEqual([2, 0]);
    expect(await findings()).toMatchObject([{ kind: 'checked', seq: 6, erased: 2 }]);
    const page = await entriesOf(audit, {});
    expect(page.map(({ kind, content }) => [kind, content !== null])).toEqual([
      ...[1, 2, 3, 4, 5].map((n) => ['noted', n !== 2 && n !== 4]),
      ['audit.erased', true],
    ]);
  });

  it('is erased by no other way than the one that puts it on record, and that record stays', async () => {
    await write(records, 3);
    const asApplication = (sql: string) => records.db.read(tenant, (tx) => tx.$executeRawUnsafe(sql));
    const contents = 'countersign.audit_contents';
    await expect(asApplication(`update ${contents} set content = null, salt = null`)).rejects.toThrow(
      /permission denied/,
    );
    await expect(asApplication(`update ${contents} set content = '{}'`)).rejects.toThrow(/permission denied/);

    await eraseContent(records.db, tenant, await contentIds([2]));
    expect(await eraseContent(records.db, tenant, await contentIds([4]))).toBe(0);
    expect(await findings()).toMatchObject([{ kind: 'checked', seq: 4, erased: 1 }]);
  });

  it('erases nothing of another tenant', async () => {
    await write(records, 2);

    expect(await eraseContent(records.db, 'T0TWO', await contentIds([1, 2]))).toBe(0);
    expect(await findings()).toMatchObject([{ kind: 'checked', seq: 2, erased: 0 }]);
  });
});

/** What somebody with the owner's rights can do, with triggers and all. */
describe('a chain that was tampered with', () => {
  const tampering: [what: string, sql: string, seq: number, text: RegExp][] = [
    ['an edited content', `update audit_contents set content = '{"n":8}' where id = (${idOf(7)})`, 7, /content was/],
    ['an edited salt', `update audit_contents set salt = 'x' where id = (${idOf(7)})`, 7, /content was changed/],
    ['another kind of content', `update audit_contents set kind = 'x' where id = (${idOf(7)})`, 7, /kind/],
    ['another approval', `update audit_contents set approval = 'b' where id = (${idOf(7)})`, 7, /row was changed/],
    ['another call', `update audit_contents set call_id = 'c' where id = (${idOf(7)})`, 7, /row was changed/],
    ['another thread', `update audit_contents set thread_id = 8 where id = (${idOf(7)})`, 7, /row was changed/],
    ['a content that is gone', `delete from audit_contents where id = (${idOf(7)})`, 7, /gone as a whole/],
    [
      'an erased content that no line names',
      `update audit_contents set content = null, salt = null where id = (${idOf(7)})`,
      7,
      /no line of the chain/,
    ],
    ['an edited kind', `update audit set kind = 'call.denied' where seq = 7`, 7, /row was changed/],
    ['an edited time', `update audit set at = at - interval '1 microsecond' where seq = 7`, 7, /row was changed/],
    ['an edited digest', `update audit set digest = '\\x00' where seq = 7`, 7, /row was changed/],
    ['an edited hash', `update audit set hash = '\\x00' where seq = 7`, 7, /row was changed/],
    ['an edited last hash', `update audit set hash = '\\x00' where seq = 12`, 12, /row was changed/],
    ['a row that is gone', `delete from audit where seq = 7`, 7, /row 7 is missing/],
    ['first rows that are gone', `delete from audit where seq < 4`, 1, /rows 1 to 3 are missing/],
    ['a removed row, with the rest moved up', remove(7), 7, /row was changed/],
    ['two rows exchanged', swap(7, 8), 7, /row was changed/],
    ['a tail cut off', `delete from audit where seq > 9`, 10, /rows 10 to 12 are missing/],
    ['an edited head row', `update audit_heads set hash = '\\x00'`, 12, /head row/],
    ['a head row that is gone', `delete from audit_heads`, 12, /head row/],
  ];

  it.each(tampering)('%s is found', async (_what, sql, seq, text) => {
    await write(records, 12);

    await tamper(sql);

    const [first] = await findings();
    expect(first).toMatchObject({ kind: 'fault', tenant, seq, text: expect.stringMatching(text) });
  });

  it('a content that was put past the chain is found', async () => {
    await write(records, 12);

    await tamper(`alter table audit_contents disable trigger chained;
                  insert into audit_contents (tenant, kind, content) values ('${tenant}', 'forged', '{}')`);

    expect(await findings()).toMatchObject([
      { kind: 'fault', seq: 13, text: expect.stringContaining('no row in the chain') },
      { kind: 'checked' },
    ]);
  });
});

describe('the head that is signed outside', () => {
  it('finds a tail that was cut off with contents and head, so that nothing inside shows it', async () => {
    await write(records, 12);
    await record();
    await cut(9);

    expect(await findings()).toMatchObject([
      { kind: 'fault', tenant, seq: 10, text: expect.stringMatching(/rows 10 to 12 are missing.*signed/) },
      { kind: 'checked', seq: 9 },
    ]);
  });

  it('finds a tail that was cut off and written anew, from the first signed head on', async () => {
    await write(records, 6);
    await record();
    await write(records, 3);
    await record();
    await cut(4);
    await write(records, 8);

    const found = await findings();

    expect(found).toMatchObject([
      { kind: 'fault', seq: 6, text: expect.stringContaining('rewritten') },
      { kind: 'checked', seq: 12 },
    ]);
  });

  it('finds a tenant whose whole chain is gone', async () => {
    await write(records, 3);
    await record();
    await tamper('truncate audit, audit_contents, audit_heads');

    expect(await findings()).toMatchObject([{ kind: 'fault', tenant, seq: 1 }, { kind: 'checked' }]);
  });

  it('is not signed again where the database has fallen behind it', async () => {
    await write(records, 5);
    await record();
    await cut(3);

    const { behind } = await record();

    expect(behind).toMatchObject([{ tenant, seq: 5 }]);
    expect(await lines()).toHaveLength(1);
  });

  it('is written when it has moved, and only then, also by the next process', async () => {
    await write(records, 1);
    await record();
    await record();
    book = await openHeadBook(dataDir);
    await record();
    expect(await lines()).toHaveLength(1);

    await write(records, 1);
    expect(await record()).toEqual({ behind: [] });
    expect(await lines()).toHaveLength(2);
  });

  it.each([
    ['is edited', (line: string) => line.replace('"seq":3', '"seq":2'), /bad signature/],
    ['is forged', (line: string) => line.replace(/"signature":"\w{4}/, '"signature":"0000'), /bad signature/],
    ['has lost its end', (line: string) => line.slice(0, 40), /not readable/],
  ])('is not believed where a line %s', async (_what, edit, text) => {
    await write(records, 3);
    await record();
    await writeFile(file(), edit(await readFile(file(), 'utf8')));

    const [first] = await findings();

    expect(first).toMatchObject({ kind: 'file', text: expect.stringMatching(text) });
    expect(first).toMatchObject({ text: expect.stringContaining('audit-head.jsonl:1') });
  });

  it('is signed with a key of the house or of its own, which only its owner may read', async () => {
    await write(records, 3);
    await record();

    expect((await stat(join(dataDir, 'audit.key'))).mode & 0o777).toBe(0o600);
    expect((await readHeads(dataDir, Buffer.from('another key'))).faults).toHaveLength(1);
    expect((await readHeads(dataDir, null)).faults).toEqual([expect.stringContaining('audit.key is gone')]);
  });

  it('goes on after a line that a crash cut off', async () => {
    await write(records, 3);
    await record();
    await writeFile(file(), (await readFile(file(), 'utf8')).slice(0, -20));
    book = await openHeadBook(dataDir);
    await record();

    const { heads, faults } = await readHeads(dataDir, book.key);

    expect(heads).toMatchObject([{ tenant, seq: 3 }]);
    expect(faults).toHaveLength(1);
  });
});

async function record() {
  return recordHeads(book, await allHeads(records.db), Date.now());
}

async function findings() {
  return all(verify(audit, await readHeads(dataDir, book.key)));
}

async function contentIds(seqs: number[]): Promise<number[]> {
  const sql = 'select content_id::float as id from countersign.audit where tenant = $1 and seq = any($2)';
  return (await records.sql<{ id: number }>(sql, [tenant, seqs])).map(({ id }) => id);
}

async function tamper(sql: string): Promise<void> {
  await records.sql(`set search_path = countersign, public; ${sql}`);
}

/** As somebody does it who knows the tables: what goes is gone everywhere, and the head says so. */
function cut(last: number): Promise<void> {
  return tamper(`delete from audit_contents where id in (select content_id from audit where seq > ${last});
                 delete from audit where seq > ${last};
                 update audit_heads set seq = ${last}, hash = (select hash from audit where seq = ${last})`);
}

function idOf(seq: number): string {
  return `select content_id from audit where seq = ${seq}`;
}

function remove(seq: number): string {
  return `delete from audit_contents where id = (${idOf(seq)}); delete from audit where seq = ${seq};
          update audit set seq = -seq where seq > ${seq}; update audit set seq = -seq - 1 where seq < 0;
          update audit_heads set seq = seq - 1`;
}

function swap(one: number, other: number): string {
  return `update audit set seq = -seq where seq in (${one}, ${other});
          update audit set seq = case -seq when ${one} then ${other} else ${one} end where seq < 0`;
}

function file(): string {
  return join(dataDir, 'audit-head.jsonl');
}

async function lines(): Promise<string[]> {
  return (await readFile(file(), 'utf8')).trimEnd().split('\n');
}
