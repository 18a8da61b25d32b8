import { serversOf } from '../desk/desks.ts';
import type { Desk } from '../desk/types.ts';
import type { Mcp, ToolOutcome } from '../mcp/types.ts';
import type { Approval, CountedLimit, Details, Exceeded, Seen } from '../store/approvals.ts';
import type { Effect, Principal, Rule } from '../store/records.ts';
import { shorten } from '../text.ts';
import { decide } from './decide.ts';
import { edit } from './edit.ts';
import type { LocalTool } from './local.ts';
import { look } from './look.ts';
import type { Rate } from './rate.ts';
import { type AnyTool, definitionOf, openReach, type Reach } from './reach.ts';
import { review } from './review.ts';
import { isOffered } from './rules.ts';
import { type Seals, type Unsealed, unsealArgs } from './seals.ts';
import { literalsOf, scrub, scrubValue, valueAt } from './secrets.ts';

export type Offered = { name: string; description: string; parameters: Record<string, unknown> };

/** Leave to execute one call, once. Only the gate that made it takes it. Secret arguments stand there as their seals. */
export type Permit = { name: string; args: Record<string, unknown>; effect: Effect; definitionHash: string };

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

export type Caller = { desk: Desk; principal: Principal; signal?: AbortSignal };
export type Execution = { signal: AbortSignal; idempotencyKey: string };

/** `recorded`: `arguments` is the `raw` of an earlier decision to dispatch, which a worker takes up again. */
export type Asked = { name: string; arguments: string; recorded?: boolean };

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
  decide(caller: Caller, asked: Asked): Promise<Decision>;
  /** The same once more for a frozen call that is signed, just before it runs. */
  review(caller: Caller, approval: Approval): Promise<Reviewed>;
  /** Freezes a call anew as a person changed it. */
  edit(caller: Caller, approval: Approval, args: Record<string, unknown>): Promise<Edited>;
  /** What the desk's probe says of a call of unknown outcome; null where the desk names none. */
  probe(caller: Caller, approval: Approval): Promise<string | null>;
  execute(permit: Permit, execution: Execution): Promise<ToolOutcome>;
};

/** `forget`: seals that nothing needs once the outcome is known. */
type Leave = { caller: Caller; tool: AnyTool; args: Record<string, unknown>; forget: string[] };

/** What decisions are made with. `permit` is the only thing that lets a call through. */
export type House = {
  tenant: string;
  reach: Reach;
  seals: Seals;
  rate: Rate | null;
  exceeded: GateParts['exceeded'];
  permit(effect: Effect, leave: Leave): Permit;
};

export type GateParts = {
  tenant: string;
  seals: Seals;
  rate: Rate | null;
  /** The first limit that a call would exceed if it went out now. */
  exceeded(counted: Counted): Promise<Exceeded | null>;
};

/** The only way to a tool: nothing else in the product holds the MCP client. */
export function openGate(mcp: Mcp, localTools: LocalTool[], parts: GateParts): Gate {
  const reach = openReach(mcp, localTools);
  const issued = new WeakMap<Permit, Leave>();
  const house: House = {
    ...parts,
    reach,
    permit(effect, leave) {
      const { tool, args } = leave;
      const permit = { name: tool.name, args, effect, definitionHash: definitionOf(tool).definitionHash };
      issued.set(permit, { ...leave, args: structuredClone(args) });
      return permit;
    },
  };

  return {
    async offered(desk) {
      const { tools } = await mcp.tools(serversOf(desk));
      const usable = tools.filter(({ unusable }) => unusable === undefined);
      return [...localTools, ...usable].filter((tool) => isOffered(desk, tool.name)).map(toOffered);
    },
    decide: (caller, asked) => decide(house, caller, asked),
    review: (caller, approval) => review(house, { ...caller, principal: approval.principal }, approval),
    edit: (caller, approval, args) => edit(house, { ...caller, principal: approval.principal }, approval, args),
    probe: (caller, approval) => probe(reach, { ...caller, principal: approval.principal }, approval),
    async execute(permit, execution) {
      const leave = issued.get(permit);
      if (!leave) throw new Error(`${permit.name}: this permit is not this gate's, or is used up; ask decide() first`);
      issued.delete(permit);
      return execute(house, leave, execution);
    },
  };
}

function toOffered(tool: AnyTool): Offered {
  return { name: tool.name, description: tool.description, parameters: definitionOf(tool).inputSchema };
}

const LONGEST_PROBE = 500;

async function probe(reach: Reach, caller: Caller, { tool, canonical }: Approval): Promise<string | null> {
  const probing = caller.desk.tools.get(tool)?.probe;
  if (!probing) return null;
  const answer = await look(reach, caller, probing, JSON.parse(canonical));
  if (answer.kind === 'ok') return shorten(answer.text, LONGEST_PROBE);
  const reason = answer.kind === 'down' ? answer.reason : answer.text;
  return shorten(`${probing.tool} could not tell: ${reason}`, LONGEST_PROBE);
}

/** Secrets are opened for this one call, and taken out of what the tool answers. */
async function execute(house: House, leave: Leave, execution: Execution): Promise<ToolOutcome> {
  const { tool, caller } = leave;
  const opened = await openFor(house.seals, leave);
  if (opened.kind !== 'ok')
    return { kind: 'unreachable', text: `${tool.name}: its secret arguments cannot be opened. Nothing was done.` };
  const outcome = await house.reach.call(tool, opened.args, caller, execution);
  const isKnown = outcome.kind === 'ok' || outcome.kind === 'error';
  // The call is made, whether or not they can be deleted now.
  if (isKnown && leave.forget.length > 0) await house.seals.forget(leave.forget).catch(() => {});
  const secrets = opened.paths.flatMap((path) => literalsOf(valueAt(opened.args, path)));
  return secrets.length === 0 ? outcome : scrubbed(outcome, secrets);
}

/** A database that is away stops a call that has not been sent: nothing was done. */
async function openFor(seals: Seals, { args }: Leave): Promise<Unsealed> {
  return unsealArgs(seals, args).catch(() => ({ kind: 'locked' }) as const);
}

function scrubbed(outcome: ToolOutcome, secrets: string[]): ToolOutcome {
  const text = scrub(outcome.text, secrets);
  if (outcome.kind !== 'ok' || outcome.structured === undefined) return { ...outcome, text };
  return { ...outcome, text, structured: scrubValue(outcome.structured, secrets) };
}
