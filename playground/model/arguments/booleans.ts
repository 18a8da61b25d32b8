import type { Param } from '../tools/params.ts';
import { fillers, prepositions } from '../words/common.ts';
import { stem, wordsIn } from '../words/stem.ts';
import { meanAlike } from '../words/synonyms.ts';
import type { Candidate } from './candidates.ts';
import type { Scope } from './scope.ts';

const plain = new Set(
  'is has have include includes included enable enabled allow allowed show only with use service services option available friendly good for should want get return return needs need flag whether set'
    .split(' ')
    .map(stem),
);
const no =
  /\b(?:not|no|without|don't|dont|doesn't|exclude|excluding|except|disable|disabled|never|off|neither|nor|isn't|aren't)\b/i;

/** Yes where the text speaks of it, no where it speaks against it. */
export function booleanCandidates(param: Param, scope: Scope, about: ReadonlySet<string>): Candidate[] {
  const telling = param.stems.filter((one) => !plain.has(one));
  const own = telling.filter((one) => !about.has(one));
  const wanted = own.length > 0 ? own : telling.length > 0 ? telling : param.stems;
  const places = wanted.map((one) =>
    scope.tokens.findIndex((token) => token.stem === one || meanAlike(token.stem, one)),
  );
  const found = places.filter((at) => at >= 0);
  const dwindles = wanted.includes('low') ? runsOut.exec(scope.text) : null;
  if (dwindles)
    return [
      { value: true, start: dwindles.index, end: dwindles.index + dwindles[0].length, score: 0.75, shared: true },
    ];
  if (found.length === 0) return described(param, scope, about);
  const at = Math.max(...found);
  const token = scope.tokens[at]!;
  const before =
    scope.text
      .slice(Math.max(0, token.start - 28), token.start)
      .split(/[,;.]/)
      .at(-1) ?? '';
  const after = /^\s*(?:off|disabled|excluded)\b/i.test(scope.text.slice(token.end));
  const inverse = /^(?:no|without|exclude|disable|hide|skip)/i.test(param.name);
  const value = no.test(before) || after ? inverse : true;
  // "Running low in the shop" says it of the stock that nobody named.
  const next = scope.tokens[at + 1];
  const isPredicate =
    places[0] === at &&
    wanted.length > 1 &&
    (!next || prepositions.has(next.lower) || fillers.has(next.lower) || /[,.;?!]/.test(next.gap));
  const share = found.length / wanted.length;
  return [
    {
      value,
      start: token.start,
      end: token.end,
      score: share >= 1 ? 0.8 : isPredicate ? 0.66 : share >= 0.5 ? 0.45 : 0.2,
      shared: true,
    },
  ];
}

const runsOut =
  /\b(?:running|runs?|almost|nearly) (?:out|short|empty|gone)\b|\bout of stock\b|\bsold out\b|\b(?:to|must|should) (?:re-?stock|re-?order|buy again|order again)\b/i;

/** "Only items at or under their reorder level, to be bought again" is meant by who asks what has to be bought. */
function described(param: Param, scope: Scope, about: ReadonlySet<string>): Candidate[] {
  const telling = [
    ...new Set(
      wordsIn(param.description)
        .filter((word) => !fillers.has(word))
        .map(stem),
    ),
  ].filter((one) => !plain.has(one) && !tooCommon.has(one));
  // What the tool itself is about tells nothing, but for what is to be done: "what do we have to reorder".
  const token = scope.tokens.find(
    ({ lower }, at) =>
      !fillers.has(lower) &&
      telling.includes(stem(lower)) &&
      (!about.has(stem(lower)) || /^(?:to|must|should|be)$/.test(scope.tokens[at - 1]?.lower ?? '')),
  );
  return token ? [{ value: true, start: token.start, end: token.end, score: 0.62, shared: true }] : [];
}

const tooCommon = new Set(
  'true false yes no default item level only whether if case optional value list result all given return set'
    .split(' ')
    .map(stem),
);
