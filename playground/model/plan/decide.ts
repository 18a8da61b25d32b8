import { capped } from '../parts/split.ts';
import { withAliases } from '../thread/aliases.ts';
import { type Conversation, readConversation } from '../thread/conversation.ts';
import { wholeQuestion } from '../thread/reference.ts';
import { isWay, type ToolView, viewOf } from '../tools/view.ts';
import type { ChatRequest, Decision, Deps, Findings } from '../types.ts';
import { spelledOut } from '../words/careless.ts';
import { withCapitals } from '../words/careless-names.ts';
import { withSpelling } from '../words/careless-spelling.ts';
import { insteadOf } from './already-there.ts';
import { canonical } from './canonical.ts';
import { corrected } from './corrections.ts';
import type { Goal } from './goal.ts';
import { goalsOf, type Wish } from './goals.ts';
import { withKnown } from './known.ts';
import { isUsageError, stepOf } from './next-tool.ts';
import { callBefore } from './procedures.ts';
import { furtherGoals } from './read-record.ts';
import type { Step } from './resolve.ts';
import { leftOut, recordOf } from './shortcuts.ts';
import { smallTalk } from './small-talk.ts';
import { wasWidened, widened } from './widen.ts';
import { wishesOf } from './wishes.ts';
import { askFor, askForOneOf, askWhich, declineAll } from './words.ts';

const MOST_TOOLS = 200;
const MOST_CALLS_A_TURN = 24;

type Call = { name: string; arguments: Record<string, unknown> };
type Open = Findings['open'];

/** What the stand-in does next, from the request alone. It plans anew each time; calls that were made are not made again. */
export async function decide(request: ChatRequest, { meaning, writeAnswer, today }: Deps): Promise<Decision> {
  const conversation = readConversation(request);
  const views = request.tools.slice(0, MOST_TOOLS).map(viewOf);
  const question = withAliases(
    capped(withCapitals(withSpelling(spelledOut(wholeQuestion(conversation, views, today)), views), views)),
    conversation.system,
    views,
  );
  const talk = smallTalk(question, views);
  if (talk !== undefined) return { kind: 'answer', text: talk };
  const wishes = await wishesOf(question, conversation, views, meaning, today);
  const goals = wishes.flatMap(({ goal }) => (goal ? [goal] : []));
  const asked = goals.length > 0 ? goals : withRecords(goalsOf(wishes, question, today), question, views);
  const planned = asked.map((goal) =>
    withKnown({ ...goal, args: corrected(goal.args, conversation.done, question) }, conversation),
  );
  const { calls, open } = nextCalls(planned, conversation, views, today);
  if (calls.length > 0 && conversation.done.length + calls.length <= MOST_CALLS_A_TURN) return { kind: 'calls', calls };
  const declined = planned.length === 0 && question !== '' ? [{ part: question, why: declineAll(views) }] : [];
  return {
    kind: 'answer',
    text: writeAnswer(findingsOf({ ...conversation, question }, wishes, [...open, ...declined], views)),
  };
}

/** "Their details and the terms" wants the record itself, too. */
function withRecords(given: Goal[], question: string, views: ToolView[]): Goal[] {
  const goals = [...leftOut(given, question, views), ...given];
  const record = given.length > 0 ? recordOf(question, views) : undefined;
  return record && !goals.some(({ view }) => view === record.view) ? [record, ...goals] : goals;
}

/** The calls that can be made now, side by side, and what has to be asked. */
function nextCalls(
  goals: Goal[],
  conversation: Conversation,
  views: ToolView[],
  today: Date,
): { calls: Call[]; open: Open } {
  const isDone = (call: Call) => conversation.done.some((one) => isOneCall(one, call));
  const calls: Call[] = [];
  const open: Open = [];
  const add = (call: Call) => {
    const key = canonical(call);
    if (!isDone(call) && !calls.some((one) => canonical(one) === key)) calls.push(call);
  };
  const complete = goals.filter(({ missing }) => missing.length === 0);
  for (const goal of goals) {
    if (isMade(goal, conversation)) continue;
    const known = { conversation, views, today, othersOpen: false, alone: goals.length === 1 };
    known.othersOpen =
      complete.some((other) => other !== goal && !isDone(callOf(other))) ||
      goals.slice(0, goals.indexOf(goal)).some((other) => stepOf(other, known).kind === 'first');
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
      if (one.missing.length > 0 || isDone(callOf(one)) || failedInTrial(one, conversation)) continue;
      const first = callBefore(one, conversation, views, today);
      add(first ? { name: first.view.tool.name, arguments: first.args } : callOf(one));
    }
    if (!isThere) open.push(...openOf(goal, step));
    if (step.kind === 'ready' && ready.length === 0)
      for (const made of step.goals.map((one) => widened(one, conversation))) {
        if (!isDone(callOf(made))) add(callOf(made));
        else for (const one of furtherGoals(made, known)) add(callOf(one));
      }
  }
  return { calls, open };
}

/** Arguments of great length may be left out of the conversation: so much longer ones are those of a call that now shows none. */
function isOneCall(made: Call, call: Call): boolean {
  if (made.name !== call.name) return false;
  const isLeftOut = canonical(made.arguments) === '{}' && canonical(call.arguments).length > LONGEST_SHOWN;
  return isLeftOut || isSameText(canonical(made.arguments), canonical(call.arguments));
}

/** A secret that was said is hidden everywhere, in the arguments of calls that were made before, too. */
function isSameText(made: string, call: string): boolean {
  const [first = '', ...others] = made.split(/•+/);
  if (others.length === 0) return made === call;
  if (!call.startsWith(first) || !call.endsWith(others.at(-1) ?? '')) return false;
  let at = first.length;
  for (const part of others) {
    at = call.indexOf(part, at);
    if (at < 0) return false;
    at += part.length;
  }
  return true;
}
const LONGEST_SHOWN = 900;

const refusal =
  /\b(?:not enough|too (?:few|little)|only [\d.]+|no \w+ (?:fits|is called)|did you mean|which one|several|not sufficient|out of stock|is not there|unknown|invalid)\b/i;

/** What a tool that tries the same things first has said against them holds for the call itself. */
function failedInTrial({ view, args }: Goal, { done }: Conversation): boolean {
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
  const answered = done.filter((one) => !isUsageError(one.text) && !wasWidened(one, done));
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
