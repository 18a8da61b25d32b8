import { z } from 'zod';
import { APPROVAL_VERSION, approvalSchema, approvalStates, decided, withThread } from './approvals.ts';
import type { CountedLimit } from './calls.ts';
import type { Database } from './database.ts';

const claimedDispatch = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['approved', 'dispatching']), approval: z.unknown() }),
  z.object({ kind: z.enum(['idle', 'busy']) }),
]);

const heldSchema = z.object({
  id: z.string(),
  thread: z.number(),
  attempts: z.number(),
  state: z.enum(approvalStates),
});
export type Held = z.infer<typeof heldSchema>;

/** `sentBefore`: whatever becomes of the next try, an earlier one may have taken effect. */
const claimedApprovalSchema = approvalSchema.extend({ sentBefore: z.boolean() });
export type ClaimedApproval = z.infer<typeof claimedApprovalSchema>;

/** `left`: another worker sent the call and never recorded its outcome. */
export type ClaimedDispatch =
  | { kind: 'ready' | 'left'; approval: ClaimedApproval }
  /** Another build wrote it in another form. */
  | { kind: 'unreadable'; held: Held }
  | { kind: 'idle' | 'busy' };

export async function claimDispatch(
  db: Database,
  tenant: string,
  approval: string,
  holdMs: number,
): Promise<ClaimedDispatch> {
  const claim = await db.transition('claim_dispatch', tenant, { approval, holdMs }, claimedDispatch);
  if (!('approval' in claim)) return claim;
  const read = claimedApprovalSchema.safeParse(claim.approval);
  if (!read.success || read.data.version !== APPROVAL_VERSION) {
    return { kind: 'unreadable', held: heldSchema.parse(claim.approval) };
  }
  return { kind: claim.kind === 'approved' ? 'ready' : 'left', approval: read.data };
}

const held = z.object({ kind: z.enum(['ok', 'lost']) });

export function holdDispatch(db: Database, tenant: string, { id, attempts }: Held, holdMs: number) {
  return db.transition('hold_dispatch', tenant, { approval: id, attempts, holdMs }, held);
}

const begun = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['ok', 'lost']) }),
  withThread('reopened'),
  z.object({ kind: z.literal('over'), limit: z.string() }),
]);

export function beginDispatch(
  db: Database,
  tenant: string,
  { id, attempts }: Held,
  limits: CountedLimit[],
  amounts: Record<string, number>,
): Promise<z.infer<typeof begun>> {
  return db.transition('begin_dispatch', tenant, { approval: id, attempts, limits, amounts }, begun);
}

const ended = z.discriminatedUnion('kind', [z.object({ kind: z.literal('lost') }), withThread('ok')]);

export function endDispatch(
  db: Database,
  tenant: string,
  { id, attempts }: Held,
  end: { state: 'succeeded' | 'failed' | 'unknown'; outcome: string; text: string; probe?: string },
): Promise<z.infer<typeof ended>> {
  return db.transition('end_dispatch', tenant, { approval: id, attempts, ...end }, ended);
}

const settledUnknown = z.discriminatedUnion('kind', [
  withThread('approved', 'settled'),
  decided,
  z.object({ kind: z.literal('none') }),
]);
export type SettledUnknown = z.infer<typeof settledUnknown>;

export function settleUnknown(
  db: Database,
  tenant: string,
  given: {
    approval: string;
    person: string;
    account: string;
    verdict: 'happened' | 'did not happen' | 'again';
    text: string;
  },
): Promise<SettledUnknown> {
  return db.transition('settle_unknown', tenant, given, settledUnknown);
}

const dueSchema = z.object({
  dispatches: z.array(z.object({ tenant: z.string(), approval: z.string() })),
  threads: z.array(z.object({ tenant: z.string(), thread: z.number() })),
  cards: z.array(z.object({ tenant: z.string(), card: z.number() })),
  edits: z.array(z.object({ tenant: z.string(), approval: z.string() })),
});

/** Seals that no call names are kept this long: of turns that were cut off, or of a void call whose successor is over. */
const SEALED_MS = 3_600_000;
/** An approved call that no worker has taken is given out again after this time. */
const LOOK_AGAIN_MS = 5_000;

/** Reminds, escalates and expires what is due in any tenant. Returns the ids to add jobs for. */
export function dueApprovals(db: Database): Promise<z.infer<typeof dueSchema>> {
  return db.overall('due_approvals', { limit: 200, sealedMs: SEALED_MS, lookAgainMs: LOOK_AGAIN_MS }, dueSchema);
}
