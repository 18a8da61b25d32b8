import type { Decision } from '../gate/gate.ts';
import { reached } from '../points.ts';
import type { Call, Step } from '../store/records.ts';
import type { TakenTurn } from '../store/threads.ts';
import { type CallRow, recordSteps } from '../store/turns.ts';
import type { ModelOutput } from './model.ts';
import { summarizeState } from './tools/summarize-state.ts';
import type { TurnInHand } from './turn.ts';
import { emptyText, tooManyText } from './words.ts';

type Accepted = { kind: 'final'; step: Step } | { kind: 'ok' } | { kind: 'revised' } | { kind: 'lost' };

/** Of one output, side by side; the model is told to ask again for the rest. */
const MAX_CALLS = 16;

/** An output without calls is the answer. One with calls is recorded, with the gate's decision on each, before any runs. */
export async function acceptOutput(
  turn: TakenTurn,
  work: TurnInHand,
  steps: Step[],
  output: ModelOutput,
): Promise<Accepted> {
  const n = steps.length;
  if (output.calls.length === 0) {
    const text = output.text.trim() === '' ? emptyText() : output.text;
    return { kind: 'final', step: { n, kind: 'model', content: { text, calls: [], tokens: output.tokens } } };
  }
  const caller = { desk: work.desk, principal: turn.turn.principal };
  const decided = await Promise.all(
    output.calls.map(async ({ name, arguments: raw }, i) => {
      // Ids are ours: models repeat theirs, or give none.
      const asked = { id: `call_${turn.turn.id}_${n}_${i}`, name: safeName(name), arguments: raw };
      const decision = i < MAX_CALLS ? await work.gate.decide(caller, asked) : tooMany(raw);
      return { call: { ...asked, decision: toRecord(decision) }, row: toRow(asked, decision) };
    }),
  );
  const step: Step = {
    n,
    kind: 'model',
    content: { text: output.text, calls: decided.map(({ call }) => call), tokens: output.tokens },
  };
  const { kind } = await recordSteps(work.db, turn, [step], { calls: decided.map(({ row }) => row) });
  if (kind !== 'lost') steps.push(step);
  reached('calls.recorded');
  return { kind };
}

/** Endpoints refuse a history with a name that they would not have allowed. */
function safeName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64) || 'unnamed';
}

function tooMany(args: unknown): Decision {
  return { kind: 'refused', rule: 'none', args, text: tooManyText(MAX_CALLS) };
}

function toRecord(decision: Decision): Call['decision'] {
  if (decision.kind === 'refused') return { kind: 'refused', text: decision.text };
  const { effect, definitionHash } = decision.permit;
  return { kind: 'dispatch', effect, definitionHash };
}

function toRow({ id, name }: { id: string; name: string }, decision: Decision): CallRow {
  if (decision.kind === 'dispatch') {
    const { args, effect, definitionHash } = decision.permit;
    return {
      id,
      tool: name,
      arguments: args,
      definitionHash,
      effect,
      rule: 'allow',
      state: 'dispatching',
      reason: null,
    };
  }
  const { rule, args = null, text: reason } = decision;
  return { id, tool: name, arguments: args, definitionHash: null, effect: 'once', rule, state: 'denied', reason };
}

/** The reply is all that the model said in the turn, as the person saw it stream by. */
export function replyText(steps: Step[]): string {
  return steps
    .flatMap((step) => (step.kind === 'model' && step.content.text.trim() ? [step.content.text] : []))
    .join('\n\n');
}

/** What the last summarize_state of the turn said, if there was one. */
export function notesOf(steps: Step[]): string | null {
  const calls = new Set(
    steps
      .flatMap((step) => (step.kind === 'model' ? step.content.calls : []))
      .filter((c) => c.name === summarizeState.name)
      .map((c) => c.id),
  );
  const last = steps.findLast(
    (step) => step.kind === 'tool' && step.content.status === 'ok' && calls.has(step.content.call),
  );
  return last?.kind === 'tool' ? last.content.text : null;
}
