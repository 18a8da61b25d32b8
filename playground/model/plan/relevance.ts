import type { Features, Fit } from '../tools/rank.ts';

/** How much each counts for a tool being what is asked for, and not only the nearest of what there is; found as those of the ranking. */
const weights: Features = {
  meaning: 2.95,
  words: -0.45,
  known: 3.0,
  named: 1.8,
  verb: 0.55,
  filled: 0.5,
  used: 0.15,
  missing: -1.1,
  reached: 0.9,
  called: 5,
  ids: 2.5,
};
const BIAS = -2.55;

/** Where many tools are offered, what is asked is more often than not about what they are for. */
const PER_TOOL = 0.08;
const MOST_FOR_TOOLS = 1.3;

const FOR_A_DESK = 0.3;

export function leastFor(tools: number, hasDesk = false): number {
  return -Math.min(MOST_FOR_TOOLS, (tools - 1) * PER_TOOL) - (hasDesk ? FOR_A_DESK : 0);
}

/** Not where something is to be done and this only looks, nor the other way round. */
export function fitsDeed({ features }: Fit): boolean {
  return features.verb > -1 || features.called > 0;
}

export function isRelevant(fit: Fit, least = 0): boolean {
  if (!fitsDeed(fit)) return false;
  const names = Object.keys(weights) as (keyof Features)[];
  return names.reduce((sum, name) => sum + fit.features[name] * weights[name], BIAS) > least;
}
