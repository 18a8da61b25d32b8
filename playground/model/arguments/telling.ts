import type { Param } from '../tools/params.ts';
import { fillers, pronouns } from '../words/common.ts';
import { plainWords } from '../words/plain.ts';
import { stem, wordsIn } from '../words/stem.ts';
import { takesTopic } from './topics.ts';

export const tooPlain = new Set(
  'id name type number value of the a an is to in for by from with on at'.split(' ').map(stem),
);

/** A phrase that only repeats what the tool or the parameter is about is no value. */
export function isTelling(phrase: string, param: Param, about: ReadonlySet<string>): boolean {
  const isSearched = param.role === 'query' || takesTopic(param);
  const words = wordsIn(phrase).filter((word) => !fillers.has(word) && !(isSearched && plainWords.has(word)));
  // "milk went bad" and "take them out" are no names.
  if (
    param.role === 'person' &&
    phrase === phrase.toLowerCase() &&
    wordsIn(phrase).some((word) => plainWords.has(word) || pronouns.has(word))
  )
    return false;
  const stems = words.map(stem);
  return stems.length > 0 && !stems.every((one) => about.has(one) || param.stems.includes(one));
}
