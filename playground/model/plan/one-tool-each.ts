import type { Fit } from '../tools/rank.ts';
import type { ToolView } from '../tools/view.ts';
import { isRelevant } from './relevance.ts';

/** Where few tools are offered, each is likely meant once. */
const FEW_TOOLS = 5;
const CLOSE = 0.5;
const LEAST = 0.6;

type Ranked = { part: string; fit: Fit | undefined; ranked: Fit[] };

/** Two parts that both seem to want one tool: that which wants another as much, which no part has, is given the other. */
export function sharedOut<T extends Ranked>(wishes: T[], views: ToolView[]): T[] {
  if (wishes.length < 2 || views.filter(({ meta }) => !meta).length > FEW_TOOLS) return wishes;
  const taken = new Set(wishes.flatMap(({ fit }) => (fit ? [fit.view] : [])));
  const swaps = wishes.flatMap((wish) => {
    const { fit, ranked } = wish;
    if (!fit || !wishes.some((one) => one !== wish && one.fit?.view === fit.view)) return [];
    const other = ranked.find(({ view }) => !taken.has(view) && !view.meta);
    return other && fit.score - other.score < CLOSE && isRelevant(other, ranked, LEAST)
      ? [{ wish, other, gap: fit.score - other.score }]
      : [];
  });
  const [best] = swaps.sort((a, b) => a.gap - b.gap);
  if (!best) return wishes;
  return sharedOut(
    wishes.map((wish) => (wish === best.wish ? { ...wish, fit: best.other } : wish)),
    views,
  );
}
