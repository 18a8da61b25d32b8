import { findMentions } from '../mentions/find.ts';
import type { Mention } from '../mentions/types.ts';
import { stem } from '../words/stem.ts';

export type Token = {
  text: string;
  lower: string;
  stem: string;
  start: number;
  end: number /** What stands before it. */;
  gap: string;
};

/** A text from which arguments are taken, with its words and the values in it. */
export type Scope = { text: string; tokens: Token[]; mentions: Mention[]; today: Date };

/** The unit glued to a number is a word of its own. */
const word =
  /\d+(?:[.,]\d+)*(?=(?:kg|g|mg|lbs?|oz|cm|mm|km|ml|l|ft|hrs?|mins?|px|gb|mb|tb|kwh|mph|hz)\b)|[\p{L}\p{N}][\p{L}\p{N}#]*(?:['’][\p{L}]+)?|[#@][\p{L}\p{N}]+/gu;

/** Ranking, filling and looking up read the same few texts one after the other. */
const recent = new Map<string, Scope>();
const MOST_RECENT = 64;
const MOST_TOKENS = 1_200;

export function scopeOf(text: string, today: Date): Scope {
  const key = `${today.getTime()} ${text}`;
  const known = recent.get(key);
  if (known) return known;
  const made = read(text, today);
  if (recent.size >= MOST_RECENT) recent.clear();
  recent.set(key, made);
  return made;
}

function read(text: string, today: Date): Scope {
  let last = 0;
  const tokens = [...text.matchAll(word)].slice(0, MOST_TOKENS).map((match) => {
    const start = match.index;
    const gap = text.slice(last, start);
    last = start + match[0].length;
    const lower = match[0].toLowerCase();
    return { text: match[0], lower, stem: stem(lower.replace(/['’]s$/, '')), start, end: last, gap };
  });
  return { text, tokens, mentions: findMentions(text, today), today };
}

/** The place of the first word that does not end before a character. */
export function tokenAt(scope: Scope, position: number): number {
  const at = scope.tokens.findIndex((token) => token.end > position);
  return at < 0 ? scope.tokens.length : at;
}
