import { crashPoint } from '../crash-points.ts';
import { scrub, scrubSoFar } from '../gate/secrets.ts';
import type { TakenTurn } from '../records/threads.ts';
import { wellFormed } from '../text.ts';
import { runCalls } from './calls.ts';
import { obeyCommands, subjectText } from './commands.ts';
import { openDeadline } from './deadline.ts';
import { hostsNamed, withoutHalfLink, withoutStrangeLinks } from './links.ts';
import type { Model, ModelOutput } from './model.ts';
import { contextOf } from './model-context.ts';
import { acceptOutput } from './record-output.ts';
import { inputOf, lastDivider, stepsSinceDivider } from './said.ts';
import { openTranscript, ownWords, replyText } from './transcript.ts';
import type { Transcript, TurnEnd, TurnInHand, TurnWork } from './types.ts';
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
  const transcript = openTranscript(work.db, turn);
  const end = await think(turn, { ...discreet, transcript, deadline }).finally(deadline.end);
  const told = end.kind === 'away' ? tellPlainly(turn, transcript, end) : end;
  const named = hostsNamed(turn, work.desk.instructions, transcript.steps);
  return cleaned(told, (text) => withoutStrangeLinks(discreet.redact(text), named));
}

function keepSecrets(work: TurnWork): Omit<TurnInHand, 'deadline' | 'transcript'> {
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
function tellPlainly({ steps }: TakenTurn, transcript: Transcript, away: Extract<TurnEnd, { kind: 'away' }>): TurnEnd {
  const said = inputOf(steps);
  const outcomes = said.filter((entry) => entry.outcome).map(({ text }) => text);
  if (outcomes.length === 0 || steps.some(({ kind }) => kind === 'model')) return away;
  const text = outcomes.join('\n\n');
  if (outcomes.length < said.length) return { ...away, text: `${text}\n\n${away.text}` };
  return transcript.finish(ownWords(text));
}

async function think(turn: TakenTurn, work: TurnInHand): Promise<TurnEnd> {
  const { transcript } = work;
  if (turn.isUnreadable) return transcript.finish(ownWords(unreadableText()), 'failed');
  if (turn.turn.attempts > MAX_CRASHES) return transcript.finish(ownWords(poisonText()), 'failed');
  const obeyed = await obeyCommands(turn, work);
  if (obeyed.kind === 'answered') return transcript.finish(ownWords(obeyed.text));
  if (obeyed.kind !== 'none') return obeyed;
  if (!work.model) return { kind: 'away', text: unconfiguredText(), why: 'no model is configured', waitMs: MENDING_MS };
  const background = await readBackground(turn, work);
  if (background !== 'ok') return { kind: background };
  for (;;) {
    const ran = await runCalls(turn, work);
    if (ran !== 'ok') return { kind: ran };
    const limit = limitReached(work);
    if (limit) return transcript.finish(ownWords(limitText(limit)));
    const asked = await askModel(turn, work, work.model);
    if (asked.kind !== 'output') return asked;
    const accepted = await acceptOutput(turn, work, asked.output);
    if (accepted.kind === 'final') return transcript.finish(accepted.step);
    if (accepted.kind !== 'ok') return accepted;
  }
}

async function readBackground(turn: TakenTurn, work: TurnInHand): Promise<'ok' | 'revised' | 'lost'> {
  const { steps } = work.transcript;
  const said = inputOf(stepsSinceDivider(steps)).find((entry) => entry.earlier);
  if (!said || steps.some((step) => step.kind === 'background')) return 'ok';
  const text = wellFormed(await work.earlier(said, lastDivider(turn, steps)?.place ?? null));
  crashPoint('background.read');
  if (text === '') return 'ok';
  return work.transcript.record([{ kind: 'background', content: { text } }]);
}

type Asked = { kind: 'output'; output: ModelOutput } | TurnEnd;

async function askModel(turn: TakenTurn, work: TurnInHand, model: Model): Promise<Asked> {
  const { transcript } = work;
  const { steps } = transcript;
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
      if (turn.thread.parks >= MAX_REJECTIONS) return transcript.finish(ownWords(unacceptableText()), 'failed');
      return { kind: 'away', text: rejectedText(), why: answered.detail, waitMs: 0 };
    case 'endless':
      return transcript.finish(ownWords(limitText({ kind: 'characters', most: answered.most })));
    case 'stopped':
      if (work.signal.aborted) return { kind: 'stopped' };
      return transcript.finish(
        ownWords(`${soFar.slice(before.length).trim()}\n\n${limitText(secondsOf(work))}`.trim()),
      );
  }
}

function limitReached(work: TurnInHand): Limit | null {
  const { limits } = work.desk;
  const outputs = work.transcript.steps.filter((step) => step.kind === 'model');
  if (outputs.length >= limits.steps) return { kind: 'steps', most: limits.steps };
  const tokens = outputs.reduce((sum, step) => sum + step.content.tokens, 0);
  if (tokens >= limits.tokens) return { kind: 'tokens', most: limits.tokens };
  return work.deadline.isOver() ? secondsOf(work) : null;
}

function secondsOf({ desk }: TurnInHand): Limit {
  return { kind: 'seconds', most: desk.limits.seconds };
}
