import type { z } from 'zod';
import type { People } from '../desk/people.ts';
import type { Desk } from '../desk/types.ts';
import type { Tool, ToolOutcome } from '../mcp/types.ts';
import type { Approval, CountedLimit, Details, Exceeded, Seen } from '../records/approvals.ts';
import type { Effect, Principal, Rule } from '../records/types.ts';
import type { Rate } from './rate-limit.ts';
import type { Seals } from './seals.ts';

export type Offered = { name: string; description: string; parameters: Record<string, unknown> };

/**
 * Permission to execute one call, once. Only the gate that made it takes it. Secret arguments stand there as their seals,
 * and `forget` names the seals that nothing needs once the outcome is known.
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
 * `rule` is what the desk's file says of the tool, whatever the call was refused for. `raw` is what may be kept of the
 * arguments as they were written, and `secrets` are the texts that must not stay where they came in.
 */
export type Decision =
  | { kind: 'dispatch'; permit: Permit; counted: Counted; raw: string; secrets: string[] }
  | { kind: 'sign'; frozen: Frozen; raw: string; secrets: string[] }
  | { kind: 'refused'; rule: Rule | 'none'; args: unknown; text: string; raw: string; secrets: string[] };

/** What the records count a call against, when it goes out. */
export type Counted = { limits: CountedLimit[]; amounts: Record<string, number> };

/** A call as it will be shown and, signed, will run. */
export type Frozen = {
  tool: string;
  rule: 'confirm' | 'approve';
  effect: Effect;
  definitionHash: string;
  /** As they are shown and stored: a secret one stands there as its seal. */
  args: Record<string, unknown>;
  canonical: string;
  callHash: string;
  quorum: number;
  /** What it goes over, where that is why so many signatures are needed. */
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

/** `recorded`: `arguments` is the `raw` of an earlier decision to dispatch, which a worker takes up again. */
export type RequestedCall = { name: string; arguments: string; recorded?: boolean };

export type Reviewed =
  | { kind: 'ready'; permit: Permit; counted: Counted }
  /** The world is not as the signers saw it: the call is asked for anew, and shows the difference. */
  | { kind: 'changed'; frozen: Frozen }
  | { kind: 'void'; reason: string; text: string }
  /** It cannot be told now; nothing was done. */
  | { kind: 'down'; reason: string };

export type Edited = { kind: 'sign'; frozen: Frozen } | { kind: 'refused'; text: string };

export type Gate = {
  offered(desk: Desk): Promise<Offered[]>;
  /** Null for who is no customer, or has no records. */
  ownRecords(caller: Caller): Promise<OwnRecords | null>;
  decide(caller: Caller, asked: RequestedCall): Promise<Decision>;
  /** The same once more for a frozen call that is signed, just before it runs. */
  review(caller: Caller, approval: Approval): Promise<Reviewed>;
  /** Freezes a call anew as a person changed it. */
  edit(caller: Caller, approval: Approval, args: Record<string, unknown>): Promise<Edited>;
  /** What the desk's probe says of a call of unknown outcome; null where the desk names none. */
  probe(caller: Caller, approval: Approval): Promise<string | null>;
  execute(permit: Permit, execution: Execution): Promise<ToolOutcome>;
};

/** What decisions are made with. `permit` is the only thing that lets a call through. */
export type GateContext = {
  tenant: string;
  tools: ToolAccess;
  seals: Seals;
  rate: Rate | null;
  people: People;
  /** The first limit that a call would exceed if it went out now. */
  exceeded(counted: Counted): Promise<Exceeded | null>;
  permit(call: Omit<Permit, 'definitionHash'>): Permit;
};

export type AnyTool = Tool | LocalTool;

export type Found = { kind: 'found'; tool: AnyTool } | { kind: 'none' } | { kind: 'down'; reason: string };

/** How the gate itself finds tools and calls them. */
export type ToolAccess = {
  find(name: string): Promise<Found>;
  call(
    tool: AnyTool,
    args: Record<string, unknown>,
    caller: Caller,
    execution?: Partial<Execution>,
  ): Promise<ToolOutcome>;
};

/**
 * A tool of our own that runs in the turn. It passes the gate like any other, but knows no records beside its arguments
 * and the desk, so it is nobody's and open to customers too.
 */
export type LocalTool = {
  name: string;
  description: string;
  input: z.ZodType;
  run(args: Record<string, unknown>, caller: Caller): Promise<ToolOutcome>;
};
