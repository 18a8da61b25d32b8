import type { Fit } from '../tools/rank.ts';
import { onlyAsks, ordersIn, ordersNewMeasure, ordersToTell } from '../words/orders.ts';
import { stem, wordsIn, wordsOfName } from '../words/stem.ts';
import { meanAlike } from '../words/synonyms.ts';
import { type Deed, isVerb } from '../words/verbs.ts';

/** Below this likeness in meaning a tool must show otherwise that it does what is ordered. */
const ALIKE = 0.5;

/** Ways to change a thing that exclude one another: who wants a limit raised wants no card blocked. */
const ways = [
  'raise increase extend upgrade expand grow',
  'lower decrease reduce cut downgrade shorten',
  'deactivate disable block stop freeze lock suspend close cancel pause terminate kill',
  'activate enable unblock unlock reopen resume restart restore unfreeze reactivate',
].map((words) => new Set(words.split(' ').map(stem)));
const destroys = /\b(?:delete|erase|wipe)\b/i;

/** Whether a tool that does something does what a part orders: nothing is done in the place of something else. */
export function servesOrder(part: string, fit: Fit, rivals: Fit[]): boolean {
  const { view, features } = fit;
  const orders = ordersIn(part);
  if (view.deeds.includes('read') || fit.isNamed) return true;
  if (orders.length === 0)
    return !onlyAsks(part) || isClear(fit) || !rivals.some((other) => other.view.deeds.includes('read'));
  const said = wordsIn(part).map(stem);
  const own = wordsOfName(view.tool.name).filter(isVerb).map(stem);
  if (excludes(said, own)) return false;
  if (ordersToTell(part) && !view.deeds.some((deed) => deed === 'send' || deed === 'create')) return false;
  if (ordersNewMeasure(part) && !view.deeds.includes('change')) return false;
  if (destroys.test(part) && !view.deeds.includes('remove') && !own.includes(stem('delete'))) return false;
  if (leavesOutId(fit, rivals)) return false;
  if (view.deeds.every((deed) => deed === 'remove') && !removes(orders, said, own, fit, rivals)) return false;
  if (takesAway(view.deeds, own) && !orders.some((deed) => view.deeds.includes(deed)) && !isSaid(said, own))
    return false;
  if (ordersOtherState(part, view)) return false;
  if (orders.some((deed) => view.deeds.includes(deed)) || features.meaning >= ALIKE) return true;
  if (undoes(orders, view.deeds) || undoes(view.deeds, orders)) return false;
  if (features.named >= 0.5 || said.some((one) => view.name.some((other) => meanAlike(one, other)))) return true;
  // To block or to unblock something is never done by making another thing about it.
  if (wayOf(said)) return false;
  return features.ids > 0 && view.params.some(({ required, shape }) => required && shape);
}

/** A tool may do what is asked in other words than those of a question. */
function isClear({ view, features }: Fit): boolean {
  return view.deeds.includes('run') || features.named >= 0.5 || features.meaning >= ALIKE;
}

/** What is gone is gone: it must be ordered in such words, and of such a thing. */
function removes(orders: Deed[], said: string[], own: string[], { features }: Fit, rivals: Fit[]): boolean {
  if (!orders.includes('remove') && !isSaid(said, own)) return false;
  return features.named > 0 || features.ids > 0 || !rivals.some((other) => other.features.named > 0);
}

function isSaid(said: string[], own: string[]): boolean {
  return said.some((one) => own.some((other) => meanAlike(one, other) || isSameWay(one, other)));
}

/** To block, to cancel and the like: it is done where it was ordered in such words. */
function takesAway(deeds: Deed[], own: string[]): boolean {
  return deeds.includes('remove') || own.some((one) => ways[2]!.has(one));
}

const newState = /\b(?:[sS]et|[mM]ark|[cC]hange|[sS]witch|[mM]ove)\s[^.,;]{1,40}?\s(?:to|as)\s+(\p{Ll}{4,})/u;

/** "Set order 4 to shipped" is not served by a tool that cancels orders: what it makes of them is another thing. */
function ordersOtherState(part: string, { name, about, takes, params, tool }: Fit['view']): boolean {
  const state = newState.exec(part)?.[1];
  if (state === undefined || /(?:^|[_\W])(?:update|change|edit|modify|set|mark|move|switch)/i.test(tool.name))
    return false;
  const one = stem(state);
  const known = [
    ...name,
    ...about,
    ...takes,
    ...params.flatMap(({ choices }) => choices.flatMap(({ stems }) => stems)),
  ];
  return !known.some((other) => other === one || meanAlike(one, other));
}

function isSameWay(one: string, other: string): boolean {
  return ways.some((way) => way.has(one) && way.has(other));
}

/** To take something away is never done by making something. */
function undoes(some: Deed[], others: Deed[]): boolean {
  return some.every((deed) => deed === 'remove') && others.every((deed) => deed === 'create');
}

function excludes(said: string[], own: string[]): boolean {
  const ofTool = wayOf(own);
  const ofPart = wayOf(said);
  return ofTool !== undefined && ofPart !== undefined && ofTool !== ofPart;
}

function wayOf(words: string[]): Set<string> | undefined {
  return ways.find((way) => words.some((one) => way.has(one)));
}

/** "Take the soap off bill 3": a tool that takes no bill, and no text that could tell of it, is not meant. */
function leavesOutId({ view, features, score }: Fit, rivals: Fit[]): boolean {
  if (features.ids > 0 || view.params.some(({ role }) => role === 'text' || role === 'query')) return false;
  if (features.used === 1)
    return rivals.some((other) => other.score > score && other.features.ids === 1 && other.features.needsId === 1);
  return rivals.some((other) => other.features.ids > 0);
}
