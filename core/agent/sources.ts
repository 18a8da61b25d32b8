import type { PersonMessage, Sources, ToolResult } from '../approvals/origins.ts';
import { messagesIn } from '../records/entries.ts';
import type { TakenTurn } from '../records/threads.ts';
import type { Call, Step } from '../records/types.ts';
import type { TurnContext } from './types.ts';

/** Collects what people wrote in this thread and what tools answered, to find out where an argument comes from. */
export async function sourcesOf(turn: TakenTurn, context: TurnContext): Promise<Sources> {
  const { personOf } = context.people;
  const steps = [...turn.history.flatMap((past) => past.steps), ...context.transcript.steps];
  const said = await messagesIn(context.db, turn.tenant, turn.thread.id);
  const requester = personOf(turn.turn.principal.id);
  return {
    spoken: [...earlierIn(steps, turn), ...said],
    results: resultsIn(steps),
    isRequester: (account) => personOf(account) === requester,
  };
}

/** Messages from before our first one in the conversation, fetched as lines `<@U0DANA>: text`. */
function earlierIn(steps: Step[], { tenant }: TakenTurn): PersonMessage[] {
  const texts = steps.flatMap((step) => (step.kind === 'background' ? [step.content.text] : []));
  return texts
    .flatMap((text) => text.split(/\n(?=\S)/))
    .flatMap((message) => {
      const [, user, text] = /^<@([A-Z0-9]+)>: ([\s\S]*)$/.exec(message) ?? [];
      return user && text !== undefined ? [{ account: `slack:${tenant}:${user}`, text, at: null }] : [];
    });
}

function resultsIn(steps: Step[]): ToolResult[] {
  const calls = new Map<string, Call>();
  for (const step of steps) if (step.kind === 'model') for (const call of step.content.calls) calls.set(call.id, call);
  return steps.flatMap((step) => {
    const call = step.kind === 'tool' ? calls.get(step.content.call) : undefined;
    return step.kind === 'tool' && call ? [{ tool: call.name, given: call.arguments, text: step.content.text }] : [];
  });
}
