import type { DoorParts } from './parts.ts';

/** What no acknowledgement waits for. */
export function later({ log }: Pick<DoorParts, 'log'>, work: Promise<unknown>): void {
  work.catch((error) => log.warn({ err: error }, 'something was left undone after a click'));
}
