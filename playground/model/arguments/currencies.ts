import type { Param } from '../tools/params.ts';
import { currenciesIn } from '../words/units.ts';
import type { Candidate } from './candidates.ts';
import { wantsOrigin, wantsTarget } from './directions.ts';
import { wordBefore } from './phrases.ts';
import type { Scope } from './scope.ts';

/** The currencies that are named: that of what is given, and that into which it is to go. */
export function currencyCandidates(param: Param, scope: Scope): Candidate[] {
  const found = currenciesIn(scope.text);
  return found.map(({ code, start, end }) => {
    const sign = /[$€£¥₹]/.test(scope.text.slice(start, end));
    const before = sign ? wordBefore(scope, start) : wordBefore(scope, start).replace(/^\d.*/, 'amount');
    const wantsFrom = wantsOrigin(param);
    const wantsTo = wantsTarget(param);
    const asked = /\bhow (?:many|much)\s*$/i.test(scope.text.slice(0, start));
    const points = asked || /^(?:to|into|in)$/.test(before) ? 'to' : 'from';
    const fit = wantsFrom ? (points === 'from' ? 0.3 : -0.3) : wantsTo ? (points === 'to' ? 0.3 : -0.2) : 0.1;
    return { value: code, start, end, score: 0.6 + fit };
  });
}
