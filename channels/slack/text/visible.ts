/** Never shown as it is: marks around or across a letter, and characters that are not drawn. */
const HEAVY = '[\\p{Me}\\p{Default_Ignorable_Code_Point}\\u0334-\\u0338]';

/**
 * What a person signs must be what runs, so no character may be invisible or change how others look. These characters
 * become escapes: bidi and zero-width ones, blanks that are no space or follow one, marks that strike or cover a letter,
 * and an ampersand that Slack might read as the beginning of an entity.
 */
const UNSEEN = new RegExp(
  [
    '[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Cn}\\p{Zl}\\p{Zp}\\u2800]',
    '(?! )\\p{Zs}|(?<= ) ',
    `${HEAVY}|(?<!(?!${HEAVY})\\p{L}(?:(?!${HEAVY})\\p{M}){0,2})\\p{M}`,
    '&(?=(?:amp|lt|gt|quot|apos|#\\w+);)',
  ].join('|'),
  'gu',
);
const UNQUOTED = new RegExp(`["\\\\]|${UNSEEN.source}`, 'gu');

const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

export function escapeOf(character: string): string {
  return SHORT[character] ?? `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

/** Text in one line, with every character visible. */
export function visible(text: string): string {
  return text.replace(UNSEEN, escapeOf);
}

/** Marks a line break inside a text; no line of our own begins like this. */
const NEXT_LINE = '\n│ ';

/** The same in several lines, as a person wrote them. */
export function visibleLines(text: string): string {
  return text.split(/\r?\n/).map(visible).join(NEXT_LINE);
}

function quoted(text: string): string {
  const escaped = text.replace(UNQUOTED, (character) => {
    if (character === '"' || character === '\\') return `\\${character}`;
    return character === '\n' ? `\\n${NEXT_LINE}` : escapeOf(character);
  });
  return `"${escaped}"`;
}

const ONE_LINE = 60;

/** A JSON value in which every character can be recognised. */
export function literalText(value: unknown, hidden: (value: object) => boolean, indent = ''): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (hidden(value)) return DOTS;
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const items = Array.isArray(value)
    ? value.map((item) => literalText(item, hidden, inner))
    : Object.entries(value).map(([key, item]) => `${quoted(key)}: ${literalText(item, hidden, inner)}`);
  const line = `${open}${items.join(', ')}${close}`;
  if (line.length <= ONE_LINE && !line.includes('\n')) return line;
  return `${open}\n${items.map((item) => `${inner}${item}`).join(',\n')}\n${indent}${close}`;
}

export const DOTS = '••••••••';

/** Every text in a value, with the names of its fields. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [...(Array.isArray(value) ? [] : [key]), ...textsIn(item)]);
}

/** Scripts with letters that look alike. */
const SCRIPTS = ['Latin', 'Cyrillic', 'Greek', 'Armenian', 'Cherokee', 'Coptic', 'Lisu'].map((name) => ({
  name,
  letter: new RegExp(`\\p{Script=${name}}`, 'u'),
}));
const LOOKS_LATIN = /^[асеорхуіѕјһԁԛԝАВЕКМНОРСТУХІЅЈԌΑΒΕΖΗΙΚΜΝΟΡΤΥΧονικραυ]+$/u;
const FOREIGN = /[\p{Script=Cyrillic}\p{Script=Greek}]/gu;
const FROM_RIGHT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;

/** Doubts about a text that looks like another one although every character is visible. */
export function doubtsOf(text: string): string[] {
  const foreign = (text.match(FOREIGN) ?? []).join('');
  const disguised = LOOKS_LATIN.test(foreign);
  const doubts = [...new Set(text.match(WORD))].flatMap((word) => {
    const doubt = doubtOf(word, disguised);
    return doubt ? [`"${visible(word)}" ${doubt}`] : [];
  });
  return FROM_RIGHT.test(text)
    ? [...doubts, 'parts are written from right to left: they stand in another order']
    : doubts;
}

function doubtOf(word: string, disguised: boolean): string | null {
  const scripts = SCRIPTS.filter(({ letter }) => letter.test(word)).map(({ name }) => name);
  if (scripts.length > 1) return `mixes ${scripts.join(' and ')} letters`;
  if (disguised && LOOKS_LATIN.test(word)) return `looks Latin, but is ${scripts.join()}`;
  if (/(?![0-9])\p{Nd}/u.test(word)) return 'has digits other than 0 to 9';
  return word.normalize('NFKC') === word ? null : 'has letters in an unusual form';
}
