import { scopeOf } from '../arguments/scope.ts';
import type { Meaning } from '../types.ts';
import {
  type FeatureName,
  type Features,
  featureNames,
  idsTaken,
  quickFeatures,
  rarityOf,
  withArguments,
} from './features.ts';
import type { ToolView } from './view.ts';
import weights from './weights.json' with { type: 'json' };

/** How well one tool fits one part of a request: the score orders the tools, the relevance says whether it is meant at all. */
export type Fit = { view: ToolView; features: Features; score: number; isNamed: boolean };

/** Arguments are tried for so many of the tools that fit best by all else. */
const MOST_TRIED = 8;

/** The tools for each part, the best first. Each part is compared in meaning once. */
export async function rankTools(parts: string[], views: ToolView[], meaning: Meaning, today: Date): Promise<Fit[][]> {
  const texts = views.flatMap(({ gist, rest }) => [gist, rest]);
  const rarity = rarityOf(views);
  const likenesses = await Promise.all(parts.map((part) => meaning.likeness(part.slice(0, 600), texts)));
  return parts.map((part, at) => {
    const scope = scopeOf(part, today);
    const ids = idsTaken(views, scope);
    const first = views
      .map((view, of) => {
        const likeness = { gist: likenesses[at]?.[2 * of] ?? 0, rest: likenesses[at]?.[2 * of + 1] ?? 0 };
        return fitWith(part, view, quickFeatures(part, view, likeness, rarity, ids[of]!));
      })
      .sort(byScore);
    const tried = first
      .slice(0, MOST_TRIED)
      .map(({ view, features }) => fitWith(part, view, withArguments(features, view, scope)))
      .sort(byScore);
    return [...tried, ...first.slice(MOST_TRIED)];
  });
}

const byScore = (one: Fit, other: Fit) => other.score - one.score;

/** A tool that the request names is meant; one that serves the planning is not, unless it is named. */
const NAMED = 6;
const NOT_FOR_PERSONS = -10;

function fitWith(part: string, view: ToolView, features: Features): Fit {
  const isNamed = callsByName(part, view.tool.name);
  const extra = isNamed ? NAMED : view.meta ? NOT_FOR_PERSONS : 0;
  return { view, features, score: weighed(features, weights.rank) + extra, isNamed };
}

/** "Using math.hypot": names of one plain word are said without meaning the tool. */
function callsByName(part: string, name: string): boolean {
  if (!/[_.-]|\p{Ll}\p{Lu}/u.test(name)) return false;
  return part.toLowerCase().replace(/[.-]/g, '_').includes(name.toLowerCase().replace(/[.-]/g, '_'));
}

function weighed(features: Features, by: Record<FeatureName, number>): number {
  return featureNames.reduce((sum, name) => sum + features[name] * by[name], 0);
}

/** What a part does not say of a tool's arguments, another part may say. */
export function withSharedArguments(ofPart: Fit[], ofWhole: Fit[]): Fit[] {
  return ofPart
    .map((fit) => {
      const whole = ofWhole.find(({ view }) => view === fit.view)?.features;
      if (!whole || whole.filled === 0 || whole.missing >= fit.features.missing) return fit;
      const { filled, missing, missingAny } = whole;
      const features = { ...fit.features, filled, missing, missingAny };
      const gained = weighed(features, weights.rank) - weighed(fit.features, weights.rank);
      return { ...fit, features, score: fit.score + gained };
    })
    .sort(byScore);
}

const MANY_TOOLS = 16;
const WIDE_GAP = 3;

/** Whether a tool is what is asked for, and not only the nearest of what there is: over 0 where it more likely is. */
export function relevanceOf(fit: Fit, ranked: Fit[]): number {
  const { relevant: by } = weights;
  if (fit.isNamed) return NAMED;
  const { tools, gap, alone } = ofChoice(fit.score, ranked.find((one) => one !== fit)?.score, ranked.length);
  // What is called by its name is asked for, whatever is missing.
  const features = fit.features.named >= 0.5 ? { ...fit.features, missing: 0, missingAny: 0 } : fit.features;
  return by.bias + weighed(features, by) + by.tools * tools + by.gap * gap + by.alone * alone;
}

/** What the tools tell together: how many there are, and how far the next one is behind. */
export function ofChoice(
  score: number,
  next: number | undefined,
  count: number,
): { tools: number; gap: number; alone: number } {
  return {
    tools: Math.min(1, (count - 1) / MANY_TOOLS),
    gap: next === undefined ? 0 : Math.min(WIDE_GAP, score - next),
    alone: next === undefined ? 1 : 0,
  };
}
