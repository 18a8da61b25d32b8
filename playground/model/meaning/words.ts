/** How many words two texts share, in proportion to the shorter one: what is left of meaning without the embeddings. */
export function wordLikeness(text: string, others: string[]): number[] {
  const ours = stemsOf(text);
  return others.map((other) => {
    const theirs = stemsOf(other);
    const shared = [...ours].filter((stem) => theirs.has(stem)).length;
    return shared / Math.max(1, Math.min(ours.size, theirs.size));
  });
}

const EMPTY_WORDS = new Set(
  'a an and any are as at be but by can did do does for from have has how i if in is it its me my no not of on or our please s show so t tell that the their them there this to was were we what when where which who will with you your'.split(
    ' ',
  ),
);

export function stemsOf(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(words.filter((word) => !EMPTY_WORDS.has(word)).map(stemOf));
}

function stemOf(word: string): string {
  return word.length < 4 ? word : word.replace(/(?:ies|ied|y)$/, 'i').replace(/(?:ing|ed|es|s|e)$/, '');
}
