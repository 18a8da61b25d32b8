import type { SlackContext } from './context.ts';

/** What no acknowledgement waits for. */
export function inBackground({ log }: SlackContext, work: Promise<unknown>): void {
  work.catch((error) => log.warn({ err: error }, 'something was left undone after a click'));
}
