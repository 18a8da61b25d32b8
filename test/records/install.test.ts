import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase } from '../../core/records/database.ts';
import { prepareDatabase, transitionsSchema } from '../../core/records/install.ts';
import { dueWork } from '../../core/records/threads.ts';
import { openPool } from '../../prisma/connection.ts';
import { emptyDatabase } from '../support/database.ts';

let database: Awaited<ReturnType<typeof emptyDatabase>>;
let owner: ReturnType<typeof openPool>;

beforeAll(async () => {
  database = await emptyDatabase();
  owner = openPool({ connectionString: database.url, max: 1 }, () => {});
});
afterAll(async () => {
  await owner.end();
  await database.drop();
});

const schemas = async () => {
  const { rows } = await owner.query("select nspname from pg_namespace where nspname like 'transitions%' order by 1");
  return rows.map(({ nspname }) => nspname);
};

/** Another build's functions, last used that many hours ago. */
async function installed(name: string, hours: number): Promise<void> {
  await owner.query(`create schema ${name}`);
  await owner.query('insert into countersign.installed_transitions values ($1, now() - make_interval(hours => $2))', [
    name,
    hours,
  ]);
}

it('several processes of one build that start at once install its functions once', async () => {
  await Promise.all([1, 2, 3].map(() => prepareDatabase(database.url)));
  expect(await schemas()).toEqual([transitionsSchema]);
  const db = openDatabase(database.url);
  expect(await dueWork(db, 15_000)).toEqual({ threads: [], replies: [] });
  await db.close();
});

it("keeps another build's functions while it runs, and removes those that nobody used for a day", async () => {
  await installed('transitions_running', 1);
  await installed('transitions_gone', 25);
  await prepareDatabase(database.url);
  expect(await schemas()).toEqual([transitionsSchema, 'transitions_running'].sort());
});

it('keeps its own functions after a day without a start', async () => {
  await owner.query(
    "update countersign.installed_transitions set used_at = now() - interval '2 days' where name = $1",
    [transitionsSchema],
  );
  await prepareDatabase(database.url);
  expect(await schemas()).toContain(transitionsSchema);
});

it('holds no function whose body Postgres would refuse, now that all that they name are there', async () => {
  const { rows } = await owner.query<{ name: string; written: string }>(
    'select proname as name, pg_get_functiondef(oid) as written from pg_proc where pronamespace = $1::regnamespace',
    [transitionsSchema],
  );
  expect(rows.length).toBeGreaterThan(80);
  for (const { written } of rows) await owner.query(written);
});

it('lets no other role of the database call them', async () => {
  const { rows } = await owner.query("select has_schema_privilege('countersign_tools', $1, 'usage') as may", [
    transitionsSchema,
  ]);
  expect(rows).toEqual([{ may: false }]);
});

it('keeps no function in the schema of the tables but those of the trigger that chains the audit', async () => {
  const { rows } = await owner.query(
    "select proname from pg_proc where pronamespace = 'countersign'::regnamespace order by 1",
  );
  expect(rows.map(({ proname }) => proname)).toEqual(['audit_digest', 'audit_hash', 'chain_audit']);
});

it('lets the application say that its functions are in use, and name no schema to remove', async () => {
  const asApplication = (change: string) =>
    owner
      .query('begin; set local role countersign_app')
      .then(() => owner.query(change).finally(() => owner.query('rollback')));
  await asApplication("update countersign.installed_transitions set used_at = now() - interval '2 days'");
  await expect(asApplication("update countersign.installed_transitions set name = 'public'")).rejects.toThrow('denied');
});
