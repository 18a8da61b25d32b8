import { readFileSync } from 'node:fs';

const EVERY_MS = 5;

/**
 * Watches for how long the main thread works without a pause. It counts the thread's own time on a processor, where Linux
 * tells it, because a busy machine holds up every program.
 */
export function watchStandstill(): { longestMs(): number } {
  let longest = 0;
  let before = ownMs();
  const timer = setInterval(() => {
    const now = ownMs();
    longest = Math.max(longest, now - before);
    before = now;
  }, EVERY_MS);
  return {
    longestMs() {
      clearInterval(timer);
      return Math.round(longest);
    },
  };
}

function ownMs(): number {
  if (process.platform !== 'linux') return performance.now();
  const [onProcessor = ''] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ');
  return Number(onProcessor) / 1e6;
}
