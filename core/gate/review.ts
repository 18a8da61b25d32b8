import type { Approval, Seen } from '../records/approvals.ts';
import { withoutAdvice } from './advice.ts';
import { readArguments } from './arguments.ts';
import { callHash, canonical } from './canonical.ts';
import { type CheckedCall, checkCall } from './check-call.ts';
import { freeze, signatureNeedAfter } from './frozen-call.ts';
import { countedFor } from './quotas.ts';
import { unsealArgs } from './seals.ts';
import { masked } from './secrets.ts';
import { definitionOf } from './tool-access.ts';
import type { AnyTool, Caller, GateContext, Reviewed, ToolAccess, Unfit } from './types.ts';
import { seeWorld } from './world-check.ts';

type Void = Extract<Reviewed, { kind: 'void' }>;
type Down = Extract<Reviewed, { kind: 'down' }>;

/** Checks a signed call once more before it runs. `caller` is the requester; the signers' own rights do not count. */
export async function review(context: GateContext, caller: Caller, approval: Approval): Promise<Reviewed> {
  const args = storedArguments(context.tenant, approval);
  if (!args) return voided('record_altered');
  const found = await findSame(context.tools, approval);
  if (found.kind !== 'same') return found;
  const opened = await unsealArgs(context.seals, args);
  if (opened.kind === 'gone') return voided('secrets_gone');
  if (opened.kind === 'locked') return { kind: 'down', reason: 'its secrets were sealed with another SEAL_KEY' };
  const checked = await checkCall(context.tools, caller, found.tool, { args: opened.args, unsealed: opened.paths });
  if (checked.kind === 'refused') return voided('not_permitted', checked.text);
  if (checked.kind === 'down') return checked;
  const { call } = checked;
  if (canonical(call.args) !== canonical(opened.args)) return voided('other_records');
  if (needsMore(call, approval)) return voided('needs_more');
  return compareWorld(context, caller, approval, call, args);
}

export function storedArguments(tenant: string, approval: Approval): Record<string, unknown> | null {
  const { tool, definitionHash, canonical: text } = approval;
  if (callHash(tenant, tool, definitionHash, text) !== approval.callHash) return null;
  const read = readArguments(text);
  return read.kind === 'ok' && canonical(read.args) === text ? read.args : null;
}

/** Finds the tool of the call. A signature is valid only for the definition that was signed. */
export async function findSame(
  tools: ToolAccess,
  approval: Approval,
): Promise<{ kind: 'same'; tool: AnyTool } | Void | Down> {
  const found = await tools.find(approval.tool);
  if (found.kind === 'down') return { kind: 'down', reason: found.reason };
  if (found.kind === 'none') return voided('tool_gone');
  const isSame = definitionOf(found.tool).definitionHash === approval.definitionHash;
  return isSame ? { kind: 'same', tool: found.tool } : voided('tool_changed');
}

function needsMore({ ruled }: CheckedCall, { rule, quorum }: Approval): boolean {
  if (ruled.verdict === 'allow') return false;
  return (ruled.verdict === 'approve' && rule === 'confirm') || ruled.quorum > quorum;
}

async function compareWorld(
  context: GateContext,
  caller: Caller,
  approval: Approval,
  call: CheckedCall,
  args: Record<string, unknown>,
): Promise<Reviewed> {
  const { tool, ruled, secret } = call;
  const counted = countedFor(caller, context.people, tool.name, call.args);
  const ready = () =>
    ({
      kind: 'ready',
      permit: context.permit({ caller, tool, args, effect: ruled.effect, forget: [] }),
      counted,
    }) as const;
  // Do not compare on a repeated try: the first one may already have changed the values, and both use the same key.
  if (approval.state === 'dispatching' || !comparesAny(caller, approval)) return ready();
  const world = await seeWorld(context.tools, caller, tool.name, masked(call.args, secret));
  if (world.kind === 'down') return world;
  if (world.kind === 'refused') return voided('values_unreadable', world.text);
  const seen = compared(approval.details.seen, world.seen);
  if (seen.some(({ before }) => before !== undefined)) {
    const sealing = { args, seals: approval.details.sealed };
    return { kind: 'changed', frozen: freeze(context.tenant, call, sealing, seen, signatureNeedAfter(call, approval)) };
  }
  return ready();
}

function comparesAny({ desk }: Caller, { tool, details }: Approval): boolean {
  return [...details.seen, ...(desk.tools.get(tool)?.check?.fields ?? [])].some(({ compared }) => compared);
}

/** Compares a field where the desk wants that now, and where the signed card said so. */
function compared(before: Seen[], now: Seen[]): Seen[] {
  const known = new Map(before.map((one) => [one.field, one]));
  return now.map((one) => {
    const was = known.get(one.field);
    if (!one.compared && !was?.compared) return one;
    const value = was?.value ?? 'not read';
    return value === one.value ? one : { ...one, before: value };
  });
}

function voided(reason: Unfit, detail = ''): Void {
  return { kind: 'void', reason, detail: withoutAdvice(detail) };
}
