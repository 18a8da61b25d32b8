import { openThread } from '../../../reading/worker-thread.ts';
import type { Decide, Log } from '../server.ts';
import type { Order, Outcome, Planned } from './types.ts';

export type Planner = {
  decide: Decide;
  /** Starts the thread and loads the embeddings, so that the first question does not wait for them. */
  warmUp(): void;
  close(): Promise<void>;
};

/** An ordinary plan takes a fiftieth of a second; a busy machine needs seconds only to start the thread. The embeddings of a hundred new tools grow the process by 400 MB. */
const LIMITS = { patienceMs: 20_000, mostMemoryMb: 512, mostGrowthMb: 1_500 };

/** Plans in a thread of its own, one request after the other: whatever is asked, the process goes on answering. */
export function openPlanner({ dataDir, log }: { dataDir: string; log: Log }): Planner {
  const thread = openThread<Order, Planned>(new URL('./worker.mjs', import.meta.url), LIMITS, { dataDir });
  const order = async (what: Order): Promise<Outcome> => {
    const heard = await thread.ask(what, []);
    if (heard.kind === 'given_up') return { kind: 'failed', why: heard.why };
    for (const line of heard.answer.warnings) log.warn({}, line);
    return heard.answer.outcome;
  };
  return {
    decide: async (chat) => {
      const outcome = await order({ kind: 'decide', chat });
      if (outcome.kind === 'decided') return outcome.decision;
      throw new Error(outcome.kind === 'failed' ? outcome.why : 'Nothing was planned.');
    },
    warmUp: () => void order({ kind: 'warm_up' }),
    close: thread.close,
  };
}
