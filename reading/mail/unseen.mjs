/** Signs of no width between letters, and marks that say in which direction text runs. */
const HARMLESS = /[\u200b\u2060\ufeff\u202a-\u202c\u2066-\u2069]/g;
/** They turn the order of what follows, so that another number is read than the one that is written. */
const TURNS = /[\u202d\u202e]/g;
/** Letters that no program shows; only flags of regions are made of some of them. */
const TAGS = /(\u{1f3f4}[\u{e0030}-\u{e007a}]{3,6}\u{e007f})|[\u{e0000}-\u{e007f}]/gu;

/** Text without signs that nobody sees, and whether they could have deceived a reader. */
export function withoutUnseen(text) {
  const seen = text.replace(TAGS, '$1').replace(TURNS, '');
  return { text: seen.replace(HARMLESS, ''), hidden: seen !== text };
}
