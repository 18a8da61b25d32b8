import { setTimeout } from 'node:timers/promises';

/** Time as an argument. `sleep` rejects with the signal's reason when it is aborted. */
export type Clock = { now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> };

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await setTimeout(ms, undefined, { signal });
  },
};
