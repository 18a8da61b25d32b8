import type { TextSaid } from '../mentions/types.ts';
import type { Param } from '../tools/params.ts';
import type { Candidate } from './candidates.ts';
import type { Scope } from './scope.ts';

const authors = /^(?:author|sender|signature|signed|writer|reporter|creator)$/;
const takers = /^(?:assignee|assigned|owner|responsible|handler)$/;

/** In whose name something is said: nobody who is only spoken of. */
export function isSpeaker({ label }: Param): boolean {
  return label.some((word) => /^(?:author|sender|signature|writer)$/.test(word));
}

/** Who speaks or who takes something on, by the words around a name: "in Maya's name", "signed by Lena", "Jon should do it". */
export function personCandidates(param: Param, scope: Scope): Candidate[] {
  const isAuthor = param.label.some((word) => authors.test(word));
  const isTaker = param.label.some((word) => takers.test(word));
  if (!isAuthor && !isTaker) return [];
  return scope.mentions.flatMap((one) => {
    if (one.kind !== 'name') return [];
    const fits = isAuthor ? speaks(one, scope.text) : takes(one, scope.text);
    return fits ? [{ value: one.text, start: one.start, end: one.end, score: 0.98 }] : [];
  });
}

function speaks({ start, end }: TextSaid, text: string): boolean {
  const before = text.slice(Math.max(0, start - 30), start);
  const behind = text.slice(end, end + 20);
  return (
    (/\b(?:in|under)\s+$/i.test(before) && /^(?:['’]s?|s)?\s+name\b/i.test(behind)) ||
    /\b(?:in the name of|on behalf of|signed(?: by)?[,:]?|written by|author(?: is)?:?|sincerely,?|regards,?|sign(?: it)?(?: as| with)?)\s+$/i.test(
      before,
    ) ||
    /^['’]s? behalf\b/i.test(behind)
  );
}

function takes({ start, end }: TextSaid, text: string): boolean {
  const before = text.slice(Math.max(0, start - 30), start);
  const behind = text.slice(end, end + 30);
  return (
    /\b(?:assign(?:ed)?(?: it| this| that| them)?(?: to)?|assignee(?: is)?:?|give(?: it| this)? to|responsible:?|let|have|owner:?|is)\s+$/i.test(
      before,
    ) ||
    /^\s+(?:should|shall|will|can|could|must|has to|is to)\s+(?:take|do|handle|look|fix|own|deal|work|see|get|be)\b/i.test(
      behind,
    ) ||
    /^(?:['’]s|s['’]?)\s+(?:plate|list|desk|queue|hands|issues?|tasks?|tickets?|cases?|todo)\b/i.test(behind)
  );
}
