import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { prepareDatabase } from '../../core/records/install.ts';
import { migrate } from '../../prisma/migrate.ts';
import { emptyDatabase, type TestDatabase } from '../support/database.ts';

const ownMigrations = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));
const first = '20260101000000_people';
const second = '20260102000000_names';

// The columns as Prisma itself names and types them.
const prismaLedger = `create table "_prisma_migrations" ("id" varchar(36) primary key not null,
  "checksum" varchar(64) not null, "finished_at" timestamptz, "migration_name" varchar(255) not null, "logs" text,
  "rolled_back_at" timestamptz, "started_at" timestamptz not null default now(),
  "applied_steps_count" integer not null default 0)`;

let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  database = await emptyDatabase();
  folder = await mkdtemp(join(tmpdir(), 'countersign-migrations-'));
});

afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

describe('migrating', () => {
  test('applies every migration once, in the order of their names', async () => {
    await write(second, 'alter table people add column name text;');
    await write(first, 'create table people (id int); insert into people values (1);');

    expect(await migrate(database.url, { folder })).toEqual({ applied: [first, second] });
    expect(await migrate(database.url, { folder })).toEqual({ applied: [] });
    expect(await query('select * from people')).toEqual([{ id: 1, name: null }]);
  });

  test('records a migration as Prisma does', async () => {
    const sql = 'create table people (id int); -- ünïcode';
    await write(first, sql);
    await migrate(database.url, { folder });

    const [row] = await query('select *, finished_at >= started_at as in_order from _prisma_migrations');
    expect(row).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      checksum: createHash('sha256').update(sql).digest('hex'),
      migration_name: first,
      logs: null,
      rolled_back_at: null,
      applied_steps_count: 1,
      in_order: true,
    });
  });

  test('says what to do about a database from before the first release', async () => {
    await migrate(database.url);
    await query(`update _prisma_migrations set migration_name = '20261120000300_transitions'
      where migration_name = '20261120000110_approvals'`);
    await expect(migrate(database.url)).rejects.toThrow('delete the folder .data, or name a new database');
  });

  test("writes no function's body as only Postgres 14 and newer read it", async () => {
    await prepareDatabase(database.url);
    expect(await query('select oid::regproc::text from pg_proc where prosqlbody is not null and oid >= 16384')).toEqual(
      [],
    );
  });

  test('goes on after what Prisma recorded', async () => {
    const sql = 'create table people (id int);';
    await write(first, sql);
    await write(second, 'create table names (id int);');
    await query(prismaLedger);
    await query(`insert into "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count)
      values ('a1', '${createHash('sha256').update(sql).digest('hex')}', '${first}', now(), 1)`);

    expect(await migrate(database.url, { folder })).toEqual({ applied: [second] });
  });

  test('works for several processes that start at once', async () => {
    await write(first, 'select pg_sleep(0.2); create table people (id int);');
    await write(second, 'create table names (id int);');

    const results = await Promise.all([1, 2, 3].map(() => migrate(database.url, { folder })));

    expect(results.flatMap((result) => result.applied)).toEqual([first, second]);
    expect(await query('select count(*)::int as rows from _prisma_migrations')).toEqual([{ rows: 2 }]);
  });

  test('keeps nothing of a migration that fails, and takes its repaired file', async () => {
    await write(first, 'create table people (id int);');
    await write(second, 'create table names (id int); select 1 / 0;');

    await expect(migrate(database.url, { folder })).rejects.toThrow(
      `Migration ${second} failed and nothing of it was kept: division by zero.`,
    );
    expect(await query(`select to_regclass('people') is not null as people, to_regclass('names') as names`)).toEqual([
      { people: true, names: null },
    ]);

    await write(second, 'create table names (id int);');
    expect(await migrate(database.url, { folder })).toEqual({ applied: [second] });
  });

  test('keeps nothing of a migration that cannot be recorded', async () => {
    await write(first, 'create table people (id int);');
    await write(second, 'create table names (id int); alter table _prisma_migrations add check (1 = 0) not valid;');

    await expect(migrate(database.url, { folder })).rejects.toThrow(`Migration ${second} failed`);

    expect(await query(`select to_regclass('names') as names`)).toEqual([{ names: null }]);
  });

  test('has nothing to do for an empty folder', async () => {
    expect(await migrate(database.url, { folder })).toEqual({ applied: [] });
  });
});

describe('migrating refuses', () => {
  beforeEach(async () => {
    await write(first, 'create table people (id int);');
    await migrate(database.url, { folder });
    await write(second, 'create table names (id int);');
  });

  afterEach(async () => {
    expect(await query(`select to_regclass('names') as names`)).toEqual([{ names: null }]);
  });

  test('when an applied file was changed', async () => {
    await write(first, 'create table people (id bigint);');
    await expect(migrate(database.url, { folder })).rejects.toThrow(
      `Migration ${first} was changed after it was applied`,
    );
  });

  test('when an applied migration is missing', async () => {
    await rm(join(folder, first), { recursive: true });
    await expect(migrate(database.url, { folder })).rejects.toThrow(`Migration ${first} was applied but its folder is`);
  });

  test('when a former one failed, until it is resolved', async () => {
    await query('update _prisma_migrations set finished_at = null');
    await expect(migrate(database.url, { folder })).rejects.toThrow(`Migration ${first} failed halfway`);

    await query('drop table people; update _prisma_migrations set rolled_back_at = now()');
    expect(await migrate(database.url, { folder })).toEqual({ applied: [first, second] });
    await query('drop table names');
  });

  test('when a folder has no migration.sql', async () => {
    await mkdir(join(folder, '20260103000000_nothing'));
    await expect(migrate(database.url, { folder })).rejects.toThrow('20260103000000_nothing has no migration.sql');
  });
});

test('an unreachable database is named without its password', async () => {
  const failure = migrate('postgresql://me:s3cret@127.0.0.1:1/nowhere', { folder });
  await expect(failure).rejects.toThrow('127.0.0.1:1/nowhere cannot be reached');
  await expect(failure).rejects.not.toThrow('s3cret');
});

async function write(name: string, sql: string): Promise<void> {
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, 'migration.sql'), sql);
}

async function query(sql: string): Promise<unknown[]> {
  const client = new pg.Client(database.url);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

// No such server is at hand here; what has been met so far is held.
test('our migrations hold to what a Postgres 13 reads', async () => {
  const newer = [
    /\bis (?:not )?json\b/i,
    /^\s*return\s+(?!query\b)[^;]*;/im,
    /\bstring_to_table\b/i,
    /\bdate_bin\b/i,
    /\bmerge into\b/i,
    /\bnulls not distinct\b/i,
    /\bany_value\b/i,
    /\bregexp_(?:count|like|substr|instr)\b/i,
    /\bcreate or replace trigger\b/i,
    /\bsecurity_invoker\b/i,
  ];
  const found: string[] = [];
  for (const name of await readdir(ownMigrations)) {
    const sql = await readFile(join(ownMigrations, name, 'migration.sql'), 'utf8');
    const outside = sql.replace(/--.*$/gm, '').replace(/\$\$.*?\$\$/gs, (body) => body.replace(/\breturn\b/gi, ''));
    found.push(...newer.filter((form) => form.test(outside)).map((form) => `${name}: ${form}`));
  }
  expect(found).toEqual([]);
});
