import type { Param } from '../tools/params.ts';
import type { Scope } from './scope.ts';

export type Filled = {
  args: Record<string, unknown>;
  missing: Param[];
  /** The words that each argument rests on. */
  spans: Record<string, { start: number; end: number; score: number }>;
  /** How well the values fit, summed. */
  score: number;
};

/** Objects and lists of objects are filled as the arguments themselves are: this is given down to them. */
export type Fill = (params: Param[], scope: Scope, about: ReadonlySet<string>) => Filled;
