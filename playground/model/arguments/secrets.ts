import type { Candidate } from './candidates.ts';
import type { Scope } from './scope.ts';

const said =
  /\b(?:to|is|be|as|password|passcode|pin|secret|one|use)\s*[:=]?\s*["'“]?$|\b(?:password|passcode|pin|secret|code)\b[^:=]{0,20}[:=]\s*["'“]?$/i;
const SHORTEST_WORD = 8;

/** What a person wrote as a secret: a whole word with its signs, that is no plain word of the sentence. */
export function secretCandidates({ text }: Scope): Candidate[] {
  return [...text.matchAll(/\S+/g)].flatMap((match) => {
    const value = match[0].replace(/^["'“‘(]+|["'”’).,;:?]+$/g, '');
    const start = match.index + match[0].indexOf(value);
    const isSaid = said.test(text.slice(Math.max(0, start - 30), start));
    const as = /^\S*\s+as (?:the |a |my |his |her |new )*(\w+)/i.exec(text.slice(start + value.length))?.[1];
    const named = as === undefined ? 0 : /^(?:password|passcode|secret|pin)$/i.test(as) ? 0.4 : -0.5;
    const score = scoreOf(value, isSaid) && scoreOf(value, isSaid) + named;
    return score > 0 ? [{ value, start, end: start + value.length, score }] : [];
  });
}

function scoreOf(value: string, isSaid: boolean): number {
  const hasLetter = /\p{L}/u.test(value);
  const isMixed = hasLetter && (/\d/.test(value) || /[^\p{L}\p{N}'’.,@]/u.test(value) || /\p{Ll}\p{Lu}/u.test(value));
  if (isMixed && value.length >= 6) return isSaid ? 1.1 : 0.7;
  if (/^\d{4,}$/.test(value)) return isSaid ? 0.9 : 0;
  return isSaid && hasLetter && value.length >= SHORTEST_WORD ? 0.4 : 0;
}
