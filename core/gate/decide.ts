import type { Desk } from '../desk/types.ts';
import type { Exceeded } from '../records/calls.ts';
import { readArguments } from './arguments.ts';
import { canonical } from './canonical.ts';
import { type CheckedCall, checkCall, type GivenArguments } from './check-call.ts';
import { freeze, type SignatureNeed, signatureNeed } from './frozen-call.ts';
import { countedFor } from './quotas.ts';
import { isOffered, ruleFor } from './rules.ts';
import { holdsSeal, sealArgs, unsealArgs } from './seals.ts';
import { literalsOf, masked, rawGuessed, rawShown, secretsIn, valueAt } from './secrets.ts';
import { definitionOf } from './tool-access.ts';
import type { Caller, Decision, Frozen, GateContext, RequestedCall } from './types.ts';
import { seeWorld, type World } from './world-check.ts';

/**
 * Checks in this order: request rate, desk's tool list, principal's scope, arguments, rule. Refused calls count for the
 * rate.
 */
export async function decide(context: GateContext, caller: Caller, asked: RequestedCall): Promise<Decision> {
  const { name, arguments: raw } = asked;
  const rated = asked.recorded ? null : await context.rate?.take(context.tenant, caller.principal, caller.desk);
  const ruled = ruleFor(caller.desk, name);
  const rule = ruled.verdict === 'no_rule' ? 'none' : ruled.verdict;
  const found = rule === 'none' ? ({ kind: 'none' } as const) : await context.tools.find(name);
  if (found.kind !== 'found') {
    const missing = found.kind === 'none' ? unknownTool(caller.desk, name) : outOfReach(name, found.reason);
    const text = rated?.kind === 'over' ? tooFast(rated.waitSeconds) : missing;
    return { kind: 'refused', rule, args: undefined, text, raw: rawGuessed(raw), secrets: [] };
  }
  const { inputSchema } = definitionOf(found.tool);
  const shown = rawShown(raw, inputSchema);
  const secrets = secretsIn(raw, inputSchema);
  const refuse = (args: unknown, text: string): Decision => ({
    kind: 'refused',
    rule,
    args,
    text,
    raw: shown,
    secrets,
  });
  if (rated?.kind === 'over') return refuse(shown, tooFast(rated.waitSeconds));
  const taken = await takeArguments(context, asked);
  if (taken.kind === 'bad') return refuse(shown, taken.text);
  const checked = await checkCall(context.tools, caller, found.tool, taken);
  if (checked.kind === 'refused') return refuse(checked.args, checked.text);
  if (checked.kind === 'down') return refuse(checked.args, outOfReach(name, checked.reason));
  return grant(context, caller, checked.call, raw, refuse);
}

async function grant(
  context: GateContext,
  caller: Caller,
  call: CheckedCall,
  raw: string,
  refuse: (args: unknown, text: string) => Decision,
): Promise<Decision> {
  const { tool, ruled, args, secret, schema } = call;
  const need = signatureNeed(call);
  const hidden = masked(args, secret);
  const world: World = need ? await seeWorld(context.tools, caller, tool.name, hidden) : { kind: 'seen', seen: [] };
  if (world.kind !== 'seen') return refuse(hidden, unseen(tool.name, ruled, world));
  const secrets = secret.flatMap((path) => literalsOf(valueAt(args, path)));
  const counted = countedFor(caller, context.people, tool.name, args);
  // Only for the card, so that it asks for enough signatures. The binding count is made when the call goes out.
  const over = need && counted.limits.length > 0 ? await context.exceeded(counted) : null;
  // Only the requester confirms, so a confirmation cannot ask for more signatures.
  if (over && (over.quorum === undefined || need?.rule === 'confirm'))
    return refuse(hidden, overLimit(tool.name, over.id));
  const sealing = await sealArgs(context.seals, sealScope(caller, tool.name), args, secret);
  if (need) {
    const more = quorumFor(need, over);
    const frozen = freeze(context.tenant, call, sealing, world.seen, { ...need, ...more });
    return { kind: 'sign', frozen: { ...frozen, ...more }, raw: rawShown(raw, schema), secrets };
  }
  const permit = context.permit({ caller, tool, args: sealing.args, effect: ruled.effect, forget: sealing.seals });
  return { kind: 'dispatch', permit, counted, raw: secret.length > 0 ? canonical(sealing.args) : raw, secrets };
}

/** Names the limit only where it raises the number of signatures. */
function quorumFor({ quorum }: SignatureNeed, over: Exceeded | null): Pick<Frozen, 'quorum' | 'limit'> {
  if (over?.quorum === undefined || over.quorum <= quorum) return { quorum };
  const { id, used, most } = over;
  return { quorum: over.quorum, limit: { id, used, most } };
}

/** Each principal and tool has seals of its own, so that deleting one after its call harms no other call. */
export function sealScope({ principal }: Caller, tool: string): string[] {
  return [principal.kind, principal.id, tool];
}

type Taken = ({ kind: 'ok' } & GivenArguments) | { kind: 'bad'; text: string };

async function takeArguments({ seals }: GateContext, { arguments: raw, recorded }: RequestedCall): Promise<Taken> {
  const read = readArguments(raw);
  if (read.kind === 'bad') return read;
  if (!holdsSeal(read.args)) return read;
  if (!recorded) return { kind: 'bad', text: `The arguments hold a sealed secret of another call. ${ASK_ANEW}` };
  const opened = await unsealArgs(seals, read.args);
  if (opened.kind === 'ok') return { kind: 'ok', args: opened.args, unsealed: opened.paths };
  return { kind: 'bad', text: `The secret of this call is not kept any more. ${ASK_ANEW}` };
}

const ASK_ANEW = 'Nothing was done; ask the person for the value again.';

function unknownTool(desk: Desk, name: string): string {
  const known = [...desk.tools.keys()].filter((tool) => isOffered(desk, tool));
  return `There is no tool "${name}" at this desk. Nothing was done. ${known.length > 0 ? `Use one of: ${known.join(', ')}.` : 'It has none.'}`;
}

function outOfReach(name: string, reason: string): string {
  return `${name} cannot be reached right now (${reason}). Nothing was done.`;
}

function tooFast(waitSeconds: number): string {
  return `Too many calls in a short time. Nothing was done; tell the person to try again in ${waitSeconds} seconds.`;
}

// The tool that looked says "Nothing was read"; drop that sentence, since here nothing was done.
function unseen(name: string, { verdict }: CheckedCall['ruled'], world: Exclude<World, { kind: 'seen' }>): string {
  if (world.kind === 'refused') return `${world.text.replace(/\s*Nothing was \w+\.$/, '')} Nothing was done.`;
  const what = verdict === 'confirm' ? "the requester's yes" : 'a signature';
  return `${name} needs ${what}, and the current values to show for that could not be read (${world.reason}). Nothing was done.`;
}

function overLimit(name: string, limit: string): string {
  return `${name} would go over the limit "${limit}" of this desk. Nothing was done; tell the person so.`;
}
