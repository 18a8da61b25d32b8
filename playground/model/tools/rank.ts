import { fillParams } from '../arguments/fill.ts';
import { idCandidates } from '../arguments/ids.ts';
import { changeTold } from '../arguments/movements.ts';
import { type Scope, scopeOf } from '../arguments/scope.ts';
import { namesIn } from '../mentions/names.ts';
import { overlaps } from '../mentions/types.ts';
import type { Meaning } from '../types.ts';
import { fillers } from '../words/common.ts';
import { onlyAsks, ordersIn, withoutAddress } from '../words/orders.ts';
import { meantBy } from '../words/sayings.ts';
import { stem, wordsIn } from '../words/stem.ts';
import { synonymsOf } from '../words/synonyms.ts';
import { currencyOf } from '../words/units.ts';
import { type Deed, deedsOf } from '../words/verbs.ts';

import type { ToolView } from './view.ts';

/** How well one tool fits one part of a request: by meaning, by words, by its verb, and by what of its arguments is said. */
export type Fit = { view: ToolView; features: Features; score: number };

export type Features = {
  /** How alike in meaning. */
  meaning: number;
  /** How much of what the tools here speak of, rare words counting more, this one speaks of. */
  words: number;
  /** How much of what was said the tool speaks of. */
  known: number;
  /** How much of the tool's name was said. */
  named: number;
  verb: number;
  /** How much of what it needs was said, and how much of what was said it takes. */
  filled: number;
  used: number;
  missing: number;
  /** 1 where the request names the tool itself. */
  called: number;
  /** How much of the ids that were said, as far as tools here take them, this one takes. */
  ids: number;
};

/** Arguments are tried for so many of the tools that fit best by all else. */
const MOST_TRIED = 8;

/** The tools for each part, the best first. Each part is compared in meaning once. */
export async function rankTools(parts: string[], views: ToolView[], meaning: Meaning, today: Date): Promise<Fit[][]> {
  const gists = views.map(({ gist }) => gist);
  const rarity = rarityOf(views);
  const likenesses = await Promise.all(parts.map((part) => meaning.likeness(part.slice(0, 600), gists)));
  return parts.map((part, at) => {
    const scope = scopeOf(part, today);
    const ids = idsTaken(views, scope);
    const first = views.map((view, of) => fitOf(part, view, likenesses[at]?.[of] ?? 0, rarity, ids[of]!)).sort(byScore);
    const tried = first
      .slice(0, MOST_TRIED)
      .map((fit) => withArguments(fit, scope))
      .sort(byScore);
    return [...tried, ...first.slice(MOST_TRIED)];
  });
}

/** A tool for one thing by its id comes before one that may take the id, too. */
const OF_ONE = 0.1;

type Spans = Record<string, { start: number; end: number }>;

/** Who tells how much is to be done is not served by what is done to the whole. */
function amountsTaken({ params, deeds }: ToolView, { mentions, text }: Scope, spans: Spans): number {
  if (!deeds.some((deed) => acts.includes(deed)) || changeTold(text) === undefined) return 0;
  const said = mentions.filter((one) => one.kind === 'number' && !one.inList);
  const taken = params.some(
    ({ name, type }) => type !== 'string' && spans[name] && said.some((one) => overlaps(one, spans[name]!)),
  );
  return said.length === 0 ? 0 : taken ? AMOUNT_TAKEN : -AMOUNT_TAKEN;
}
const AMOUNT_TAKEN = 0.5;

/** "What did Ann Berg buy?" is for a tool that takes whose it is, rather than words to search things by. */
function buyerTaken({ params }: ToolView, { text }: Scope, spans: Spans): number {
  const buyer = buys.exec(text)?.[1];
  if (buyer === undefined) return 0;
  const at = text.indexOf(buyer);
  const takes = params.some(
    ({ name, role, label }) =>
      spans[name] &&
      overlaps(spans[name]!, { start: at, end: at + buyer.length }) &&
      (role === 'person' || label.includes('customer')),
  );
  return takes ? BUYER_TAKEN : 0;
}
const buys =
  /\b(?:did|does|do|has|have|had)\s+(\p{Lu}[\p{L}'’-]*(?: \p{Lu}[\p{L}'’-]*){0,2})\s+(?:\p{Ll}+ )?(?:buy|bought|orders?|ordered|pay|paid|owes?|spend|spent|get|got|purchased?|rent|rented|book|booked|returned?)\b/u;
const BUYER_TAKEN = 1;

/** The share of the said ids that each tool takes as an id of its own. */
function idsTaken(views: ToolView[], scope: Scope): number[] {
  const each = views.map(
    ({ params }) =>
      new Set(
        params
          .filter(({ shape }) => shape !== undefined)
          .flatMap((param) => idCandidates(param, scope).map(({ start }) => start)),
      ),
  );
  const all = new Set(each.flatMap((starts) => [...starts]));
  const needed = views.map(({ params }) =>
    params.some((one) => one.required && one.shape && idCandidates(one, scope).length > 0),
  );
  return each.map(({ size }, at) => (all.size === 0 ? 0 : size / all.size + (needed[at] ? OF_ONE : 0)));
}

/** A long request tells more than what it asks for: of so many telling words and more, some suffice. */
const LONG_REQUEST = 10;

const byScore = (one: Fit, other: Fit) => other.score - one.score;

function withArguments(fit: Fit, scope: Scope): Fit {
  const { view } = fit;
  const { args, missing, spans } = fillParams(view.params, scope, new Set([...view.name, ...view.about.slice(0, 12)]));
  const needed = view.params.filter(({ required }) => required).length;
  const taken = Object.values(spans);
  // "refund" alone wants to be asked for what is missing.
  const isTerse = scope.tokens.length <= 3;
  const isPlainOrder = fit.features.named === 1 && fit.features.verb > 0 && ordersIn(scope.text).length > 0;
  // Ids can be looked up, and so can whoever is named.
  const canLookUp = view.params.some(({ name, shape }) => shape && !(name in args));
  const wanting = missing.reduce((sum, { shape }) => sum + (shape ? 0.35 : 1), 0);
  const used = scope.mentions.filter(
    (one) =>
      (canLookUp && (one.kind === 'name' || one.kind === 'code')) ||
      taken.some((span) => span.start < one.end && one.start < span.end),
  ).length;
  const features = {
    ...fit.features,
    filled: needed === 0 ? (Object.keys(args).length > 0 ? 1 : 0.5) : (needed - missing.length) / needed,
    used: scope.mentions.length === 0 ? 0.5 : used / scope.mentions.length,
    missing: Math.min(3, wanting) * (isTerse ? 0.4 : isPlainOrder ? 0.5 : 1),
  };
  return {
    view,
    features,
    score:
      scoreOf(features, view) +
      daysTaken(view, scope) +
      amountsTaken(view, scope, spans) +
      buyerTaken(view, scope, spans) +
      adjustment(scope.text, view),
  };
}

/** What a part does not say of a tool's arguments, another part may say. */
export function withSharedArguments(ofPart: Fit[], ofWhole: Fit[]): Fit[] {
  return ofPart
    .map((fit) => {
      const whole = ofWhole.find(({ view }) => view === fit.view)?.features;
      if (!whole || whole.filled === 0 || whole.missing >= fit.features.missing) return fit;
      const { filled, missing } = whole;
      const gained = (fit.features.missing - missing) * -weights.missing;
      return { ...fit, features: { ...fit.features, filled, missing }, score: fit.score + gained };
    })
    .sort(byScore);
}

/** "From the first to the tenth" is for a tool that takes two days. */
function daysTaken({ params }: ToolView, { mentions }: Scope): number {
  const said = mentions.reduce((sum, one) => sum + (one.kind !== 'date' ? 0 : one.to ? 2 : 1), 0);
  if (said < 2) return 0;
  const taken = params.filter(({ role }) => role === 'date').length;
  return taken > 1 ? DAYS_TAKEN : taken === 0 ? -DAYS_TAKEN / 2 : 0;
}
const DAYS_TAKEN = 1.2;

function rarityOf(views: ToolView[]): Map<string, number> {
  const having = new Map<string, number>();
  for (const view of views) {
    for (const one of new Set([...view.name, ...view.about, ...view.takes]))
      having.set(one, (having.get(one) ?? 0) + 1);
  }
  return new Map([...having].map(([one, count]) => [one, Math.log(1 + views.length / count)]));
}

function fitOf(part: string, view: ToolView, likeness: number, rarity: Map<string, number>, ids: number): Fit {
  const said = saidIn(part, rarity);
  let got = 0;
  let could = 0;
  let known = 0;
  for (const one of said) {
    const strength = strengthIn(view, one);
    const weight = rarity.get(one) ?? rarestOf(one, rarity);
    if (strength > 0) known += strength;
    if (weight === undefined) continue;
    got += strength * weight;
    could += weight;
  }
  const features: Features = {
    meaning: likeness,
    words: could === 0 ? 0 : got / could,
    known: said.length === 0 ? 0 : Math.min(1, known / Math.min(said.length, LONG_REQUEST)),
    named: nameCover(view, said),
    verb: verbFit(part, view.deeds),
    filled: 0,
    used: 0,
    missing: 0,
    called: callsByName(part, view.tool.name) ? 1 : 0,
    ids,
  };
  return { view, features, score: scoreOf(features, view) + adjustment(part, view) };
}

function adjustment(part: string, view: ToolView): number {
  return servesSaying(part, view) + givesWhatIsAsked(part, view);
}

/** "Which articles", "list the invoices": what a tool's name says that it gives. */
function givesWhatIsAsked(part: string, { nouns }: ToolView): number {
  const counted = countOf.exec(part)?.[1];
  if (counted !== undefined && wordsIn(counted).some((one) => nouns.includes(stem(one))))
    return GIVES_IT + (nouns.some((one) => counting.has(one)) ? COUNTS_IT : 0);
  const noun = asked.exec(part)?.[1];
  if (noun === undefined) return 0;
  return nouns.some((one) => one === stem(noun.toLowerCase())) ? GIVES_IT : 0;
}
const asked = /^(?:and )?(?:which|what|how many|any|(?:show|give|list)(?: me)?)\s+(?:all |the |of )*(\p{L}+)/iu;
const GIVES_IT = 0.6;
const countOf = /^(?:and |so )?how many ((?:\p{L}+ ?){1,3})/iu;
const counting = new Set(['count', 'counts', 'metrics', 'statistics', 'stats', 'summary', 'totals'].map(stem));
const COUNTS_IT = 0.3;

/** Tools that serve whoever plans are for persons only where they say so. */
function servesSaying(part: string, { meta, name, about }: ToolView): number {
  if (!meta) return 0;
  return meantBy(part).filter((one) => name.includes(one) || about.includes(one)).length > 1 ? 4.5 : 0;
}

/** How much each counts, found by logistic regression over requests of many domains with several tools. */
const weights: Features = {
  meaning: 2.1,
  words: 3.6,
  known: 2.4,
  named: 1.7,
  verb: 1.25,
  filled: 0,
  used: 0.9,
  missing: -1,
  called: 6,
  ids: 3,
};

function scoreOf(features: Features, { meta }: ToolView): number {
  const names = Object.keys(weights) as (keyof Features)[];
  return names.reduce((sum, name) => sum + features[name] * weights[name], meta ? -3 : 0);
}

/** "Using math.hypot": names of one plain word are said without meaning the tool. */
function callsByName(part: string, name: string): boolean {
  if (!/[_.-]|\p{Ll}\p{Lu}/u.test(name)) return false;
  return part.toLowerCase().replace(/[.-]/g, '_').includes(name.toLowerCase().replace(/[.-]/g, '_'));
}

/** The telling words of a part. Names that no tool knows say nothing of which tool is meant; who asks for a person. */
function saidIn(part: string, rarity: Map<string, number>): string[] {
  const inNames = wordsOfNames(part, rarity);
  const words = [...part.matchAll(/[\p{L}\p{N}]+(?:['’][\p{L}]+)?/gu)].flatMap(([word], at) => {
    const lower = word.toLowerCase().replace(/['’]s$/, '');
    if (/^who(?:'s)?$/.test(lower))
      return /\s\p{Lu}/u.test(part.slice(3)) && !/\bwho (?:has|have|uses?|owns?)\b/i.test(part) ? ['person'] : [];
    if (currencyOf(lower)) return [lower, 'currency'];
    if (fillers.has(lower) || /^\d/.test(lower)) return [];
    const isName = inNames.has(word) || (at > 0 && /^\p{Lu}/u.test(word) && !rarity.has(stem(lower)));
    return isName ? [] : [lower];
  });
  return [...new Set([...words.map(stem), ...meantBy(part).filter((one) => rarity.has(one))])].slice(0, 60);
}

/** "Blue Harbor": where one word of a name is known to no tool, the others are parts of a name, too. */
function wordsOfNames(part: string, rarity: Map<string, number>): Set<string> {
  const names = namesIn(part)
    .map(({ text }) => text.split(/\s+/))
    .filter((words) => words.length > 1 && words.some((word) => !rarity.has(stem(word.toLowerCase()))));
  return new Set(names.flat());
}

function rarestOf(one: string, rarity: Map<string, number>): number | undefined {
  for (const other of synonymsOf(one)) if (rarity.has(other)) return rarity.get(other)! * 0.6;
  return undefined;
}

function strengthIn({ name, about, takes }: ToolView, one: string): number {
  if (name.includes(one)) return 1;
  if (about.includes(one)) return 0.75;
  if (takes.includes(one)) return 0.5;
  for (const other of synonymsOf(one)) {
    if (name.includes(other)) return 0.6;
    if (about.includes(other)) return 0.4;
  }
  return 0;
}

/** How much of the tool's name was said. */
function nameCover({ nouns: name }: ToolView, said: string[]): number {
  if (name.length === 0) return 0;
  const hits = name.filter((one) => said.includes(one) || [...synonymsOf(one)].some((other) => said.includes(other)));
  return hits.length / name.length;
}

const acts: Deed[] = ['change', 'remove', 'send'];

function verbFit(part: string, deeds: Deed[]): number {
  const wanted = wantedDeeds(part);
  if (wanted.length === 0) return 0;
  if (deeds.some((deed) => wanted.includes(deed))) return 0.12;
  const reads = (some: Deed[]) => some.includes('read');
  if (reads(deeds) && reads(wanted)) return 0;
  if (!reads(deeds) && !reads(wanted)) return ordersIn(part).length > 0 ? -0.4 : 0;
  // Who only asks wants nothing changed, and who wants something done is not served by looking.
  if (reads(wanted)) return !onlyAsks(part) ? -0.2 : deeds.some((deed) => acts.includes(deed)) ? -1.5 : -0.8;
  return deeds.every((deed) => deed === 'read') && ordersIn(part).length > 0 ? -1.2 : -0.2;
}

/** What the first verb of a part wants to be done. A question wants to know. */
export function wantedDeeds(part: string): Deed[] {
  const ordered = ordersIn(part);
  if (ordered.length > 0) return ordered;
  const words = wordsIn(withoutAddress(part)).slice(0, 14);
  const [first = '', second = ''] = words;
  if (
    /^(?:what|who|which|when|where|how|whose|why|is|are|was|were|did|does|do|has|have|any|anything|anyone|anybody)$/.test(
      first,
    )
  )
    return ['read'];
  if (/^(?:can|could|would|will|please|i|we|you)$/.test(first) || second === '') {
    const verb = words.find((word) => deedsOf(word).length > 0 && !/^(?:want|need|like|know|please|help)$/.test(word));
    return verb ? deedsOf(verb) : [];
  }
  const verb = words.find((word) => deedsOf(word).length > 0);
  return verb ? deedsOf(verb) : [];
}
