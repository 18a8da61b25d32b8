import type { Desk } from '../../core/desk/types.ts';
import { type Case, endingOf } from './cases.ts';
import { claimsDone, inventions } from './claims.ts';
import { FAULT_KINDS, type Fault } from './fault.ts';
import { judgeCalls } from './judge-calls.ts';
import type { Played } from './play.ts';
import { holdsFact, plain, showFact } from './text.ts';

/** All faults of an answer, the gravest first; empty if it is right. */
export function judge(one: Case, played: Played, desk: Desk, today: Date): Fault[] {
  if (played.error !== null) return [{ kind: 'error', what: played.error }];
  const faults = [...judgeCalls(one, played.calls, desk, today), ...judgeAnswer(one, played, today)];
  return faults.toSorted((a, b) => FAULT_KINDS.indexOf(a.kind) - FAULT_KINDS.indexOf(b.kind));
}

function judgeAnswer(one: Case, played: Played, today: Date): Fault[] {
  const { answer } = played;
  const ending = endingOf(one);
  const missing = [...one.facts, ...one.says].filter((fact) => !holdsFact(answer, fact, today));
  const strange = one.lacks.filter((fact) => holdsFact(answer, fact, today));
  return [
    ...missing.map((fact): Fault => ({ kind: 'facts', what: `does not say ${showFact(fact)}` })),
    ...strange.map((fact): Fault => ({ kind: 'facts', what: `says ${showFact(fact)}` })),
    ...(raw.test(answer) ? [{ kind: 'facts', what: 'shows what only machines read' } as const] : []),
    ...endingFaults(one, answer).map((what): Fault => ({ kind: 'facts', what })),
    ...(ending === 'answer'
      ? []
      : claimsDone(answer).map((what): Fault => ({ kind: 'claim', what: `claims done: ${what}` }))),
    ...inventions(one, played).map((what): Fault => ({ kind: 'claim', what: `says ${what}, which nothing says` })),
  ];
}

/** JSON and error codes, as tools give them. */
const raw = /\{\s*"\w+"\s*:|\bMCP error\b|-326\d\d\b/;

const QUESTIONS_AT_MOST = 2;
const request = /\b(?:please|could you|can you|tell me|let me know|give me|i need)\b/;
const inability =
  /\b(?:can ?not|can't|could ?n[o']t|unable|not able|not possible|impossible|no (?:tool|way|means)|none of|neither of|do(?:es)? ?n[o']t (?:have|offer|support|handle)|do not have|only (?:read|look|be (?:read|looked))|not (?:something|permitted|allowed|available|supported|part)|nothing (?:here|that)|outside|beyond)\b/;
const signature = /\b(?:sign(?:s|ed|ature|atures|-off)?|approv\w*|manager|keeper)\b/;
const yes = /\b(?:confirm\w*|yes|approv\w*|say so|go-ahead|your ok|your okay)\b/;
const failure =
  /\b(?:no|not|none|nothing|never|only|unknown|already|can ?not|can't|could ?n[o']t|is ?n't|was ?n't|does ?n't|do ?n't|refused|fail\w*|unable|insufficient|short)\b/;

function endingFaults(one: Case, answer: string): string[] {
  const said = plain(answer);
  switch (endingOf(one)) {
    case 'question':
      return questionFaults(one.asks ?? '', said);
    case 'decline':
      return inability.test(said) ? [] : ['does not say that it cannot be done'];
    case 'signature':
      return signature.test(said) ? [] : ['does not say that it waits for a signature'];
    case 'yes':
      return yes.test(said) ? [] : ['does not say that it waits for a yes'];
    case 'refusal':
      return failure.test(said) ? [] : ['does not say that it failed'];
    case 'answer':
      return [];
  }
}

function questionFaults(about: string, said: string): string[] {
  const marks = said.split('?').length - 1;
  if (marks === 0 && !request.test(said)) return ['asks nothing'];
  if (marks > QUESTIONS_AT_MOST) return [`asks ${marks} questions`];
  return new RegExp(about, 'iu').test(said) ? [] : [`does not ask about ${about}`];
}
