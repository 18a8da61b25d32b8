import type { Param } from '../tools/params.ts';
import { fillers, prepositions, questionWords } from '../words/common.ts';
import { plainWords } from '../words/plain.ts';
import { stem } from '../words/stem.ts';
import { meanAlike } from '../words/synonyms.ts';
import { measuresOf } from '../words/units.ts';
import { isVerb } from '../words/verbs.ts';
import type { Scope } from './scope.ts';

export type Topic = { text: string; start: number; end: number; score: number };

/** Whether a parameter takes words to search by: a query, a name or a part of one. */
export function takesTopic({ type, strict, shape, choices, role, description, format }: Param): boolean {
  if (type !== 'string' || strict || shape || choices.length > 0 || format) return false;
  if (role === 'query') return true;
  if (/^(?:text|date|time|place|email|url|phone|unit|currency|formula|path|id)$/.test(role)) return false;
  return searched.test(description);
}
const searched =
  /\bparts? of (?:one|it|a name)\b|\btyping errors\b|\bkey ?words?\b|\bwords? (?:of|to look)\b|\bin a few words\b|\b(?:id or name|name or id)\b|\bfree text\b|\bsearch(?:ed)?\b/i;

/** What a request speaks of beside what the tool itself is about: the amazon of "what did I spend at amazon". */
export function topicsIn(scope: Scope, taken: { start: number; end: number }[], known: ReadonlySet<string>): Topic[] {
  const { tokens, text } = scope;
  const topics: Topic[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    if (!isTopical(scope, at, taken, known)) continue;
    let last = at;
    while (
      last + 1 < tokens.length &&
      last - at < 4 &&
      /^[\s'’&.-]{0,2}$/.test(tokens[last + 1]!.gap) &&
      !/[.]\s/.test(tokens[last + 1]!.gap) &&
      continues(scope, last + 1, taken, known)
    )
      last += 1;
    const [start, end] = [tokens[at]!.start, tokens[last]!.end];
    const named = scope.mentions.find(
      (one) =>
        (one.kind === 'name' || one.kind === 'quoted' || one.kind === 'code') && one.start <= start && one.end >= end,
    );
    const said = named && 'text' in named ? named : { text: text.slice(start, end).replace(/['’]s$/, ''), start, end };
    topics.push({
      text: said.text,
      start: said.start,
      end: said.end,
      score: scoreOf(scope, at, last, named !== undefined),
    });
    while (last + 1 < tokens.length && tokens[last + 1]!.start < said.end) last += 1;
    at = last;
  }
  return topics.sort((a, b) => b.score - a.score);
}

/** "harbor" goes on what "blue" began, whatever it means by itself. */
function continues(
  scope: Scope,
  at: number,
  taken: { start: number; end: number }[],
  known: ReadonlySet<string>,
): boolean {
  return isTopical(scope, at, taken, known);
}

function isTopical(
  { tokens, mentions, text }: Scope,
  at: number,
  taken: { start: number; end: number }[],
  known: ReadonlySet<string>,
): boolean {
  const token = tokens[at]!;
  const { start, end } = token;
  const lower = token.lower.replace(/['’]s$/, '');
  if (fillers.has(lower) || plainWords.has(lower) || questionWords.has(lower) || prepositions.has(lower)) return false;
  if (isFault.test(lower)) return false;
  if (isWhole.test(lower) && /\b(?:in|on) (?:the|our)\s$/i.test(text.slice(0, start))) return false;
  if (taken.some((one) => one.start < end && start < one.end)) return false;
  if (mentions.some((one) => (one.kind === 'number' || one.kind === 'date') && one.start < end && start < one.end))
    return false;
  if (measuresOf(lower).length > 0 || counted.test(lower)) return false;
  const isName = mentions.some(
    (one) =>
      (one.kind === 'name' || one.kind === 'code' || one.kind === 'quoted') && one.start <= start && one.end >= end,
  );
  if (isName && !(start === 0 && known.has(token.stem))) return true;
  if (!/\p{L}{2}/u.test(lower)) return false;
  const bare = stem(lower.replace(/['’]s$/, ''));
  if (known.has(bare) || [...known].some((one) => meanAlike(one, bare))) return false;
  const isNoun = /ing$/.test(lower) || /\b(?:the|a|an|of|for|my|our)\s$/i.test(text.slice(0, start));
  return isNoun || !isVerb(lower);
}
const isFault = /^(?:sour|rotten|faulty|defective|torn|bent|mouldy|stale)$/;
/** "In the shop": where all of them are. */
const isWhole = /^(?:shop|store|house|system|catalogue?|range|list|inventory|stock|warehouse|side)$/;
const counted = /^(?:kilos?|litres?|liters?|packs?|pieces?|pcs|boxes|box|bottles?|dozens?|units?|grams?)$/;

const links: Record<string, number> = {
  at: 1,
  when: 0.8,
  if: 0.8,
  by: 1,
  with: 0.95,
  for: 1,
  from: 0.95,
  of: 0.9,
  about: 0.9,
  on: 0.7,
  called: 1,
  named: 1,
  regarding: 0.9,
  does: 0.85,
  did: 0.85,
  has: 0.7,
  have: 0.75,
  do: 0.6,
  is: 0.5,
  are: 0.4,
  was: 0.5,
  who: 0.6,
  find: 0.9,
  in: 0.5,
  to: 0.65,
  customer: 0.9,
  company: 0.9,
};

function scoreOf({ tokens, text }: Scope, first: number, last: number, named: boolean): number {
  const before = tokens.slice(Math.max(0, first - 3), first).toReversed();
  const link = before.find(
    ({ lower }) => !/^(?:the|a|an|our|my|your|any|some|all|us|me|this|that|still|already)$/.test(lower),
  );
  const joined =
    link && !/[,;.?!]/.test(tokens[first]!.gap)
      ? (links[link.lower] ?? links[link.lower.replace(/['’]?s$/, '')] ?? (isVerb(link.lower) ? 0.7 : 0.42))
      : 0.45;
  const closes = tokens[last + 1] === undefined || /[,;.?!]/.test(text[tokens[last]!.end] ?? '.') ? 0.1 : 0;
  const isShown = /^(?:that|this|those|these)$/.test(tokens[first - 1]?.lower ?? '') ? 0.2 : 0;
  return joined + isShown + (named ? 0.5 : 0) + closes + Math.min(last - first, 2) * 0.1;
}
