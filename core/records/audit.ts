import pg from 'pg';
import { z } from 'zod';
import type { Database } from './database.ts';

/** Reads the audit of all tenants, as the owner of the tables. */
export type Audit = {
  rows<T>(sql: string, values: unknown[], row: z.ZodType<T>): Promise<T[]>;
  /** Everything read after it is of one moment. */
  begin(): Promise<void>;
  end(): Promise<void>;
  close(): Promise<void>;
};

export const PAGE = 1000;

export async function openAudit(url: string): Promise<Audit> {
  const client = new pg.Client({ connectionString: url, application_name: 'countersign audit' });
  // A lost connection fails the next query, which reports it.
  client.on('error', () => {});
  await client.connect();
  const audit: Audit = {
    rows: async (sql, values, row) => z.array(row).parse((await client.query(sql, values)).rows),
    begin: async () => void (await client.query('begin isolation level repeatable read, read only')),
    end: async () => void (await client.query('rollback')),
    close: () => client.end(),
  };
  await requireAllTenants(audit).catch(async (error) => {
    await audit.close();
    throw error;
  });
  return audit;
}

/** Refuses to run under row-level security: we would see no rows, and no rows have no faults. */
async function requireAllTenants(audit: Audit): Promise<void> {
  const [table] = await audit.rows(
    `select to_regclass('countersign.audit') is not null as there`,
    [],
    z.object({ there: z.boolean() }),
  );
  if (!table?.there) throw new Error('There is no audit in this database yet: start Countersign on it once.');
  const sql = `select row_security_active('countersign.audit') as bound`;
  const [security] = await audit.rows(sql, [], z.object({ bound: z.boolean() }));
  if (security?.bound) throw new Error('This user sees no tenant: give DATABASE_URL the user that owns the tables.');
}

const hex = z.instanceof(Buffer).transform((bytes) => bytes.toString('hex'));
const whole = z.coerce.number().int();

const headSchema = z.object({ tenant: z.string(), seq: whole, hash: hex });
export type AuditHead = z.infer<typeof headSchema>;

export function auditHeads(audit: Audit): Promise<AuditHead[]> {
  return audit.rows('select tenant, seq, hash from countersign.audit_heads order by tenant', [], headSchema);
}

const headsSchema = z.object({ heads: z.array(headSchema.extend({ hash: z.string() })) });

/** The same for a worker, which does not own the tables and signs the heads. */
export async function allHeads(db: Database): Promise<AuditHead[]> {
  return (await db.overall('all_audit_heads', {}, headsSchema)).heads;
}

export type AuditFilter = {
  tenant?: string;
  /** One kind, or a family of kinds: `call` means every `call.…`. */
  kind?: string;
  tool?: string;
  /** A principal such as staff:slack:U1, an account, a person, or the end of one of them, such as U1. */
  by?: string;
  approval?: string;
  thread?: number;
  sinceSeconds?: number;
};

const entrySchema = z.object({
  tenant: z.string(),
  seq: whole,
  at: z.date(),
  kind: z.string(),
  /** The id of the content, for erasing it. */
  id: whole.nullable(),
  thread: whole.nullable(),
  call: z.string().nullable(),
  approval: z.string().nullable(),
  tool: z.string().nullable(),
  by: z.string().nullable(),
  /** Null when erased. */
  content: z.unknown(),
});
export type AuditEntry = z.infer<typeof entrySchema>;

// Later rows of a call do not repeat its tool and principal, so take them from the call.
const entries = `
select a.tenant, a.seq, a.at, a.kind, c.id, c.thread_id as thread, c.call_id as call, c.approval, c.content,
       coalesce(c.content->>'tool', t.tool) as tool,
       coalesce(c.content->>'by', c.content->>'principal',
                case when c.content is not null or starts_with(a.kind, 'call.') then t.principal_kind || ':' || t.principal end) as by
  from countersign.audit a
  left join countersign.audit_contents c on c.tenant = a.tenant and c.id = a.content_id
  left join countersign.tool_calls t on t.tenant = c.tenant and t.id = c.call_id
 where ($1::text is null or a.tenant = $1)
   and ($2::text is null or a.kind = $2 or starts_with(a.kind, $2 || '.'))
   and ($3::text is null or coalesce(c.content->>'tool', t.tool) = $3)
   and ($4::text is null or exists (
     select 1
       from unnest(array[c.content->>'by', c.content->>'person', c.content->>'principal',
                         t.principal_kind || ':' || t.principal]) as stood (name)
      cross join lateral (values (name), (regexp_replace(name, 'slack:T[A-Z0-9]+:', 'slack:'))) as written (form)
      where right(':' || form, length($4) + 1) = ':' || $4))
   and ($5::text is null or c.approval = $5)
   and ($6::bigint is null or c.thread_id = $6)
   and ($7::float is null or a.at >= clock_timestamp() - make_interval(secs => $7))`;

function valuesOf({ tenant, kind, tool, by, approval, thread, sinceSeconds }: AuditFilter): unknown[] {
  return [tenant, kind, tool, by, approval, thread, sinceSeconds].map((value) => value ?? null);
}

/** Yields entries page by page, oldest first. Call it between `begin` and `end`. */
export async function* auditEntries(audit: Audit, filter: AuditFilter): AsyncGenerator<AuditEntry[]> {
  const sql = `declare entries no scroll cursor for ${entries} order by a.at, a.tenant, a.seq`;
  await audit.rows(sql, valuesOf(filter), z.never());
  for (;;) {
    const page = await audit.rows(`fetch ${PAGE} from entries`, [], entrySchema);
    if (page.length === 0) return;
    yield page;
  }
}

/** New entries of a tenant's chain. */
export function entriesAfter(
  audit: Audit,
  { tenant, seq, upto }: { tenant: string; seq: number; upto: number },
  filter: AuditFilter,
): Promise<AuditEntry[]> {
  const sql = `${entries} and a.tenant = $8 and a.seq > $9 and a.seq <= $10 order by a.seq`;
  return audit.rows(sql, [...valuesOf(filter), tenant, seq, upto], entrySchema);
}

const linkSchema = z.object({
  seq: whole,
  micros: z.string(),
  kind: z.string(),
  digest: z.instanceof(Buffer),
  contentId: z.string(),
  thread: z.string().nullable(),
  call: z.string().nullable(),
  approval: z.string().nullable(),
  hash: z.instanceof(Buffer),
  /** The kind of its content; null where the content's row is missing. */
  contentKind: z.string().nullable(),
  salt: z.instanceof(Buffer).nullable(),
  /** Null when erased. */
  text: z.string().nullable(),
});
/** One row of a chain, with everything that goes into its hashes. */
export type Link = z.infer<typeof linkSchema>;

export async function* chainOf(audit: Audit, tenant: string): AsyncGenerator<Link> {
  const sql = `
    select a.seq, (extract(epoch from a.at) * 1000000)::bigint::text as micros, a.kind, a.digest, a.hash,
           a.content_id::text as "contentId", c.thread_id::text as thread, c.call_id as call, c.approval,
           c.salt, c.content::text as text, c.kind as "contentKind"
      from countersign.audit a
      left join countersign.audit_contents c on c.tenant = a.tenant and c.id = a.content_id
     where a.tenant = $1 and a.seq > $2 order by a.seq limit ${PAGE}`;
  for (let after = Number.MIN_SAFE_INTEGER; ; ) {
    const page = await audit.rows(sql, [tenant, after], linkSchema);
    yield* page;
    if (page.length < PAGE) return;
    after = page.at(-1)?.seq ?? after;
  }
}

export async function auditedTenants(audit: Audit): Promise<string[]> {
  const sql = `select tenant from countersign.audit_heads union select tenant from countersign.audit
               union select tenant from countersign.audit_contents order by tenant`;
  return (await audit.rows(sql, [], z.object({ tenant: z.string() }))).map(({ tenant }) => tenant);
}

const loneSchema = z.object({ count: whole, first: whole.nullable() });

/** Finds contents without a row in the chain: the row was removed, or somebody bypassed the chain. */
export async function unchained(audit: Audit, tenant: string): Promise<z.infer<typeof loneSchema>> {
  const sql = `
    select count(*) as count, min(c.id) as first from countersign.audit_contents c
     where c.tenant = $1
       and not exists (select 1 from countersign.audit a where a.tenant = c.tenant and a.content_id = c.id)`;
  const [found] = await audit.rows(sql, [tenant], loneSchema);
  return found ?? { count: 0, first: null };
}

/** Maps numbers of the chain to the ids of their contents. */
export async function contentsOf(audit: Audit, tenant: string, seqs: number[]): Promise<Map<number, number>> {
  const sql = 'select seq, content_id as id from countersign.audit where tenant = $1 and seq = any($2::bigint[])';
  const rows = await audit.rows(sql, [tenant, seqs], z.object({ seq: whole, id: whole }));
  return new Map(rows.map(({ seq, id }) => [seq, id]));
}

const erasedSchema = z.object({ kind: z.literal('erased'), count: z.number() });

/** Erases contents; their rows stay in the chain. Returns how many were not erased before. */
export async function eraseContent(db: Database, tenant: string, contents: number[]): Promise<number> {
  return (await db.transition('erase_audit', tenant, { contents }, erasedSchema)).count;
}
