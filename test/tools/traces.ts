import { createHash } from 'node:crypto';
import pg from 'pg';

/** The tables of all schemas that hold a secret anywhere in a row, as it is or as a digest that is quick to guess from. */
export async function tracesOf(url: string, secret: string): Promise<string[]> {
  const owner = new pg.Client(url);
  await owner.connect();
  try {
    const { rows: tables } = await owner.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
        where schemaname not in ('pg_catalog', 'information_schema') order by 1`,
    );
    const found: string[] = [];
    for (const { name } of tables) {
      const sql = `select 1 from ${name} t where exists (select from unnest($1::text[]) form where strpos(t::text, form) > 0) limit 1`;
      if ((await owner.query(sql, [formsOf(secret)])).rows.length > 0) found.push(name);
    }
    return found;
  } finally {
    await owner.end();
  }
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const digests = ['sha256', 'sha1', 'md5', 'sha512'].map((kind) => createHash(kind).update(secret).digest());
  return [secret, ...[bytes, ...digests].flatMap((each) => [each.toString('hex'), each.toString('base64')])];
}
