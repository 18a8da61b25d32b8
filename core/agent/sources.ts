import type { PersonMessage, Sources, ToolText } from '../approvals/origins.ts';
import { messagesIn } from '../records/entries.ts';
import { fileTextsIn } from '../records/files.ts';
import type { TakenTurn } from '../records/threads.ts';
import type { Step } from '../records/types.ts';
import { inputOf } from './divider.ts';
import { toolTextsOf } from './tool-texts.ts';
import type { TurnContext } from './types.ts';

/** Collects what people wrote and uploaded in this thread and what tools answered, to find out where an argument comes from. */
export async function sourcesOf(turn: TakenTurn, context: TurnContext): Promise<Omit<Sources, 'lookedUp'>> {
  const steps = [...turn.history.flatMap((past) => past.steps), ...context.transcript.steps];
  const said = await messagesIn(context.db, turn.tenant, turn.thread.id);
  const inFiles = await fileTextsIn(context.db, turn.tenant, turn.thread.id);
  const written = [...earlierIn(steps, turn, context), ...inFiles, ...inOrder(said, steps)];
  return { requester: turn.turn.principal, written };
}

/** Puts what tools answered behind the messages that the model had read by then. */
function inOrder(said: PersonMessage[], steps: Step[]): (PersonMessage | ToolText)[] {
  const textsIn = toolTextsOf(steps);
  const counts = readCounts(said, steps);
  let from = 0;
  const written = steps.flatMap((step, at) => {
    const messages = said.slice(from, counts[at]);
    from = Math.max(from, counts[at] ?? 0);
    return [...messages, ...textsIn(step)];
  });
  return [...written, ...said.slice(from)];
}

/** How many of the messages each step brought the model to; all, where its message is not found among them. */
function readCounts(said: PersonMessage[], steps: Step[]): number[] {
  let before = said.length;
  return steps
    .toReversed()
    .map((step) => {
      const places = inputOf([step])
        .toReversed()
        .flatMap(({ text, outcome }) => (outcome ? [] : [findBefore(text)]));
      return Math.max(0, ...places);
    })
    .toReversed();

  function findBefore(text: string): number {
    const at = said.slice(0, before).findLastIndex((message) => message.text === text);
    if (at < 0) return said.length;
    before = at;
    return at + 1;
  }
}

/** Messages from before our first one in the conversation. */
function earlierIn(steps: Step[], { turn: { principal } }: TakenTurn, { saidEarlier }: TurnContext): PersonMessage[] {
  const messages = steps.flatMap((step) => (step.kind === 'background' ? saidEarlier(step.content.text) : []));
  return messages.map(({ by, text }) => ({ by: by.id === principal.id ? principal : by, text, at: null }));
}
