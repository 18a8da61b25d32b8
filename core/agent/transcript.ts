import { scrub } from '../gate/secrets.ts';
import type { Database } from '../records/database.ts';
import type { TakenTurn } from '../records/threads.ts';
import { type Recorded, recordSteps } from '../records/turns.ts';
import type { Step } from '../records/types.ts';
import { unreadFilesText } from './texts.ts';
import { handOver } from './tools/hand-over.ts';
import { summarizeState } from './tools/summarize-state.ts';
import type { NewStep, Transcript } from './types.ts';

export function openTranscript(db: Database, turn: TakenTurn): Transcript {
  const steps = [...turn.steps];
  let last: Promise<Recorded['kind']> = Promise.resolve('ok');
  const numbered = (made: NewStep[]) => made.map((step, at): Step => ({ ...step, n: steps.length + at }));
  return {
    steps,
    record(made, rows) {
      last = last.then(async (before) => {
        if (before === 'lost' || made.length === 0) return before;
        const next = numbered(made);
        const { kind } = await recordSteps(db, turn, next, rows);
        if (kind !== 'lost') steps.push(...next);
        return kind === 'ok' ? before : kind;
      });
      return last;
    },
    hide(texts) {
      for (const [at, step] of steps.entries()) {
        if (step.kind !== 'input') continue;
        const entries = step.content.entries.map((said) => ({ ...said, text: scrub(said.text, texts) }));
        steps[at] = { ...step, content: { entries } };
      }
    },
    finish(end, state = 'done') {
      const [final] = numbered([end]) as [Step];
      const all = [...steps, final];
      const tokens = all.reduce((sum, step) => sum + (step.kind === 'model' ? step.content.tokens : 0), 0);
      const notes = resultOf(summarizeState.name, all);
      return { kind: 'answered', state, final, body: replyText(all), tokens, notes };
    },
  };
}

/** The reply: which files were not read, and all texts of the model in this turn, as the person saw them streamed. */
export function replyText(steps: readonly Step[]): string {
  return steps
    .map((step) => {
      if (step.kind === 'files') return unreadFilesText(step.content.files);
      return step.kind === 'model' ? step.content.text : '';
    })
    .filter((text) => text.trim() !== '')
    .join('\n\n');
}

/** Why the agent has handed the conversation over in this turn; null where it has not. */
export function handOverReason(steps: readonly Step[]): string | null {
  return resultOf(handOver.name, steps);
}

/** The result of the turn's last call of this tool of our own that succeeded, if any. */
function resultOf(tool: string, steps: readonly Step[]): string | null {
  const calls = new Set(
    steps
      .flatMap((step) => (step.kind === 'model' ? step.content.calls : []))
      .filter((call) => call.name === tool)
      .map((call) => call.id),
  );
  const last = steps.findLast(
    (step) => step.kind === 'tool' && step.content.status === 'ok' && calls.has(step.content.call),
  );
  return last?.kind === 'tool' ? last.content.text : null;
}

/** A step that ends the turn in our own words, without a model. */
export function ownWords(text: string): NewStep {
  return { kind: 'model', content: { text, calls: [], tokens: 0 } };
}
