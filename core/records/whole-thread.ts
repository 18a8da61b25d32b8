import { z } from 'zod';
import { Prisma } from '../../prisma/client/client.ts';
import type { Database } from './database.ts';

/** Where the records hold a conversation of a channel. */
export type ThreadLocation = {
  channel: string;
  /** Addresses that its thread may have, the likeliest first. */
  addresses: string[];
  /** Only the part below this message, where several conversations share an address. */
  below?: string;
  /** The channel's id of the place, and the message in it, which may be a card. */
  place: string;
  message: string;
};

const id = z.number();
/** Milliseconds since 1970. */
const time = z.number();
const maybe = time.nullable();
const json = z.unknown();

const entrySchema = z.object({
  ...{ seq: id, turn: id.nullable(), kind: z.string(), source: z.string(), identity: z.string(), content: json },
  ...{ principalKind: z.string(), principal: z.string(), at: time, withdrawnAt: maybe },
});
const stepSchema = z.object({ n: z.number(), kind: z.string(), content: json, at: time });
const turnSchema = z.object({
  ...{ id, number: z.number(), state: z.string(), principal: z.string(), attempts: z.number(), tokens: z.number() },
  ...{ startedAt: time, endedAt: maybe, steps: z.array(stepSchema) },
});
const callSchema = z.object({
  ...{ id: z.string(), turn: id, tool: z.string(), arguments: json, definitionHash: z.string().nullable() },
  ...{ effect: z.string(), rule: z.string(), state: z.string(), reason: z.string().nullable() },
  ...{ approval: z.string().nullable(), at: time, dispatchedAt: maybe, endedAt: maybe },
});
const signatureSchema = z.object({
  ...{ account: z.string(), verdict: z.string(), reason: z.string().nullable(), at: time },
});
const approvalSchema = z.object({
  ...{ id: z.string(), call: z.string(), tool: z.string(), rule: z.string(), state: z.string(), callHash: z.string() },
  ...{ quorum: z.number(), details: json, attempts: z.number(), outcome: z.string().nullable() },
  ...{ reason: z.string().nullable(), editor: z.string().nullable(), replaces: z.string().nullable() },
  ...{ replacedBy: z.string().nullable(), openedAt: time, expiresAt: time, decidedAt: maybe },
  ...{ signatures: z.array(signatureSchema), cards: z.array(id) },
});
const replySchema = z.object({
  ...{ id, turn: id.nullable(), kind: z.string(), state: z.string(), body: z.string(), messages: z.array(z.string()) },
  ...{ attempts: z.number(), lastError: z.string().nullable(), dueAt: time, at: time, sentAt: maybe },
});
const auditSchema = z.object({
  ...{ seq: id, kind: z.string(), digest: z.string(), hash: z.string(), at: time, content: json },
});
const threadSchema = z.object({
  ...{ id, channel: z.string(), desk: z.string(), epoch: z.number(), turnCount: z.number() },
  ...{ leasedUntil: maybe, dueAt: maybe },
  entries: z.array(entrySchema),
  turns: z.array(turnSchema),
  calls: z.array(callSchema),
  approvals: z.array(approvalSchema),
  replies: z.array(replySchema),
  audit: z.array(auditSchema),
});

export type ThreadRecords = z.infer<typeof threadSchema>;
export type EntryRecord = z.infer<typeof entrySchema>;
export type TurnRecord = z.infer<typeof turnSchema>;
export type StepRecord = z.infer<typeof stepSchema>;
export type CallRecord = z.infer<typeof callSchema>;
export type ApprovalRecord = z.infer<typeof approvalSchema>;
export type ReplyRecord = z.infer<typeof replySchema>;
export type AuditRecord = z.infer<typeof auditSchema>;

/** Older turns of a long thread are left out. */
const MOST_TURNS = 30;

/** Reads all records of a conversation in one statement, since a person waits for it; null where there are none. */
export function readThread(db: Database, tenant: string, location: ThreadLocation): Promise<ThreadRecords | null> {
  return db.read(tenant, async (tx) => {
    const [row] = await tx.$queryRaw<{ thread: unknown }[]>(statement(tenant, location));
    return row ? threadSchema.parse(row.thread) : null;
  });
}

/** Builds the JSON that the schemas above describe. */
function statement(tenant: string, { channel, addresses, place, message, ...location }: ThreadLocation): Prisma.Sql {
  const below = location.below ?? null;
  return Prisma.sql`
  with t as materialized (
    select x.* from (
      select * from (select t.* from countersign.threads t
        where t.tenant = ${tenant} and t.channel = ${channel} and t.address = any(${addresses}::text[])
        order by array_position(${addresses}::text[], t.address)) at_address
      union all
      -- Whoever looks at a card looks at what it is about.
      select t.* from countersign.cards c
        join countersign.approvals a on a.tenant = ${tenant} and a.id = c.approval
        join countersign.threads t on t.tenant = ${tenant} and t.id = a.thread_id
        where c.tenant = ${tenant} and c.channel = ${channel} and c.message = ${message} and c.place->>'channel' = ${place}
      union all
      select t.* from countersign.cards c
        join countersign.matters m on m.tenant = ${tenant} and m.id = c.matter
        join countersign.threads t on t.tenant = ${tenant} and t.id = m.thread_id
        where c.tenant = ${tenant} and c.channel = ${channel} and c.message = ${message} and c.place->>'channel' = ${place}
    ) x limit 1
  ), e as materialized (
    select e.* from countersign.entries e, t where e.tenant = ${tenant} and e.thread_id = t.id
       and (${below}::text is null or t.address <> ${place} or e.content->'place'->>'thread' = ${below})
  ), u as materialized (
    select u.* from countersign.turns u, t where u.tenant = ${tenant} and u.thread_id = t.id
       and u.id in (select turn_id from e) order by u.number desc limit ${MOST_TURNS}
  ), k as materialized (
    select k.* from countersign.tool_calls k, t where k.tenant = ${tenant} and k.thread_id = t.id
       and k.turn_id in (select id from u)
  ), a as materialized (
    select a.* from countersign.approvals a, t where a.tenant = ${tenant} and a.thread_id = t.id
       and a.turn_id in (select id from u)
  ), o as materialized (
    select o.* from countersign.outbox o, t where o.tenant = ${tenant} and o.thread_id = t.id
       and (o.turn_id in (select id from u) or (o.turn_id is null
            and (${below}::text is null or t.address <> ${place} or o.place->>'thread' = ${below})))
  ), c as materialized (
    select c.* from countersign.audit_contents c, t
     where c.tenant = ${tenant} and c.thread_id = t.id and c.approval is null
       and (c.call_id is null or c.call_id in (select id from k))
    union all
    select c.* from countersign.audit_contents c where c.tenant = ${tenant} and c.approval in (select id from a)
  )
  select jsonb_build_object('id', t.id, 'channel', t.channel, 'desk', t.desk, 'epoch', t.epoch, 'turnCount', t.turns,
      'leasedUntil', ${ms('t.leased_until')}, 'dueAt', ${ms('t.due_at')},
    'entries', (select ${list`jsonb_build_object('seq', e.seq, 'turn', e.turn_id, 'kind', e.kind, 'source', e.source,
        'identity', e.identity, 'content', e.content, 'principalKind', e.principal_kind, 'principal', e.principal,
        'at', ${ms('e.created_at')}, 'withdrawnAt', ${ms('e.withdrawn_at')}) order by e.seq`} from e
        where e.turn_id is null or e.turn_id in (select id from u)),
    'turns', (select ${list`jsonb_build_object('id', u.id, 'number', u.number, 'state', u.state,
        'principal', u.principal, 'attempts', u.attempts, 'tokens', u.tokens, 'startedAt', ${ms('u.started_at')},
        'endedAt', ${ms('u.ended_at')}, 'steps', (select ${list`jsonb_build_object('n', s.n, 'kind', s.kind,
          'content', s.content, 'at', ${ms('s.created_at')}) order by s.n`}
          from countersign.steps s where s.tenant = ${tenant} and s.turn_id = u.id)) order by u.number`} from u),
    'calls', (select ${list`jsonb_build_object('id', k.id, 'turn', k.turn_id, 'tool', k.tool, 'arguments', k.arguments,
        'definitionHash', k.definition_hash, 'effect', k.effect, 'rule', k.rule, 'state', k.state, 'reason', k.reason,
        'approval', k.approval, 'at', ${ms('k.created_at')}, 'dispatchedAt', ${ms('k.dispatched_at')},
        'endedAt', ${ms('k.ended_at')}) order by k.created_at, k.id`} from k),
    'approvals', (select ${list`jsonb_build_object('id', a.id, 'call', a.call_id, 'tool', a.tool, 'rule', a.rule,
        'state', a.state, 'callHash', a.call_hash, 'quorum', a.quorum, 'details', a.details, 'attempts', a.attempts,
        'outcome', a.outcome, 'reason', a.reason, 'editor', a.editor, 'replaces', a.replaces,
        'replacedBy', a.replaced_by, 'openedAt', ${ms('a.opened_at')}, 'expiresAt', ${ms('a.expires_at')},
        'decidedAt', ${ms('a.decided_at')},
        'signatures', (select ${list`jsonb_build_object('account', s.account, 'verdict', s.verdict, 'reason', s.reason,
          'at', ${ms('s.signed_at')}) order by s.signed_at`}
          from countersign.signatures s where s.tenant = ${tenant} and s.approval = a.id),
        'cards', (select ${list`to_jsonb(c.id) order by c.id`} from countersign.cards c
          where c.tenant = ${tenant} and c.approval = a.id)) order by a.opened_at`} from a),
    'replies', (select ${list`jsonb_build_object('id', o.id, 'turn', o.turn_id, 'kind', o.kind, 'state', o.state,
        'body', o.body, 'messages', o.messages, 'attempts', o.attempts, 'lastError', o.last_error,
        'dueAt', ${ms('o.due_at')}, 'at', ${ms('o.created_at')}, 'sentAt', ${ms('o.sent_at')}) order by o.id`} from o),
    'audit', (select ${list`jsonb_build_object('seq', l.seq, 'kind', l.kind, 'digest', encode(l.digest, 'hex'),
        'hash', encode(l.hash, 'hex'), 'at', ${ms('l.at')}, 'content', c.content) order by l.seq`}
        from c join countersign.audit l on l.tenant = ${tenant} and l.content_id = c.id)) as thread
    from t`;
}

/** A column's time in milliseconds. */
function ms(column: string): Prisma.Sql {
  return Prisma.raw(`extract(epoch from ${column}) * 1000`);
}

function list(strings: TemplateStringsArray, ...values: (Prisma.Sql | string)[]): Prisma.Sql {
  return Prisma.sql`coalesce(jsonb_agg(${Prisma.sql(strings, ...values)}), '[]')`;
}
