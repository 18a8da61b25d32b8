import type { FaultLevel } from '../page/protocol.ts';

/** How the endpoint is made to misbehave, for the page's panel. */
export type Faults = { level(): FaultLevel; set(level: FaultLevel): void };

/** What a fault does to one request. */
export type Mishap = 'none' | 'late' | 'refused' | 'cut';

export type FaultSwitch = Faults & { next(): Mishap };

export function openFaults(): FaultSwitch {
  let level: FaultLevel = 'ok';
  let answers = 0;
  return {
    level: () => level,
    set: (next) => {
      level = next;
      answers = 0;
    },
    next: () => {
      switch (level) {
        case 'ok':
          return 'none';
        case 'slow':
          return 'late';
        case 'down':
          return 'refused';
        case 'lossy':
          // Every third one: whoever asks again is answered, though others ask in between.
          answers += 1;
          return answers % 3 === 1 ? 'cut' : 'none';
      }
    },
  };
}
