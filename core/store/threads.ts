import { z } from 'zod';
import type { Database } from './database.ts';
import { pastTurnSchema, placeSchema, principalSchema, stepSchema } from './records.ts';

const openReplySchema = z.object({
  id: z.number(),
  place: placeSchema,
  messages: z.array(z.string()),
});
export type OpenReply = z.infer<typeof openReplySchema>;

const claimedSchema = z.object({
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
  }),
  turn: z.object({
    id: z.number(),
    number: z.number(),
    attempts: z.number(),
    noticed: z.boolean(),
    tokens: z.number(),
    principal: principalSchema,
  }),
  steps: z.array(stepSchema),
  history: z.array(pastTurnSchema),
  open: openReplySchema.nullable(),
});
/** A turn in this worker's hands, with the tenant it belongs to. */
export type TakenTurn = z.infer<typeof claimedSchema> & { tenant: string };

const claimSchema = z.discriminatedUnion('kind', [
  claimedSchema,
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
  return claim.kind === 'turn' ? { ...claim, tenant } : claim;
}

const held = z.object({ kind: z.enum(['ok', 'lost']) });

export function renewLease(db: Database, turn: TakenTurn, leaseMs: number): Promise<z.infer<typeof held>> {
  return db.transition('renew_lease', turn.tenant, { thread: turn.thread.id, epoch: turn.epoch, leaseMs }, held);
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

/** What waits in any tenant: threads to ring for again, replies to send again. */
export function dueWork(db: Database, ringAgainMs: number): Promise<z.infer<typeof dueSchema>> {
  return db.overall('due_work', { ringAgainMs, limit: 500 }, dueSchema);
}
