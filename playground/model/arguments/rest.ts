import type { Param } from '../tools/params.ts';
import type { Candidate } from './candidates.ts';
import { type Clause, clausesOf, isCommand, saysLittle } from './clauses.ts';
import type { Scope } from './scope.ts';

const openings: [RegExp, number][] = [
  [/(?<!\b(?:i\.e|e\.g)):\s+(?=\S)/g, 0.95],
  [/\b(?:saying|says|say)\s+(?:that\s+)?/gi, 0.9],
  [
    /\b(?:because|due to|(?:since|as) (?=(?:it|the|he|she|they|we|i|my|her|his|their|there)\b)|the reason (?:is|being) (?:that )?|reason:? )\s*/gi,
    0.88,
  ],
  [
    /\b(?:note|noting|tell|telling|mention|mentioning|know|report|reporting|them|him|her|everyone|everybody|team|channel|(?:tell|inform|warn|remind|let)\s+(?:(?:the|our|my)\s[^.:;,]{1,40}?|\S+)) that\s+/gi,
    0.75,
  ],
];
const thatClause =
  /\bthat\s+(?=(?:my|the|an?|our|his|her|their|it|he|she|they|we|i|nobody|someone|everyone|all|no|there)\s+\p{L}+\s+\p{L})/giu;
/** How urgent it is, said at the end, belongs to another argument. */
const grade =
  /[,.;–-]\s*(?:and )?(?:it['’]?s |its |this is |with )?(?:very )?(?:low|high|normal|medium|urgent|critical)(?:\s+(?:prio|priority|severity))?$/i;
/** A lone sentence that tells what came to pass. */
const isReport =
  /^(?:we |i |they |someone |he |she |the \w+ )?(?:just |have |has )?(?:sold|broke|lost|damaged|found|got|received|returned|\w{3,}ed)\b(?!.*\b(?:please|pls|should|must|cancel|refund)\b)/i;
const bracketed = /\(([^()]{3,300})\)/g;

/** Where a text is wanted: what stands behind a colon or a "because", in brackets, or in clauses that tell instead of asking for something. */
export function restCandidates(param: Param, scope: Scope): Candidate[] {
  if (param.role !== 'text') return [];
  if (param.headline) return headlines(restCandidates({ ...param, headline: false }, scope));
  const isReason = param.label.some((word) => /^(?:reason|why|cause|justification|motive)$/.test(word));
  const found = [
    ...openings.flatMap(([opening, score]) => behind(opening, score, scope)),
    ...(isCommand(scope.text) ? behind(thatClause, 0.72, scope) : []),
    ...told(scope.text, param.required),
    ...(isReason ? [...scope.text.matchAll(bracketed)].map((match) => inBrackets(match)) : []),
  ];
  return found.filter(({ value }) => /\p{L}{2}/u.test(String(value)));
}

/** The first sentence of the text. */
function headlines(texts: Candidate[]): Candidate[] {
  return texts.map((one) => {
    const first = /^.{8,}?(?=[.!?;]\s|\s[-–—]\s|$)/s.exec(String(one.value))?.[0] ?? String(one.value);
    const short = first.length > LONGEST_HEADLINE ? (/^.{20,120}(?=,\s)/s.exec(first)?.[0] ?? first) : first;
    return { ...one, value: short.slice(0, LONGEST_HEADLINE), score: one.score - 0.35 };
  });
}
const LONGEST_HEADLINE = 120;

function behind(opening: RegExp, score: number, scope: Scope): Candidate[] {
  const match = [...scope.text.matchAll(opening)].at(0);
  if (!match) return [];
  const start = match.index + match[0].length;
  return asCandidate(scope.text, start, scope.text.length, score);
}

function inBrackets(match: RegExpMatchArray): Candidate {
  const start = match.index! + 1;
  return { value: capitalised(match[1]!.trim()), start, end: start + match[1]!.length, score: 0.7, shared: true };
}

/** Clauses side by side that tell something: all of them, from the first to the last. */
function told(text: string, isNeeded: boolean): Candidate[] {
  const clauses = clausesOf(text);
  const telling = clauses.map(
    (clause) =>
      !isCommand(clause.text) &&
      (!saysLittle(clause.text) || (clause.opens === 'comma' && isFault.test(clause.text))) &&
      !asks(clause),
  );
  const first = telling.indexOf(true);
  if (first < 0) return [];
  if (clauses.length < 2) return isNeeded && isReport.test(text) ? asCandidate(text, 0, text.length, 0.4) : [];
  let last = first;
  while (last + 1 < clauses.length && (telling[last + 1] || isShort(clauses[last + 1]!))) last += 1;
  while (last > first && !telling[last]) last -= 1;
  const strong =
    clauses[first]!.opens !== 'comma' ||
    /^(?:the|it|its|they|he|she|we|customer|i|her|his|their)\b/i.test(clauses[first]!.text);
  return asCandidate(text, clauses[first]!.start, clauses[last]!.end, strong && isNeeded ? 0.64 : 0.5);
}

/** A word or two that say what is the matter: "…, scratched", "…, a scratch". */
const isFault =
  /^(?:an?\s+\p{L}{3,}|\p{L}{3,}(?:ed|en)|bad|sour|wrong|late|lost|faulty|dirty|duplicate|defective|rotten|bent|torn)$/iu;

function isShort({ opens, text }: Clause): boolean {
  return opens === 'comma' && !isCommand(text);
}

function asks({ text }: Clause): boolean {
  return /\?$/.test(text) || /^(?:who|what|which|when|where|how)\b/i.test(text);
}

function asCandidate(text: string, start: number, until: number, score: number): Candidate[] {
  const raw = text
    .slice(start, until)
    .replace(/[\s.!]+$/, '')
    .replace(grade, '')
    .replace(/[\s.!]+$/, '');
  const value = raw.replace(/^["'“]|["'”]$/g, '').trim();
  if (value.length < 3) return [];
  return [{ value: capitalised(value), start, end: start + raw.length, score, shared: true }];
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
