import type { PersonMessage, Sources } from '../approvals/origins.ts';
import { messagesIn } from '../records/entries.ts';
import { fileTextsIn } from '../records/files.ts';
import type { TakenTurn } from '../records/threads.ts';
import type { Step } from '../records/types.ts';
import { toolTextsIn } from './tool-texts.ts';
import type { TurnContext } from './types.ts';

/** Collects what people wrote and uploaded in this thread and what tools answered, to find out where an argument comes from. */
export async function sourcesOf(turn: TakenTurn, context: TurnContext): Promise<Sources> {
  const steps = [...turn.history.flatMap((past) => past.steps), ...context.transcript.steps];
  const said = await messagesIn(context.db, turn.tenant, turn.thread.id);
  const inFiles = await fileTextsIn(context.db, turn.tenant, turn.thread.id);
  const spoken = [...earlierIn(steps, turn, context), ...said, ...inFiles];
  return { requester: turn.turn.principal, spoken, toolTexts: toolTextsIn(steps) };
}

/** Messages from before our first one in the conversation. */
function earlierIn(steps: Step[], { turn: { principal } }: TakenTurn, { saidEarlier }: TurnContext): PersonMessage[] {
  const messages = steps.flatMap((step) => (step.kind === 'background' ? saidEarlier(step.content.text) : []));
  return messages.map(({ account: id, text }) => {
    const by = id === principal.id ? principal : { kind: 'staff' as const, id };
    return { by, text, at: null };
  });
}
