import type { Clock } from '../../../core/clock.ts';

const KEPT_MS = 5 * 60_000;
/** A click must be acknowledged within three seconds. */
const PATIENCE_MS = 2_000;

export type Remembered<T> = { value: T; ageMs: number };

/** Asks Slack at most once in five minutes for each id, and throws when it does not answer in time. */
export function rememberAnswers<T>(
  ask: (id: string) => Promise<T>,
  clock: Clock,
): (id: string) => Promise<Remembered<T>> {
  const kept = new Map<string, { value: T; at: number }>();
  const asking = new Map<string, Promise<T>>();

  async function askAndKeep(id: string): Promise<T> {
    const value = await ask(id);
    kept.set(id, { value, at: clock.now() });
    return value;
  }

  /** An answer that comes too late for this click is ready for the next. */
  function asked(id: string): Promise<T> {
    const running = asking.get(id) ?? askAndKeep(id).finally(() => asking.delete(id));
    asking.set(id, running);
    return running;
  }

  return async (id) => {
    const known = kept.get(id);
    if (known && clock.now() - known.at < KEPT_MS) return { value: known.value, ageMs: clock.now() - known.at };
    return { value: await inTime(asked(id), clock, id), ageMs: 0 };
  };
}

async function inTime<T>(work: Promise<T>, clock: Clock, id: string): Promise<T> {
  const patience = new AbortController();
  const timer = clock.sleep(PATIENCE_MS, patience.signal).then(() => {
    throw new Error(`Slack does not say in time what it knows of ${id}`);
  });
  timer.catch(() => {});
  work.catch(() => {});
  try {
    return await Promise.race([work, timer]);
  } finally {
    patience.abort();
  }
}
