import { z } from 'zod';
import type { Database } from './database.ts';
import { type ChannelPlace, effectSchema, placeSchema, principalSchema } from './types.ts';

/** Of the form of a record: what another build wrote in another form is not run, but asked anew. */
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
/** A copy of the card, and where it stands. */
export type NewCard = { kind: (typeof cardKinds)[number]; channel: string; place: ChannelPlace };

const newCardSchema = z.object({ kind: z.enum(cardKinds), channel: z.string(), place: placeSchema });

/** A field of the world as it was when the card was made; `before` is what an earlier card of the same call showed. */
export const seenSchema = z.object({
  field: z.string(),
  /** What people read for the field. */
  words: z.string().optional(),
  /** Is the call stopped when it changes? Older records do not say so, and all of theirs are compared. */
  compared: z.boolean().default(true),
  value: z.string(),
  before: z.string().optional(),
});
export type Seen = z.infer<typeof seenSchema>;

/** Where the value of an argument was first said, where that was not the requester. */
export const originSchema = z.discriminatedUnion('kind', [
  /** `alone`: no other person said it. */
  z.object({ kind: z.literal('person'), account: z.string(), at: z.number().nullable(), alone: z.boolean() }),
  z.object({ kind: z.literal('tool'), tool: z.string() }),
  z.object({ kind: z.literal('nobody') }),
]);
export type Origin = z.infer<typeof originSchema>;

/** What a card shows beside the arguments, and what belongs to the call and is not part of it. */
export const detailsSchema = z.object({
  /** Where the person asked: replies of the thread go there. */
  place: placeSchema,
  /** What the person wrote, and who, in the channel's own terms. */
  asked: z.object({ text: z.string(), author: z.string() }),
  /** What the tool says of itself, in one line. */
  about: z.string(),
  /** The rule that asks for the signature, as a sentence. */
  ruleText: z.string(),
  /** Arguments that stand first on the card. */
  first: z.array(z.string()),
  /** Names of the arguments that are sealed. */
  secret: z.array(z.string()),
  /** Seals that are opened for the call and deleted after it. */
  sealed: z.array(z.string()),
  seen: z.array(seenSchema),
  remindAt: newCardSchema.nullable(),
  escalateTo: newCardSchema.nullable(),
  /** The tool's input schema, for who wants to change the arguments. */
  schema: z.record(z.string(), z.unknown()),
  refusedEdit: z.string().optional(),
  /** Why the card to sign could not be posted yet. */
  unposted: z.string().optional(),
  /** What the desk's probe said when the outcome of the call was not known. */
  probe: z.string().optional(),
  /** By argument. */
  origins: z.record(z.string(), originSchema).optional(),
  limit: z.object({ id: z.string(), used: z.number(), most: z.number() }).optional(),
});
export type Details = z.infer<typeof detailsSchema>;

const time = z.number().nullable();

export const approvalSchema = z.object({
  id: z.string(),
  version: z.number(),
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
  person: z.string(),
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
  edit: z.object({ arguments: z.record(z.string(), z.unknown()), person: z.string(), account: z.string() }).nullable(),
  reminded: z.boolean(),
  escalated: z.boolean(),
  cards: z.array(newCardSchema.extend({ message: z.string().nullable() })),
  signatures: z.array(
    z.object({
      account: z.string(),
      person: z.string(),
      verdict: z.enum(['approve', 'reject']),
      reason: z.string().nullable(),
      at: z.number(),
    }),
  ),
});
export type Approval = z.infer<typeof approvalSchema>;

/** A frozen call as it goes into the records, with the copies of its card. */
export type NewApproval = {
  id: string;
  version: number;
  rule: 'confirm' | 'approve';
  canonical: string;
  callHash: string;
  person: string;
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

/** A limit as the records count it: over the calls of these tools that went out within the period. */
export type CountedLimit = {
  id: string;
  tools: string[];
  seconds: number;
  most: number;
  /** The argument that is summed; without one, calls are counted. */
  sum?: string;
  /** Of who asks: their calls alone count. */
  accounts?: string[];
  desk?: string;
  /** Signatures that lift it; without one it cannot be lifted. */
  quorum?: number;
};

const likely = z.object({
  kind: z.literal('limit'),
  exceeded: z.object({ id: z.string(), used: z.number(), most: z.number(), quorum: z.number().optional() }).nullable(),
});
export type Exceeded = NonNullable<z.infer<typeof likely>['exceeded']>;

/** The first limit that a call would exceed if it went out now. What binds is counted when it does. */
export async function likelyLimit(
  db: Database,
  tenant: string,
  counted: { limits: CountedLimit[]; amounts: Record<string, number> },
): Promise<Exceeded | null> {
  return (await db.transition('likely_limit', tenant, counted, likely)).exceeded;
}

export type Signing = {
  approval: string;
  /** The human, and the account that the click came from. */
  person: string;
  account: string;
  verdict: 'approve' | 'reject';
  reason: string | null;
  /** The accounts that had signed when the policy looked, how many persons count with this one, and of how many. */
  seen: string[];
  signatures: number;
  quorum: number;
  /** What the thread is told of a rejection. */
  text: string;
  /** The turn that reads the answer tells of it itself. */
  inTurn: boolean;
  /** Of that turn's hold on its thread. */
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

export const threadly = <K extends string>(...kinds: [K, ...K[]]) =>
  z.object({ kind: z.enum(kinds), thread: z.number() });

const signed = z.discriminatedUnion('kind', [
  threadly('approved', 'rejected', 'expired', 'signed_already', 'outdated'),
  z.object({ kind: z.literal('signed'), thread: z.number(), signatures: z.number(), quorum: z.number() }),
  decided,
  /** `changed`: others signed since the policy looked. */
  z.object({ kind: z.literal('changed') }),
  z.object({ kind: z.enum(['none', 'lost', 'revised']) }),
]);
export type Signed = z.infer<typeof signed>;

export function sign(db: Database, tenant: string, signing: Signing): Promise<Signed> {
  return db.transition('sign', tenant, { ...signing, version: APPROVAL_VERSION }, signed);
}

const requested = z.discriminatedUnion('kind', [
  threadly('requested', 'outdated', 'expired'),
  decided,
  z.object({ kind: z.literal('none') }),
]);
export type Requested = z.infer<typeof requested>;

/** Leaves changed arguments for a worker to make a new frozen call of; nobody signs the old one meanwhile. */
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
  threadly('void', 'expired', 'waits_already'),
  decided,
  z.object({ kind: z.literal('none') }),
]);
export type Voided = z.infer<typeof voided>;

/** The call in another form: another person edited it, or the world changed. */
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
    /** Given by who has the dispatch in hand: an approved call is void only for them. */
    attempts?: number;
    /** What the thread is told; nothing where `next` takes its place. */
    text?: string;
    next?: NextCall;
  },
): Promise<Voided> {
  return db.transition('void_approval', tenant, given, voided);
}

const standing = z.object({
  kind: z.literal('standing'),
  calls: z.array(
    z.object({
      id: z.string(),
      state: z.string(),
      reason: z.string().nullable(),
      approval: z.string().nullable(),
      approvalState: z.enum(approvalStates).nullable(),
      rule: z.enum(['confirm', 'approve']).nullable(),
    }),
  ),
});
export type CallState = z.infer<typeof standing>['calls'][number];

/** How calls stand that were not simply let through. */
export async function callStates(db: Database, tenant: string, calls: string[]): Promise<CallState[]> {
  return (await db.transition('standing_of', tenant, { calls }, standing)).calls;
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
  filter: { thread?: number; person?: string; open?: boolean; limit: number },
): Promise<Approval[]> {
  const { approvals } = await db.transition('list_approvals', tenant, filter, listed);
  // One of another form is not listed, and hides no other.
  return approvals.flatMap((approval) => approvalSchema.safeParse(approval).data ?? []);
}

/** Someone clicked with the id of a request that does not exist: no card of ours holds one. */
export async function noteUnknownId(db: Database, tenant: string, approval: string, account: string): Promise<void> {
  const content = { by: account, why: 'unknown_id' };
  const payload = { event: 'approval.refused', approval: approval.slice(0, LONGEST_ID), content };
  await db.transition('note_audit', tenant, payload, z.object({ kind: z.literal('ok') }));
}

const LONGEST_ID = 100;

/** Someone who may not sign tried to. */
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
