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

export type Word = { kind: 'yes' | 'no' | 'loose yes' };

export function yesOrNo(text: string): Word | null {
  const word = text
    .normalize('NFC')
    .replace(/’/g, "'")
    .replace(/[\s.!,]+/g, ' ')
    .trim()
    .toLowerCase();
  if (YES.has(word)) return { kind: 'yes' };
  if (LOOSE_YES.has(word)) return { kind: 'loose yes' };
  return NO.has(word) ? { kind: 'no' } : null;
}
