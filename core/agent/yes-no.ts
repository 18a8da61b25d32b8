/** What counts as an answer to "shall I?", and nothing else does: no model is asked what somebody may have meant. */
const YES = new Set([
  'yes',
  'y',
  'yes please',
  'yep',
  'yeah',
  'ok',
  'okay',
  'sure',
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

export function yesOrNo(text: string): 'yes' | 'no' | null {
  const word = text
    .normalize('NFC')
    .replace(/’/g, "'")
    .replace(/[\s.!,]+/g, ' ')
    .trim()
    .toLowerCase();
  if (YES.has(word)) return 'yes';
  return NO.has(word) ? 'no' : null;
}
