import { z } from 'zod';
import { type Approval, approvalSchema } from './approvals.ts';
import type { Database } from './database.ts';
import { HOUR_MS } from './entries.ts';
import {
  dividerSchema,
  type PastTurn,
  pastTurnSchema,
  placeSchema,
  principalSchema,
  type Step,
  stepSchema,
} from './types.ts';

const openReplySchema = z.object({
  id: z.number(),
  place: placeSchema,
  messages: z.array(z.string()),
});
export type OpenReply = z.infer<typeof openReplySchema>;

const takenSchema = z.object({
  kind: z.literal('turn'),
  epoch: z.number(),
  taken: z.number(),
  resumed: z.boolean(),
  thread: z.object({
    id: z.number(),
    channel: z.string(),
    address: z.string(),
    desk: z.string(),
    summary: z.string(),
    summaryUpto: z.number(),
    notes: z.string(),
    parks: z.number(),
    /** The last divider: nothing before it is part of the conversation any more. */
    divider: dividerSchema.nullable(),
  }),
  turn: z.object({
    id: z.number(),
    number: z.number(),
    attempts: z.number(),
    noticed: z.boolean(),
    tokens: z.number(),
    principal: principalSchema,
  }),
  steps: z.array(z.unknown()),
  history: z.array(z.unknown()),
  open: openReplySchema.nullable(),
  /** Open requests of this thread. Those of another form are left to the dispatch job. */
  approvals: z.array(z.unknown()),
});
/** A turn that this worker holds, and its tenant. */
export type TakenTurn = Omit<z.infer<typeof takenSchema>, 'steps' | 'history' | 'approvals'> & {
  tenant: string;
  steps: Step[];
  history: PastTurn[];
  approvals: Approval[];
  /** Another build wrote some of its steps, which are empty here: the turn must not go on. */
  isUnreadable: boolean;
};

const claimSchema = z.discriminatedUnion('kind', [
  takenSchema,
  z.object({ kind: z.literal('idle') }),
  z.object({ kind: z.literal('busy') }),
]);
export type Claim = TakenTurn | { kind: 'idle' } | { kind: 'busy' };

export async function claimThread(
  db: Database,
  tenant: string,
  thread: number,
  options: { leaseMs: number; context: number },
): Promise<Claim> {
  const claim = await db.transition('claim_thread', tenant, { thread, ...options }, claimSchema);
  if (claim.kind !== 'turn') return claim;
  const steps = claim.steps.map((step) => stepSchema.safeParse(step).data);
  const history = claim.history.flatMap((past) => pastTurnSchema.safeParse(past).data ?? []);
  return {
    ...claim,
    tenant,
    steps: steps.map((step, n) => step ?? { n, kind: 'background', content: { text: '' } }),
    history,
    approvals: claim.approvals.flatMap((approval) => approvalSchema.safeParse(approval).data ?? []),
    isUnreadable: steps.includes(undefined),
  };
}

const held = z.object({ kind: z.enum(['ok', 'lost']) });

const renewed = z.object({ kind: z.enum(['ok', 'revised', 'lost']) });

export function renewLease(db: Database, turn: TakenTurn, leaseMs: number): Promise<z.infer<typeof renewed>> {
  return db.transition('renew_lease', turn.tenant, { thread: turn.thread.id, epoch: turn.epoch, leaseMs }, renewed);
}

export function handBack(db: Database, turn: TakenTurn): Promise<z.infer<typeof held>> {
  return db.transition('hand_back', turn.tenant, { thread: turn.thread.id, epoch: turn.epoch }, held);
}

const releasedSchema = z.object({ kind: z.enum(['released', 'more', 'lost']) });

export function releaseThread(
  db: Database,
  turn: TakenTurn,
  sent: { reply: number; messages: string[] } | null,
): Promise<z.infer<typeof releasedSchema>> {
  const payload = { thread: turn.thread.id, epoch: turn.epoch, taken: turn.taken, sent };
  return db.transition('release_thread', turn.tenant, payload, releasedSchema);
}

const dueSchema = z.object({
  threads: z.array(z.object({ tenant: z.string(), thread: z.number() })),
  replies: z.array(z.object({ tenant: z.string(), reply: z.number() })),
});

/** Deliveries overtake each other: what was said shortly before a mention is kept this long. */
const OVERHEARD_MS = 600_000;

/** What waits in any tenant: threads and replies to add jobs for. */
export function dueWork(db: Database, addAgainMs: number): Promise<z.infer<typeof dueSchema>> {
  const kept = { overheardMs: OVERHEARD_MS, mailCountsMs: HOUR_MS };
  return db.overall('due_work', { ringAgainMs: addAgainMs, ...kept, limit: 500 }, dueSchema);
}
