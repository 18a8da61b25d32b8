import { findMentions } from '../mentions/find.ts';
import { capped, splitParts } from '../parts/split.ts';
import { withAliases } from '../thread/aliases.ts';
import { type Conversation, readConversation } from '../thread/conversation.ts';
import { withSubjects } from '../thread/records.ts';
import { wholeQuestion } from '../thread/reference.ts';
import { type Fit, rankTools, wantedDeeds, withSharedArguments } from '../tools/rank.ts';
import { isWay, type ToolView, viewOf } from '../tools/view.ts';
import type { ChatRequest, Decision, Deps, Findings, Meaning } from '../types.ts';
import { spelledOut } from '../words/careless.ts';
import { withCapitals } from '../words/careless-names.ts';
import { onlyAsks, onlyTells, ordersIn } from '../words/orders.ts';
import { canonical } from './canonical.ts';
import { claimedBy } from './claims.ts';
import { corrected } from './corrections.ts';
import { furtherGoals } from './further.ts';
import { type Goal, goalsOf, type Wish } from './goals.ts';
import { houseGoal } from './house.ts';
import { insteadOf } from './instead.ts';
import { isUsageError, stepOf } from './otherwise.ts';
import { callBefore } from './procedures.ts';
import { fitsDeed, isRelevant, leastFor } from './relevance.ts';
import type { Step } from './resolve.ts';
import { sharedOut } from './share-out.ts';
import { recordOf, shortcut } from './shortcuts.ts';
import { askFor, askForOneOf, askWhich, declineAll } from './words.ts';

const MOST_TOOLS = 200;
const MOST_CALLS_A_TURN = 24;
/** A part may be short, as the others say what it is about. */
const LEAST_OF_A_PART = -0.6;
const LEAST_OF_ANOTHER = 0;
/** "Can you find some for me?" names nothing: it speaks of what the other parts ask for. */
const LEAST_OF_A_VAGUE_ONE = 0.7;
/** What fits no better than this is not meant because those before it do what is not to be done. */
const MOST_PASSED_OVER = 3;
/** From so many characters on a system message tells what its tools are for, and who writes there mostly wants that. */
const LEAST_OF_A_DESK = 300;

type Call = { name: string; arguments: Record<string, unknown> };
type Open = Findings['open'];

/** What the stand-in does next, from the request alone. It plans anew each time; calls that were made are not made again. */
export async function decide(request: ChatRequest, { meaning, writeAnswer, today }: Deps): Promise<Decision> {
  const conversation = readConversation(request);
  const views = request.tools.slice(0, MOST_TOOLS).map(viewOf);
  const question = withAliases(
    capped(withCapitals(spelledOut(wholeQuestion(conversation, views, today)), views)),
    conversation.system,
    views,
  );
  const wishes = await wishesOf(question, conversation, views, meaning, today);
  const goals = wishes.flatMap(({ goal }) => (goal ? [goal] : []));
  const asked = goals.length > 0 ? goals : withRecord(goalsOf(wishes, question, today), question, views);
  const planned = asked.map((goal) => ({ ...goal, args: corrected(goal.args, conversation.done) }));
  const { calls, open } = nextCalls(planned, conversation, views, today);
  if (calls.length > 0 && conversation.done.length + calls.length <= MOST_CALLS_A_TURN) return { kind: 'calls', calls };
  const declined = planned.length === 0 && question !== '' ? [{ part: question, why: declineAll(views) }] : [];
  return {
    kind: 'answer',
    text: writeAnswer(findingsOf({ ...conversation, question }, wishes, [...open, ...declined], views)),
  };
}

async function wishesOf(
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
  const hasDesk = conversation.system.length > LEAST_OF_A_DESK;
  const asked = houseGoal(question, whole, views);
  if (asked) return [{ part: question, fit: undefined, goal: asked }];
  const wishes =
    parts.length <= 1
      ? [{ part: question, fit: best(whole, hasDesk), ranked: whole }]
      : parts.map((part, at) => {
          const own = withSharedArguments(ranked[at + 1]!, whole);
          return { part, fit: bestOfPart(own, whole, hasDesk, saysValue(part, today)), ranked: own };
        });
  const told = sharedOut(wishes, views).map((wish, at) =>
    onlyTells(wish.part) || isOfTheSame(wish, wishes.slice(0, at)) || addsTo(wish, wishes.slice(0, at))
      ? { ...wish, fit: undefined }
      : wish,
  );
  const asking = told.some(({ fit }) => fit) ? told : wishes;
  const some = asking.some(({ fit }) => fit) ? asking : [{ part: question, fit: best(whole, hasDesk), ranked: whole }];
  return some.flatMap((wish) => claimedBy({ ...wish, others: othersOf(wish.ranked) }, wish.ranked));
}

/** "Compare ticket 10 with ticket 3, are they solved": what the record that was asked for tells. */
function isOfTheSame({ part, fit }: Wish, before: Wish[]): boolean {
  const last = before.findLast((one) => one.fit && one.fit.features.ids > 0)?.fit;
  if (!fit || !last || fit.features.ids > 0) return false;
  const ofBefore = last.view.nouns;
  return /\b(?:they|them|it)\b/i.test(part) && fit.view.nouns.every((one) => ofBefore.includes(one));
}

/** "High priority, Maya should take it": behind an order, what neither asks nor orders tells more of it. */
function addsTo({ part }: Wish, before: Wish[]): boolean {
  const last = before.findLast(({ fit }) => fit)?.fit;
  if (!last || last.view.deeds.includes('read') || /\?|^(?:and|also|plus|then)\b/i.test(part)) return false;
  return !onlyAsks(part) && ordersIn(part).length === 0 && !wantedDeeds(part).includes('read');
}

/** A part that wants another tool than all of the request seems to must say so clearly. */
function bestOfPart(ranked: Fit[], whole: Fit[], hasDesk: boolean, hasValue: boolean): Fit | undefined {
  const first = ranked[0];
  if (first?.view === whole[0]?.view) return best(ranked, hasDesk, LEAST_OF_A_PART);
  const isVague = !hasValue && first !== undefined && first.features.named < HALF_NAMED;
  return best(ranked, hasDesk, isVague ? LEAST_OF_A_VAGUE_ONE : LEAST_OF_ANOTHER);
}
const HALF_NAMED = 0.5;

function saysValue(part: string, today: Date): boolean {
  return findMentions(part, today).length > 0;
}

function best(ranked: Fit[], hasDesk: boolean, least = 0): Fit | undefined {
  const first = ranked.slice(0, MOST_PASSED_OVER).find(fitsDeed);
  return first && isRelevant(first, least + leastFor(ranked.length, hasDesk)) ? first : undefined;
}

function othersOf(ranked: Fit[]): Fit[] {
  return ranked.slice(1, 5).filter((fit) => isRelevant(fit, LEAST_OF_ANOTHER) && !fit.view.meta);
}

/** "Their details and the terms" wants the record itself, too. */
function withRecord(goals: Goal[], question: string, views: ToolView[]): Goal[] {
  const record = goals.length > 0 ? recordOf(question, views) : undefined;
  return record && !goals.some(({ view }) => view === record.view) ? [record, ...goals] : goals;
}

/** The calls that can be made now, side by side, and what has to be asked. */
function nextCalls(
  goals: Goal[],
  conversation: Conversation,
  views: ToolView[],
  today: Date,
): { calls: Call[]; open: Open } {
  const isDone = (call: Call) =>
    conversation.done.some((one) => canonical(one.arguments) === canonical(call.arguments) && one.name === call.name);
  const calls: Call[] = [];
  const open: Open = [];
  const add = (call: Call) => {
    const key = canonical(call);
    if (!isDone(call) && !calls.some((one) => canonical(one) === key)) calls.push(call);
  };
  const complete = goals.filter(({ missing }) => missing.length === 0);
  for (const goal of goals) {
    if (isMade(goal, conversation)) continue;
    const othersOpen = complete.some((other) => other !== goal && !isDone(callOf(other)));
    const known = { conversation, views, today, othersOpen, alone: goals.length === 1 };
    const step = stepOf(goal, known);
    // What is missing may be needless, as there is such a thing already.
    const isThere =
      step.kind === 'ask' && step.among.length === 0 && insteadOf(goal, conversation, views).kind !== 'as_planned';
    const planned = step.kind === 'ready' ? step.goals : isThere ? [goal] : [];
    const ready = planned.filter((one) => !isDone(callOf(one)));
    if (step.kind === 'first') add({ name: step.view.tool.name, arguments: step.args });
    for (const planned of ready) {
      const instead = insteadOf(planned, conversation, views);
      if (instead.kind === 'look') {
        add({ name: instead.view.tool.name, arguments: instead.args });
        continue;
      }
      const one = instead.kind === 'other' ? instead.goal : planned;
      if (one.missing.length > 0) open.push({ part: one.part, why: askFor(one.missing) });
      if (one.missing.length > 0 || isDone(callOf(one)) || wasRefused(one, conversation)) continue;
      const first = callBefore(one, conversation, views, today);
      add(first ? { name: first.view.tool.name, arguments: first.args } : callOf(one));
    }
    if (!isThere) open.push(...openOf(goal, step));
    if (step.kind === 'ready' && ready.length === 0)
      for (const one of step.goals.flatMap((done) => furtherGoals(done, known))) add(callOf(one));
  }
  return { calls, open };
}

const refusal =
  /\b(?:not enough|too (?:few|little)|only [\d.]+|no \w+ (?:fits|is called)|did you mean|which one|several|not sufficient|out of stock|is not there|unknown|invalid)\b/i;

/** What a tool that tries the same things first has said against them holds for the call itself. */
function wasRefused({ view, args }: Goal, { done }: Conversation): boolean {
  const wholes = Object.values(args)
    .filter((value) => typeof value === 'object' && value !== null)
    .map(canonical);
  return done.some(
    (one) =>
      one.name !== view.tool.name &&
      refusal.test(one.text) &&
      Object.values(one.arguments).some((value) => wholes.includes(canonical(value))),
  );
}

/** A call whose secret is no longer in the conversation is known by all else. */
function isMade({ view, args, missing }: Goal, { done }: Conversation): boolean {
  const secrets = view.params.filter(({ secret }) => secret).map(({ name }) => name);
  if (secrets.length === 0 || !missing.every(({ secret, shape }) => secret || shape)) return false;
  const agrees = (one: Call) =>
    Object.entries(args).every(
      ([name, value]) => secrets.includes(name) || canonical(one.arguments[name]) === canonical(value),
    );
  return done.some((one) => one.name === view.tool.name && agrees(one));
}

function openOf({ part, view }: Goal, step: Step): Open {
  if (step.kind !== 'ask') return [];
  if (step.among.length > 0) return [{ part, why: askWhich(step.missing, step.among) }];
  return [
    {
      part,
      why: step.missing.length > 0 ? askFor(step.missing) : askForOneOf(step.oneOf ?? view.params.filter(isWay)),
    },
  ];
}

function callOf({ view, args }: Goal): Call {
  return { name: view.tool.name, arguments: args };
}

function findingsOf(
  { question, done, system, outcomes }: Conversation,
  wishes: Wish[],
  open: Open,
  views: ToolView[],
): Findings {
  const answered = done.filter(({ text }) => !isUsageError(text));
  const results = (answered.length > 0 ? answered : done).flatMap(({ name, arguments: args, text }) => {
    const view = views.find(({ tool }) => tool.name === name);
    return view ? [{ tool: view.tool, arguments: args, text }] : [];
  });
  return {
    question,
    parts: wishes.map(({ part }) => part),
    results,
    instructions: system,
    open,
    outcomes,
    tools: views.map(({ tool }) => tool),
  };
}
