/** The only answers that count as a yes or no: no model guesses what somebody may have meant. */
const YES = new Set([
  'yes',
  'y',
  'yes please',
  'yep',
  'yeah',
  'confirm',
  'confirmed',
  'do it',
  'go ahead',
  'ja',
  'oui',
  'si',
  'sí',
]);
const NO = new Set([
  'no',
  'n',
  'no thanks',
  'no thank you',
  'nope',
  'cancel',
  'stop',
  "don't",
  'do not',
  'nein',
  'non',
]);

/** People write these in answer to anything, so they count only right after the question. */
const LOOSE_YES = new Set(['ok', 'okay', 'sure']);

/** `number` is that of the question, where the answer names one. */
export type Word = { kind: 'yes' | 'no' | 'loose yes'; number: number | null };

/** As in "yes 2", "no to question 3" and "yes #4". */
const NUMBERED = /^(.+?)(?: to)?(?: question| number| nr)? #?(\d{1,4})$/;

export function yesOrNo(text: string): Word | null {
  const word = text
    .normalize('NFC')
    .replace(/’/g, "'")
    .replace(/[\s.!,]+/g, ' ')
    .trim()
    .toLowerCase();
  const [, bare = word, digits] = NUMBERED.exec(word) ?? [];
  const number = digits === undefined ? null : Number(digits);
  if (YES.has(bare)) return { kind: 'yes', number };
  if (LOOSE_YES.has(bare)) return { kind: 'loose yes', number };
  return NO.has(bare) ? { kind: 'no', number } : null;
}
