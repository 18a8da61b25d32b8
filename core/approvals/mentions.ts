import { leavesOf } from './leaves.ts';

export type Mentions = (value: string | number) => boolean;

/**
 * Tells whether a text of a person names a value, in whatever way people write it. Digits within an id, a date or a time
 * are part of that word: they name no number, but may be all that a text argument takes of it.
 */
export function mentionsIn(text: string): Mentions {
  const shown = readable(text);
  const [words, numbers, digits] = [
    once(() => wordsIn(shown)),
    once(() => numbersIn(shown)),
    once(() => digitsIn(shown)),
  ];
  return (value) => {
    if (typeof value === 'number') return numbers().has(value);
    return (isNumber(value) && digits().has(Number(value))) || holdsWords(words(), shown, readable(value));
  };
}

/** The same for the answer of a tool, value by value where it is JSON. Its numbers count only as they stand there. */
export function mentionsInAnswer(text: string): Mentions {
  const leaves = leavesIn(text);
  // Looking into each of many values takes long, and most answers do not hold what is looked for.
  const mayMention = mentionsIn(leaves.join('\n'));
  const found = new Set(leaves.filter((leaf) => typeof leaf === 'number'));
  const texts = once(() => leaves.filter((leaf) => typeof leaf === 'string').map(mentionsInPart));
  return (value) => {
    if (!mayMention(`${value}`)) return false;
    return (isNumber(value) && found.has(Number(value))) || texts().some((mentions) => mentions(value));
  };
}

function leavesIn(text: string): (string | number)[] {
  try {
    return leavesOf(JSON.parse(text));
  } catch {
    return [text];
  }
}

function mentionsInPart(text: string): Mentions {
  const shown = readable(text);
  const [words, numbers] = [once(() => wordsIn(shown)), once(() => numbersIn(shown))];
  return (value) => (isNumber(value) ? numbers().has(Number(value)) : holdsWords(words(), shown, readable(`${value}`)));
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Without invisible characters: a model drops them, too. */
function readable(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim();
}

function isNumber(value: string | number): boolean {
  return typeof value === 'number' || (value.trim() !== '' && Number.isFinite(Number(value)));
}

/** The letters and digits of a text without anything between them, and a 1 wherever a word begins or ends in them. */
type Words = { letters: string; edges: Uint8Array };

function wordsIn(shown: string): Words {
  const words = shown.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const edges = new Uint8Array(shown.length + 1);
  let at = 0;
  edges[at] = 1;
  for (const word of words) {
    at += word.length;
    edges[at] = 1;
  }
  return { letters: words.join(''), edges };
}

function holdsWords({ letters, edges }: Words, shown: string, value: string): boolean {
  const wanted = wordsIn(value).letters;
  if (wanted === '') return value !== '' && shown.includes(value);
  for (let at = letters.indexOf(wanted); at >= 0; at = letters.indexOf(wanted, at + 1)) {
    if (edges[at] && edges[at + wanted.length]) return true;
  }
  return false;
}

const SCALE = '(?: ?(e[+-]?\\d{1,3}|k|thousand|m|million)(?![\\p{L}\\p{N}]))?';
const DIGITS = `(\\d+(?:[.,'’]\\d+)*)${SCALE}`;
/** As in 1 250,50. */
const GROUPS = `(?<!\\d)(\\d{1,3}(?: \\d{3})+(?!\\d)(?:[.,]\\d+)?)${SCALE}`;
const HYPHEN = '[-\\u2010-\\u2013/]';
/** Not within a word: ORD-1002, 2026-11-24, 24/11, 9:30. */
const BEFORE = `(?<![\\p{L}\\p{M}\\p{N}_]|[\\p{L}\\p{N}_]${HYPHEN}|\\p{N}[.,'’:])`;
const AFTER = `(?![\\p{L}\\p{M}\\p{N}_]|${HYPHEN}[\\p{L}\\p{N}_]|[.,'’:]\\p{N})`;
const ANYWHERE = [DIGITS, GROUPS].map((form) => new RegExp(form, 'gu'));
const WHOLE = [DIGITS, GROUPS].map((form) => new RegExp(`${BEFORE}${form}${AFTER}`, 'gu'));

/** Letters that may touch a number: 900EUR, 5x. */
const UNIT = `(?:${['x', ...Intl.supportedValuesOf('currency')].join('|').toLowerCase()})`;
const UNITS = new RegExp(`(?<![\\p{L}\\p{N}_-])${UNIT}(?=\\d)|(?<=\\d)${UNIT}(?![\\p{L}\\p{N}_-])`, 'gu');

function numbersIn(shown: string): Set<number> {
  return numbersAs(shown.replace(UNITS, ' $& '), WHOLE);
}

/** Of "ORD-1002" the 1002, too. */
function digitsIn(shown: string): Set<number> {
  return numbersAs(shown, ANYWHERE);
}

/** Reads "1,250" in both ways, as a thousand and as one and a quarter. */
function numbersAs(shown: string, forms: RegExp[]): Set<number> {
  const texts = new Set([shown, shown.replace(/[*_~`]/g, '')]);
  const found = [...texts].flatMap((text) => forms.flatMap((form) => [...text.matchAll(form)]));
  const numbers = found.flatMap(([, digits = '', scale]) => {
    const [whole, fraction] = [digits.replace(/[.,][^.,]*$/, ''), /[.,](\d+)$/.exec(digits)?.[1] ?? ''];
    const readings = new Set([bare(digits), `${bare(whole)}.${fraction}`]);
    const scaled = scale === undefined ? [] : [...readings].map((reading) => Number(reading + exponentOf(scale)));
    return [...[...readings].map(Number), ...scaled];
  });
  return new Set(numbers.flatMap((number) => [number, -number]));
}

function bare(digits: string): string {
  return digits.replace(/[.,'’ ]/g, '');
}

function exponentOf(scale: string): string {
  if (scale.startsWith('e')) return scale;
  return { k: 'e3', thousand: 'e3', m: 'e6', million: 'e6' }[scale] ?? '';
}
