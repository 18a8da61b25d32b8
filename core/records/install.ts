import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { migrate } from '../../prisma/migrate.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** The functions of all .sql files beside this one. They name each other's schema `transitions`. */
const written = readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .sort()
  .map((name) => readFileSync(`${folder}${name}`, 'utf8'))
  .join('\n');

/** The schema of this build's functions. Another build calls its own, so that both can run on one database. */
export const transitionsSchema = `transitions_${createHash('sha256').update(written).digest('hex').slice(0, 12)}`;

const UNUSED = '1 day';

/** Brings tables and functions up to date. Several processes may call it at once. */
export async function prepareDatabase(url: string): Promise<{ applied: string[] }> {
  const migrated = await migrate(url);
  await installTransitions(url);
  return migrated;
}

/** Installs this build's functions, and removes those that no process has used for a day. */
async function installTransitions(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'countersign migrate' });
  // A connection lost between two statements is reported by the next statement.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('begin');
    await client.query('lock table countersign.installed_transitions in exclusive mode');
    await install(client);
    await removeUnused(client);
    await client.query('commit');
  } finally {
    await client.end();
  }
}

async function install(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query(stillUsed, [transitionsSchema]);
  if (rowCount === 1) return;
  // Functions name others that stand further down.
  await client.query('set local check_function_bodies = off');
  await client.query(`create schema ${transitionsSchema}`);
  await client.query(written.replaceAll('transitions.', `${transitionsSchema}.`));
  await client.query(`revoke execute on all functions in schema ${transitionsSchema} from public`);
  await client.query(`grant execute on all functions in schema ${transitionsSchema} to countersign_app`);
  await client.query(`grant usage on schema ${transitionsSchema} to countersign_app`);
  await client.query('insert into countersign.installed_transitions (name) values ($1)', [transitionsSchema]);
}

/** What a process runs now and then, so that its functions stay. */
export const stillUsed = 'update countersign.installed_transitions set used_at = clock_timestamp() where name = $1';

async function removeUnused(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `delete from countersign.installed_transitions where used_at < clock_timestamp() - interval '${UNUSED}' returning name`,
  );
  for (const { name } of rows) await client.query(`drop schema ${client.escapeIdentifier(name)} cascade`);
}
