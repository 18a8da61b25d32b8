import { z } from 'zod';

export type Transition = { name: string; tenant: string; payload: object };

/** A transition of one thread, on its way to the database. */
type Waiting = {
  transition: Transition;
  thread: number;
  resolve: (answer: unknown) => void;
  reject: (error: Error) => void;
};

/** How many batches are under way at once, and how much one may carry. */
const LANES = 2;
const MOST = 16;

const answers = z.array(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('done'), answer: z.unknown() }),
    z.object({ kind: z.literal('failed'), error: z.string(), code: z.string() }),
  ]),
);

/**
 * Transitions that are asked for while others are under way go together: one round trip and one commit for many. Under
 * a light load each goes alone, at once.
 */
export function openBatches(
  alone: (transition: Transition) => Promise<unknown>,
  together: (transitions: Transition[]) => Promise<unknown>,
) {
  const waiting: Waiting[] = [];
  let underWay = 0;

  function pump(): void {
    while (underWay < LANES && waiting.length > 0) {
      underWay += 1;
      void send(waiting.splice(0, MOST)).finally(() => {
        underWay -= 1;
        pump();
      });
    }
  }

  async function send(batch: Waiting[]): Promise<void> {
    try {
      const [only] = batch;
      if (only && batch.length === 1) return only.resolve(await alone(only.transition));
      await sendTogether(together, batch);
    } catch (error) {
      for (const { reject } of batch) reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  return (transition: Transition, thread: number): Promise<unknown> =>
    new Promise((resolve, reject) => {
      waiting.push({ transition, thread, resolve, reject });
      pump();
    });
}

async function sendTogether(
  together: (transitions: Transition[]) => Promise<unknown>,
  batch: Waiting[],
): Promise<void> {
  // In the order of their threads, so that no two batches wait for each other.
  batch.sort((a, b) => a.thread - b.thread);
  const given = answers.parse(await together(batch.map(({ transition }) => transition)));
  for (const [i, { resolve, reject }] of batch.entries()) {
    const outcome = given[i];
    if (outcome?.kind === 'done') resolve(outcome.answer);
    else reject(Object.assign(new Error(outcome?.error ?? 'a batch gave no answer'), { code: outcome?.code }));
  }
}
