import { crashPoint } from '../crash-points.ts';
import { openTo } from '../gate/scope.ts';
import { scrub, scrubSoFar } from '../gate/secrets.ts';
import type { TakenTurn } from '../records/threads.ts';
import { wellFormed } from '../text.ts';
import { runCalls } from './calls.ts';
import { obeyCommands, subjectText } from './commands.ts';
import { openDeadline } from './deadline.ts';
import { inputOf, lastDivider, stepsSinceDivider } from './divider.ts';
import { leaveOutImages, loadFiles, readFiles } from './files.ts';
import { hostsNamed, withoutHalfLink, withoutStrangeLinks } from './links.ts';
import type { Model, ModelOutput } from './model.ts';
import { messagesForModel, requesterText } from './model-context.ts';
import { acceptOutput } from './record-output.ts';
import {
  awayText,
  handedOverText,
  type Limit,
  limitText,
  poisonText,
  refusedText,
  rejectedText,
  unacceptableText,
  unconfiguredText,
  unreadableText,
} from './texts.ts';
import { handOverReason, ownWords, replyText } from './transcript.ts';
import type { Transcript, TurnContext, TurnEnd } from './types.ts';

const MAX_CRASHES = 5;
/** How often a turn asks again after the endpoint rejected its request. */
const MAX_REJECTIONS = 3;
/** The pause before the next try where a person must first correct something. */
const WAIT_FOR_PERSON_MS = 5_000;
/** The longest pause before the next try at a model that may be back. */
const LONGEST_WAIT_MS = 60_000;

/** Runs a turn. Its time limit starts anew when a worker takes it up again: it may have waited hours for a model. */
export async function runTurn(turn: TakenTurn, given: Given): Promise<TurnEnd> {
  const context = openTurnContext(given);
  const { deadline, transcript, desk } = context;
  const end = await think(turn, context).finally(deadline.end);
  const finished = end.kind === 'away' ? tellPlainly(turn, transcript, end) : end;
  const named = once(() => hostsNamed(turn, desk.instructions, transcript.steps));
  return cleaned(finished, (text) => withoutStrangeLinks(context.redact(text), named));
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

type Given = Omit<TurnContext, 'deadline' | 'secrets' | 'givenFiles'>;

/** Adds what the turn collects. Its `redact` and `progress` remove every secret found so far. */
function openTurnContext(given: Given): TurnContext {
  const secrets = new Set<string>();
  return {
    ...given,
    deadline: openDeadline(given.clock, given.signal, given.desk.limits.seconds * 1000),
    secrets,
    givenFiles: new Map(),
    redact: (text) => scrub(given.redact(text), [...secrets]),
    progress: {
      text: (soFar) => given.progress.text(() => scrubSoFar(soFar(), [...secrets])),
      tool: (call, status) => given.progress.tool(call, status),
    },
  };
}

/** Cleans the end of a turn again: texts from before a secret was known may hold it. */
function cleaned(end: TurnEnd, clean: (text: string) => string): TurnEnd {
  if (end.kind !== 'answered') return end;
  const { final, body, notes } = end;
  const step =
    final.kind === 'model' ? { ...final, content: { ...final.content, text: clean(final.content.text) } } : final;
  return { ...end, final: step, body: clean(body), notes: notes === null ? null : clean(notes) };
}

/** Passes on the outcome of a signed call without a model where none answers. */
function tellPlainly({ steps }: TakenTurn, transcript: Transcript, away: Extract<TurnEnd, { kind: 'away' }>): TurnEnd {
  const said = inputOf(steps);
  const outcomes = said.filter((entry) => entry.outcome).map(({ text }) => text);
  if (outcomes.length === 0 || steps.some(({ kind }) => kind === 'model')) return away;
  const text = outcomes.join('\n\n');
  if (outcomes.length < said.length) return { ...away, text: `${text}\n\n${away.text}` };
  return transcript.finish(ownWords(text));
}

async function think(turn: TakenTurn, context: TurnContext): Promise<TurnEnd> {
  const { transcript } = context;
  if (turn.isUnreadable) return transcript.finish(ownWords(unreadableText()), 'failed');
  if (turn.turn.attempts > MAX_CRASHES) return transcript.finish(ownWords(poisonText()), 'failed');
  const obeyed = await obeyCommands(turn, context);
  if (obeyed.kind === 'answered') return transcript.finish(ownWords(obeyed.text));
  if (obeyed.kind !== 'none') return obeyed;
  if (!context.model)
    return { kind: 'away', text: unconfiguredText(), why: 'no model is configured', waitMs: WAIT_FOR_PERSON_MS };
  const background = await readBackground(turn, context);
  if (background !== 'ok') return { kind: background };
  const read = await readFiles(turn, context);
  if (read !== 'ok') return { kind: read };
  await loadFiles(turn, context);
  for (;;) {
    const ran = await runCalls(turn, context);
    if (ran !== 'ok') return { kind: ran };
    if (handOverReason(transcript.steps) !== null) return transcript.finish(ownWords(handedOverText()));
    const limit = limitReached(context);
    if (limit) return transcript.finish(ownWords(limitText(limit)));
    const asked = await askModel(turn, context, context.model);
    if (asked.kind !== 'output') return asked;
    const accepted = await acceptOutput(turn, context, asked.output);
    if (accepted.kind === 'final') return transcript.finish(accepted.step);
    if (accepted.kind !== 'ok') return accepted;
  }
}

async function readBackground(turn: TakenTurn, context: TurnContext): Promise<'ok' | 'revised' | 'lost'> {
  const { steps } = context.transcript;
  const said = inputOf(stepsSinceDivider(steps)).find((entry) => entry.earlier);
  if (!said || steps.some((step) => step.kind === 'background')) return 'ok';
  const { text, files } = await context.earlier(said, lastDivider(turn, steps)?.place ?? null);
  crashPoint('background.read');
  if (text === '') return 'ok';
  const content = { text: wellFormed(text), ...(files.length > 0 ? { files } : {}) };
  return context.transcript.record([{ kind: 'background', content }]);
}

type AskResult = { kind: 'output'; output: ModelOutput } | TurnEnd;

async function askModel(turn: TakenTurn, context: TurnContext, model: Model): Promise<AskResult> {
  const { transcript } = context;
  const { steps } = transcript;
  const caller = { desk: context.desk, principal: turn.turn.principal, signal: context.deadline.signal };
  const own = await context.gate.ownRecords(caller);
  const whom = `${subjectText(turn, context.desk, steps)}${requesterText(turn, own)}`;
  const today = new Date(context.clock.now());
  const messages = messagesForModel(turn, context.desk.instructions + whom, today, steps, context.givenFiles);
  const tools = openTo(caller, own, await context.gate.offered(context.desk));
  let soFar = replyText(steps);
  const before = soFar;
  const named = once(() => hostsNamed(turn, context.desk.instructions, steps));
  crashPoint('model.asking');
  const answered = await model.complete(
    { messages, tools },
    {
      signal: context.deadline.signal,
      onText: (delta) => {
        soFar = soFar === before && before !== '' ? `${before}\n\n${delta}` : soFar + delta;
        context.progress.text(() => withoutStrangeLinks(withoutHalfLink(soFar), named));
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
      return { kind: 'away', text: refusedText(), why: answered.detail, waitMs: WAIT_FOR_PERSON_MS };
    case 'rejected':
      // One image that it does not take would end every turn of the conversation.
      if (leaveOutImages(context.givenFiles)) return askModel(turn, context, model);
      if (turn.thread.parks >= MAX_REJECTIONS) return transcript.finish(ownWords(unacceptableText()), 'failed');
      return { kind: 'away', text: rejectedText(), why: answered.detail, waitMs: 0 };
    case 'endless':
      return transcript.finish(ownWords(limitText({ kind: 'characters', most: answered.most })));
    case 'stopped':
      if (context.signal.aborted) return { kind: 'stopped' };
      return transcript.finish(
        ownWords(`${soFar.slice(before.length).trim()}\n\n${limitText(secondsOf(context))}`.trim()),
      );
  }
}

function limitReached(context: TurnContext): Limit | null {
  const { limits } = context.desk;
  const outputs = context.transcript.steps.filter((step) => step.kind === 'model');
  if (outputs.length >= limits.steps) return { kind: 'steps', most: limits.steps };
  const tokens = outputs.reduce((sum, step) => sum + step.content.tokens, 0);
  if (tokens >= limits.tokens) return { kind: 'tokens', most: limits.tokens };
  return context.deadline.isOver() ? secondsOf(context) : null;
}

function secondsOf({ desk }: TurnContext): Limit {
  return { kind: 'seconds', most: desk.limits.seconds };
}
