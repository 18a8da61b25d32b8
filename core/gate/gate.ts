import { serversOf } from '../desk/desks.ts';
import type { Mcp, ToolOutcome } from '../mcp/types.ts';
import type { Approval } from '../records/approvals.ts';
import { shorten } from '../text.ts';
import { decide } from './decide.ts';
import { edit } from './edit.ts';
import { review } from './review.ts';
import { isOffered } from './rules.ts';
import { ownRecords } from './scope.ts';
import { type Seals, type Unsealed, unsealArgs } from './seals.ts';
import { literalsOf, scrub, scrubValue, valueAt } from './secrets.ts';
import { definitionOf, openToolAccess } from './tool-access.ts';
import type { AnyTool, Caller, Execution, Gate, GateContext, LocalTool, Offered, Permit, ToolAccess } from './types.ts';
import { lookUp } from './world-check.ts';

/** The only way to a tool: nothing else in the product holds the MCP client. */
export function openGate(mcp: Mcp, localTools: LocalTool[], given: Omit<GateContext, 'tools' | 'permit'>): Gate {
  const access = openToolAccess(mcp, localTools);
  /** The gate's own copy of each permit: this is what runs, even if a caller changes the permit. */
  const issued = new WeakMap<Permit, Permit>();
  const context: GateContext = {
    ...given,
    tools: access,
    permit(call) {
      const permit = { ...call, definitionHash: definitionOf(call.tool).definitionHash };
      issued.set(permit, { ...permit, args: structuredClone(call.args) });
      return permit;
    },
  };

  return {
    async offered(desk) {
      const { tools } = await mcp.tools(serversOf(desk));
      const usable = tools.filter(({ unusable }) => unusable === undefined);
      return [...localTools, ...usable].filter((tool) => isOffered(desk, tool.name)).map(toOffered);
    },
    ownRecords: (caller) => ownRecords(access, caller),
    decide: (caller, asked) => decide(context, caller, asked),
    review: (caller, approval) => review(context, { ...caller, principal: approval.principal }, approval),
    edit: (caller, approval, args) => edit(context, { ...caller, principal: approval.principal }, approval, args),
    probe: (caller, approval) => probe(access, { ...caller, principal: approval.principal }, approval),
    async execute(permit, execution) {
      const made = issued.get(permit);
      if (!made) throw new Error("this permit is not this gate's, or is used up; ask decide() first");
      issued.delete(permit);
      return execute(context, made, execution);
    },
  };
}

const offers = new WeakMap<AnyTool, Offered>();

/** Always the same object for a tool, so that the model's request keeps its JSON. */
function toOffered(tool: AnyTool): Offered {
  let offer = offers.get(tool);
  if (!offer) {
    offer = { name: tool.name, description: tool.description, parameters: definitionOf(tool).inputSchema };
    offers.set(tool, offer);
  }
  return offer;
}

const LONGEST_PROBE = 500;

async function probe(tools: ToolAccess, caller: Caller, { tool, canonical }: Approval): Promise<string | null> {
  const probing = caller.desk.tools.get(tool)?.probe;
  if (!probing) return null;
  const answer = await lookUp(tools, caller, probing, JSON.parse(canonical));
  if (answer.kind === 'ok') return shorten(answer.text, LONGEST_PROBE);
  const reason = answer.kind === 'down' ? answer.reason : answer.text;
  return shorten(`${probing.tool} could not tell: ${reason}`, LONGEST_PROBE);
}

/** Opens the secrets for this one call, and removes them from the tool's answer. */
async function execute({ tools, seals }: GateContext, permit: Permit, execution: Execution): Promise<ToolOutcome> {
  const { tool, caller, args, forget } = permit;
  const opened = await openFor(seals, args);
  if (opened.kind !== 'ok')
    return { kind: 'unreachable', text: `${tool.name}: its secret arguments cannot be opened. Nothing was done.` };
  const outcome = await tools.call(tool, opened.args, caller, execution);
  const isKnown = outcome.kind === 'ok' || outcome.kind === 'error';
  // The call succeeded even if the seals cannot be deleted now.
  if (isKnown && forget.length > 0) await seals.forget(forget).catch(() => {});
  const secrets = opened.paths.flatMap((path) => literalsOf(valueAt(opened.args, path)));
  return secrets.length === 0 ? outcome : scrubbed(outcome, secrets);
}

/** A database that is down stops the call before it is sent: nothing was done. */
async function openFor(seals: Seals, args: Permit['args']): Promise<Unsealed> {
  return unsealArgs(seals, args).catch(() => ({ kind: 'locked' }) as const);
}

function scrubbed(outcome: ToolOutcome, secrets: string[]): ToolOutcome {
  const text = scrub(outcome.text, secrets);
  if (outcome.kind !== 'ok' || outcome.structured === undefined) return { ...outcome, text };
  return { ...outcome, text, structured: scrubValue(outcome.structured, secrets) };
}
