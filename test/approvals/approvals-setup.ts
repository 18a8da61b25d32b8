import { randomUUID } from 'node:crypto';
import { decide } from '../../core/approvals/decide.ts';
import { createLog } from '../../core/log.ts';
import {
  APPROVAL_VERSION,
  type Approval,
  type Details,
  getApproval,
  type NewApproval,
  type NextCall,
} from '../../core/records/approvals.ts';
import type { CountedLimit } from '../../core/records/calls.ts';
import type { Database } from '../../core/records/database.ts';
import { beginDispatch, claimDispatch, endDispatch, type Held } from '../../core/records/dispatches.ts';
import { releaseThread, type TakenTurn } from '../../core/records/threads.ts';
import { type CallRow, type Recorded, recordSteps } from '../../core/records/turns.ts';
import { claim, entry, finish, output, place, type Records, say, take, tenant } from '../crash/records.ts';
import { desk } from './approvals-desk.ts';

export const here = { channel: 'slack', place };
export const signersRoom = { channel: 'slack', place: { channel: 'C0SIGN' } };
const HOUR = 3_600_000;

type Change = Partial<Omit<NewApproval, 'details'>> & { details?: Partial<Details> };

export function details(change: Partial<Details> = {}): Details {
  return {
    place,
    asked: { text: 'refund it', author: 'U1' },
    about: 'Pays money back',
    ruleText: 'a manager must approve every refund',
    first: [],
    expiredText: 'The request for `shop__refund` expired before anyone had decided. Nothing was done.',
    secret: [],
    sealed: [],
    seen: [],
    remindAt: { kind: 'reminder', ...signersRoom },
    escalateTo: { kind: 'escalation', channel: 'slack', place: { channel: 'C0BOSS' } },
    schema: {},
    ...change,
  };
}

/** A frozen call, of which each has a hash of its own where none is given. */
export function approval(change: Change = {}): NewApproval {
  const id = `apr_${randomUUID()}`;
  const { details: more, ...rest } = change;
  return {
    id,
    version: APPROVAL_VERSION,
    rule: 'approve',
    canonical: '{"amount":10}',
    callHash: `hash of ${id}`,
    quorum: 1,
    details: details(more),
    remindMs: 12 * HOUR,
    escalateMs: 18 * HOUR,
    expiresMs: 24 * HOUR,
    cards: [
      { kind: 'signers', ...signersRoom },
      { kind: 'pointer', ...here },
    ],
    editor: null,
    replaces: null,
    origin: null,
    ...rest,
  };
}

export function awaiting(frozen: NewApproval, change: Partial<CallRow> = {}): CallRow {
  return {
    id: `call_${randomUUID()}`,
    tool: 'shop__refund',
    arguments: JSON.parse(frozen.canonical),
    definitionHash: 'd1',
    effect: 'once',
    rule: frozen.rule,
    state: 'awaiting',
    reason: null,
    desk: 'jewelry',
    approval: frozen,
    ...change,
  };
}

/** A call that goes out at once and is counted. */
export function straight(limits: CountedLimit[], amounts: Record<string, number>, args: object = {}): CallRow {
  const { approval: _, ...row } = awaiting(approval(), { state: 'dispatching', rule: 'allow', arguments: args });
  return { ...row, limits, amounts };
}

export type Asked = { id: string; call: string; thread: number; turn: TakenTurn; message: string; address: string };

type Asking = Change & { address?: string; by?: string };

export async function ask(db: Database, change: Asking = {}, given: Partial<CallRow> = {}): Promise<Asked> {
  const { address, by, ...frozen } = change;
  const message = entry({ ...(address ? { address } : {}), ...(by ? { by } : {}) });
  const thread = await say(db, message);
  const turn = await take(db, thread);
  const asked = approval(frozen);
  const row = awaiting(asked, given);
  const recorded = await recordSteps(db, turn, [output(1, 'calls')], { calls: [row] });
  if (recorded.kind !== 'ok') throw new Error(recorded.kind);
  return { id: asked.id, call: row.id, thread, turn, message: message.externalId, address: message.address };
}

/** The turn that asked ends, as it does while the call waits. */
export async function endTurn(db: Database, { turn }: Pick<Asked, 'turn'>): Promise<void> {
  await finish(db, { ...turn, steps: [...turn.steps, output(1, 'calls')] });
  await releaseThread(db, turn, null);
}

/** Asked for, and the turn is over. */
export async function askAndEnd(db: Database, change: Asking = {}, given: Partial<CallRow> = {}): Promise<Asked> {
  const asked = await ask(db, change, given);
  await endTurn(db, asked);
  return asked;
}

/** The model asks once more in the same thread, which something was said in. */
export async function askAgain(
  db: Database,
  thread: number,
  frozen: NewApproval,
): Promise<{ call: string; recorded: Recorded }> {
  const turn = await take(db, thread);
  const row = awaiting(frozen);
  const recorded = await recordSteps(db, turn, [output(turn.steps.length, 'calls')], { calls: [row] });
  await endTurn(db, { turn });
  return { call: row.id, recorded };
}

type Deciding = {
  person?: string;
  account?: string;
  verdict?: 'approve' | 'reject';
  reason?: string | null;
  /** What the rule of the desk says. */
  own?: boolean;
  edited?: boolean;
  turn?: { epoch: number };
  tenant?: string;
};

/** Decides through the policy, at a desk where everybody may sign. A refusal is told by its reason. */
export async function decideAs(db: Database, id: string, deciding: Deciding = {}) {
  const { person = 'Mia', verdict = 'approve', reason = null, own = false, edited = false, turn } = deciding;
  const { account = accountOf(person) } = deciding;
  const frozen = await getApproval(db, deciding.tenant ?? tenant, id).catch(() => null);
  const rule = {
    effect: 'once' as const,
    rule: frozen?.rule ?? 'approve',
    when: [],
    quorum: 1,
    own,
    edited,
    first: [],
  };
  const context = {
    ...{ db, tenant: deciding.tenant ?? tenant, people, log: createLog({ level: 'fatal' }) },
    jobs: { ping: async () => {}, add: () => {}, close: async () => {} },
    desks: [{ ...desk, tools: new Map([['shop__refund', rule]]) }],
    directory: { compare: async () => ({ match: 'user' as const, ageMs: 0 }), mention: (one: string) => one },
  };
  const decision = verdict === 'approve' ? { verdict } : { verdict, reason };
  const who = { kind: 'staff' as const, id: account };
  const decided = await decide(context, who, id, decision, { showsAll: () => true, ...(turn ? { turn } : {}) });
  if (decided.kind === 'refused') return { kind: decided.refusal.why };
  return decided.kind === 'ended' ? { ...decided.ended, kind: decided.kind } : decided;
}

const accountOf = (person: string) => `U0${person.toUpperCase()}`;

/** `U0MIA` is Mia, and `U1` is Lisa, who asks. */
export const people = {
  personOf(account: string) {
    const name = /^U0([A-Z])([A-Z0-9]*)$/.exec(account);
    if (account === 'U1') return 'Lisa';
    return name ? `${name[1]}${name[2]?.toLowerCase()}` : account;
  },
  accountsOf: (account: string) => [account],
};

export const approve = (db: Database, id: string, person = 'Mia') => decideAs(db, id, { person });
export const reject = (db: Database, id: string, person = 'Mia', reason: string | null = null) =>
  decideAs(db, id, { person, reason, verdict: 'reject' });

export async function approved(db: Database, change: Asking = {}, given: Partial<CallRow> = {}): Promise<Asked> {
  const asked = await askAndEnd(db, change, given);
  const signed = await approve(db, asked.id);
  if (signed.kind !== 'approved') throw new Error(signed.kind);
  return asked;
}

/** Takes the dispatch into this worker's hands. */
export async function hold(db: Database, id: string, kind: 'ready' | 'left' = 'ready'): Promise<Approval> {
  const held = await claimDispatch(db, tenant, id, 60_000);
  if (held.kind !== kind) throw new Error(`the dispatch is ${held.kind}`);
  return held.approval;
}

export async function sent(
  db: Database,
  change: Asking = {},
  given: Partial<CallRow> = {},
): Promise<Asked & { held: Approval }> {
  const asked = await approved(db, change, given);
  const held = await hold(db, asked.id);
  const begun = await begin(db, held);
  if (begun.kind !== 'ok') throw new Error(begun.kind);
  return { ...asked, held };
}

export const begin = (db: Database, held: Held, limits: CountedLimit[] = [], amounts: Record<string, number> = {}) =>
  beginDispatch(db, tenant, held, limits, amounts);

export const end = (db: Database, held: Held, state: 'succeeded' | 'failed' | 'unknown' = 'succeeded') =>
  endDispatch(db, tenant, held, { state, outcome: `it ${state}`, text: `The call ${state}.` });

export function nextOf(frozen: NewApproval): NextCall {
  const { id, tool, arguments: args, definitionHash, effect, rule } = awaiting(frozen);
  return { call: { id, tool, arguments: args, definitionHash: definitionHash ?? '', effect, rule }, approval: frozen };
}

export async function found(db: Database, id: string): Promise<Approval> {
  const got = await getApproval(db, tenant, id);
  if (!got) throw new Error(`there is no approval ${id}`);
  return got;
}

type Seen = { state: string; call: string; audit: string[]; outcomes: string[]; cards: number };

/** How it stands: the approval's state and its call's, what the audit and the thread were told, and by the database. */
export async function look({ sql }: Pick<Records, 'sql'>, id: string): Promise<Seen> {
  const [row] = await sql<Seen>(
    `select a.state, c.state as call,
            (select coalesce(array_agg(x.kind order by x.id), '{}') from countersign.audit_contents x
              where x.approval = a.id) as audit,
            (select coalesce(array_agg(e.content->'outcome'->>'state' order by e.seq), '{}') from countersign.entries e
              where e.kind = 'outcome' and e.content->'outcome'->>'approval' = a.id) as outcomes,
            (select count(*)::int from countersign.cards k where k.approval = a.id) as cards
       from countersign.approvals a left join countersign.tool_calls c on c.tenant = a.tenant and c.id = a.call_id
      where a.id = $1`,
    [id],
  );
  if (!row) throw new Error(`there is no approval ${id}`);
  return row;
}

/** As if the time had come, by the database's clock. */
export async function pass({ sql }: Pick<Records, 'sql'>, id: string, ...columns: string[]): Promise<void> {
  const past = columns.map((column) => `${column} = clock_timestamp() - interval '1 second'`).join(', ');
  await sql(`update countersign.approvals set ${past} where id = $1`, [id]);
}

export const expire = (records: Pick<Records, 'sql'>, id: string) => pass(records, id, 'expires_at', 'due_at');

/** The next turn of the thread, with the words that it has to answer. */
export async function nextTurn(db: Database, thread: number): Promise<string[]> {
  const claimed = await claim(db, thread);
  if (claimed.kind !== 'turn') return [];
  await finish(db, claimed);
  await releaseThread(db, claimed, null);
  return claimed.steps.flatMap((step) => (step.kind === 'input' ? step.content.entries.map(({ text }) => text) : []));
}

/** Approvals whose call stands otherwise. Never any. */
export function disagreeing({ sql }: Pick<Records, 'sql'>): Promise<{ id: string; approval: string; call: string }[]> {
  return sql(
    `select a.id, a.state as approval, c.state as call from countersign.approvals a
       left join countersign.tool_calls c on c.tenant = a.tenant and c.id = a.call_id and c.approval = a.id
      where c.state is distinct from case a.state when 'open' then 'awaiting' else a.state end`,
  );
}
