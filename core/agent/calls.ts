import type { Caller, Permit } from '../gate/gate.ts';
import type { ToolOutcome } from '../mcp/mcp.ts';
import { reached } from '../points.ts';
import type { Call, Step } from '../store/records.ts';
import type { TakenTurn } from '../store/threads.ts';
import { type OutcomeRow, recordSteps } from '../store/turns.ts';
import type { TurnWork } from './turn.ts';
import { interruptedText } from './words.ts';

type Result = { call: Call; status: 'ok' | 'error' | 'unknown'; text: string };
type Ran = 'ok' | 'revised' | 'lost' | 'stopped';

/** Runs the calls of the last output that have no result yet, side by side, and records what came back. */
export async function runCalls(turn: TakenTurn, work: TurnWork, steps: Step[]): Promise<Ran> {
  const open = openCalls(steps);
  if (open.length === 0) return 'ok';
  const write = resultWriter(turn, work, steps);
  const reads: Result[] = [];
  await Promise.all(
    open.map(async (call) => {
      const result = await perform(turn, work, call);
      // A read that is lost is simply read again, so reads are written together; an effect is written as soon as it is known.
      if (isRepeatable(call)) reads.push(result);
      else await write([result]);
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

function isRepeatable({ decision }: Call): boolean {
  return decision.kind === 'refused' || decision.effect === 'read';
}

async function perform(turn: TakenTurn, work: TurnWork, call: Call): Promise<Result> {
  if (call.decision.kind === 'refused') return { call, status: 'error', text: call.decision.text };
  const recovered = turn.steps.some(
    (step) => step.kind === 'model' && step.content.calls.some((c) => c.id === call.id),
  );
  if (recovered && call.decision.effect === 'once')
    return { call, status: 'unknown', text: interruptedText(call.name) };
  const caller = { desk: work.desk, principal: turn.turn.principal };
  const decided = await work.gate.decide(caller, call);
  if (decided.kind === 'refused') return { call, status: 'error', text: decided.text };
  return execute(turn, work, call, caller, decided.permit);
}

async function execute(turn: TakenTurn, work: TurnWork, call: Call, caller: Caller, permit: Permit): Promise<Result> {
  work.progress.tool(call, 'running');
  reached('tool.calling');
  const outcome = await work.gate.execute(caller, permit, {
    signal: work.signal,
    idempotencyKey: `${turn.tenant}:${call.id}`,
  });
  reached('tool.answered');
  const result = resultOf(call, outcome, permit);
  work.progress.tool(call, result.status === 'ok' ? 'done' : 'failed');
  return result;
}

function resultOf(call: Call, outcome: ToolOutcome, permit: Permit): Result {
  switch (outcome.kind) {
    case 'ok':
      return { call, status: 'ok', text: outcome.text };
    case 'error':
      return { call, status: 'error', text: outcome.text };
    case 'unreachable':
      return { call, status: 'error', text: `${outcome.text} Nothing was done.` };
    case 'unknown':
      return permit.effect === 'read'
        ? { call, status: 'error', text: outcome.text }
        : { call, status: 'unknown', text: `${outcome.text} ${interruptedText(call.name)}` };
  }
}

/** Writes of one turn go one after the other; a lost thread ends them. */
function resultWriter(turn: TakenTurn, work: TurnWork, steps: Step[]): (results: Result[]) => Promise<Ran> {
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

function outcomeOf({ call, status, text }: Result): OutcomeRow[] {
  if (call.decision.kind === 'refused') return [];
  const state = ({ ok: 'succeeded', error: 'failed', unknown: 'unknown' } as const)[status];
  return [{ id: call.id, state, reason: status === 'ok' ? null : text.slice(0, 500) }];
}
