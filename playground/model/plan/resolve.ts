import { scopeOf } from '../arguments/scope.ts';
import { extremeOf } from '../lookups/extremes.ts';
import { fieldHint, fieldIn } from '../lookups/fields.ts';
import { kindOf, type Lookup, lookupFor, nameFor } from '../lookups/find.ts';
import { type Found, pick, valuesFor } from '../lookups/results.ts';
import { findMentions } from '../mentions/find.ts';
import type { Conversation, Done } from '../thread/conversation.ts';
import { idSpokenOf, ownId } from '../thread/ids.ts';
import type { Param } from '../tools/params.ts';
import { isEnough, isWay, type ToolView } from '../tools/view.ts';
import { pronouns } from '../words/common.ts';
import { stem, wordsIn } from '../words/stem.ts';
import { kindsLacking } from './asked-kinds.ts';
import { isCalledIn, saysMore } from './called-by-name.ts';
import { canonical } from './canonical.ts';
import type { Goal } from './goal.ts';
import { namedBesideTexts, namesAnother, namesSomebody, unusedName } from './who-is-named.ts';

export type Known = {
  conversation: Conversation;
  views: ToolView[];
  today: Date /** Whether other goals are still to be called. */;
  othersOpen: boolean;
  /** Whether it is all that is asked. */
  alone: boolean;
  /** The tools for whose arguments another one is sought: none of them finds its own. */
  seeking?: ToolView[];
};

/** What a goal comes to: calls that are ready, one that must be made first, or a word for the person. */
export type Step =
  | { kind: 'ready'; goals: Goal[] }
  | { kind: 'first'; view: ToolView; args: Record<string, unknown> }
  | { kind: 'wait' }
  | { kind: 'ask'; missing: Param[]; among: Found[] /** One of them is enough. */; oneOf?: Param[] }
  | { kind: 'stuck' };

const MOST_EACH = 6;
const refersToOne = /\b(?:one|it|that|this)\b/i;

/** Finds the values that a goal still needs: from what "my" means, from what was just found, from the thread, by a call of another tool. */
export function resolve(given: Goal, known: Known): Step {
  const changes = changesLeftOpen(given);
  if (changes.length > 0) return { kind: 'ask', missing: [], among: [], oneOf: changes };
  const own = withOwn(withName(given, known), known);
  const hinted = byHint(own, known);
  if (hinted.kind === 'first') return hinted;
  const goal = hinted.goal;
  const wanted = wantedParam(goal, known);
  if (!wanted)
    return goal.missing.length > 0
      ? { kind: 'ask', missing: goal.missing, among: [] }
      : { kind: 'ready', goals: [goal] };
  const found = seekValue(wanted.param, wanted.must, goal, known);
  switch (found.kind) {
    case 'values': {
      const goals = found.values.slice(0, MOST_EACH).map((value) => withValue(goal, wanted.param, value));
      const rest = goals[0]!;
      if (rest.missing.length === 0) return { kind: 'ready', goals };
      return goals.length === 1 ? resolve(rest, known) : { kind: 'ask', missing: rest.missing, among: [] };
    }
    case 'nothing':
      return wanted.must ? { kind: 'ask', missing: goal.missing, among: [] } : { kind: 'ready', goals: [goal] };
    default:
      return found;
  }
}

/** "Change item 4" does not say what of it. */
function changesLeftOpen({ view, args }: Goal): Param[] {
  const { params, deeds, tool } = view;
  const isUpdate = deeds.includes('change') && /(?:^|[_\W])(?:update|change|edit|modify|adjust)/i.test(tool.name);
  const open = params.filter(({ required, shape }) => !required && !shape);
  if (!isUpdate || params.some(({ required, shape }) => required && !shape)) return [];
  return open.some(({ name }) => name in args) ? [] : open;
}

/** A tool that finds by id or by name is given the name that was said. */
function withName(goal: Goal, { today }: Known): Goal {
  const { view, args, part } = goal;
  if (!view.needsOne || isEnough(view.params, args)) return goal;
  const named = nameFor(view.params, scopeOf(part, today), args);
  return named ? withValue(goal, named.param, named.name) : goal;
}

/** A value that a field of another tool's result is, as the description says. */
function byHint(
  goal: Goal,
  { conversation, views }: Known,
): { kind: 'goal'; goal: Goal } | Extract<Step, { kind: 'first' }> {
  for (const param of goal.missing) {
    const hint = fieldHint(param, goal.part, views);
    if (!hint) continue;
    const args = Object.fromEntries(
      hint.view.params.filter(({ name }) => name in goal.args).map(({ name }) => [name, goal.args[name]]),
    );
    if (hint.view.params.some(({ name, required }) => required && !(name in args))) continue;
    const made = conversation.done.find((one) => isCall(one, { view: hint.view, args }));
    if (!made) return { kind: 'first', view: hint.view, args };
    const value = fieldIn(made.text, hint.field);
    if (value !== undefined) return { kind: 'goal', goal: withValue(goal, param, value) };
  }
  return { kind: 'goal', goal };
}

/** Where somebody else is named, "my" is not meant. */
function withOwn(goal: Goal, { conversation, today }: Known): Goal {
  if (namesAnother(goal, today)) return goal;
  const speaksOfOwn = /\b(?:i|i'm|my|me|mine|i've)\b/i.test(goal.part);
  const args = { ...goal.args };
  for (const param of goal.view.params) {
    if (param.name in args || !param.shape || !(param.required || speaksOfOwn)) continue;
    // "She lost it" is about whoever was spoken of, and not about who asks.
    const other = !speaksOfOwn && ofOther.test(goal.part) ? idSpokenOf(param, conversation) : undefined;
    const isOthers = !speaksOfOwn && ofOther.test(goal.part) && namesSomebody(conversation.question, today);
    const own = other ?? (isOthers ? undefined : ownId(param, conversation));
    if (own !== undefined) args[param.name] = own;
  }
  return { ...goal, args, missing: goal.missing.filter(({ name }) => !(name in args)) };
}

const ofOther = /\b(?:he|she|him|her|hers|his|they|them|their|theirs)\b/i;

function withValue(goal: Goal, param: Param, value: unknown): Goal {
  return {
    ...goal,
    args: { ...goal.args, [param.name]: value },
    missing: goal.missing.filter(({ name }) => name !== param.name),
  };
}

/** An id that is missing, or one that the words of the part call for though the tool could do without. */
function wantedParam(goal: Goal, known: Known): { param: Param; must: boolean } | undefined {
  const missing = goal.missing.find((param) => isReference(param));
  if (missing) return { param: missing, must: true };
  if (goal.missing.length > 0) return undefined;
  const one = needsOne(goal, known);
  if (one) return { param: one, must: true };
  const optional = goal.view.params.filter((param) => param.shape && !(param.name in goal.args));
  const name = unusedName(goal, known.today);
  const nothingSaid = Object.keys(goal.args).length === 0;
  const refers = /\b(?:he|she|him|her|his|they|their|them|it|its|that|this|these|those)\b/i.test(goal.part);
  const person = /\b(?:he|she|him|her|his|they|their|them)\b/i.test(goal.part);
  const hasId = goal.view.params.some(({ name, shape }) => shape && name in goal.args);
  const found = optional.find((param) => {
    if (hasId) return false;
    if (person && known.othersOpen) return true;
    if (refers && fromThisTurn(param, goal, known).length > 0) return true;
    if (refers && idSpokenOf(param, known.conversation) !== undefined) return true;
    if (name === undefined && !nothingSaid) return false;
    const by = lookupFor(param, goal.view, known.views, goal.part, known.today)?.by;
    return by !== undefined && (name === undefined || by.toLowerCase().includes(name.toLowerCase()));
  });
  return found ? { param: found, must: false } : undefined;
}

/** The id that a tool asks for where it got nothing of what it can look by. */
function needsOne({ view, args, part }: Goal, { conversation, views, today }: Known): Param | undefined {
  const { params } = view;
  if (!view.needsOne || isEnough(params, args)) return undefined;
  const ways = params.filter(isWay);
  const ids = ways.filter(({ shape }) => shape?.fromNumber);
  const found = ids.map((param) => ({ param, lookup: lookupFor(param, view, views, part, today) }));
  const named = found.filter(({ lookup }) => lookup?.by !== undefined);
  const best = named.sort((a, b) => (b.lookup?.score ?? 0) - (a.lookup?.score ?? 0))[0]?.param;
  return best ?? ids.find((param) => idSpokenOf(param, conversation) !== undefined) ?? ids[0];
}

function isReference(param: Param): boolean {
  return param.shape?.example !== undefined || param.shape?.fromNumber !== undefined || param.label.includes('id');
}

type Value = { kind: 'values'; values: unknown[] } | { kind: 'nothing' } | Exclude<Step, { kind: 'ready' }>;

function seekValue(param: Param, must: boolean, goal: Goal, known: Known): Value {
  const { conversation, views, today } = known;
  const lookup = lookupFor(param, goal.view, views, goal.part, today);
  // "Which cards do I have?" is answered by what lists them.
  const isRead = known.alone && must && goal.view.deeds.includes('read');
  const isListed = isRead && isPlural(goal.part, param);
  if (lookup && (lookup.by !== undefined || hasIds(lookup))) {
    const made =
      isRead && saysSeveral(goal.part, param) ? conversation.done.find((one) => isCall(one, lookup)) : undefined;
    if (made && kindsLacking(goal.part, made.text).length === 0 && valuesFor(param, made.text).length > 0)
      return { kind: 'stuck' };
    return byLookup(param, lookup, goal, conversation);
  }
  const here = fromThisTurn(param, goal, known);
  if (here.length > 0 && isListed) return { kind: 'stuck' };
  if (here.length > 0) {
    const called = here.filter((one) => isCalledIn(goal.part, one));
    // A list in which nothing is called as the part calls it tells nothing of what is to be changed.
    const isOther = called.length === 0 && here.length > 1 && nameSaid(here, known) === undefined;
    if (isOther && acts(goal) && !namesKind(goal.part, param) && !refersToOne.test(goal.part) && saysMore(goal, views))
      return { kind: 'nothing' };
    return chosen(param, called.length > 0 ? called : here, nameSaid(here, known), goal);
  }
  if (known.othersOpen && refersBack(goal, param)) return { kind: 'wait' };
  const before = idSpokenOf(param, conversation);
  if (before !== undefined) return { kind: 'values', values: [before] };
  if (!must) return { kind: 'nothing' };
  const plain = lookup ? ownLookup(lookup, goal, known) : undefined;
  const ofNamed = plain && !hasIds(plain) ? ofSomebody(plain, goal, known) : undefined;
  if (ofNamed?.kind === 'first') return ofNamed;
  if (ofNamed?.kind === 'lookup') return byLookup(param, ofNamed.lookup, goal, conversation);
  // A list of everything that there is finds nothing out.
  const narrows = plain && hasIds(plain);
  if (!narrows) return plain ? byCalled(param, plain, goal, known) : { kind: 'nothing' };
  return byLookup(param, plain, goal, conversation);
}

/** "Two of the garden chairs broke": where nothing finds things by what they are called, all are listed, and the one that the part calls by its name is meant. */
function byCalled(param: Param, given: Lookup, goal: Goal, { conversation, views }: Known): Value {
  const searches = given.view.params.some(({ name, strict }) => typeof given.args[name] === 'string' && !strict);
  if (!acts(goal) || searches || namesKind(goal.part, param) || !saysMore(goal, views)) return { kind: 'nothing' };
  const lookup = { ...given, args: Object.fromEntries(Object.entries(given.args).filter(([, one]) => one !== true)) };
  const made = conversation.done.find((one) => isCall(one, lookup));
  if (!made) return { kind: 'first', view: lookup.view, args: lookup.args };
  const called = valuesFor(param, made.text).filter((one) => isCalledIn(goal.part, one));
  return called.length === 0 ? { kind: 'nothing' } : chosen(param, called, undefined, goal);
}

/** "Ann Berg's last order": first who she is, then her orders. */
function ofSomebody(
  lookup: Lookup,
  goal: Goal,
  known: Known,
): Extract<Step, { kind: 'first' }> | { kind: 'lookup'; lookup: Lookup } | undefined {
  const seeking = [...(known.seeking ?? []), goal.view];
  if (seeking.includes(lookup.view) || namedBesideTexts(goal, known.today) === undefined) return undefined;
  const step = resolve({ part: goal.part, view: lookup.view, args: lookup.args, missing: [] }, { ...known, seeking });
  if (step.kind === 'first') return step;
  const [only, another] = step.kind === 'ready' ? step.goals : [];
  if (!only || another) return undefined;
  const narrowed = { ...lookup, args: only.args };
  return hasIds(narrowed) ? { kind: 'lookup', lookup: narrowed } : undefined;
}

function hasIds({ view, args }: Lookup): boolean {
  return view.params.some(({ name, shape }) => shape && name in args);
}

/** A lookup that needs no words of its own: of what is mine, or a list of all. */
function ownLookup(lookup: Lookup, goal: Goal, known: Known): Lookup {
  const { args } = withOwn({ ...goal, view: lookup.view, args: { ...lookup.args }, missing: [] }, known);
  const shared = lookup.view.params.filter(({ name, shape }) => shape && name in goal.args);
  return { ...lookup, args: { ...args, ...Object.fromEntries(shared.map(({ name }) => [name, goal.args[name]])) } };
}

function byLookup(param: Param, lookup: Lookup, goal: Goal, { done }: Conversation): Value {
  const made = done.find((one) => isCall(one, lookup));
  if (!made) return { kind: 'first', view: lookup.view, args: lookup.args };
  return chosen(param, valuesFor(param, made.text), lookup.by, goal);
}

function isCall({ name, arguments: args }: Done, { view, args: wanted }: Lookup): boolean {
  return name === view.tool.name && canonical(args) === canonical(wanted);
}

const over = /\b(?:deactivated|inactive|cancelled|canceled|closed|expired|deleted|archived|removed)\b/i;

function chosen(param: Param, found: Found[], name: string | undefined, goal: Goal): Value {
  const picked = pick(found, name);
  if (picked.kind === 'one') return { kind: 'values', values: [picked.value] };
  if (picked.kind === 'none') return { kind: 'stuck' };
  const meant = extremeOf(picked.found, goal.part);
  if (meant) return { kind: 'values', values: [meant.value] };
  if (acts(goal) ? saysAll(goal.part, param) : isPlural(goal.part, param))
    return { kind: 'values', values: picked.found.map(({ value }) => value) };
  // Nobody said of which one, so all of them are the answer.
  if (goal.view.deeds.includes('read') && name === undefined && !namesKind(goal.part, param)) return { kind: 'stuck' };
  const alive = picked.found.filter(({ said }) => !over.test(said));
  if (alive.length === 1 && !goal.view.deeds.includes('read')) return { kind: 'values', values: [alive[0]!.value] };
  return { kind: 'ask', missing: [param], among: picked.found };
}

/** The name in the request that fits one of what was found. */
function nameSaid(found: Found[], { conversation, today }: Known): string | undefined {
  const names = findMentions(conversation.question, today).filter(({ kind }) => kind === 'name' || kind === 'quoted');
  return names.find(({ text }) => pick(found, text).kind === 'one')?.text;
}

/** "the customers", "their invoices", "each of them": all that were found are meant. */
function isPlural(part: string, param: Param): boolean {
  return saysSeveral(part, param) || /\b(?:all|each|every|both|their|them|they|these|those)\b/i.test(part);
}

/** What is changed must be said to be several: "them" may be the pieces of one thing. */
function saysAll(part: string, param: Param): boolean {
  return saysSeveral(part, param) || /\b(?:all|each|every|both)\b/i.test(part);
}

function acts({ view }: Goal): boolean {
  return !view.deeds.includes('read');
}

function namesKind(part: string, param: Param): boolean {
  const kinds = kindOf(param);
  return wordsIn(part).some((word) => kinds.includes(stem(word)));
}

function saysSeveral(part: string, param: Param): boolean {
  const kinds = kindOf(param);
  return wordsIn(part).some((word) => word.endsWith('s') && kinds.includes(stem(word)));
}

/** What a tool gave itself, it is not asked again by. */
function fromThisTurn(param: Param, { view }: Goal, { conversation, views }: Known): Found[] {
  // Where something is to be done, a list of things of that kind was looked through and names nothing else.
  const isOptional = !view.deeds.includes('read') && !param.required;
  const others = conversation.done.filter(
    ({ name }) => name !== view.tool.name && !(isOptional && isOfSameThing(name, view, views)),
  );
  const all = others.flatMap(({ text }) => valuesFor(param, text));
  return [...new Map(all.map((one) => [one.value, one])).values()];
}

function isOfSameThing(name: string, { nouns }: ToolView, views: ToolView[]): boolean {
  const other = views.find(({ tool }) => tool.name === name);
  return other?.nouns.some((one) => nouns.includes(one)) ?? false;
}

function refersBack(goal: Goal, param: Param): boolean {
  const kinds = kindOf(param);
  return wordsIn(goal.part).some((word) => pronouns.has(word) || kinds.includes(stem(word)));
}
