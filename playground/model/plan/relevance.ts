import { type Fit, relevanceOf } from '../tools/rank.ts';

/** Not where something is to be done and this only looks, nor the other way round. */
export function fitsDeed({ features, isNamed }: Fit): boolean {
  return (features.looksOnly < 1 && features.actsUnasked < 1) || isNamed;
}

/** Below this likeness in meaning a tool that speaks of nothing that was said is not meant. */
const ALIKE = 0.2;

function isStrange({ features, isNamed }: Fit): boolean {
  const { strange, implied, impliedAbout, choices, ids, meaning } = features;
  return !isNamed && strange === 1 && implied + impliedAbout + choices + ids === 0 && meaning < ALIKE;
}

export function isRelevant(fit: Fit, ranked: Fit[], least = 0): boolean {
  return fitsDeed(fit) && !isStrange(fit) && (readsSaidId(fit) || relevanceOf(fit, ranked) > least);
}

/** The record of an id that was said is always of use. */
function readsSaidId({ view, features }: Fit): boolean {
  return view.deeds.includes('read') && !view.meta && features.ids === 1 && features.needsId === 1;
}
