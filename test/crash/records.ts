import pg from 'pg';
import { type Database, openDatabase } from '../../core/records/database.ts';
import { ensureTenant, type NewEntry, saveEntry } from '../../core/records/entries.ts';
import { type Claim, claimThread, type TakenTurn } from '../../core/records/threads.ts';
import { type CallRow, finishTurn } from '../../core/records/turns.ts';
import type { Step } from '../../core/records/types.ts';
import { freshDatabase } from '../support/database.ts';

export const tenant = 'T0ONE';
export const place = { channel: 'C1', thread: '1.000001', user: 'U1', team: tenant, asked: '1.000001' };

export type Records = {
  db: Database;
  url: string;
  /** As the owner, whom row-level security lets pass. */
  sql<T extends pg.QueryResultRow = pg.QueryResultRow>(text: string, values?: unknown[]): Promise<T[]>;
  close(): Promise<void>;
};

export async function openRecords(): Promise<Records> {
  const database = await freshDatabase();
  const owner = new pg.Client(database.url);
  await owner.connect();
  const db = openDatabase(database.url);
  await ensureTenant(db, tenant, 'One');
  return {
    db,
    url: database.url,
    sql: async <T extends pg.QueryResultRow>(text: string, values?: unknown[]) =>
      (await owner.query<T>(text, values)).rows,
    async close() {
      await db.close();
      await owner.end();
      await database.drop();
    },
  };
}

let said = 0;

/** What a person says: by default a mention that begins a thread of its own. */
export function entry(change: Partial<NewEntry> & { by?: string; text?: string } = {}): NewEntry {
  said += 1;
  const { by = 'U1', text = `message ${said}`, ...rest } = change;
  return {
    source: 'slack',
    externalId: `m${said}`,
    channel: 'slack',
    address: `C1:${said}`,
    desk: 'jewelry',
    principal: { kind: 'staff', id: by },
    content: { text, author: by, place },
    sentAt: `${said}.000001`,
    addressed: true,
    amid: false,
    ...rest,
  };
}

export async function say(db: Database, change: Parameters<typeof entry>[0] = {}): Promise<number> {
  const saved = await saveEntry(db, tenant, entry(change));
  if (saved.kind !== 'saved') throw new Error(`not saved: ${saved.kind}`);
  return saved.thread;
}

export function claim(db: Database, thread: number, leaseMs = 60_000): Promise<Claim> {
  return claimThread(db, tenant, thread, { leaseMs, context: 5 });
}

export async function take(db: Database, thread: number, leaseMs?: number): Promise<TakenTurn> {
  const claimed = await claim(db, thread, leaseMs);
  if (claimed.kind !== 'turn') throw new Error(`thread ${thread} is ${claimed.kind}`);
  return claimed;
}

export function textsOf(turn: TakenTurn): string[] {
  return turn.steps.flatMap((step) => (step.kind === 'input' ? step.content.entries.map(({ text }) => text) : []));
}

export function output(n: number, text: string): Step {
  return { n, kind: 'model', content: { text, calls: [], tokens: 1 } };
}

export function call(id: string, effect: CallRow['effect'] = 'once'): CallRow {
  return {
    id,
    tool: 'tools__act',
    arguments: {},
    definitionHash: 'h',
    effect,
    rule: 'allow',
    state: 'dispatching',
    reason: null,
    desk: 'jewelry',
  };
}

export function finish(db: Database, turn: TakenTurn, body = 'the answer', state: 'done' | 'failed' = 'done') {
  return finishTurn(db, turn, {
    state,
    steps: [output(turn.steps.length, body)],
    tokens: 1,
    notes: null,
    reply: { place, body },
    sendMs: 60_000,
  });
}

/** As if this long had passed since the worker was last heard of. */
export async function expireLease({ sql }: Records, thread: number): Promise<void> {
  await sql(`update countersign.threads set leased_until = clock_timestamp() - interval '1 second' where id = $1`, [
    thread,
  ]);
}
