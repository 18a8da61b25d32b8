import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

type Migration = { name: string; sql: string; checksum: string };
type Recorded = { migration_name: string; checksum: string; finished_at: Date | null };

const ownFolder = fileURLToPath(new URL('migrations', import.meta.url));
// `prisma migrate deploy` takes the same lock, so the two never run at once.
const advisoryLock = 72_707_369;

/** A database that has this one was made before the first release, when tables and functions were laid out otherwise. */
const BEFORE_THE_FIRST_RELEASE = '20261120000300_transitions';

// The same columns as Prisma's, so that Prisma and we can continue each other's work.
const createLedger = `
create table if not exists public._prisma_migrations (
  id varchar(36) primary key not null,
  checksum varchar(64) not null,
  finished_at timestamptz,
  migration_name varchar(255) not null,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz not null default now(),
  applied_steps_count integer not null default 0
)`;

/** Applies the migrations that the database lacks. Several processes may call it at once. */
export async function migrate(
  url: string,
  { folder = ownFolder }: { folder?: string } = {},
): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(folder);
  const client = await connect(url);
  try {
    await client.query('select pg_advisory_lock($1)', [advisoryLock]);
    return { applied: await applyPending(client, migrations) };
  } finally {
    // Ending the session releases the lock.
    await client.end();
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(names.sort().map((name) => readMigration(folder, name)));
}

async function readMigration(folder: string, name: string): Promise<Migration> {
  const bytes = await readFile(join(folder, name, 'migration.sql')).catch(() => {
    throw new Error(`Migration ${name} has no migration.sql: restore the file, or delete its folder.`);
  });
  return { name, sql: bytes.toString('utf8'), checksum: createHash('sha256').update(bytes).digest('hex') };
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'countersign migrate' });
  // A connection lost between two statements is reported by the next statement.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    const place = `${client.host}:${client.port}/${client.database}`;
    throw new Error(`The database at ${place} cannot be reached (${reason(error)}): check DATABASE_URL.`);
  }
}

async function applyPending(client: pg.Client, migrations: readonly Migration[]): Promise<string[]> {
  const recorded = await readLedger(client);
  if (recorded.some(({ migration_name }) => migration_name === BEFORE_THE_FIRST_RELEASE)) {
    throw new Error(
      'This database was made by a build from before the first release: delete the folder .data, or name a new database in DATABASE_URL.',
    );
  }
  for (const record of recorded) refuseConflict(record, migrations);
  const done = new Set(recorded.map((record) => record.migration_name));
  const pending = migrations.filter((migration) => !done.has(migration.name));
  for (const migration of pending) await apply(client, migration);
  return pending.map((migration) => migration.name);
}

async function readLedger(client: pg.Client): Promise<Recorded[]> {
  const found = await client.query(`select to_regclass('public._prisma_migrations') is not null as there`);
  if (!found.rows[0].there) await client.query(createLedger);
  const { rows } = await client.query<Recorded>(
    `select migration_name, checksum, finished_at from public._prisma_migrations
     where rolled_back_at is null order by started_at`,
  );
  return rows;
}

function refuseConflict(record: Recorded, migrations: readonly Migration[]): void {
  const name = record.migration_name;
  const migration = migrations.find((candidate) => candidate.name === name);
  if (!record.finished_at)
    throw new Error(`Migration ${name} failed halfway: repair the database, then run prisma migrate resolve.`);
  if (!migration)
    throw new Error(`Migration ${name} was applied but its folder is missing: this code is older than the database.`);
  if (migration.checksum !== record.checksum)
    throw new Error(`Migration ${name} was changed after it was applied: restore the file, and add a new migration.`);
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  const startedAt = new Date();
  try {
    await client.query('begin');
    await client.query(sql);
    await client.query(
      `insert into public._prisma_migrations
         (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       values ($1, $2, $3, $4, clock_timestamp(), 1)`,
      [randomUUID(), checksum, name, startedAt],
    );
    await client.query('commit');
  } catch (error) {
    throw new Error(`Migration ${name} failed and nothing of it was kept: ${reason(error)}.`);
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ('code' in error ? String(error.code) : error.name);
}
