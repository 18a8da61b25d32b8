import { irregular } from './irregular.ts';

/** Endings that make forms of one word, the longest first, each with the fewest letters that must be left before it. */
const endings: [ending: string, left: number][] = [
  ['izations', 3],
  ['ization', 3],
  ['ations', 4],
  ['ation', 4],
  ['ators', 4],
  ['ator', 4],
  ['ating', 4],
  ['ities', 4],
  ['ments', 4],
  ['ment', 4],
  ['ated', 4],
  ['ates', 4],
  ['ions', 4],
  ['ings', 3],
  ['ness', 4],
  ['able', 4],
  ['ity', 4],
  ['ate', 4],
  ['ion', 4],
  ['ied', 3],
  ['ing', 3],
  ['ers', 3],
  ['ors', 4],
  ['ly', 3],
  ['ed', 3],
  ['es', 3],
  ['er', 3],
  ['or', 4],
  ['al', 4],
  ['ie', 3],
  ['y', 3],
  ['e', 3],
  ['s', 3],
];

const kept = new Map<string, string>();
const MOST_KEPT = 20_000;

/** What the forms of a word have in common: calculate, calculator and calculation give calcul, bought and buy give buy. */
export function stem(word: string): string {
  const lower = word.toLowerCase();
  const known = kept.get(lower);
  if (known !== undefined) return known;
  const made = strip(Object.hasOwn(irregular, lower) ? irregular[lower]! : lower);
  if (kept.size > MOST_KEPT) kept.clear();
  kept.set(lower, made);
  return made;
}

/** Cuts until nothing more can go, so that ordered, orders and order end alike. */
function strip(word: string): string {
  if (word.length <= 3 || /\d/.test(word)) return word;
  let rest = /(?:ss|us|is)$/.test(word) ? word : word.replace(/s$/, '');
  for (let turn = 0; turn < 3; turn += 1) {
    const cut = withoutEnding(rest);
    if (cut === rest) break;
    rest = cut;
  }
  return rest.length > 3 && rest.at(-1) === rest.at(-2) && !'ls'.includes(rest.at(-1)!) ? rest.slice(0, -1) : rest;
}

function withoutEnding(word: string): string {
  if (word.length <= 3) return word;
  const found = endings.find(([ending, left]) => word.endsWith(ending) && word.length - ending.length >= left);
  return found ? word.slice(0, -found[0].length) : word;
}

/** The words of a text in lower case, without marks. */
export function wordsIn(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’][\p{L}]+)?/gu) ?? [];
}

/** The words of a name such as send_message, sendMessage or Send-Message. */
export function wordsOfName(name: string): string[] {
  return wordsIn(
    name
      .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
      .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
      .replace(/[_\-./]+/g, ' '),
  );
}
