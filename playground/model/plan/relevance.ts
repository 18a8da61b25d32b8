import type { Fit } from '../tools/rank.ts';

/** Whether a tool can be what a part of the request asks for, or is only the nearest of what there is. */
export function isRelevant({ meaning, words, known, verb }: Fit, part: string): boolean {
  void part;
  void words;
  return meaning + known * 0.6 + verb > 0.5;
}
