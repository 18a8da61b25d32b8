import { choiceCandidates } from '../arguments/choices.ts';
import { scopeOf } from '../arguments/scope.ts';
import { findMentions } from '../mentions/find.ts';
import { splitParts } from '../parts/split.ts';
import type { Conversation } from '../thread/conversation.ts';
import { withSubjects } from '../thread/records.ts';
import { wantedDeeds } from '../tools/deeds.ts';
import { type Fit, rankTools, withSharedArguments } from '../tools/rank.ts';
import type { ToolView } from '../tools/view.ts';
import type { Meaning } from '../types.ts';
import { onlyAsks, onlyTells, ordersIn, ordersToTell, tellsWhy } from '../words/orders.ts';
import { wordsIn } from '../words/stem.ts';
import type { Goal } from './goal.ts';
import type { Wish } from './goals.ts';
import { houseGoal } from './house.ts';
import { sharedOut } from './one-tool-each.ts';
import { fitsDeed, isRelevant } from './relevance.ts';
import { servesOrder } from './serves-order.ts';
import { shortcut } from './shortcuts.ts';
import { claimedBy } from './tools-by-noun.ts';

/** A part may be short, as the others say what it is about. */
const LEAST_OF_A_PART = -0.6;
const LEAST_OF_ANOTHER = 0;
/** "Can you find some for me?" names nothing: it speaks of what the other parts ask for. */
const LEAST_OF_A_VAGUE_ONE = 0.7;
/** What fits no better than this is not meant because those before it do what is not to be done. */
const MOST_PASSED_OVER = 3;

/** The parts of a question, each with the tool that fits it best, if any does. */
export async function wishesOf(
  question: string,
  conversation: Conversation,
  views: ToolView[],
  meaning: Meaning,
  today: Date,
): Promise<(Wish & { goal?: Goal })[]> {
  if (views.length === 0 || !/[\p{L}\p{N}]/u.test(question)) return [];
  const goal = shortcut(question, conversation, views);
  if (goal) return [{ part: question, fit: undefined, goal }];
  const parts = withSubjects(splitParts(question), views);
  const ranked = await rankTools(parts.length > 1 ? [question, ...parts] : [question], views, meaning, today);
  const whole = ranked[0]!;
  const asked = houseGoal(question, whole, views);
  if (asked) return [{ part: question, fit: undefined, goal: asked }];
  const wishes =
    parts.length <= 1
      ? [{ part: question, fit: best(question, whole), ranked: whole }]
      : parts.map((part, at) => {
          const own = withSharedArguments(ranked[at + 1]!, whole);
          return { part, fit: bestOfPart(part, own, whole, today), ranked: own };
        });
  const told = sharedOut(wishes, views).map((wish, at) =>
    onlyTells(wish.part) ||
    (tellsWhy(wish.part) && wishes.slice(at + 1).some(isOrdered)) ||
    isOnlyChoice(wish.part, wishes[at - 1]?.fit, today) ||
    isOfTheSame(wish, wishes.slice(0, at), today) ||
    addsTo(wish, wishes.slice(0, at))
      ? { ...wish, fit: undefined }
      : wish,
  );
  const asking = told.some(({ fit }) => fit) ? told : wishes;
  const some = asking.some(({ fit }) => fit) ? asking : [{ part: question, fit: best(question, whole), ranked: whole }];
  return some.flatMap((wish) => claimedBy({ ...wish, others: othersOf(wish.ranked) }, wish.ranked));
}

/** Something is to be done, and there is a tool for it. */
function isOrdered({ part, fit }: Wish): boolean {
  return ordersIn(part).length > 0 && fit !== undefined && !fit.view.deeds.includes('read');
}

/** "… Low priority." says what the tool of the part before may be told. */
function isOnlyChoice(part: string, before: Fit | undefined, today: Date): boolean {
  if (!before || wordsIn(part).length > MOST_OF_A_CHOICE || /\?/.test(part) || ordersIn(part).length > 1) return false;
  const scope = scopeOf(part, today);
  return before.view.params.some(
    (param) =>
      param.strict && choiceCandidates(param, scope, new Set(param.stems)).some(({ score }) => score >= SURE_CHOICE),
  );
}
const MOST_OF_A_CHOICE = 4;
const SURE_CHOICE = 0.7;

/** "High priority, Maya should take it": behind an order, what neither asks nor orders tells more of it. */
function addsTo({ part }: Wish, before: Wish[]): boolean {
  const last = before.findLast(({ fit }) => fit)?.fit;
  if (!last || last.view.deeds.includes('read') || /\?|^(?:and|also|plus|then)\b/i.test(part)) return false;
  return !onlyAsks(part) && ordersIn(part).length === 0 && !wantedDeeds(part).includes('read');
}

/** "Ticket 3 is closed, right? What was the cause": a question that names nothing is about what was asked before, unless it clearly wants another tool. */
function isOfTheSame({ part, fit, ranked = [] }: Wish & { ranked?: Fit[] }, before: Wish[], today: Date): boolean {
  const last = before.findLast((one) => one.fit)?.fit;
  if (!fit || !last || last.view === fit.view || !last.view.deeds.includes('read')) return false;
  if (findMentions(part, today).length > 0 || ordersIn(part).length > 0) return false;
  const again = ranked.find(({ view }) => view === last.view);
  if (!again) return false;
  // What is asked of a record by "it" is told by the record, unless the thing that another tool tells is named.
  const takesUp = /\b(?:it|its|they|them|their|that|this|those|these)\b/i.test(part);
  const isOfRecord =
    last.features.ids > 0 && ((takesUp && fit.features.named < HALF_NAMED) || (isThing.test(part) && wantsAll(fit)));
  return isOfRecord || fit.score - again.score < (takesUp ? CLOSE_WHERE_TAKEN_UP : CLOSE);
}
/** "What is wrong with the order?" is about one of them, and not about all that a list would show. */
const isThing = /\bthe (?!\p{L}*s\b)\p{L}{3,}[?.!]*$/iu;
function wantsAll({ view, features }: Fit): boolean {
  return features.nothingSaid === 1 && view.params.every(({ required }) => !required);
}
const CLOSE = 1;
const CLOSE_WHERE_TAKEN_UP = 3;

/** A part that wants another tool than all of the request seems to must say so clearly. */
function bestOfPart(part: string, ranked: Fit[], whole: Fit[], today: Date): Fit | undefined {
  const first = ranked[0];
  if (first?.view === whole[0]?.view) return best(part, ranked, LEAST_OF_A_PART);
  const isVague = findMentions(part, today).length === 0 && first !== undefined && first.features.named < HALF_NAMED;
  return best(part, ranked, isVague ? LEAST_OF_A_VAGUE_ONE : LEAST_OF_ANOTHER);
}
const HALF_NAMED = 0.5;

function best(part: string, ranked: Fit[], least = 0): Fit | undefined {
  const sender = ordersToTell(part) ? ranked.find(isReadySender) : undefined;
  if (sender) return sender;
  const near = ranked.slice(0, MOST_PASSED_OVER).filter((fit) => fitsDeed(fit) && servesOrder(part, fit, ranked));
  // Who names somebody is not served by what cannot be told the name, where something else can.
  const first = near.find((fit) => fit.features.nameLost === 0 && isRelevant(fit, ranked, least)) ?? near[0];
  return first && isRelevant(first, ranked, least) ? first : undefined;
}

/** Whatever a message is about, it is sent where it was said to whom. */
function isReadySender({ view, features }: Fit): boolean {
  return view.deeds.includes('send') && !view.meta && features.missing === 0;
}

function othersOf(ranked: Fit[]): Fit[] {
  return ranked.slice(1, 5).filter((fit) => isRelevant(fit, ranked, LEAST_OF_ANOTHER) && !fit.view.meta);
}
