import { questionWords } from '../words/common.ts';
import { isVerb } from '../words/verbs.ts';

const LONGEST = 4_000;
const MOST_PARTS = 24;

/** A request of any length, by its beginning and its end. */
export function capped(given: string): string {
  const text = unwrapped(given.trim());
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST - 1_000)} … ${text.slice(-1_000)}`;
}

/** Quotation marks around all of it are no quotation. */
function unwrapped(text: string): string {
  const inner = /^(?:"([\s\S]{40,})"|'([\s\S]{40,})'|“([\s\S]{40,})”)$/.exec(text);
  return inner?.[1] ?? inner?.[2] ?? inner?.[3] ?? text.replace(/^["'“](?=[A-Z][^"”]{60,}$)/, '');
}

const sentenceEnd = /(?<=[.!?…])["'”)]*\s+(?=["'“(]?[\p{L}\p{N}])|\n+|;\s+/u;
/** What may begin another wish within a sentence. */
const joint =
  /(,?\s+(?:and|then|plus|but|as well as|followed by)\s+(?:then\s+|also\s+|finally\s+|please\s+|lastly\s+)*|,\s+(?:then\s+|also\s+|finally\s+|please\s+)*)/giu;

/** The wishes of a request, one by one, each with all its words. */
export function splitParts(text: string): string[] {
  const parts = sentences(text).flatMap(clauses);
  return withExplained(parts.map((part) => part.trim()))
    .filter((part) => /[\p{L}\p{N}]/u.test(part))
    .slice(0, MOST_PARTS);
}

/** "What is on Jon's plate? Issues I mean." is one wish. */
function withExplained(parts: string[]): string[] {
  const joined: string[] = [];
  for (const part of parts) {
    const before = joined.at(-1);
    if (before === undefined || !/\bi mean(?:t)?\b|^(?:i\.e\.|that is,)/i.test(part)) joined.push(part);
    else joined[joined.length - 1] = `${before.replace(/[.?!]+$/, '')}, ${part}`;
  }
  return joined;
}

export function sentences(text: string): string[] {
  const guarded = guardQuotes(text);
  const pieces: string[] = [];
  let last = 0;
  for (const match of guarded.matchAll(new RegExp(sentenceEnd, 'gu'))) {
    if (
      /(?:\b(?:Mr|Mrs|Ms|Dr|St|vs|e\.g|i\.e|approx|No|(?<=\s)(?:no|nr))|\b\p{Lu})\.$/u.test(
        guarded.slice(last, match.index),
      )
    )
      continue;
    // "Ticket no. 6"
    if (/\b(?:no|nr)\.$/i.test(guarded.slice(last, match.index)) && /^\s*#?\d/.test(guarded.slice(match.index)))
      continue;
    pieces.push(text.slice(last, match.index));
    last = match.index + match[0].length;
  }
  return [...pieces, text.slice(last)].filter((piece) => piece.trim() !== '');
}

function clauses(sentence: string): string[] {
  const guarded = guardQuotes(sentence);
  const pieces: string[] = [];
  let last = 0;
  for (const match of guarded.matchAll(joint)) {
    const rest = guarded.slice(match.index + match[0].length);
    if (match.index < last || !opensWish(rest, match[0])) continue;
    if (!hasWish(guarded.slice(last, match.index))) continue;
    // What stands behind a colon is what somebody said.
    if (/:\s/.test(guarded.slice(0, match.index))) break;
    pieces.push(sentence.slice(last, match.index));
    last = match.index + match[0].length;
  }
  return [...pieces, sentence.slice(last)];
}

function opensWish(rest: string, by: string): boolean {
  const words =
    rest
      .match(/[\p{L}’']+/gu)
      ?.slice(0, 6)
      .map((word) => word.toLowerCase()) ?? [];
  const [first = '', second = ''] = words;
  // "ORD-1019" is no order.
  if (/^[\s"'(]*\p{L}+[-_]\d/u.test(rest)) return false;
  const asks =
    questionWords.has(first) && !(first === 'who' || first === 'which' || first === 'when' || first === 'where');
  const asksFully =
    /^(?:who|which|when|where)$/.test(first) &&
    (/^\s*,?\s+(?:and|then)/i.test(by) || /^(?:is|are|was|were|do|does|did|can|has|have|customers?|one)$/.test(second));
  const helps =
    /^(?:can|could|would|will|is|are|was|were|do|does|did|has|have)$/.test(first) &&
    /^(?:you|i|we|it|they|there|he|she|the|its?)$/.test(second);
  const wishes = /^(?:i|we)$/.test(first) && /^(?:want|need|would|also|d|wish|am)$/.test(second.replace(/^i'/, ''));
  const follows = /\b(?:then|finally|lastly|followed by)\b/i.test(by) && /^(?:a|an|another|the)$/.test(first);
  const states =
    /^(?:is|are|was|were|does|do|did|has|have)$/.test(first) &&
    /^\s*,?\s+(?:and|but|then)/i.test(by) &&
    /^\S+\s+(?:[A-Z\d]|the|my|her|his|their|that|this|any)/.test(rest);
  return (
    follows ||
    states ||
    asks ||
    asksFully ||
    helps ||
    wishes ||
    (isVerb(first) && !/^(?:will|order|orders|record|plan|report|post|light|water|set|check)$/.test(first)) ||
    (/^(?:order|report|post|set|check|plan|record)$/.test(first) &&
      /^(?:a|an|the|my|me|it|this|that|for|if|whether|up|some|two|\d)/.test(second))
  );
}

/** "Licenses on AST-007" asks for them without a verb. */
const MOST_OF_A_NOUN = 5;

function hasWish(text: string): boolean {
  const words = text.match(/[\p{L}’']+/gu)?.map((word) => word.toLowerCase()) ?? [];
  return (
    words.length >= 2 &&
    (words.some((word) => isVerb(word) || questionWords.has(word) || /^(?:is|are|has|have|need|want)$/.test(word)) ||
      (/\p{L}-?\d/u.test(text) &&
        words.length <= MOST_OF_A_NOUN &&
        !words.some((word) => /^(?:was|were|had|came|got|went)$/.test(word))))
  );
}

/** Marks inside quotation marks and brackets end nothing. */
function guardQuotes(text: string): string {
  return text.replace(
    /"[^"\n]{1,800}"|“[^”]{1,800}”|`[^`\n]{1,300}`|(?<![\p{L}\p{N}])'[^'\n]{1,300}'(?!\p{L})|\[[^\]]{0,800}\]|\{[^}]{0,800}\}/gu,
    (quoted) => '~'.repeat(quoted.length),
  );
}
