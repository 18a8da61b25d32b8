const units =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const scales: Record<string, number> = {
  hundred: 100,
  thousand: 1_000,
  million: 1_000_000,
  billion: 1_000_000_000,
  trillion: 1_000_000_000_000,
  k: 1_000,
  mn: 1_000_000,
  bn: 1_000_000_000,
};
const loose: Record<string, number> = { dozen: 12, half: 0.5, quarter: 0.25, once: 1, twice: 2, thrice: 3, couple: 2 };
const ordinals = 'zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth'.split(' ');

export function scaleOf(word: string): number | undefined {
  return scales[word];
}

/** The number that one word says, such as seven or forty-two. */
export function numberWord(word: string): number | undefined {
  const lower = word.toLowerCase();
  const plain = units.indexOf(lower);
  if (plain >= 0) return plain;
  const [ten = '', unit] = lower.split('-');
  const tenAt = tens.indexOf(ten);
  if (tenAt >= 0) {
    const more = unit === undefined ? 0 : units.indexOf(unit);
    return more < 0 ? undefined : (tenAt + 2) * 10 + more;
  }
  return undefined;
}

export function looseNumber(word: string): number | undefined {
  return loose[word.toLowerCase()];
}

/** 1 for first or 1st, -1 for last. */
export function ordinal(word: string): number | undefined {
  const lower = word.toLowerCase();
  if (lower === 'last' || lower === 'latest') return -1;
  const at = ordinals.indexOf(lower);
  if (at > 0) return at;
  const digits = /^(\d{1,4})(?:st|nd|rd|th)$/.exec(lower);
  return digits ? Number(digits[1]) : undefined;
}
