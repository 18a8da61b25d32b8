import { z } from 'zod';
import type { Database } from './database.ts';
import { type ChannelPlace, effectSchema, placeSchema, principalSchema } from './types.ts';

/**
 * The version of the record's form. A request that another build wrote in another form does not run; people ask anew.
 */
export const APPROVAL_VERSION = 1;

export const approvalStates = [
  'open',
  'approved',
  'rejected',
  'expired',
  'void',
  'dispatching',
  'succeeded',
  'failed',
  'unknown',
  'settled',
] as const;
export type ApprovalState = (typeof approvalStates)[number];

export const cardKinds = ['asker', 'signers', 'pointer', 'reminder', 'escalation'] as const;
/** A copy of the card, and where it is. */
export type NewCard = { kind: (typeof cardKinds)[number]; channel: string; place: ChannelPlace };

const newCardSchema = z.object({ kind: z.enum(cardKinds), channel: z.string(), place: placeSchema });

/** A current value, read when the card was made; `before` is the value on an earlier card of the same call. */
export const seenSchema = z.object({
  field: z.string(),
  /** What people read in place of the field's name. */
  words: z.string().optional(),
  /** Does a change of it stop the call? Older records do not say so; compare all of theirs. */
  compared: z.boolean().default(true),
  value: z.string(),
  before: z.string().optional(),
});
export type Seen = z.infer<typeof seenSchema>;

/** Where a value of an argument comes from, unless the requester's account wrote it. */
const originSchema = z.discriminatedUnion('kind', [
  /** Everybody who wrote it, and when it was first written. */
  z.object({ kind: z.literal('person'), by: z.array(principalSchema), at: z.number().nullable() }),
  /** Somebody changed the argument on the card. */
  z.object({ kind: z.literal('editor'), account: z.string() }),
  z.object({ kind: z.literal('tool'), tool: z.string() }),
  /** Nobody is known to have written it. */
  z.object({ kind: z.literal('nobody') }),
]);
export type Origin = z.infer<typeof originSchema>;

/** The origins of each argument's values, and the accounts that had written in the thread before the request. */
const originsSchema = z.object({ values: z.record(z.string(), z.array(originSchema)), writers: z.array(z.string()) });
export type Origins = z.infer<typeof originsSchema>;

/** What a card shows beside the arguments, and further data of the request. */
export const detailsSchema = z.object({
  /** Where the requester asked: replies go there. */
  place: placeSchema,
  /** What the requester wrote; `author` is the channel's id of the person. */
  asked: z.object({ text: z.string(), author: z.string() }),
  /** The tool's description in one line. */
  about: z.string(),
  /** The rule that asks for signatures, as a sentence. */
  ruleText: z.string(),
  /** Arguments that come first on the card. */
  first: z.array(z.string()),
  /** Tells the thread when nobody has decided in time. */
  expiredText: z.string(),
  /** Names of the sealed arguments. */
  secret: z.array(z.string()),
  /** Seals to open for the call and to delete after it. */
  sealed: z.array(z.string()),
  seen: z.array(seenSchema),
  remindAt: newCardSchema.nullable(),
  escalateTo: newCardSchema.nullable(),
  /** Asks what became of the call, where no other card can. */
  unknownTo: newCardSchema.optional(),
  /** The tool's input schema, for the form that changes the arguments. */
  schema: z.record(z.string(), z.unknown()),
  refusedEdit: z.string().optional(),
  /** Why the card to sign is not posted yet. */
  unposted: z.string().optional(),
  /** The account of a colleague who has answered the customer since. */
  answeredBy: z.string().optional(),
  /** The answer of the desk's probe about a call of unknown outcome. */
  probe: z.string().optional(),
  origins: originsSchema.optional(),
  limit: z.object({ id: z.string(), used: z.number(), most: z.number() }).optional(),
});
export type Details = z.infer<typeof detailsSchema>;

const time = z.number().nullable();

export const approvalSchema = z.object({
  id: z.string(),
  version: z.number(),
  /** How people name it among the questions of its thread. */
  number: z.number(),
  thread: z.number(),
  turn: z.number(),
  call: z.string(),
  desk: z.string(),
  tool: z.string(),
  effect: effectSchema,
  rule: z.enum(['confirm', 'approve']),
  canonical: z.string(),
  callHash: z.string(),
  definitionHash: z.string(),
  principal: principalSchema,
  quorum: z.number(),
  details: detailsSchema,
  state: z.enum(approvalStates),
  attempts: z.number(),
  openedAt: z.number(),
  expiresAt: z.number(),
  decidedAt: time,
  endedAt: time,
  decidedBy: z.string().nullable(),
  reason: z.string().nullable(),
  editor: z.string().nullable(),
  replaces: z.string().nullable(),
  replacedBy: z.string().nullable(),
  outcome: z.string().nullable(),
  edit: z.object({ arguments: z.record(z.string(), z.unknown()), account: z.string() }).nullable(),
  reminded: z.boolean(),
  escalated: z.boolean(),
  cards: z.array(newCardSchema.extend({ message: z.string().nullable() })),
  signatures: z.array(
    z.object({
      account: z.string(),
      verdict: z.enum(['approve', 'reject']),
      reason: z.string().nullable(),
      at: z.number(),
    }),
  ),
});
export type Approval = z.infer<typeof approvalSchema>;

/** A new request for the records, with the copies of its card. */
export type NewApproval = {
  id: string;
  version: number;
  rule: 'confirm' | 'approve';
  canonical: string;
  callHash: string;
  quorum: number;
  details: Details;
  remindMs: number;
  escalateMs: number;
  expiresMs: number;
  cards: NewCard[];
  editor: string | null;
  replaces: string | null;
  /** The approval whose outcome led to this one. */
  origin: string | null;
};

export type Signing = {
  approval: string;
  /** The person, and the account that clicked. */
  person: string;
  account: string;
  verdict: 'approve' | 'reject';
  reason: string | null;
  /**
   * The accounts that had signed when the policy checked, how many persons count including this one, and how many must.
   */
  seen: string[];
  signatures: number;
  quorum: number;
  /** The text of a rejection for the thread. */
  text: string;
  /** A turn reads this answer and replies to it, so that the thread needs no entry. */
  inTurn: boolean;
  /** The epoch of that turn. */
  epoch?: number;
};

export const decided = z.object({
  kind: z.literal('decided'),
  state: z.enum(approvalStates),
  by: z.string().nullable(),
  reason: z.string().nullable(),
  at: time,
  thread: z.number(),
  replacedBy: z.string().nullable(),
});
export type Decided = z.infer<typeof decided>;

export const withThread = <K extends string>(...kinds: [K, ...K[]]) =>
  z.object({ kind: z.enum(kinds), thread: z.number() });

const signed = z.discriminatedUnion('kind', [
  withThread('approved', 'rejected', 'expired', 'signed_already', 'outdated'),
  z.object({ kind: z.literal('signed'), thread: z.number(), signatures: z.number(), quorum: z.number() }),
  decided,
  /** `changed`: others signed since the policy checked. */
  z.object({ kind: z.literal('changed') }),
  z.object({ kind: z.enum(['none', 'lost', 'revised']) }),
]);
export type Signed = z.infer<typeof signed>;

/** The job of a signed call is added at once; after this time the sweeper adds it again. */
const DISPATCH_MS = 15_000;

export function sign(db: Database, tenant: string, signing: Signing): Promise<Signed> {
  return db.transition('sign', tenant, { ...signing, version: APPROVAL_VERSION, dispatchMs: DISPATCH_MS }, signed);
}

const requested = z.discriminatedUnion('kind', [
  withThread('requested', 'outdated', 'expired'),
  decided,
  z.object({ kind: z.literal('none') }),
]);
export type Requested = z.infer<typeof requested>;

/** Stores changed arguments, of which a worker makes a new request. Nobody can sign the old one meanwhile. */
export function requestEdit(
  db: Database,
  tenant: string,
  given: { approval: string; person: string; account: string; arguments: Record<string, unknown> },
): Promise<Requested> {
  return db.transition('request_edit', tenant, { ...given, version: APPROVAL_VERSION }, requested);
}

export function refuseEdit(db: Database, tenant: string, approval: string, text: string) {
  return db.transition('refuse_edit', tenant, { approval, text }, z.object({ kind: z.enum(['ok', 'none']) }));
}

const voided = z.discriminatedUnion('kind', [
  withThread('void', 'expired', 'waits_already'),
  decided,
  z.object({ kind: z.literal('none') }),
]);
export type Voided = z.infer<typeof voided>;

/** A changed call and its request: a person edited it, or current values changed. */
export type NextCall = {
  call: { id: string; tool: string; arguments: unknown; definitionHash: string; effect: string; rule: string };
  approval: NewApproval;
};

export function voidApproval(
  db: Database,
  tenant: string,
  given: {
    approval: string;
    reason: string;
    by?: string;
    /** Only the worker that holds the dispatch gives it: only that one may make an approved call void. */
    attempts?: number;
    /** The text for the thread; none where `next` replaces the call. */
    text?: string;
    /** The text for the thread where the call had gone out before: it may have taken effect then. */
    sentBeforeText?: string;
    next?: NextCall;
  },
): Promise<Voided> {
  return db.transition('void_approval', tenant, given, voided);
}

const found = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('found'), approval: approvalSchema }),
]);

export async function getApproval(db: Database, tenant: string, approval: string): Promise<Approval | null> {
  const got = await db.transition('get_approval', tenant, { approval }, found);
  return got.kind === 'found' ? got.approval : null;
}

const listed = z.object({ kind: z.literal('list'), approvals: z.array(z.unknown()) });

export async function listApprovals(
  db: Database,
  tenant: string,
  filter: { thread?: number; accounts?: string[]; open?: boolean; limit: number },
): Promise<Approval[]> {
  const { approvals } = await db.transition('list_approvals', tenant, filter, listed);
  // Leave out requests of another form.
  return approvals.flatMap((approval) => approvalSchema.safeParse(approval).data ?? []);
}

/** Audits a click with the id of a request that does not exist, which none of our cards has. */
export async function noteUnknownId(db: Database, tenant: string, approval: string, account: string): Promise<void> {
  const content = { by: account, why: 'unknown_id' };
  const payload = { event: 'approval.refused', approval: approval.slice(0, LONGEST_ID), content };
  await db.transition('note_audit', tenant, payload, z.object({ kind: z.literal('ok') }));
}

const LONGEST_ID = 100;

/** Audits that a person tried what they may not do. */
export async function noteRefusal(
  db: Database,
  tenant: string,
  { approval, account, why }: { approval: Approval; account: string; why: string },
): Promise<void> {
  const { id, thread, call } = approval;
  const content = { by: account, why, call: approval.callHash };
  const payload = { event: 'approval.refused', thread, call, approval: id, content };
  await db.transition('note_audit', tenant, payload, z.object({ kind: z.literal('ok') }));
}
