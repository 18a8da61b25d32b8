import { setMaxListeners } from 'node:events';
import type { Clock } from '../clock.ts';

export type Deadline = {
  /** Aborted when the time is over, and when the signal that was given is. */
  signal: AbortSignal;
  isOver(): boolean;
  end(): void;
};

export function openDeadline(clock: Clock, stopping: AbortSignal, ms: number): Deadline {
  const cut = new AbortController();
  const ended = new AbortController();
  // Every call of the turn listens to it.
  setMaxListeners(0, cut.signal);
  const stop = () => cut.abort();
  let over = false;
  stopping.addEventListener('abort', stop, { once: true });
  if (stopping.aborted) stop();
  clock.sleep(ms, ended.signal).then(
    () => {
      over = true;
      cut.abort();
    },
    () => {}, // ended before its time
  );
  return {
    signal: cut.signal,
    isOver: () => over,
    end() {
      ended.abort();
      stopping.removeEventListener('abort', stop);
    },
  };
}
