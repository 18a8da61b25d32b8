import type { Desk } from '../../core/desk/types.ts';
import { wrongArgument } from './arguments.ts';
import { type Case, endingOf, type WantedArguments, type WantedCall } from './cases.ts';
import type { Fault } from './fault.ts';
import type { MadeCall } from './play.ts';

/** Tools that a careful agent may call at any time. */
const HELPERS = ['extract_entities', 'check_requires_confirmation', 'summarize_state'];
const HELPERS_AT_MOST = 5;

/** Checks that every wanted call was made as it should be, and no other one. */
export function judgeCalls(one: Case, made: MadeCall[], desk: Desk, today: Date): Fault[] {
  const left = [...made];
  const taken = one.calls.map((wanted) => takeFitting(one, wanted, left, desk, today));
  const outcomes = taken.flatMap((call) => (call ? outcomeFaults(one, call, desk) : []));
  const missed = one.calls.filter((_, at) => taken[at] === undefined);
  // An agent that looked first need not make a call that would fail, but it has to do one of the two.
  const looked = left.some((call) => isBeside(one, call, desk) && !isHelper(call));
  const isKnown = endingOf(one) === 'refusal' && looked;
  const faults = isKnown ? [] : missed.flatMap((wanted) => missing(one, wanted, left, desk, today));
  const needless = left.filter((call) => !isBeside(one, call, desk));
  const helpers = left.length - needless.length;
  return [
    ...outcomes,
    ...faults,
    ...needless.map((call): Fault => ({ kind: 'needless call', what: showCall(call) })),
    ...(helpers > HELPERS_AT_MOST
      ? [{ kind: 'needless call', what: `${helpers} calls beside those needed` } as const]
      : []),
    ...repeated(made).map((call): Fault => ({ kind: 'needless call', what: `${showCall(call)}, made before` })),
  ];
}

/** Removes the matching call from those that were made. */
function takeFitting(one: Case, wanted: WantedCall, left: MadeCall[], desk: Desk, today: Date): MadeCall | undefined {
  const ways = waysOf(wanted, desk);
  const at = left.findIndex((call) =>
    ways.some(({ tool, args }) => call.tool === tool && faultIn(one, args, call, desk, today) === null),
  );
  return at < 0 ? undefined : left.splice(at, 1)[0];
}

function missing(one: Case, wanted: WantedCall, left: MadeCall[], desk: Desk, today: Date): Fault[] {
  const ways = waysOf(wanted, desk);
  const at = left.findIndex((call) => ways.some(({ tool }) => call.tool === tool));
  const call = at < 0 ? undefined : left.splice(at, 1)[0];
  const way = ways.find(({ tool }) => tool === call?.tool);
  if (!call || !way) return [{ kind: 'tool', what: `does not call ${namesOf(ways)}` }];
  return [{ kind: 'arguments', what: `${call.tool}: ${faultIn(one, way.args, call, desk, today)}` }];
}

function namesOf(ways: Way[]): string {
  return [...new Set(ways.map(({ tool }) => tool))].join(' or ');
}

type Way = { tool: string; args: WantedArguments };

export function waysOf(wanted: WantedCall, desk: Desk): Way[] {
  return Object.entries(wanted).flatMap(([name, args]) =>
    [args].flat().map((each) => ({ tool: fullName(name, desk), args: each })),
  );
}

/** Cases name tools without their server. */
export function fullName(name: string, desk: Desk): string {
  const known = [...desk.tools.keys()].filter((tool) => tool === name || tool.endsWith(`__${name}`));
  if (known.length === 1) return known[0]!;
  throw new Error(`${name} is ${known.length === 0 ? 'no tool' : 'several tools'} of the desk ${desk.name}.`);
}

function faultIn(one: Case, wanted: WantedArguments, call: MadeCall, desk: Desk, today: Date): string | null {
  return wrongArgument(wanted, call.args, today) ?? addedArgument(one, wanted, call, desk);
}

/** A call that changes something holds nothing that nobody asked for. */
function addedArgument(one: Case, wanted: WantedArguments, call: MadeCall, desk: Desk): string | null {
  if (!changes(call.tool, desk)) return null;
  const free = Object.entries(one.set.free).flatMap(([name, args]) => (fullName(name, desk) === call.tool ? args : []));
  const added = Object.entries(call.args).find(
    ([name, value]) => !isEmpty(value) && !Object.hasOwn(wanted, name) && !free.includes(name),
  );
  return added ? `${added[0]} is ${JSON.stringify(added[1])}, which nobody asked for` : null;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function changes(tool: string, desk: Desk): boolean {
  return desk.tools.get(tool)?.effect !== 'read';
}

/** Checks that a changing call ended as its case says. */
function outcomeFaults(one: Case, call: MadeCall, desk: Desk): Fault[] {
  const ending = endingOf(one);
  if (ending === 'refusal' || !changes(call.tool, desk)) return [];
  const wanted = { signature: 'awaiting_approval', yes: 'awaiting_confirmation' }[ending as string] ?? 'made at once';
  if (call.decision === 'sign' && call.result.includes(`"${wanted}"`)) return [];
  return [{ kind: 'tool', what: `${call.tool} should be ${wanted}, but: ${call.result.slice(0, 200)}` }];
}

function isHelper({ tool }: MadeCall): boolean {
  return HELPERS.includes(tool);
}

function isBeside(one: Case, call: MadeCall, desk: Desk): boolean {
  if (isHelper(call)) return true;
  if (changes(call.tool, desk)) return false;
  const wanted = one.calls.flatMap((each) => Object.keys(each));
  const beside = wanted.flatMap((name) => one.set.beside[name] ?? []);
  return [...one.also, ...beside].some((name) => fullName(name, desk) === call.tool);
}

function repeated(made: MadeCall[]): MadeCall[] {
  const seen = new Set<string>();
  return made.filter((call) => {
    const same = `${call.tool} ${JSON.stringify(Object.entries(call.args).sort())}`;
    if (seen.has(same)) return true;
    seen.add(same);
    return false;
  });
}

export function showCall({ tool, args }: Pick<MadeCall, 'tool' | 'args'>): string {
  return `${tool} ${JSON.stringify(args)}`;
}
