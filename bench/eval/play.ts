import { type Model, type ModelOutput, openModel } from '../../core/agent/model.ts';
import { openTranscript } from '../../core/agent/transcript.ts';
import { runTurn } from '../../core/agent/turn.ts';
import type { TurnEnd } from '../../core/agent/types.ts';
import { systemClock } from '../../core/clock.ts';
import { deskNamed } from '../../core/desk/desks.ts';
import { everyoneAlone } from '../../core/desk/people.ts';
import type { Desk } from '../../core/desk/types.ts';
import { readArguments } from '../../core/gate/arguments.ts';
import { createLog } from '../../core/log.ts';
import type { JobQueue } from '../../core/queue/queue.ts';
import { saveEntry } from '../../core/records/entries.ts';
import { claimThread, releaseThread, type TakenTurn } from '../../core/records/threads.ts';
import { finishTurn } from '../../core/records/turns.ts';
import { type Call, type Step, stepSchema } from '../../core/records/types.ts';
import type { Case } from './cases.ts';
import { withDays } from './days.ts';
import type { House } from './house.ts';

export type Endpoint = { apiKey: string; baseUrl: string; model: string };

/** A call as the model asked for it, with what the gate made of it and what came back. */
export type MadeCall = {
  tool: string;
  args: Record<string, unknown>;
  decision: Call['decision']['kind'];
  status: 'ok' | 'error' | 'unknown';
  result: string;
};
export type Played = {
  /** Of the last thing that was said. */
  calls: MadeCall[];
  answer: string;
  /** Everything that a model may rely on: what was said, what tools gave, what the desk is told. */
  evidence: string;
  /** The same, tool result by tool result. */
  results: string[];
  tokens: number;
  /** Of each request to the model: all of it, and to its first word. */
  requestMs: { all: number; first: number | null }[];
  /** The whole of the last turn, its tools included. */
  ms: number;
  /** The reason why there is no answer to judge. */
  error: string | null;
};

/** Sends the messages of a case in a thread of its own, each through a turn of the product, as its worker runs it. */
export async function play(
  house: House,
  endpoint: Endpoint,
  one: Case,
  { signal, limitMs }: { signal: AbortSignal; limitMs: number },
): Promise<Played> {
  const desk = deskNamed(house.desks, one.desk);
  if (!desk) throw new Error(`There is no desk ${one.desk} for ${one.id}.`);
  const late = AbortSignal.timeout(limitMs);
  const thread = `${one.id} ${++plays}`;
  const said = saidIn(one, house.today);
  const turns: Told[] = [];
  for (const text of said) {
    const told = await say(house, { desk, endpoint, signal: AbortSignal.any([signal, late]), limitMs }, thread, text);
    turns.push(told);
    if (told.error) break;
  }
  const error = turns.find((told) => told.error)?.error ?? null;
  const results = turns.flatMap(({ calls }) => calls.map(({ result }) => result));
  return {
    calls: turns.at(-1)?.calls ?? [],
    answer: turns.at(-1)?.answer ?? '',
    evidence: [desk.instructions, ...said, ...results].join('\n'),
    results,
    tokens: turns.reduce((sum, { tokens }) => sum + tokens, 0),
    requestMs: turns.flatMap(({ requests }) => requests.map(({ all, first }) => ({ all, first }))),
    ms: turns.at(-1)?.ms ?? 0,
    error: error && late.aborted ? `no answer within ${limitMs / 1000} s` : error,
  };
}

export function saidIn({ say: texts }: Case, today: Date): string[] {
  return [texts].flat().map((text) => withDays(text, today));
}

type Told = {
  calls: MadeCall[];
  answer: string;
  tokens: number;
  ms: number;
  requests: Request[];
  error: string | null;
};
type Request = { all: number; first: number | null; output: ModelOutput | null };
/** Calls that wait for a signature go on waiting, and the data stay as they are. */
const nobodySigns: JobQueue = { ping: async () => {}, add() {}, close: async () => {} };

type Asking = { desk: Desk; endpoint: Endpoint; signal: AbortSignal; limitMs: number };

async function say(
  house: House,
  { desk, endpoint, signal, limitMs }: Asking,
  thread: string,
  text: string,
): Promise<Told> {
  const began = performance.now();
  const requests: Request[] = [];
  const turn = await takeTurn(house, desk, thread, text);
  const end = await runTurn(turn, {
    db: house.db,
    transcript: openTranscript(house.db, turn),
    gate: house.gate,
    model: watched(openModel({ ...endpoint, firstByteTimeoutMs: limitMs, idleTimeoutMs: limitMs }), requests),
    desk,
    clock: systemClock,
    log: createLog({ level: 'silent' }),
    progress: { text() {}, tool() {} },
    env: { confirmationSeconds: 300 },
    people: everyoneAlone,
    jobs: nobodySigns,
    redact: (kept) => kept,
    earlier: async () => ({ text: '', files: [] }),
    openFile: async () => ({ kind: 'not_open', why: 'a case has no files' }),
    readFile: async () => ({ kind: 'unread', why: 'a case has no files' }),
    sees: false,
    saidEarlier: () => [],
    signal,
  });
  const ms = performance.now() - began;
  const outputs = requests.flatMap(({ output }) => output ?? []);
  if (end.kind !== 'answered') return { calls: [], answer: '', tokens: 0, ms, requests, error: whyNot(end) };
  const steps = await finish(house, turn, end);
  // The product's own words (it stopped the model, or got nothing from it) are no answer.
  const isOurs = end.final.kind !== 'model' || end.final.content.text !== outputs.at(-1)?.text;
  const error = isOurs ? end.body : null;
  return { calls: callsOf(steps, outputs), answer: end.body, tokens: end.tokens, ms, requests, error };
}

function whyNot(end: Exclude<TurnEnd, { kind: 'answered' }>): string {
  return end.kind === 'away' ? end.why : `the turn was ${end.kind}`;
}

function watched(model: Model, requests: Request[]): Model {
  return {
    async complete(request, options) {
      const began = performance.now();
      let first: number | null = null;
      const onText = (delta: string) => {
        first ??= performance.now() - began;
        options.onText?.(delta);
      };
      const answer = await model.complete(request, { ...options, onText });
      const output = answer.kind === 'output' ? answer.output : null;
      requests.push({ all: performance.now() - began, first, output });
      return answer;
    },
  };
}

/** Every message has an identity of its own, and every case that is played a thread. */
let messages = 0;
let plays = 0;

/** Each case has a thread and a person of its own, so that neither a conversation nor a request rate is shared. */
async function takeTurn({ db, tenant }: House, desk: Desk, thread: string, text: string): Promise<TakenTurn> {
  const author = `U0EVAL${plays}`;
  const saved = await saveEntry(db, tenant, {
    source: 'eval',
    externalId: `${thread} ${++messages}`,
    channel: 'eval',
    address: thread,
    desk: desk.name,
    principal: { kind: 'staff', id: `slack:${author}` },
    content: { text, author, place: {} },
    sentAt: String(messages).padStart(12, '0'),
    addressed: true,
    amid: false,
  });
  if (saved.kind !== 'saved') throw new Error(`What ${thread} says was not taken: ${saved.kind}.`);
  const claim = await claimThread(db, tenant, saved.thread, { leaseMs: 3_600_000, context: 5 });
  if (claim.kind !== 'turn') throw new Error(`The thread ${thread} is ${claim.kind}.`);
  return claim;
}

async function finish({ db }: House, turn: TakenTurn, end: Extract<TurnEnd, { kind: 'answered' }>): Promise<Step[]> {
  const { state, final, tokens, notes, body } = end;
  await finishTurn(db, turn, { state, steps: [final], tokens, notes, reply: { place: {}, body }, sendMs: 0 });
  await releaseThread(db, turn, null);
  const rows = await db.read(turn.tenant, (tx) =>
    tx.step.findMany({ where: { tenant: turn.tenant, turnId: turn.turn.id }, orderBy: { n: 'asc' } }),
  );
  return rows.map((row) => stepSchema.parse(row));
}

/** Takes arguments as the model wrote them: the records hold no secret ones. */
function callsOf(steps: Step[], outputs: ModelOutput[]): MadeCall[] {
  const results = new Map(steps.flatMap((step) => (step.kind === 'tool' ? [[step.content.call, step.content]] : [])));
  const spoken = steps.flatMap((step) => (step.kind === 'model' ? [step.content] : []));
  return spoken.flatMap(({ calls }, at) =>
    calls.map((call, i) => {
      const written = readArguments(outputs[at]?.calls[i]?.arguments ?? call.arguments);
      const { status = 'unknown', text: result = '' } = results.get(call.id) ?? {};
      const args = written.kind === 'ok' ? written.args : {};
      return { tool: call.name, args, decision: call.decision.kind, status, result };
    }),
  );
}
