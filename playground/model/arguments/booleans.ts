import type { Param } from '../tools/params.ts';
import { stem } from '../words/stem.ts';
import { meanAlike } from '../words/synonyms.ts';
import type { Candidate } from './candidates.ts';
import type { Scope } from './scope.ts';

const plain = new Set(
  'is has have include includes included enable enabled allow allowed show only with use should want get return return needs need flag whether set'
    .split(' ')
    .map(stem),
);
const no =
  /\b(?:not|no|without|don't|dont|doesn't|exclude|excluding|except|disable|disabled|never|off|neither|nor|isn't|aren't)\b/i;

/** Yes where the text speaks of it, no where it speaks against it. */
export function booleanCandidates(param: Param, scope: Scope): Candidate[] {
  const telling = param.stems.filter((one) => !plain.has(one));
  const wanted = telling.length > 0 ? telling : param.stems;
  const places = wanted.map((one) =>
    scope.tokens.findIndex((token) => token.stem === one || meanAlike(token.stem, one)),
  );
  const found = places.filter((at) => at >= 0);
  if (found.length === 0) return [];
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
  const share = found.length / wanted.length;
  return [
    { value, start: token.start, end: token.end, score: share >= 1 ? 0.8 : share >= 0.5 ? 0.45 : 0.2, shared: true },
  ];
}
