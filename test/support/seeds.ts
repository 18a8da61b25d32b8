import { inject } from 'vitest';
import type { Backend } from './app.ts';

/** How much is swept: a sample in each run of the tests, everything where SWEEP=long asks for it. */
export const long = process.env.SWEEP === 'long';

export const firstSeed = inject('sweepSeed');

/** What a backend sweeps of all points: in a sample an eighth, which the other backend leaves out; eight seeds in a row sweep all. */
export function shareOf<T extends string>(backend: Backend, all: readonly T[]): T[] {
  const named = process.env.SWEEP_POINTS?.split(',');
  if (named) return all.filter((point) => named.includes(point));
  const turn = backend === 'postgres' ? 0 : 4;
  return long ? [...all] : all.filter((_, at) => (at + firstSeed) % 8 === turn);
}

/** Both queues where all is swept; otherwise the one that the seed draws for this file. */
export function sampledBackends(file: string): Backend[] {
  return long ? ['postgres', 'redis'] : [dice(firstSeed, file).pick(['postgres', 'redis'])];
}

/** `it` for tests that each set up their own: a sample runs every third, and three seeds in a row run all. */
export function everyThird(it: (name: string, run: () => Promise<void>) => void): typeof it {
  let count = 0;
  return (name, run) => {
    if (long || (count++ + firstSeed) % 3 === 0) it(name, run);
  };
}

/** Some of them, drawn by the seed; all where all is swept. */
export function sampleOf<T>(what: string, all: readonly T[], count: number): T[] {
  return long ? [...all] : dice(firstSeed, what).shuffle(all).slice(0, count);
}

/** Says how the same run is had again. */
export function announce(what: string, file: string): void {
  const size = long ? 'SWEEP=long ' : '';
  process.stdout.write(`${what}: again with ${size}SWEEP_SEED=${firstSeed} npx vitest run test/${file}\n`);
}

export type Dice = {
  /** A whole number from 0 to below `sides`. */
  roll(sides: number): number;
  pick<T>(choices: readonly T[]): T;
  shuffle<T>(items: readonly T[]): T[];
};

/** The same seed and name always fall the same way. */
export function dice(seed: number, name: string): Dice {
  let state = [...name].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193), seed | 0);
  const roll = (sides: number) => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) % sides;
  };
  return {
    roll,
    pick: (choices) => choices[roll(choices.length)]!,
    shuffle(items) {
      const shuffled = [...items];
      for (let last = shuffled.length - 1; last > 0; last -= 1) {
        const other = roll(last + 1);
        [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
      }
      return shuffled;
    },
  };
}
