import { crashPoint } from '../crash-points.ts';
import type { Permit } from '../gate/types.ts';
import type { ToolOutcome } from '../mcp/types.ts';
import { type CallState, callStates } from '../records/calls.ts';
import type { TakenTurn } from '../records/threads.ts';
import type { OutcomeRow, Recorded } from '../records/turns.ts';
import type { Call, Step } from '../records/types.ts';
import { shorten } from '../text.ts';
import { frozenCallText } from './frozen-call-text.ts';
import { changedText, interruptedText, limitedText } from './texts.ts';
import type { NewStep, TurnContext } from './types.ts';

type Result = { call: Call; status: 'ok' | 'error' | 'unknown'; text: string };
/** `open`: this worker stopped in the middle, and the next one may safely call again. */
type Performed = { kind: 'result'; result: Result } | { kind: 'open' };
type OnOutcome = (call: string, outcome: ToolOutcome) => void;
type Ran = 'ok' | 'revised' | 'lost' | 'stopped';

/**
 * Runs side by side the calls of the last output that have no result yet, and records their results. `onOutcome` gets
 * each whole outcome by the call's id; the records keep its text only.
 */
export async function runCalls(turn: TakenTurn, context: TurnContext, onOutcome: OnOutcome = () => {}): Promise<Ran> {
  const { transcript } = context;
  const open = openCalls(transcript.steps);
  if (open.length === 0) return 'ok';
  const states = await statesOf(turn, context, open);
  const write = (results: Result[]) => writeResults(context, results);
  const reads: Result[] = [];
  await Promise.all(
    open.map(async (call) => {
      const began = context.clock.now();
      const performed = await perform(turn, context, call, states.get(call.id), onOutcome);
      logCall(turn, context, call, performed, began);
      if (performed.kind === 'open') return;
      // Record reads together: a lost one is simply read again. Record an effect as soon as it is known.
      if (mayRepeatFreely(call)) reads.push(performed.result);
      else await write([performed.result]);
    }),
  );
  const recorded = await write(reads);
  crashPoint('results.recorded');
  return recorded === 'ok' && context.signal.aborted ? 'stopped' : recorded;
}

/** Logs the decision and the outcome, never the arguments or the answer. */
function logCall(
  { tenant, thread, turn }: TakenTurn,
  context: TurnContext,
  call: Call,
  done: Performed,
  began: number,
): void {
  const ids = { tenant, thread: thread.id, turn: turn.id, call: call.id, desk: context.desk.name, tool: call.name };
  const outcome = done.kind === 'open' ? 'cut off' : done.result.status;
  context.log.info({ ...ids, verdict: call.decision.kind, outcome, ms: context.clock.now() - began }, 'a call ended');
}

function openCalls(steps: readonly Step[]): Call[] {
  const last = steps.findLast((step) => step.kind === 'model');
  const answered = new Set(steps.flatMap((step) => (step.kind === 'tool' ? [step.content.call] : [])));
  return last?.content.calls.filter((call) => !answered.has(call.id)) ?? [];
}

function mayRepeatFreely({ decision }: Call): boolean {
  return decision.kind !== 'dispatch' || decision.effect === 'read';
}

/** Reads the states of calls that are frozen or counted against a limit. */
async function statesOf(turn: TakenTurn, context: TurnContext, open: Call[]): Promise<Map<string, CallState>> {
  const asked = open.filter(
    ({ decision }) => decision.kind === 'sign' || (decision.kind === 'dispatch' && decision.counted),
  );
  if (asked.length === 0) return new Map();
  const states = await callStates(
    context.db,
    turn.tenant,
    asked.map(({ id }) => id),
  );
  return new Map(states.map((state) => [state.id, state]));
}

async function perform(
  turn: TakenTurn,
  context: TurnContext,
  call: Call,
  state: CallState | undefined,
  onOutcome: OnOutcome,
): Promise<Performed> {
  const { decision } = call;
  if (decision.kind === 'refused') return performedWith(call, 'error', decision.text);
  if (decision.kind === 'sign') return performedWith(call, 'ok', frozenCallText(state));
  if (state?.state === 'denied') return performedWith(call, 'error', limitedText());
  // A call that an earlier worker left without a result may have taken effect, whatever happens now.
  const isRepeat = decision.effect !== 'read' && wasLeft(turn, call);
  if (isRepeat && decision.effect === 'once') return performedWith(call, 'unknown', interruptedText(call.name));
  const caller = { desk: context.desk, principal: turn.turn.principal, signal: context.deadline.signal };
  const decided = await context.gate.decide(caller, { ...call, recorded: true });
  if (decided.kind === 'sign') return notDone(call, isRepeat, changedText(call.name));
  if (decided.kind === 'refused') return notDone(call, isRepeat, decided.text);
  if (decided.permit.definitionHash !== decision.definitionHash) return notDone(call, isRepeat, changedText(call.name));
  const outcome = await execute(turn, context, call, decided.permit);
  onOutcome(call.id, outcome);
  const isCut = context.signal.aborted && outcome.kind !== 'ok' && outcome.kind !== 'error';
  if (isCut && decision.effect !== 'once') return { kind: 'open' };
  return outcome.kind === 'unreachable'
    ? notDone(call, isRepeat, outcome.text)
    : resultOf(call, outcome, decision.effect);
}

function wasLeft({ steps }: TakenTurn, { id }: Call): boolean {
  return steps.some((step) => step.kind === 'model' && step.content.calls.some((call) => call.id === id));
}

function performedWith(call: Call, status: Result['status'], text: string): Performed {
  return { kind: 'result', result: { call, status, text } };
}

function notDone(call: Call, isRepeat: boolean, text: string): Performed {
  return isRepeat ? performedWith(call, 'unknown', interruptedText(call.name)) : performedWith(call, 'error', text);
}

async function execute(turn: TakenTurn, context: TurnContext, call: Call, permit: Permit): Promise<ToolOutcome> {
  context.progress.tool(call, 'running');
  crashPoint('tool.calling');
  const outcome = await context.gate.execute(permit, {
    signal: context.deadline.signal,
    idempotencyKey: `${turn.tenant}:${call.id}`,
  });
  crashPoint('tool.answered');
  context.progress.tool(call, outcome.kind === 'ok' ? 'done' : 'failed');
  return outcome;
}

function resultOf(
  call: Call,
  { kind, text }: Exclude<ToolOutcome, { kind: 'unreachable' }>,
  effect: Permit['effect'],
): Performed {
  if (kind !== 'unknown') return performedWith(call, kind, text);
  return effect === 'read'
    ? performedWith(call, 'error', text)
    : performedWith(call, 'unknown', `${text} ${interruptedText(call.name)}`);
}

function writeResults({ transcript, redact }: TurnContext, results: Result[]): Promise<Recorded['kind']> {
  const clean = results.map((result) => ({ ...result, text: redact(result.text) }));
  return transcript.record(clean.map(toStep), { outcomes: clean.flatMap(outcomeOf) });
}

function toStep({ call, status, text }: Result): NewStep {
  return { kind: 'tool', content: { call: call.id, status, text } };
}

const LONGEST_REASON = 500;

function outcomeOf({ call, status, text }: Result): OutcomeRow[] {
  if (call.decision.kind !== 'dispatch') return [];
  const state = ({ ok: 'succeeded', error: 'failed', unknown: 'unknown' } as const)[status];
  const reason = status === 'ok' ? null : shorten(text, LONGEST_REASON);
  return [{ id: call.id, state, reason, read: call.decision.effect === 'read' }];
}
