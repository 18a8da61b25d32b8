import { setMaxListeners } from 'node:events';
import type { Clock } from '../clock.ts';

export type Deadline = {
  /** Aborted when the time is over or the given signal is aborted. */
  signal: AbortSignal;
  isOver(): boolean;
  end(): void;
};

/** A constant: without a reason, `abort` makes an error with a stack. */
const ENDED = 'the turn ended';

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
    () => {}, // the turn ended earlier
  );
  return {
    signal: cut.signal,
    isOver: () => over,
    end() {
      ended.abort(ENDED);
      stopping.removeEventListener('abort', stop);
    },
  };
}
