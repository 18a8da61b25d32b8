import type { Permit } from '../gate/gate.ts';
import type { ToolOutcome } from '../mcp/mcp.ts';
import { reached } from '../points.ts';
import type { Call, Step } from '../store/records.ts';
import type { TakenTurn } from '../store/threads.ts';
import { type OutcomeRow, recordSteps } from '../store/turns.ts';
import { shorten } from '../text.ts';
import type { TurnInHand } from './turn.ts';
import { changedText, interruptedText } from './words.ts';

type Result = { call: Call; status: 'ok' | 'error' | 'unknown'; text: string };
/** `open`: cut off by the end of this worker, and safe to be called again by the next one. */
type Performed = { kind: 'result'; result: Result } | { kind: 'open' };
type Ran = 'ok' | 'revised' | 'lost' | 'stopped';

/** Runs the calls of the last output that have no result yet, side by side, and records what came back. */
export async function runCalls(turn: TakenTurn, work: TurnInHand, steps: Step[]): Promise<Ran> {
  const open = openCalls(steps);
  if (open.length === 0) return 'ok';
  const write = resultWriter(turn, work, steps);
  const reads: Result[] = [];
  await Promise.all(
    open.map(async (call) => {
      const performed = await perform(turn, work, call);
      if (performed.kind === 'open') return;
      // A read that is lost is simply read again, so reads are written together; an effect is written as soon as it is known.
      if (mayRepeatFreely(call)) reads.push(performed.result);
      else await write([performed.result]);
    }),
  );
  const recorded = await write(reads);
  reached('results.recorded');
  return recorded === 'ok' && work.signal.aborted ? 'stopped' : recorded;
}

export function openCalls(steps: Step[]): Call[] {
  const last = steps.findLast((step) => step.kind === 'model');
  const answered = new Set(steps.flatMap((step) => (step.kind === 'tool' ? [step.content.call] : [])));
  return last?.content.calls.filter((call) => !answered.has(call.id)) ?? [];
}

function mayRepeatFreely({ decision }: Call): boolean {
  return decision.kind === 'refused' || decision.effect === 'read';
}

async function perform(turn: TakenTurn, work: TurnInHand, call: Call): Promise<Performed> {
  const { decision } = call;
  if (decision.kind === 'refused') return settled(call, 'error', decision.text);
  // What an earlier worker left without a result may have taken effect, whatever becomes of it now.
  const isRepeat = decision.effect !== 'read' && wasLeft(turn, call);
  if (isRepeat && decision.effect === 'once') return settled(call, 'unknown', interruptedText(call.name));
  const decided = await work.gate.decide({ desk: work.desk, principal: turn.turn.principal }, call);
  if (decided.kind === 'refused') return notDone(call, isRepeat, decided.text);
  if (decided.permit.definitionHash !== decision.definitionHash) return notDone(call, isRepeat, changedText(call.name));
  const outcome = await execute(turn, work, call, decided.permit);
  const isCut = work.signal.aborted && outcome.kind !== 'ok' && outcome.kind !== 'error';
  if (isCut && decision.effect !== 'once') return { kind: 'open' };
  return outcome.kind === 'unreachable'
    ? notDone(call, isRepeat, outcome.text)
    : resultOf(call, outcome, decision.effect);
}

function wasLeft({ steps }: TakenTurn, { id }: Call): boolean {
  return steps.some((step) => step.kind === 'model' && step.content.calls.some((call) => call.id === id));
}

function settled(call: Call, status: Result['status'], text: string): Performed {
  return { kind: 'result', result: { call, status, text } };
}

function notDone(call: Call, isRepeat: boolean, text: string): Performed {
  return isRepeat ? settled(call, 'unknown', interruptedText(call.name)) : settled(call, 'error', text);
}

async function execute(turn: TakenTurn, work: TurnInHand, call: Call, permit: Permit): Promise<ToolOutcome> {
  work.progress.tool(call, 'running');
  reached('tool.calling');
  const outcome = await work.gate.execute(permit, {
    signal: work.deadline.signal,
    idempotencyKey: `${turn.tenant}:${call.id}`,
  });
  reached('tool.answered');
  work.progress.tool(call, outcome.kind === 'ok' ? 'done' : 'failed');
  return outcome;
}

function resultOf(
  call: Call,
  { kind, text }: Exclude<ToolOutcome, { kind: 'unreachable' }>,
  effect: Permit['effect'],
): Performed {
  if (kind !== 'unknown') return settled(call, kind, text);
  return effect === 'read'
    ? settled(call, 'error', text)
    : settled(call, 'unknown', `${text} ${interruptedText(call.name)}`);
}

/** Writes of one turn go one after the other; a lost thread ends them. */
function resultWriter(turn: TakenTurn, work: TurnInHand, steps: Step[]): (results: Result[]) => Promise<Ran> {
  let last: Promise<Ran> = Promise.resolve('ok');
  return (results) => {
    last = last.then(async (before) => {
      if (before === 'lost' || results.length === 0) return before;
      const written = results.map((result, i) => toStep(result, steps.length + i));
      const { kind } = await recordSteps(work.db, turn, written, { outcomes: results.flatMap(outcomeOf) });
      if (kind !== 'lost') steps.push(...written);
      return kind === 'ok' ? before : kind;
    });
    return last;
  };
}

function toStep({ call, status, text }: Result, n: number): Step {
  return { n, kind: 'tool', content: { call: call.id, status, text } };
}

const LONGEST_REASON = 500;

function outcomeOf({ call, status, text }: Result): OutcomeRow[] {
  if (call.decision.kind === 'refused') return [];
  const state = ({ ok: 'succeeded', error: 'failed', unknown: 'unknown' } as const)[status];
  return [{ id: call.id, state, reason: status === 'ok' ? null : shorten(text, LONGEST_REASON) }];
}
