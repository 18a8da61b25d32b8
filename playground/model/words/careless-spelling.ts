import type { ToolView } from '../tools/view.ts';
import { fillers, prepositions, questionWords } from './common.ts';
import { isMistyped } from './mistyped.ts';
import { plainWords } from './plain.ts';
import { stem, wordsIn } from './stem.ts';
import { synonymsOf } from './synonyms.ts';
import { measuresOf } from './units.ts';
import { isVerb } from './verbs.ts';

const LONGEST = 300;
const SHORTEST_OF_TOOLS = 6;
const SHORTEST_PLAIN = 5;
const everyday = [...fillers, ...plainWords, ...questionWords, ...prepositions];
const plain = everyday.filter((one) => one.length >= SHORTEST_PLAIN);
/** Not what is quoted, nor a part of a longer name, nor what somebody says behind a colon. */
const word = /(?<![\p{L}\p{N}_@.'’"“/-])\p{Ll}{4,}(?![\p{L}\p{N}_@'’"”/-]|\.\p{L})/gu;

/** "Waranty" is the warranty of which a tool speaks: a word that nobody knows and that is nearly one that is known. */
export function withSpelling(text: string, views: ToolView[]): string {
  if (text.length > LONGEST) return text;
  const colon = text.search(/:\s/);
  const end = colon < 0 ? text.length : colon;
  const known = wordsOfTools(views);
  const stems = new Set([...known].map(stem));
  const corrected = text.slice(0, end).replace(word, (said) => {
    if (everyday.includes(said) || isVerb(said) || stems.has(stem(said)) || synonymsOf(stem(said)).size > 0)
      return said;
    if (measuresOf(said).length > 0) return said;
    const near = [...[...known].filter((one) => one.length >= SHORTEST_OF_TOOLS), ...plain].filter(
      (one) => one[0] === said[0] && !isOther(said, one) && isMistyped(said, one),
    );
    return new Set(near.map(stem)).size === 1 ? near[0]! : said;
  });
  return corrected + text.slice(end);
}

/** With a letter exchanged, butter is better; short words are often other words with a letter more: a star and a start. */
function isOther(said: string, one: string): boolean {
  if (said.length > one.length) return said === `${one}s` || said.length <= SHORTEST_OF_TOOLS;
  if (said.length === one.length) {
    const isMoved = [...said].sort().join('') === [...one].sort().join('');
    return !isMoved || said.length <= SHORTEST_OF_TOOLS;
  }
  return one.length <= SHORTEST_OF_TOOLS && !lacksVowel(said, one);
}

function lacksVowel(said: string, one: string): boolean {
  return [...one].some((letter, at) => /[aeiou]/.test(letter) && said === one.slice(0, at) + one.slice(at + 1));
}

function wordsOfTools(views: ToolView[]): Set<string> {
  return new Set(
    views.flatMap(({ tool, params }) => [
      ...wordsIn(`${tool.name.replace(/_/g, ' ')} ${tool.description}`),
      ...params.flatMap(({ label, description }) => [...label, ...wordsIn(description)]),
    ]),
  );
}
