import { fillParams } from '../arguments/fill.ts';
import { idCandidates } from '../arguments/ids.ts';
import { changeTold } from '../arguments/movements.ts';
import type { Scope } from '../arguments/scope.ts';
import { namesIn } from '../mentions/names.ts';
import { type Mention, overlaps } from '../mentions/types.ts';
import { fillers } from '../words/common.ts';
import { asksWhatStandsIn } from '../words/contents.ts';
import { asksAmongMany, withoutSuperlatives } from '../words/degrees.ts';
import { impliedBy } from '../words/implied.ts';
import { isNamedById, onlyAsks, ordersIn } from '../words/orders.ts';
import { isParty } from '../words/parties.ts';
import { stem, wordsIn } from '../words/stem.ts';
import { synonymsOf } from '../words/synonyms.ts';
import { currencyOf } from '../words/units.ts';
import { acts, isFragment, wantedDeeds } from './deeds.ts';
import { agentFeatures, losesName, type Spans } from './name-features.ts';
import type { Param } from './params.ts';
import { aboutOf, isWay, type ToolView } from './view.ts';

/** What can be measured of one tool for one part of a request. Each lies between 0 and 1, or nearly. */
export const featureNames = [
  'meaning', // likeness of the part and the tool's name and first sentence
  'meaningOfRest', // likeness of the part and the rest of its description and its parameters
  'words', // share of the words that any tool here speaks of, rare ones counting more, that this one speaks of
  'known', // share of all telling words that the tool speaks of
  'strange', // the tool speaks of nothing that was said
  'named', // share of the tool's nouns that were said
  'implied', // share of what the words make one think of that is in the tool's name
  'impliedAbout', // or in what it says of itself
  'impliedNouns', // share of the tool's nouns that were said or that the words make one think of
  'sameDeed', // what is ordered or asked is what the tool does
  'looksOnly', // something is to be done and this only looks
  'actsUnasked', // something is only asked and this does something
  'otherDeed', // another thing is to be done
  'ids', // share of the ids that were said and that some tool takes
  'needsId', // one of those is what it must be given
  'idLost', // ids were said and it takes none
  'filled', // share of what it must be given that was said
  'missing', // how much it must be given was not said
  'missingAny', // whether anything of it was not said
  'used', // share of the names, numbers and days that were said that it takes
  'nothingSaid', // there are none
  'choices', // choices of its parameters were said
  'daysTaken', // a span of days was said and it takes two
  'daysLost',
  'dayTaken', // a day was said and it takes one
  'dayLost',
  'amountTaken', // an amount to change something by was said and it takes it
  'amountLost',
  'nameLost', // somebody is named and it has no place for the name
  'givesContents', // "what was on the bill": it shows what stands in one
  'needsOneOfMany', // several are asked for and it must be told of which one
  'agentTaken', // "what did Ann Berg buy": it takes who did it as a person
  'agentLost', // it would take the name for something else
  'noNeeds', // nothing must be given
] as const;
export type FeatureName = (typeof featureNames)[number];
export type Features = Record<FeatureName, number>;

/** What is common to all tools of a request. */
export type Rarity = ReadonlyMap<string, number>;

export function rarityOf(views: ToolView[]): Rarity {
  const having = new Map<string, number>();
  for (const view of views) {
    for (const one of new Set([...view.name, ...view.about, ...view.takes]))
      having.set(one, (having.get(one) ?? 0) + 1);
  }
  return new Map([...having].map(([one, count]) => [one, Math.log(1 + views.length / count)]));
}

type Likeness = { gist: number; rest: number };

/** All that costs no trial of arguments. */
export function quickFeatures(part: string, view: ToolView, likeness: Likeness, rarity: Rarity, ids: Ids): Features {
  const said = tellingWords(part, rarity);
  const none = Object.fromEntries(featureNames.map((name) => [name, 0])) as Features;
  return {
    ...none,
    meaning: likeness.gist,
    meaningOfRest: likeness.rest,
    ...wordFeatures(view, said, rarity),
    ...impliedFeatures(part, view, said, rarity),
    ...deedFeatures(part, view),
    ids: ids.share,
    needsId: ids.needs ? 1 : 0,
    idLost: ids.isLost ? 1 : 0,
    ...givenFeatures(part, view),
    noNeeds: view.params.some(({ required }) => required) ? 0 : 1,
  };
}

/** A long request tells more than what it asks for: of so many telling words and more, some suffice. */
const LONG_REQUEST = 10;

function wordFeatures(view: ToolView, said: string[], rarity: Rarity): Partial<Features> {
  let got = 0;
  let could = 0;
  let known = 0;
  for (const one of said) {
    const strength = strengthIn(view, one);
    const weight = rarity.get(one) ?? rarestOf(one, rarity);
    known += strength;
    if (weight === undefined) continue;
    got += strength * weight;
    could += weight;
  }
  return {
    words: could === 0 ? 0 : got / could,
    known: said.length === 0 ? 0 : Math.min(1, known / Math.min(said.length, LONG_REQUEST)),
    strange: known === 0 ? 1 : 0,
    named: shareNamed(view, said),
  };
}

function impliedFeatures(part: string, view: ToolView, said: string[], rarity: Rarity): Partial<Features> {
  const { name, about } = view;
  const implied = [...impliedBy(part)].filter(([one]) => rarity.has(one));
  const all = implied.reduce((sum, [, count]) => sum + count, 0);
  if (all === 0) return {};
  const share = (has: (one: string) => boolean) =>
    implied.reduce((sum, [one, count]) => sum + (has(one) ? count : 0), 0) / all;
  return {
    implied: share((one) => name.includes(one)),
    impliedAbout: share((one) => !name.includes(one) && about.includes(one)),
    impliedNouns: shareNamed(view, [...said, ...implied.map(([one]) => one)]),
  };
}

/** The telling words of a part. Names that no tool knows say nothing of which tool is meant; who asks for a person. */
function tellingWords(part: string, rarity: Rarity): string[] {
  const inNames = wordsOfNames(part, rarity);
  const words = [...withoutSuperlatives(withoutIds(part)).matchAll(/[\p{L}\p{N}]+(?:['’][\p{L}]+)?/gu)].flatMap(
    ([word], at) => {
      const lower = word.toLowerCase().replace(/['’]s$/, '');
      if (/^who(?:'s)?$/.test(lower))
        return /\s\p{Lu}/u.test(part.slice(3)) && !/\bwho (?:has|have|uses?|owns?)\b/i.test(part) ? ['person'] : [];
      if (currencyOf(lower)) return [lower, 'currency'];
      if (fillers.has(lower) || /^\d/.test(lower)) return [];
      const isName = inNames.has(word) || (at > 0 && /^\p{Lu}/u.test(word) && !rarity.has(stem(lower)));
      return isName ? [] : [lower];
    },
  );
  return [...new Set(words.map(stem))].slice(0, 60);
}

/** "Ticket TKT-002" says which one, and not what is asked of it. */
function withoutIds(part: string): string {
  return part.replace(
    /(?<!\p{L})(\p{L}{2,30}\s+)?#?\p{L}{1,12}[-_](?:\p{L}{1,12}[-_])?\d[\p{L}\d-]{0,20}/gu,
    (said, noun: string | undefined) =>
      noun === undefined || isNamedById(said) ? ' '.repeat(said.length) : noun + ' '.repeat(said.length - noun.length),
  );
}

/** "Blue Harbor": where one word of a name is known to no tool, the others are parts of a name, too. */
function wordsOfNames(part: string, rarity: Rarity): Set<string> {
  const names = namesIn(part)
    .map(({ text }) => text.split(/\s+/))
    .filter((words) => words.length > 1 && words.some((word) => !rarity.has(stem(word.toLowerCase()))));
  return new Set(names.flat());
}

function rarestOf(one: string, rarity: Rarity): number | undefined {
  for (const other of synonymsOf(one)) if (rarity.has(other)) return rarity.get(other)! * 0.6;
  return undefined;
}

function strengthIn({ name, about, takes, params }: ToolView, one: string): number {
  if (name.includes(one)) return 1;
  if (about.includes(one)) return 0.75;
  if (params.some(({ choices }) => choices.some(({ stems }) => stems.length === 1 && stems[0] === one))) return 0.55;
  if (takes.includes(one)) return 0.5;
  for (const other of synonymsOf(one)) {
    if (name.includes(other)) return 0.6;
    if (about.includes(other)) return 0.4;
  }
  return 0;
}

function shareNamed({ nouns }: ToolView, said: string[]): number {
  if (nouns.length === 0) return 0;
  const hits = nouns.filter((one) => said.includes(one) || [...synonymsOf(one)].some((other) => said.includes(other)));
  return hits.length / nouns.length;
}

function deedFeatures(part: string, { deeds }: ToolView): Partial<Features> {
  const wanted = wantedDeeds(part);
  if (wanted.length === 0) return {};
  if (deeds.some((deed) => wanted.includes(deed))) return { sameDeed: 1 };
  const reads = (some: string[]) => some.includes('read');
  if (reads(deeds) && reads(wanted)) return {};
  const isOrder = ordersIn(part).length > 0;
  if (!reads(deeds) && !reads(wanted)) return { otherDeed: isOrder ? 1 : 0.3 };
  if (!reads(wanted)) return { looksOnly: deeds.every((deed) => deed === 'read') && isOrder ? 1 : 0.2 };
  const asks = onlyAsks(part) || isFragment.test(part);
  return { actsUnasked: !asks ? 0.2 : deeds.some((deed) => acts.includes(deed)) ? 1 : 0.6 };
}

function givenFeatures(part: string, view: ToolView): Partial<Features> {
  return {
    givesContents: givesContents(part, view) ? 1 : 0,
    needsOneOfMany: needsOneOfMany(part, view) ? 1 : 0,
  };
}

/** "What was on the biggest bill?" is told by what shows one of them with its lines. */
function givesContents(part: string, { params, nouns, about, needsOne }: ToolView): boolean {
  const isOfOne = params.some(({ required, shape }) => shape && (required || needsOne));
  const inside = isOfOne && about.some((one) => contents.has(one)) ? asksWhatStandsIn(part) : undefined;
  // "What is on INV-006": the letters of the id are those of an invoice.
  const prefix = inside?.length === 0 ? /\b(\p{L}{2,})[-_]\d/u.exec(part)?.[1]?.toLowerCase() : undefined;
  if (prefix !== undefined) return nouns.some((one) => one.startsWith(prefix));
  return inside?.some((word) => nouns.includes(stem(word))) ?? false;
}
const contents = new Set('line item content position part'.split(' ').map(stem));

/** "The cheapest room", "what cards has she": nobody says of which one. */
function needsOneOfMany(part: string, { params, needsOne }: ToolView): boolean {
  // By a way that takes plain words it may be told of some, too.
  const byWords = params.some((param) => isWay(param) && !param.shape);
  const ids = params.filter(({ shape, required }) => shape && (required || (needsOne && !byWords)));
  const saysId = params.some((param) => saysOne(part, param));
  if (ids.some((param) => (param.required || !saysId) && saysPlural(part, param))) return true;
  const saysWhose = /\d|\S\s\p{Lu}|@/u.test(part) || /\b(?:i|my|me)\b/i.test(part);
  return ids.length > 0 && asksAmongMany(part) && !saysWhose;
}

function saysOne(part: string, { shape }: Param): boolean {
  return [...part.matchAll(/[\p{L}\p{N}]+(?:[-_][\p{L}\p{N}]+)*/gu)].some(([one]) => shape?.matches(one));
}

/** The cards, of which none is said by its id. */
function saysPlural(part: string, param: Param): boolean {
  const nouns = param.label.filter((word) => word !== 'id').map(stem);
  return !saysOne(part, param) && wordsIn(part).some((word) => /[^s]s$/.test(word) && nouns.includes(stem(word)));
}

type Ids = { share: number; needs: boolean; isLost: boolean };

/** The share of the said ids that each tool takes as an id of its own. */
export function idsTaken(views: ToolView[], scope: Scope): Ids[] {
  const each = views.map(({ params }) => {
    const own = params.filter(({ shape }) => shape !== undefined);
    return own.map((param) => ({ param, starts: idCandidates(param, scope).map(({ start }) => start) }));
  });
  const all = new Set(each.flat().flatMap(({ starts }) => starts));
  return each.map((own) => ({
    share: all.size === 0 ? 0 : new Set(own.flatMap(({ starts }) => starts)).size / all.size,
    needs: own.some(({ param, starts }) => param.required && starts.length > 0),
    isLost: all.size > 0 && own.every(({ starts }) => starts.length === 0),
  }));
}

const MOST_MISSING = 3;

/** What trying to fill in the arguments tells. */
export function withArguments(features: Features, view: ToolView, scope: Scope): Features {
  const { args, missing, spans } = fillParams(view.params, scope, aboutOf(view));
  const { mentions } = scope;
  const needed = view.params.filter(({ required }) => required).length;
  const taken = Object.values(spans);
  // Ids can be looked up, and so can whoever is named.
  const canLookUp = view.params.some(({ name, shape }) => shape && !(name in args));
  // Whose "my" things are is mostly known.
  const ofOwn = /\b(?:i|i['’]ve|my|me|mine)\b/i.test(scope.text);
  const wanting = missing.reduce(
    (sum, { shape, stems }) => sum + (!shape ? 1 : ofOwn && stems.some(isParty) ? 0.05 : 0.35),
    0,
  );
  // Who says three words or less wants to be asked for the rest.
  const terse = scope.tokens.length <= 3 ? 0.4 : 1;
  const isTaken = (one: Mention) => taken.some((span) => overlaps(span, one));
  const used = mentions.filter(
    (one) =>
      (canLookUp && /^(?:name|code|email)$/.test(one.kind)) ||
      isTaken(one) ||
      // More of the same are for calls of their own.
      mentions.some((other) => isTaken(other) && isAlike(one, other)),
  ).length;
  const days = mentions.reduce((sum, one) => sum + (one.kind !== 'date' ? 0 : one.to ? 2 : 1), 0);
  const dayParams = view.params.filter(({ role }) => role === 'date').length;
  const amount = amountTaken(view, scope, spans);
  return {
    ...features,
    filled: needed === 0 ? (Object.keys(args).length > 0 ? 1 : 0.5) : (needed - missing.length) / needed,
    missing: (Math.min(MOST_MISSING, wanting) / MOST_MISSING) * terse,
    missingAny: Math.min(1, wanting) * terse,
    used: mentions.length === 0 ? 0 : used / mentions.length,
    nothingSaid: mentions.length === 0 ? 1 : 0,
    choices: view.params.some(({ strict, name }) => strict && name in spans) ? 1 : 0,
    daysTaken: days > 1 && dayParams > 1 ? 1 : 0,
    daysLost: days > 1 && dayParams === 0 ? 1 : 0,
    dayTaken: days > 0 && dayParams > 0 ? 1 : 0,
    dayLost: days > 0 && dayParams === 0 ? 1 : 0,
    amountTaken: amount === 'taken' ? 1 : 0,
    amountLost: amount === 'lost' ? 1 : 0,
    nameLost: losesName(view, scope, spans) ? 1 : 0,
    ...agentFeatures(view, scope, spans),
  };
}

function isAlike(one: Mention, other: Mention): boolean {
  if (one.kind !== other.kind) return false;
  return one.kind !== 'number' || (other.kind === 'number' && one.unit === other.unit);
}

/** Who tells how much is to be done is not served by what is done to the whole. */
function amountTaken({ params, deeds }: ToolView, { mentions, text }: Scope, spans: Spans): 'none' | 'taken' | 'lost' {
  if (!deeds.some((deed) => acts.includes(deed)) || changeTold(text) === undefined) return 'none';
  const said = mentions.filter((one) => one.kind === 'number' && !one.inList);
  if (said.length === 0) return 'none';
  const isTaken = params.some(
    ({ name, type }) => type !== 'string' && spans[name] && said.some((one) => overlaps(one, spans[name]!)),
  );
  return isTaken ? 'taken' : 'lost';
}
