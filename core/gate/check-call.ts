import { argumentsOf } from '../desk/unknown-tools.ts';
import type { Rule } from '../records/types.ts';
import { fitArguments } from './arguments.ts';
import { type Ruled, ruleFor } from './rules.ts';
import { bindScope } from './scope.ts';
import { DOTS, dotted, isAmong, literalsOf, masked, type Path, secretPaths, valueAt } from './secrets.ts';
import { definitionOf, unacceptedOf } from './tool-access.ts';
import type { AnyTool, Caller, ToolAccess } from './types.ts';

export type Ruling = Exclude<Ruled, { verdict: 'no_rule' }>;

/** A call that passed tool, scope and rule. Its arguments hold secrets in the clear. */
export type CheckedCall = {
  tool: AnyTool;
  definitionHash: string;
  schema: Record<string, unknown>;
  ruled: Ruling & { verdict: Exclude<Rule, 'deny'> };
  args: Record<string, unknown>;
  secret: Path[];
};

export type CallCheck =
  | { kind: 'ok'; call: CheckedCall }
  /** `args` is safe to show: it holds no secret. */
  | { kind: 'refused'; args: unknown; text: string }
  | { kind: 'down'; args: unknown; reason: string };

/** `unsealed` are the paths that held a seal. */
export type GivenArguments = { args: Record<string, unknown>; unsealed?: Path[] };

/** Checks a call: when it is requested, edited, and about to run. */
export async function checkCall(
  tools: ToolAccess,
  caller: Caller,
  tool: AnyTool,
  { args: given, unsealed = [] }: GivenArguments,
): Promise<CallCheck> {
  const { definitionHash, inputSchema: schema } = definitionOf(tool);
  const hidden = masked(given, [...secretPaths(schema, given), ...unsealed]);
  const unaccepted = unacceptedOf(tool);
  if (unaccepted !== undefined) return { kind: 'refused', args: hidden, text: unaccepted };
  const misnamed = misnamedCondition(caller, tool.name, schema);
  if (misnamed !== undefined) return { kind: 'refused', args: hidden, text: unjudged(tool.name, misnamed) };
  const bound = await bindScope(tools, caller, tool, given);
  if (bound.kind !== 'ok') return { ...bound, args: hidden };
  const checked = fitArguments(definitionHash, schema, bound.args);
  if (checked.kind === 'bad') return { kind: 'refused', args: hidden, text: checked.text };
  const { args } = checked;
  const secret = secretPaths(schema, args);
  const shown = secret.find((path) => literalsOf(valueAt(args, path)).some((text) => text.includes(DOTS)));
  if (shown) return { kind: 'refused', args: hidden, text: notKept(dotted(shown)) };
  // Refuse a sealed secret in an argument that is not secret.
  if (!unsealed.every((path) => isAmong(secret, path))) return { kind: 'refused', args: hidden, text: misplaced() };
  const ruled = ruleFor(caller.desk, tool.name, { by: caller.principal, args });
  const { verdict } = ruled;
  if (verdict === 'no_rule' || verdict === 'deny')
    return { kind: 'refused', args: hidden, text: notPermitted(tool.name) };
  return { kind: 'ok', call: { tool, definitionHash, schema, ruled: { ...ruled, verdict }, args, secret } };
}

/** An argument of a condition `given` that the tool does not take, so that the condition could never count. */
function misnamedCondition({ desk }: Caller, tool: string, schema: Record<string, unknown>): string | undefined {
  const known = argumentsOf(schema);
  const conditions = desk.tools.get(tool)?.when ?? [];
  const given = conditions.flatMap((one) => ('askedBy' in one || one.fits.kind !== 'given' ? [] : [one.argument]));
  return known === null ? undefined : given.find((name) => !known.includes(name));
}

function unjudged(tool: string, argument: string): string {
  return `This desk has a rule for the argument ${argument} of ${tool}, which does not exist, so it cannot be judged. Nothing was done; tell the person that the desk's file must be corrected.`;
}

function notPermitted(name: string): string {
  return `${name} is not permitted at this desk. Nothing was done; tell the person so.`;
}

function misplaced(): string {
  return 'A sealed secret is in an argument that takes none. Nothing was done; ask the person for the value again.';
}

function notKept(argument: string): string {
  return `${argument} is secret and was not kept: ask the person for it again. Nothing was done.`;
}
