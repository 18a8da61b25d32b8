import { fillParams } from '../arguments/fill.ts';
import { idCandidates } from '../arguments/ids.ts';
import { type Scope, scopeOf } from '../arguments/scope.ts';
import { namesIn } from '../mentions/names.ts';
import type { Meaning } from '../types.ts';
import { fillers } from '../words/common.ts';
import { withoutSuperlatives } from '../words/degrees.ts';
import { ordersIn } from '../words/orders.ts';
import { isParty } from '../words/parties.ts';
import { meantBy } from '../words/sayings.ts';
import { stem } from '../words/stem.ts';
import { synonymsOf } from '../words/synonyms.ts';
import { currencyOf } from '../words/units.ts';

import { verbFit } from './deeds.ts';
import { givesWhatIsAsked } from './given.ts';
import { takesWhatIsSaid } from './taken.ts';
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
  /** 1 where its record can be found by the name that was said, and the tool speaks of what is asked. */
  reached: number;
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

const HALF_KNOWN = 0.3;

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
  // Whose "my" things are is mostly known.
  const ofOwn = /\b(?:i|i['’]ve|my|me|mine)\b/i.test(scope.text);
  const wanting = missing.reduce(
    (sum, { shape, stems }) => sum + (!shape ? 1 : ofOwn && stems.some(isParty) ? 0.05 : 0.35),
    0,
  );
  const used = scope.mentions.filter(
    (one) =>
      (canLookUp && (one.kind === 'name' || one.kind === 'code')) ||
      taken.some((span) => span.start < one.end && one.start < span.end),
  ).length;
  const features = {
    ...fit.features,
    filled: needed === 0 ? (Object.keys(args).length > 0 ? 1 : 0.5) : (needed - missing.length) / needed,
    used: scope.mentions.length === 0 ? 0.5 : used / scope.mentions.length,
    reached:
      canLookUp && fit.features.known >= HALF_KNOWN && scope.mentions.some(({ kind }) => kind === 'name') ? 1 : 0,
    missing: Math.min(3, wanting) * (isTerse ? 0.4 : isPlainOrder ? 0.5 : 1),
  };
  return {
    view,
    features,
    score: scoreOf(features, view) + takesWhatIsSaid(view, scope, spans) + givesWhatIsAsked(scope.text, view),
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
    reached: 0,
    called: callsByName(part, view.tool.name) ? 1 : 0,
    ids,
  };
  return { view, features, score: scoreOf(features, view) + givesWhatIsAsked(part, view) };
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
  reached: 0,
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
  const words = [...withoutSuperlatives(part).matchAll(/[\p{L}\p{N}]+(?:['’][\p{L}]+)?/gu)].flatMap(([word], at) => {
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

/** How much of the tool's name was said. */
function nameCover({ nouns: name }: ToolView, said: string[]): number {
  if (name.length === 0) return 0;
  const hits = name.filter((one) => said.includes(one) || [...synonymsOf(one)].some((other) => said.includes(other)));
  return hits.length / name.length;
}
