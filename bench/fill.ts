import pg from 'pg';

const THREADS = 10_000;
const TURNS_PER_THREAD = 10;
const STEPS_PER_TURN = 5;

/** Fills a database as if used for a while: answered threads with all steps of their turns. */
export async function fillDatabase(url: string, tenant: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(
    `insert into countersign.threads (tenant, channel, address, desk, inbox, done_inbox, turns)
     select $1, 'slack', 'C0OLD:' || i, 'jewelry', $3::int, $3::int, $3::int from generate_series(1, $2::int) i`,
    [tenant, THREADS, TURNS_PER_THREAD],
  );
  await client.query(
    `insert into countersign.turns (tenant, thread_id, number, state, principal_kind, principal, ended_at)
     select $1, t.id, n, 'done', 'staff', 'slack:old', now()
       from countersign.threads t, generate_series(1, $2::int) n where t.tenant = $1 and t.address like 'C0OLD:%'`,
    [tenant, TURNS_PER_THREAD],
  );
  await client.query(
    `insert into countersign.entries (tenant, thread_id, seq, identity, source, principal_kind, principal, content, sent_at, turn_id)
     select $1, u.thread_id, u.number, md5(u.id::text), 'slack', 'staff', 'slack:old',
            jsonb_build_object('text', repeat('a question of the past ', 5)), u.id, u.id
       from countersign.turns u where u.tenant = $1 and u.principal = 'slack:old'`,
    [tenant],
  );
  await client.query(
    `insert into countersign.steps (tenant, turn_id, n, kind, content)
     select $1, u.id, n, 'background', jsonb_build_object('text', repeat('what a tool once said ', 20))
       from countersign.turns u, generate_series(0, $2::int - 1) n where u.tenant = $1 and u.principal = 'slack:old'`,
    [tenant, STEPS_PER_TURN],
  );
  await client.query('analyze countersign.threads, countersign.turns, countersign.entries, countersign.steps');
  await client.end();
}
