import type { Approval } from '../records/approvals.ts';
import { withoutAdvice } from './advice.ts';
import { readArguments } from './arguments.ts';
import { canonical } from './canonical.ts';
import { checkCall } from './check-call.ts';
import { sealScope } from './decide.ts';
import { freeze, signatureNeedAfter } from './frozen-call.ts';
import { findSame, storedArguments } from './review.ts';
import { sealArgs, sealPaths, unsealArgs } from './seals.ts';
import { isAmong, masked, valueAt, withValueAt } from './secrets.ts';
import type { Caller, EditedCall, GateContext } from './types.ts';
import { seeWorld } from './world-check.ts';

type Args = Record<string, unknown>;

/** Checks the edited call as the requester's, whoever changed it. */
export async function edit(
  context: GateContext,
  caller: Caller,
  approval: Approval,
  wanted: Args,
): Promise<EditedCall> {
  const before = storedArguments(context.tenant, approval);
  if (!before) return refused('The record of this call differs from its card.');
  const read = readArguments(JSON.stringify(wanted));
  if (read.kind === 'bad') return refused(read.text);
  const args = withSeals(before, read.args);
  if (canonical(args) === canonical(before)) return refused('Nothing was changed.');
  const found = await findSame(context.tools, approval);
  if (found.kind === 'void') return refused('The tool of this call is gone or was changed. Please ask for it again.');
  if (found.kind === 'down') return refused(`${approval.tool} cannot be reached right now (${found.reason}).`);
  if (sealPaths(args, []).some((path) => !isSameSeal(before, args, path))) return refused(SECRET);
  const opened = await unsealArgs(context.seals, args);
  if (opened.kind !== 'ok')
    return refused('The secret arguments of this call cannot be opened. Please ask for it again.');
  const checked = await checkCall(context.tools, caller, found.tool, { args: opened.args, unsealed: opened.paths });
  if (checked.kind === 'refused') return refused(checked.text);
  if (checked.kind === 'down') return refused(`${approval.tool} cannot be checked right now (${checked.reason}).`);
  const { call } = checked;
  if (!call.secret.every((path) => isAmong(opened.paths, path))) return refused(SECRET);
  const world = await seeWorld(context.tools, caller, approval.tool, masked(call.args, call.secret));
  if (world.kind !== 'seen') return refused(world.kind === 'down' ? world.reason : world.text);
  const sealing = await sealArgs(context.seals, sealScope(caller, approval.tool), call.args, call.secret);
  return {
    kind: 'sign',
    frozen: freeze(context.tenant, call, sealing, world.seen, signatureNeedAfter(call, approval)),
  };
}

/** Keeps the secrets, which the editor does not see. */
function withSeals(before: Args, args: Args): Args {
  return sealPaths(before, []).reduce((left, path) => withValueAt(left, path, valueAt(before, path)), args);
}

function isSameSeal(before: Args, args: Args, path: string[]): boolean {
  return canonical(valueAt(args, path)) === canonical(valueAt(before, path) ?? null);
}

const SECRET = 'A secret argument cannot be changed. Reject this request, and let the requester ask again.';

function refused(text: string): EditedCall {
  return { kind: 'refused', text: withoutAdvice(text) };
}
