import { capped, splitParts } from '../parts/split.ts';
import { type Conversation, readConversation } from '../thread/conversation.ts';
import { type Fit, rankTools } from '../tools/rank.ts';
import { type ToolView, viewOf } from '../tools/view.ts';
import type { ChatRequest, Decision, Deps, Findings, Meaning } from '../types.ts';
import { canonical } from './canonical.ts';
import { type Goal, goalsOf, type Wish } from './goals.ts';
import { isRelevant } from './relevance.ts';
import { askFor, declineAll } from './words.ts';

const MOST_TOOLS = 200;
const MOST_CALLS_A_TURN = 24;

/** What the stand-in does next, from the request alone. */
export async function decide(request: ChatRequest, { meaning, writeAnswer, today }: Deps): Promise<Decision> {
  const conversation = readConversation(request);
  const views = request.tools.slice(0, MOST_TOOLS).map(viewOf);
  const question = capped(conversation.question);
  if (!/[\p{L}\p{N}]/u.test(question))
    return { kind: 'answer', text: writeAnswer(findingsOf(conversation, [], [], views)) };
  const wishes = await wishesOf(question, views, meaning);
  const goals = goalsOf(wishes, question, today);
  const fresh = goals.filter((goal) => !isDone(goal, conversation));
  const ready = fresh.filter(({ missing }) => missing.length === 0);
  if (ready.length > 0 && conversation.done.length + ready.length <= MOST_CALLS_A_TURN) return callsOf(ready);
  return { kind: 'answer', text: writeAnswer(findingsOf(conversation, wishes, fresh, views)) };
}

async function wishesOf(question: string, views: ToolView[], meaning: Meaning): Promise<Wish[]> {
  if (views.length === 0) return [{ part: question, fit: undefined }];
  const parts = splitParts(question);
  const ranked = await rankTools(parts.length > 1 ? [question, ...parts] : [question], views, meaning);
  const whole = ranked[0]!;
  if (parts.length <= 1) return [{ part: question, fit: best(whole, whole, question) }];
  return parts.map((part, at) => ({ part, fit: best(ranked[at + 1]!, whole, part) }));
}

function best(ranked: Fit[], whole: Fit[], part: string): Fit | undefined {
  const first = ranked[0];
  if (!first) return undefined;
  return isRelevant(first, part) || (first.view === whole[0]?.view && whole.length === 1 && isRelevant(whole[0], part))
    ? first
    : undefined;
}

function isDone(goal: Goal, { done }: Conversation): boolean {
  return done.some(
    ({ name, arguments: args }) => name === goal.view.tool.name && canonical(args) === canonical(goal.args),
  );
}

function callsOf(goals: Goal[]): Decision {
  const calls = goals.map(({ view, args }) => ({ name: view.tool.name, arguments: args }));
  const seen = new Set<string>();
  const once = calls.filter(({ name, arguments: args }) => {
    const key = `${name} ${canonical(args)}`;
    return !seen.has(key) && seen.add(key);
  });
  return { kind: 'calls', calls: once };
}

function findingsOf(
  { question, done, system }: Conversation,
  wishes: Wish[],
  goals: Goal[],
  views: ToolView[],
): Findings {
  const results = done.flatMap(({ name, arguments: args, text }) => {
    const view = views.find(({ tool }) => tool.name === name);
    return view ? [{ tool: view.tool, arguments: args, text }] : [];
  });
  const missing = goals
    .filter(({ missing }) => missing.length > 0)
    .map((goal) => ({ part: goal.part, why: askFor(goal.missing) }));
  const open = goals.length === 0 && done.length === 0 ? [{ part: question, why: declineAll(views) }] : missing;
  return { question, parts: wishes.map(({ part }) => part), results, instructions: system, open };
}
