import { z } from 'zod';
import { sqlStateOf } from './sql-state.ts';

/** The payload is already JSON, so that a value which cannot be JSON fails its own caller and no other. */
export type Transition = { name: string; tenant: string; payload: string };

/** A transition of one thread that waits to be sent. */
type Waiting = {
  transition: Transition;
  thread: number;
  resolve: (answer: unknown) => void;
  reject: (error: Error) => void;
};

/** How many batches run at once, and how many transitions one may hold. */
const LANES = 2;
const MOST = 16;

const answers = z.array(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('done'), answer: z.unknown() }),
    z.object({ kind: z.literal('failed'), error: z.string(), code: z.string() }),
  ]),
);

/**
 * Sends transitions that come while others run in one batch: one round trip and one commit for many. Under a light load,
 * each goes alone, at once.
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
    if (batch.length === 1) return sendEach(batch);
    try {
      await sendTogether(together, batch);
    } catch (error) {
      if (isUndone(error)) return sendEach(batch);
      for (const { reject } of batch) reject(asError(error));
    }
  }

  async function sendEach(batch: Waiting[]): Promise<void> {
    for (const { transition, resolve, reject } of batch) {
      await alone(transition).then(resolve, (error) => reject(asError(error)));
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
  // Sort by tenant and thread, so that no two batches wait for each other: the commit locks each tenant's audit in the
  // order in which the batch first wrote to it.
  batch.sort((a, b) => byText(a.transition.tenant, b.transition.tenant) || a.thread - b.thread);
  const given = answers.parse(await together(batch.map(({ transition }) => transition)));
  for (const [i, { resolve, reject }] of batch.entries()) {
    const outcome = given[i];
    if (outcome?.kind === 'done') resolve(outcome.answer);
    else reject(Object.assign(new Error(outcome?.error ?? 'a batch gave no answer'), { code: outcome?.code }));
  }
}

/** A connection that broke, or a server that stopped: we do not know whether the commit took effect. */
const DOUBTFUL = /^(08|57P|40003)/;

/** Did Postgres refuse the whole batch, as for unreadable JSON, and keep nothing of it? */
function isUndone(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state !== null && !DOUBTFUL.test(state);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** Orders text like the database in the "C" collation, within the Basic Multilingual Plane. */
function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
