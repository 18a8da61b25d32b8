import type { Clock } from '../../../core/clock.ts';

const KEPT_MS = 5 * 60_000;
/** A click must be acknowledged within three seconds. */
const PATIENCE_MS = 2_000;
/** Once Slack was silent, nobody waits so long again for a while: a flood of unknown ids would hold up the door. */
const SILENT_MS = 60_000;
const BRIEF_MS = 100;
/** The oldest go first. */
const MOST_KEPT = 1_000;

export type Remembered<T> = { value: T; ageMs: number };

/** Asks Slack at most once in five minutes for each id, and throws when it does not answer in time. */
export function rememberAnswers<T>(
  ask: (id: string) => Promise<T>,
  clock: Clock,
): (id: string) => Promise<Remembered<T>> {
  const kept = new Map<string, { value: T; at: number }>();
  const asking = new Map<string, Promise<T>>();
  let silentUntil = Number.NEGATIVE_INFINITY;

  async function askAndKeep(id: string): Promise<T> {
    const value = await ask(id);
    silentUntil = Number.NEGATIVE_INFINITY;
    kept.delete(id);
    kept.set(id, { value, at: clock.now() });
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return value;
  }

  async function answerInTime(id: string): Promise<T> {
    const patience = clock.now() < silentUntil ? BRIEF_MS : PATIENCE_MS;
    const answer = await answerIn(asked(id), patience, clock);
    if (answer.kind === 'given') return answer.value;
    if (patience === PATIENCE_MS) silentUntil = clock.now() + SILENT_MS;
    throw new Error(`Slack does not say in time what it knows of ${id}`);
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
    return { value: await answerInTime(id), ageMs: 0 };
  };
}

async function answerIn<T>(work: Promise<T>, ms: number, clock: Clock): Promise<{ kind: 'given'; value: T } | Late> {
  const patience = new AbortController();
  const late = clock.sleep(ms, patience.signal).then((): Late => ({ kind: 'late' }));
  late.catch(() => {});
  work.catch(() => {});
  try {
    return await Promise.race([work.then((value) => ({ kind: 'given' as const, value })), late]);
  } finally {
    patience.abort();
  }
}

type Late = { kind: 'late' };
