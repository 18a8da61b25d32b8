import { type Mention, overlaps } from '../mentions/types.ts';
import type { Param } from '../tools/params.ts';
import { stateOfCity } from '../words/places.ts';
import { arrayCandidates } from './arrays.ts';
import { booleanCandidates } from './booleans.ts';
import type { Candidate } from './candidates.ts';
import { choiceCandidates } from './choices.ts';
import type { Filled } from './filled.ts';
import { numberCandidates } from './numbers.ts';
import { objectCandidates } from './objects.ts';
import { respective } from './respective.ts';
import { restCandidates } from './rest.ts';
import type { Scope } from './scope.ts';
import { stringCandidates } from './strings.ts';
import { takesTopic, topicsIn } from './topics.ts';

const LEAST_REQUIRED = 0.2;
const LEAST_OPTIONAL = 0.6;
const LEAST_OF_A_NAME = 0.4;

/** Gives each parameter the value that fits it best, the surest first; no words serve two that want them for themselves. */
export function fillParams(params: Param[], given: Scope, about: ReadonlySet<string>): Filled {
  const scope = placesFor(params, given);
  const each = params.flatMap((param, order) =>
    candidatesOf(param, scope, about).map((candidate) => ({ param, order, candidate })),
  );
  const pairs = [...respective(params, scope), ...each]
    .filter(({ param, candidate }) => candidate.score >= (param.required ? LEAST_REQUIRED : LEAST_OPTIONAL))
    .filter(({ param, candidate }) =>
      param.shape === undefined
        ? !isIdOfAnother(candidate.value, params) && !isNoAddress(param, candidate.value)
        : !isRewritten(candidate, param, params, scope),
    )
    .sort(
      (a, b) => b.candidate.score - a.candidate.score || a.order - b.order || a.candidate.start - b.candidate.start,
    );
  const filled: Filled = { args: {}, missing: [], spans: {}, score: 0 };
  const taken: Candidate[] = [];
  for (const { param, candidate } of pairs) {
    if (param.name in filled.args || isSaidOtherwise(param, params, filled)) continue;
    if (!candidate.shared && taken.some((one) => one.start < candidate.end && candidate.start < one.end)) continue;
    filled.args[param.name] = candidate.value;
    filled.spans[param.name] = { start: candidate.start, end: candidate.end, score: candidate.score };
    filled.score += Math.min(1, candidate.score);
    if (!candidate.shared) taken.push(candidate);
  }
  if (params.every(({ required }) => !required)) giveLeftName(params, scope, about, filled);
  giveTopic(params, scope, about, filled);
  dropOwner(params, scope, filled);
  fillWholeDay(params, scope, filled);
  fillState(params, filled);
  for (const param of params) {
    if (param.name in filled.args || !param.required) continue;
    if (param.fallback !== undefined) filled.args[param.name] = param.fallback;
    else if (param.type === 'boolean') filled.args[param.name] = false;
    else filled.missing.push(param);
  }
  return inOrder(filled, params);
}

/** "Instead of an id, the name": of no use where the id was said. */
function isSaidOtherwise({ required, description }: Param, params: Param[], { args }: Filled): boolean {
  return !required && /^instead of\b/i.test(description) && params.some(({ name, shape }) => shape && name in args);
}

/** Where nothing must be given, a name that was said is given to what fits it best. */
function giveLeftName(params: Param[], scope: Scope, about: ReadonlySet<string>, filled: Filled): void {
  const taken = Object.values(filled.spans);
  const left = scope.mentions.filter(
    (one) => (one.kind === 'name' || one.kind === 'quoted') && !taken.some((span) => overlaps(span, one)),
  );
  const best = params
    .filter(
      ({ name, type, shape, strict, role }) =>
        type === 'string' && !(name in filled.args) && !shape && !strict && role !== 'date' && role !== 'text',
    )
    .flatMap((param) => stringCandidates(param, scope, about).map((candidate) => ({ param, candidate })))
    .filter(
      ({ param, candidate }) =>
        candidate.score >= (param.role === 'place' ? LEAST_OPTIONAL : LEAST_OF_A_NAME) &&
        !isNoAddress(param, candidate.value) &&
        left.some((one) => overlaps(one, candidate)),
    )
    .sort((a, b) => b.candidate.score - a.candidate.score)[0];
  if (!best || isSaidOtherwise(best.param, params, filled)) return;
  const { value, start, end, score } = best.candidate;
  filled.args[best.param.name] = value;
  filled.spans[best.param.name] = { start, end, score: Math.max(score, LEAST_OPTIONAL) };
}

/** What a request is about goes where words to search by are wanted, unless an id says already what is meant. */
function giveTopic(params: Param[], scope: Scope, about: ReadonlySet<string>, filled: Filled): void {
  const wanted = params.filter(takesTopic);
  const open = wanted.filter(({ name }) => !(name in filled.args));
  // Whose the things are, does not say which of them are meant.
  const hasId = params.some(
    ({ name, shape, label }) => shape && name in filled.args && !label.some((word) => people.test(word)),
  );
  const nameless = params.find(
    ({ required, role, label, type, strict, shape, name }) =>
      required &&
      (role === 'person' || (role === 'title' && label.some((word) => people.test(word)))) &&
      type === 'string' &&
      !strict &&
      !shape &&
      !(name in filled.args),
  );
  const param =
    open.find(({ required }) => required) ??
    nameless ??
    (open.length === wanted.length && !hasId ? open[0] : undefined);
  if (!param) {
    if (wanted.length === 0 && !hasId) giveText(params, scope, filled);
    return;
  }
  const known = new Set([...about, ...params.flatMap(({ stems }) => stems)]);
  const [topic] = topicsIn(scope, Object.values(filled.spans), known);
  if (!topic || (!param.required && topic.score < leastOf(filled))) return;
  filled.args[param.name] = topic.text;
  filled.spans[param.name] = { start: topic.start, end: topic.end, score: LEAST_OPTIONAL };
}

/** The state of a large city is known from the city. */
function fillState(params: Param[], { args }: Filled): void {
  const city = params.find(({ label, name }) => label.at(-1) === 'city' && typeof args[name] === 'string');
  const state = params.find(({ label, name, required }) => required && label.at(-1) === 'state' && !(name in args));
  const known = city && state && stateOfCity(String(args[city.name]));
  if (known) args[state.name] = known;
}

/** "On 21 November" is from that day to that day. */
function fillWholeDay(params: Param[], { mentions, text }: Scope, filled: Filled): void {
  const [day, another] = mentions.filter(({ kind }) => kind === 'date');
  if (!day || another || !/\bon\s+$/i.test(text.slice(0, day.start))) return;
  const ends = ['from', 'to'].map((label) => params.find(({ role, name }) => role === 'date' && name === label));
  const [from, to] = ends;
  if (!from || !to || !(from.name in filled.args) || to.name in filled.args) return;
  filled.args[to.name] = filled.args[from.name];
  filled.spans[to.name] = filled.spans[from.name]!;
}

/** "The payments of ruth@example.com": whose they are tells the id that is needed, and is no word to search by. */
function dropOwner(params: Param[], { text }: Scope, filled: Filled): void {
  const owner = params.find(
    ({ required, shape, name, label }) =>
      required && shape && !(name in filled.args) && label.some((word) => people.test(word)),
  );
  const query = params.find(({ required, role, name }) => !required && role === 'query' && name in filled.args);
  const span = owner && query && filled.spans[query.name];
  if (!span || !query) return;
  const said = text.slice(span.start, span.end);
  const isOwner =
    /@/.test(said) ||
    (/^\p{Lu}/u.test(said) && (/\bof\s+$/i.test(text.slice(0, span.start)) || /^['’]s\b/.test(text.slice(span.end))));
  if (!isOwner) return;
  delete filled.args[query.name];
  delete filled.spans[query.name];
}
const people = /^(?:user|customer|client|member|person|employee|account|patient|student|owner|guest)$/;

/** Where nothing else says what is meant, a looser word will do. */
function leastOf({ args }: Filled): number {
  return Object.keys(args).length === 0 ? LEAST_OF_A_NAME : LEAST_OPTIONAL;
}

/** "A laptop drops its VPN. Was there one like that before?" tells what a tool without needs may look for. */
function giveText(params: Param[], scope: Scope, filled: Filled): void {
  if (params.some(({ required }) => required)) return;
  const param = params.find(({ role, type, name }) => role === 'text' && type === 'string' && !(name in filled.args));
  const [best] = param ? restCandidates(param, scope).sort((a, b) => b.score - a.score) : [];
  if (!param || !best) return;
  filled.args[param.name] = best.value;
  filled.spans[param.name] = { start: best.start, end: best.end, score: best.score };
}

function placesFor(params: Param[], scope: Scope): Scope {
  const asks = (word: RegExp) => params.some(({ label }) => word.test(label.at(-1) ?? ''));
  if (!asks(/^(?:city|town)$/) || !asks(/^(?:country|state|region|province)$/)) return scope;
  return { ...scope, mentions: scope.mentions.flatMap(splitPlace) };
}

/** "Sydney, Australia" as a city and a country, where each is asked for by itself. */
function splitPlace(one: Mention): Mention[] {
  const comma = one.kind === 'name' ? one.text.indexOf(',') : -1;
  if (one.kind !== 'name' || comma < 0) return [one];
  const rest = one.text.slice(comma + 1);
  const start = one.start + comma + 1 + (rest.length - rest.trimStart().length);
  return [
    { kind: 'name', text: one.text.slice(0, comma), start: one.start, end: one.start + comma },
    { kind: 'name', text: rest.trim(), start, end: one.end },
  ];
}

/** The id of one kind of thing is no text for another parameter. */
function isIdOfAnother(value: unknown, params: Param[]): boolean {
  return (
    typeof value === 'string' &&
    /\d/.test(value) &&
    params.some(({ shape }) => shape?.example !== undefined && shape.matches(value))
  );
}

function isNoAddress({ role, type }: Param, value: unknown): boolean {
  return role === 'email' && type === 'string' && !String(value).includes('@');
}

/** CUST-004 is a customer's id, and not by chance "cust-004" of something whose ids may look like anything. */
function isRewritten({ value, start, end }: Candidate, own: Param, params: Param[], { text }: Scope): boolean {
  const said = text.slice(start, end);
  return value !== said && params.some((other) => other !== own && other.shape?.matches(said));
}

function inOrder(filled: Filled, params: Param[]): Filled {
  const args = Object.fromEntries(
    params.flatMap(({ name }) => (name in filled.args ? [[name, filled.args[name]]] : [])),
  );
  return { ...filled, args };
}

function candidatesOf(param: Param, scope: Scope, about: ReadonlySet<string>): Candidate[] {
  const chosen = param.choices.length > 0 ? choiceCandidates(param, scope, about) : [];
  if (param.strict) return chosen.length === 0 ? yesOrNo(param, scope, about) : chosen;
  switch (param.type) {
    case 'number':
    case 'integer':
      return [...chosen, ...numberCandidates(param, scope)];
    case 'boolean':
      return booleanCandidates(param, scope, about);
    case 'array':
      return arrayCandidates(param, scope, about, fillParams);
    case 'object':
      return objectCandidates(param, scope, about, fillParams);
    case 'string':
      return [...chosen, ...stringCandidates(param, scope, about)];
  }
}

/** "True" and "False" as texts are yes and no. */
function yesOrNo(param: Param, scope: Scope, about: ReadonlySet<string>): Candidate[] {
  const word = (yes: boolean) =>
    param.choices.find(
      ({ value }) => typeof value === 'string' && (yes ? /^(?:true|yes)$/i : /^(?:false|no)$/i).test(value),
    )?.value;
  if (word(true) === undefined || word(false) === undefined) return [];
  return booleanCandidates(param, scope, about).map((one) => ({ ...one, value: word(one.value === true) }));
}
