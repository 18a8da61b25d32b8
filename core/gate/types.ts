import type { z } from 'zod';
import type { People } from '../desk/people.ts';
import type { Desk } from '../desk/types.ts';
import type { Tool, ToolOutcome } from '../mcp/types.ts';
import type { Approval, Details, Seen } from '../records/approvals.ts';
import type { CountedLimit, Exceeded } from '../records/calls.ts';
import type { Effect, Principal, Rule } from '../records/types.ts';
import type { Rate } from './rate-limit.ts';
import type { Seals } from './seals.ts';

export type Offered = { name: string; description: string; parameters: Record<string, unknown> };

/**
 * Permission to execute one call, once; only the gate that made it accepts it. Secret arguments are seals. `forget` names
 * the seals to delete once the outcome is known.
 */
export type Permit = {
  caller: Caller;
  tool: AnyTool;
  args: Record<string, unknown>;
  effect: Effect;
  definitionHash: string;
  forget: string[];
};

/**
 * `rule` is the desk's rule for the tool, whatever the reason of a refusal. `raw` is the part of the written arguments
 * that may be stored. `secrets` are texts to remove from the entry that they came in.
 */
export type Decision =
  | { kind: 'dispatch'; permit: Permit; counted: Counted; raw: string; secrets: string[] }
  | { kind: 'sign'; frozen: Frozen; raw: string; secrets: string[] }
  | { kind: 'refused'; rule: Rule | 'none'; args: unknown; text: string; raw: string; secrets: string[] };

/** The limits and amounts that the records count when the call goes out. */
export type Counted = { limits: CountedLimit[]; amounts: Record<string, number> };

/** A call as people see it and as it runs once signed. */
export type Frozen = {
  tool: string;
  rule: 'confirm' | 'approve';
  effect: Effect;
  definitionHash: string;
  /** As shown and stored, with seals in place of secrets. */
  args: Record<string, unknown>;
  canonical: string;
  callHash: string;
  quorum: number;
  /** The limit that it exceeds, where that is why it needs this many signatures. */
  limit?: Details['limit'];
  about: string;
  ruleText: string;
  first: string[];
  secret: string[];
  sealed: string[];
  seen: Seen[];
  schema: Record<string, unknown>;
};

/** What a customer's records are found by, and as which argument tools take it. */
export type OwnRecords = { argument: string; id: string };

export type Caller = { desk: Desk; principal: Principal; signal?: AbortSignal };

export type Execution = { signal: AbortSignal; idempotencyKey: string };

/**
 * A call as the model requests it. `recorded`: `arguments` is the `raw` of an earlier decision that a worker continues.
 */
export type RequestedCall = { name: string; arguments: string; recorded?: boolean };

/** Why a signed call may not run any more. */
export type Unfit =
  | 'record_altered'
  | 'tool_gone'
  | 'tool_changed'
  | 'secrets_gone'
  | 'not_permitted'
  | 'other_records'
  | 'needs_more'
  | 'values_unreadable';

export type Reviewed =
  | { kind: 'ready'; permit: Permit; counted: Counted }
  /** The current values differ from those on the signed card: a new request shows the difference. */
  | { kind: 'changed'; frozen: Frozen }
  /** `detail` is a sentence of the check that refused it, if any. */
  | { kind: 'void'; reason: Unfit; detail: string }
  /** The check is not possible now; nothing was done. */
  | { kind: 'down'; reason: string };

export type EditedCall = { kind: 'sign'; frozen: Frozen } | { kind: 'refused'; text: string };

export type Gate = {
  offered(desk: Desk): Promise<Offered[]>;
  /** Null for who is no customer, or has no records. */
  ownRecords(caller: Caller): Promise<OwnRecords | null>;
  decide(caller: Caller, asked: RequestedCall): Promise<Decision>;
  /** Checks a signed call once more, just before it runs. */
  review(caller: Caller, approval: Approval): Promise<Reviewed>;
  /** Freezes a call that a person changed. */
  edit(caller: Caller, approval: Approval, args: Record<string, unknown>): Promise<EditedCall>;
  /** Asks the desk's probe about a call of unknown outcome; null where the desk has none. */
  probe(caller: Caller, approval: Approval): Promise<string | null>;
  execute(permit: Permit, execution: Execution): Promise<ToolOutcome>;
};

/** What the gate decides with. Only `permit` lets a call through. */
export type GateContext = {
  tenant: string;
  tools: ToolAccess;
  seals: Seals;
  rate: Rate | null;
  people: People;
  /** The first limit that a call would exceed now. */
  exceeded(counted: Counted): Promise<Exceeded | null>;
  permit(call: Omit<Permit, 'definitionHash'>): Permit;
};

export type AnyTool = Tool | LocalTool;

export type FoundTool = { kind: 'found'; tool: AnyTool } | { kind: 'none' } | { kind: 'down'; reason: string };

/** How the gate itself finds tools and calls them. */
export type ToolAccess = {
  find(name: string): Promise<FoundTool>;
  call(
    tool: AnyTool,
    args: Record<string, unknown>,
    caller: Caller,
    execution?: Partial<Execution>,
  ): Promise<ToolOutcome>;
};

/**
 * A tool of our own that runs in the turn. It passes the gate like any other, but sees only its arguments and the desk,
 * so customers may use it too.
 */
export type LocalTool = {
  name: string;
  description: string;
  input: z.ZodType;
  run(args: Record<string, unknown>, caller: Caller): Promise<ToolOutcome>;
};
