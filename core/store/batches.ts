import { z } from 'zod';

/** A transition of one thread, on its way to the database. */
export type Transition = { name: string; tenant: string; thread: number; payload: object };

type Waiting = { transition: Transition; resolve: (answer: unknown) => void; reject: (error: Error) => void };

/** How many batches are under way at once, and how much one may carry. */
const LANES = 3;
const MOST = 12;

const answers = z.array(z.union([z.object({ ok: z.unknown() }), z.object({ failed: z.string(), code: z.string() })]));

/**
 * Transitions that are asked for while others are under way go together: one round trip and one commit for many. Under
 * a light load each goes alone, at once.
 */
export function openBatches(query: (sql: string, args: string[]) => Promise<unknown>) {
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
      if (only && batch.length === 1) return only.resolve(await alone(query, only.transition));
      await together(query, batch);
    } catch (error) {
      for (const { reject } of batch) reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  return (transition: Transition): Promise<unknown> =>
    new Promise((resolve, reject) => {
      waiting.push({ transition, resolve, reject });
      pump();
    });
}

function alone(
  query: (sql: string, args: string[]) => Promise<unknown>,
  { name, tenant, payload }: Transition,
): Promise<unknown> {
  return query(`select countersign.${name}($1, $2::jsonb) as r`, [tenant, JSON.stringify(payload)]);
}

async function together(query: (sql: string, args: string[]) => Promise<unknown>, batch: Waiting[]): Promise<void> {
  // In the order of their threads, so that no two batches wait for each other.
  batch.sort((a, b) => a.transition.thread - b.transition.thread);
  const items = batch.map(({ transition: { name, tenant, payload } }) => ({ name, tenant, payload }));
  const given = answers.parse(await query('select countersign.run_together($1::jsonb) as r', [JSON.stringify(items)]));
  for (const [i, { resolve, reject }] of batch.entries()) {
    const answer = given[i];
    if (answer && 'ok' in answer) resolve(answer.ok);
    else reject(Object.assign(new Error(answer?.failed ?? 'a batch gave no answer'), { code: answer?.code }));
  }
}
