/** Tells whether a text names a value, in whatever way a person writes it. */
export function mentionsIn(text: string): (value: string | number) => boolean {
  const shown = readable(text);
  const words = wordsIn(shown);
  let numbers: Set<number> | undefined;
  const hasNumber = (value: number) => {
    numbers ??= numbersIn(shown);
    return numbers.has(value);
  };
  return (value) => {
    if (typeof value === 'number') return hasNumber(value);
    return (isNumber(value) && hasNumber(Number(value))) || holdsWords(words, shown, readable(value));
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

function isNumber(value: string): boolean {
  return value.trim() !== '' && Number.isFinite(Number(value));
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
const NUMBERS = [
  new RegExp(`(\\d+(?:[.,'’]\\d+)*)${SCALE}`, 'gu'),
  // In groups, as in 1 250,50.
  new RegExp(`(?<!\\d)(\\d{1,3}(?: \\d{3})+(?!\\d)(?:[.,]\\d+)?)${SCALE}`, 'gu'),
];

/** Reads "1,250" in both ways, as a thousand and as one and a quarter; of "ORD-1002" the 1002. */
function numbersIn(shown: string): Set<number> {
  const texts = new Set([shown, shown.replace(/[*_~`]/g, '')]);
  const found = [...texts].flatMap((text) => NUMBERS.flatMap((form) => [...text.matchAll(form)]));
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
