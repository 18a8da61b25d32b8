import { type FeatureName, type Features, featureNames } from '../../playground/model/tools/features.ts';
import { ofChoice } from '../../playground/model/tools/rank.ts';
import { type Example, learnRanking, learnYes, product } from './regression.ts';
import type { Request } from './training.ts';

export type Known = Request & { features: Features[] };
type Weights = Record<FeatureName, number>;
export type Learned = {
  rank: Weights;
  relevant: Weights & { bias: number; tools: number; gap: number; alone: number };
};

const DECAY = 0.001;
const DECAY_TO_PRIOR = 0.005;

/** What is to be expected of what few requests show. */
const prior: Partial<Weights> = {
  ids: 3,
  idLost: -1,
  needsOneOfMany: -2,
  nameLost: -3,
  agentTaken: 0.5,
  agentLost: -1.5,
  daysTaken: 1,
  daysLost: -0.5,
  dayTaken: 0.5,
  dayLost: -1,
  amountTaken: 0.5,
  amountLost: -0.5,
  looksOnly: -1.2,
  actsUnasked: -1.5,
};

/** The weights by which tools are ordered, and those by which the first of them is meant at all. */
export function learn(known: Known[]): Learned {
  const choices = known.map(({ group, weight, features, tools, right }) => ({
    group,
    weight,
    options: features.map(rowOf),
    right: right.flatMap((name) => tools.flatMap((tool, at) => (tool.name === name ? [at] : []))),
  }));
  const rank = learnRanking(
    choices,
    featureNames.map((name) => prior[name] ?? 0),
    featureNames.map((name) => (name in prior ? DECAY_TO_PRIOR : DECAY)),
  );
  const examples = known.map((one) => exampleOf(one, rank));
  const [bias = 0, tools = 0, gap = 0, alone = 0, ...rest] = learnYes(examples, featureNames.length + 4, DECAY);
  return { rank: named(rank), relevant: { bias, tools, gap, alone, ...named(rest) } };
}

function exampleOf({ group, weight, features, right }: Known, rank: number[]): Example {
  const scored = features.map((one) => ({ features: one, score: product(rowOf(one), rank) }));
  const [first, second] = scored.sort((one, other) => other.score - one.score);
  const { tools, gap, alone } = ofChoice(first!.score, second?.score, features.length);
  return { group, weight, of: [1, tools, gap, alone, ...rowOf(first!.features)], yes: right.length > 0 };
}

function rowOf(features: Features): number[] {
  return featureNames.map((name) => features[name]);
}

function named(weights: number[]): Weights {
  return Object.fromEntries(featureNames.map((name, at) => [name, Number(weights[at]!.toFixed(3))])) as Weights;
}

/** Of each group, how often what was learned from all others chooses right. */
export function shareRight(known: Known[]): string[] {
  const groups = [...new Set(known.map(({ group }) => group))];
  return groups.map((group) => {
    const own = known.filter((one) => one.group === group);
    const learned = learn(known.filter((one) => one.group !== group));
    const meant = own.filter(({ right }) => right.length > 0);
    const chosen = own.map((one) => chosenBy(learned, one));
    const several = meant.filter(({ tools }) => tools.length > 1);
    const best = several.filter((one) => one.right.includes(bestBy(learned, one).name));
    const isMeant = own.filter(({ right }, at) => chosen[at] === right.length > 0);
    return `${group}: ${best.length} of ${several.length} choose the right tool, ${isMeant.length} of ${own.length} know whether there is one`;
  });
}

function bestBy(
  { rank }: Learned,
  { features, tools }: Known,
): { name: string; score: number; next: number | undefined; at: number } {
  const scores = features.map((one) => featureNames.reduce((sum, name) => sum + one[name] * rank[name], 0));
  const [score = 0, next] = scores.toSorted((one, other) => other - one);
  const at = scores.indexOf(score);
  return { name: tools[at]!.name, score, next, at };
}

function chosenBy(learned: Learned, one: Known): boolean {
  const { relevant: by } = learned;
  const { score, next, at } = bestBy(learned, one);
  const { tools, gap, alone } = ofChoice(score, next, one.features.length);
  const own = featureNames.reduce((sum, name) => sum + one.features[at]![name] * by[name], 0);
  return by.bias + by.tools * tools + by.gap * gap + by.alone * alone + own > 0;
}
