import { serversOf } from '../desk/desks.ts';
import type { Mcp, ToolOutcome } from '../mcp/types.ts';
import type { Approval } from '../records/approvals.ts';
import { shorten } from '../text.ts';
import { decide } from './decide.ts';
import { edit } from './edit.ts';
import { review } from './review.ts';
import { isOffered } from './rules.ts';
import { type Seals, type Unsealed, unsealArgs } from './seals.ts';
import { literalsOf, scrub, scrubValue, valueAt } from './secrets.ts';
import { definitionOf, openToolAccess } from './tool-access.ts';
import type {
  AnyTool,
  Caller,
  Execution,
  Gate,
  GateContext,
  GateParts,
  Leave,
  LocalTool,
  Offered,
  Permit,
  ToolAccess,
} from './types.ts';
import { look } from './world-check.ts';

/** The only way to a tool: nothing else in the product holds the MCP client. */
export function openGate(mcp: Mcp, localTools: LocalTool[], parts: GateParts): Gate {
  const reach = openToolAccess(mcp, localTools);
  const issued = new WeakMap<Permit, Leave>();
  const house: GateContext = {
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

async function probe(reach: ToolAccess, caller: Caller, { tool, canonical }: Approval): Promise<string | null> {
  const probing = caller.desk.tools.get(tool)?.probe;
  if (!probing) return null;
  const answer = await look(reach, caller, probing, JSON.parse(canonical));
  if (answer.kind === 'ok') return shorten(answer.text, LONGEST_PROBE);
  const reason = answer.kind === 'down' ? answer.reason : answer.text;
  return shorten(`${probing.tool} could not tell: ${reason}`, LONGEST_PROBE);
}

/** Secrets are opened for this one call, and taken out of what the tool answers. */
async function execute(house: GateContext, leave: Leave, execution: Execution): Promise<ToolOutcome> {
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
