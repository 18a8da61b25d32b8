import { crashPoint } from '../crash-points.ts';
import { scrub, scrubSoFar } from '../gate/secrets.ts';
import type { TakenTurn } from '../records/threads.ts';
import { recordSteps } from '../records/turns.ts';
import type { Step } from '../records/types.ts';
import { wellFormed } from '../text.ts';
import { runCalls } from './calls.ts';
import { obeyCommands, subjectText } from './commands.ts';
import { openDeadline } from './deadline.ts';
import { hostsNamed, withoutHalfLink, withoutStrangeLinks } from './links.ts';
import type { Model, ModelOutput } from './model.ts';
import { contextOf } from './model-context.ts';
import { acceptOutput, notesOf, ownWords, replyText } from './record-output.ts';
import { inputOf, lastDivider, stepsSinceDivider } from './said.ts';
import type { TurnEnd, TurnInHand, TurnWork } from './types.ts';
import {
  awayText,
  type Limit,
  limitText,
  poisonText,
  refusedText,
  rejectedText,
  unacceptableText,
  unconfiguredText,
  unreadableText,
} from './words.ts';

const MAX_CRASHES = 5;
/** How often a turn waits and asks again after its request was not accepted. */
const MAX_REJECTIONS = 3;
/** What a person has to mend is not asked for every second. */
const MENDING_MS = 5_000;
/** Longer than this nobody is left waiting for a model that may be back. */
const LONGEST_WAIT_MS = 60_000;

/** The time of a turn counts anew when it is taken up again: it may have waited for a model for hours. */
export async function runTurn(turn: TakenTurn, work: TurnWork): Promise<TurnEnd> {
  const deadline = openDeadline(work.clock, work.signal, work.desk.limits.seconds * 1000);
  const discreet = keepSecrets(work);
  const steps = [...turn.steps];
  const end = await think(turn, { ...discreet, deadline }, steps).finally(deadline.end);
  const told = end.kind === 'away' ? tellPlainly(turn.steps, end) : end;
  const named = hostsNamed(turn, work.desk.instructions, steps);
  return cleaned(told, (text) => withoutStrangeLinks(discreet.redact(text), named));
}

function keepSecrets(work: TurnWork): Omit<TurnInHand, 'deadline'> {
  const { progress } = work;
  const secrets = new Set<string>();
  return {
    ...work,
    secrets,
    redact: (text) => scrub(work.redact(text), [...secrets]),
    progress: {
      text: (soFar) => progress.text(scrubSoFar(soFar, [...secrets])),
      tool: (call, status) => progress.tool(call, status),
    },
  };
}

/** What was said before a secret was known for one may hold it. */
function cleaned(end: TurnEnd, clean: (text: string) => string): TurnEnd {
  if (end.kind !== 'answered') return end;
  const { final, body, notes } = end;
  const step =
    final.kind === 'model' ? { ...final, content: { ...final.content, text: clean(final.content.text) } } : final;
  return { ...end, final: step, body: clean(body), notes: notes === null ? null : clean(notes) };
}

/** The outcome of a signed call does not wait for a model: where none answers, it is told as it is. */
function tellPlainly(steps: Step[], away: Extract<TurnEnd, { kind: 'away' }>): TurnEnd {
  const said = inputOf(steps);
  const outcomes = said.filter((entry) => entry.outcome).map(({ text }) => text);
  if (outcomes.length === 0 || steps.some(({ kind }) => kind === 'model')) return away;
  const text = outcomes.join('\n\n');
  if (outcomes.length < said.length) return { ...away, text: `${text}\n\n${away.text}` };
  return giveUp(steps, 'done', text);
}

/** Adds to `steps` whatever happens. */
async function think(turn: TakenTurn, work: TurnInHand, steps: Step[]): Promise<TurnEnd> {
  if (turn.isUnreadable) return giveUp(steps, 'failed', unreadableText());
  if (turn.turn.attempts > MAX_CRASHES) return giveUp(steps, 'failed', poisonText());
  const obeyed = await obeyCommands(turn, work, steps);
  if (obeyed.kind === 'answered') return giveUp(steps, 'done', obeyed.text);
  if (obeyed.kind !== 'none') return obeyed;
  if (!work.model) return { kind: 'away', text: unconfiguredText(), why: 'no model is configured', waitMs: MENDING_MS };
  const background = await readBackground(turn, work, steps);
  if (background !== 'ok') return { kind: background };
  for (;;) {
    const ran = await runCalls(turn, work, steps);
    if (ran !== 'ok') return { kind: ran };
    const limit = limitReached(work, steps);
    if (limit) return giveUp(steps, 'done', limitText(limit));
    const asked = await askModel(turn, work, work.model, steps);
    if (asked.kind !== 'output') return asked;
    const accepted = await acceptOutput(turn, work, steps, asked.output);
    if (accepted.kind === 'final') return answer(steps, accepted.step);
    if (accepted.kind !== 'ok') return accepted;
  }
}

async function readBackground(turn: TakenTurn, work: TurnWork, steps: Step[]): Promise<'ok' | 'revised' | 'lost'> {
  const said = inputOf(stepsSinceDivider(steps)).find((entry) => entry.earlier);
  if (!said || steps.some((step) => step.kind === 'background')) return 'ok';
  const text = wellFormed(await work.earlier(said, lastDivider(turn, steps)?.place ?? null));
  crashPoint('background.read');
  if (text === '') return 'ok';
  const step: Step = { n: steps.length, kind: 'background', content: { text } };
  steps.push(step);
  return (await recordSteps(work.db, turn, [step])).kind;
}

type Asked = { kind: 'output'; output: ModelOutput } | TurnEnd;

async function askModel(turn: TakenTurn, work: TurnInHand, model: Model, steps: Step[]): Promise<Asked> {
  const instructions = `${work.desk.instructions}${subjectText(turn, work.desk, steps)}`;
  const messages = contextOf(turn, instructions, new Date(work.clock.now()), steps);
  const tools = await work.gate.offered(work.desk);
  let soFar = replyText(steps);
  const before = soFar;
  const named = hostsNamed(turn, work.desk.instructions, steps);
  crashPoint('model.asking');
  const answered = await model.complete(
    { messages, tools },
    {
      signal: work.deadline.signal,
      onText: (delta) => {
        soFar = soFar === before && before !== '' ? `${before}\n\n${delta}` : soFar + delta;
        work.progress.text(withoutStrangeLinks(withoutHalfLink(soFar), named));
      },
      onRestart: () => {
        soFar = before;
      },
    },
  );
  crashPoint('model.answered');
  switch (answered.kind) {
    case 'output':
      return answered;
    case 'away':
      return {
        kind: 'away',
        text: awayText(answered.reason),
        why: `${answered.reason}: ${answered.detail}`,
        waitMs: Math.min(answered.retryAfterMs ?? 0, LONGEST_WAIT_MS),
      };
    case 'refused':
      return { kind: 'away', text: refusedText(), why: answered.detail, waitMs: MENDING_MS };
    case 'rejected':
      if (turn.thread.parks >= MAX_REJECTIONS) return giveUp(steps, 'failed', unacceptableText());
      return { kind: 'away', text: rejectedText(), why: answered.detail, waitMs: 0 };
    case 'endless':
      return giveUp(steps, 'done', limitText({ kind: 'characters', most: answered.most }));
    case 'stopped':
      if (work.signal.aborted) return { kind: 'stopped' };
      return giveUp(steps, 'done', `${soFar.slice(before.length).trim()}\n\n${limitText(secondsOf(work))}`.trim());
  }
}

function limitReached(work: TurnInHand, steps: Step[]): Limit | null {
  const { limits } = work.desk;
  const outputs = steps.filter((step) => step.kind === 'model');
  if (outputs.length >= limits.steps) return { kind: 'steps', most: limits.steps };
  const tokens = outputs.reduce((sum, step) => sum + step.content.tokens, 0);
  if (tokens >= limits.tokens) return { kind: 'tokens', most: limits.tokens };
  return work.deadline.isOver() ? secondsOf(work) : null;
}

function secondsOf({ desk }: TurnInHand): Limit {
  return { kind: 'seconds', most: desk.limits.seconds };
}

function giveUp(steps: Step[], state: 'done' | 'failed', text: string): TurnEnd {
  return answer(steps, ownWords(steps.length, text), state);
}

function answer(steps: Step[], final: Step, state: 'done' | 'failed' = 'done'): TurnEnd {
  const all = [...steps, final];
  const tokens = all.reduce((sum, step) => sum + (step.kind === 'model' ? step.content.tokens : 0), 0);
  return { kind: 'answered', state, final, body: replyText(all), tokens, notes: notesOf(all) };
}
