import type { SlackContext } from './context.ts';

/** Runs work that no acknowledgement waits for, and logs its failure. */
export function inBackground({ log }: SlackContext, work: Promise<unknown>): void {
  work.catch((error) => log.warn({ err: error }, 'work after an acknowledgement failed'));
}
