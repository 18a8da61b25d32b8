import { inputOf } from '../agent/divider.ts';
import { serverIn } from '../mcp/definitions.ts';
import type { TakenTurn } from '../records/threads.ts';
import type { ChannelPlace, Step } from '../records/types.ts';

/** Where an answer by mail goes: to its sender alone. */
export function placeOfSender({ cc, ...place }: ChannelPlace): ChannelPlace {
  return place;
}

/**
 * Where an answer goes to which nothing of anybody's records may have come: to those in Cc as well. What the model has seen
 * in this conversation before may stand in any later answer.
 */
export function placeOfAnswer(turn: TakenTurn, steps: readonly Step[]): ChannelPlace {
  const place = inputOf(turn.steps).at(-1)?.place ?? {};
  const seen = [...turn.history.flatMap((past) => past.steps), ...steps];
  const isOpen = turn.thread.summary === '' && turn.thread.notes === '' && !seen.some(showsRecords);
  return isOpen ? place : placeOfSender(place);
}

/** Customers reach tool servers with their own records only, so that any call may have shown some; so may an outcome. */
function showsRecords(step: Step): boolean {
  if (step.kind === 'model') return step.content.calls.some(({ name }) => serverIn(name) !== undefined);
  return step.kind === 'input' && step.content.entries.some(({ outcome }) => outcome !== undefined);
}
