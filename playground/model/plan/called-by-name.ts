import type { Found } from '../lookups/results.ts';
import type { ToolView } from '../tools/view.ts';
import { fillers } from '../words/common.ts';
import { plainWords } from '../words/plain.ts';
import { stem, wordsIn } from '../words/stem.ts';
import { isVerb } from '../words/verbs.ts';
import type { Goal } from './goal.ts';

/** "Garden chair (CHR-02, …" is called by its name, in whatever number. */
export function isCalledIn(part: string, { said }: Found): boolean {
  const words = new Set(wordsIn(part).map(stem));
  const name = said.includes('(') ? wordsIn(said.split('(')[0]!) : [];
  return name.length > 0 && name.every((word) => words.has(stem(word)));
}

/** Whether a part says words that no tool speaks of, and that are no everyday ones. */
export function saysMore({ part, view }: Goal, views: ToolView[]): boolean {
  const known = new Set([...view.name, ...view.about, ...view.takes, ...views.flatMap(({ nouns }) => nouns)]);
  return wordsIn(part).some(
    (word) =>
      !/\d/.test(word) && !fillers.has(word) && !plainWords.has(word) && !isVerb(word) && !known.has(stem(word)),
  );
}
