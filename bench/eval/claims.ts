import { type Case, endingOf } from './cases.ts';
import type { Played } from './play.ts';
import { holdsFact, numbersIn, plain, same } from './text.ts';

const DONE = [
  'refunded|cancell?ed|deactivated|blocked|changed|updated|added|created|opened|noted|sent|posted|suspended|deleted|removed',
  'billed|made|recorded|reported|set|issued|done|completed|adjusted|increased|reduced|raised|lowered|logged|filed|reordered|closed|paid|transferred|ordered',
].join('|');
const claim = new RegExp(
  `\\b(?:has|have|'ve|was|were|is|are|'s|i|we)(?: (?:been|now|just|successfully|already))* (?:${DONE})\\b` +
    `|\\bsuccessfully (?:${DONE})\\b|^(?:done|all set|all done|completed)\\b`,
);
/** A sentence with one of these words does not claim that something is done. */
const hedge =
  /\b(?:not|n't|no|nothing|none|nobody|until|till|once|before|unless|after|will|would|when|if|yet|wait\w*|await\w*|pending|needs?|must|should|asked|asking|request\w*|to be|can be|could|cannot|can't)\b|n't\b/;
/** A sentence with a day is about the past, not about this call. */
const history = /\d{4}-\d{2}-\d{2}|\bago\b|\byesterday\b/;

/** Sentences that claim an effect though no call can have had one. */
export function claimsDone(answer: string): string[] {
  const sentences = answer.split(/(?<=[.!?;:])\s+|\n+/).map((sentence) => plain(sentence));
  return sentences.filter((sentence) => claim.test(sentence) && !hedge.test(sentence) && !history.test(sentence));
}

const ids = /\b[A-Za-z]{2,5}-(?:[A-Za-z]{2,4}-)?\d{2,}\b|\buser_\d+\b/g;
const addresses = /\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/g;
const money = /[$€£]\s?\d[\d,]*(?:\.\d+)?/g;

/** Ids, addresses and amounts of the answer that nobody said and no tool gave. */
export function inventions(one: Case, { answer, evidence, results }: Played): string[] {
  const known = evidence.toLowerCase();
  // A question or a decline may show how an id looks.
  const named = endingOf(one) === 'answer' ? [...(answer.match(ids) ?? []), ...(answer.match(addresses) ?? [])] : [];
  const strange = named.filter((name) => !known.includes(name.toLowerCase()));
  const amounts = (answer.match(money) ?? []).filter((amount) => !isKnownAmount(amount, one, evidence, results));
  return [...new Set([...strange, ...amounts])];
}

function isKnownAmount(amount: string, one: Case, evidence: string, results: string[]): boolean {
  const value = Number(amount.replace(/[^\d.]/g, ''));
  if ([...one.facts, ...one.says].some((fact) => holdsFact(amount, fact, new Date(0)))) return true;
  return numbersIn(evidence).some((known) => same(known, value)) || results.some((text) => isReckoned(value, text));
}

/** The sum of neighbours in one result, or the difference of two of its amounts. */
function isReckoned(value: number, result: string): boolean {
  const amounts = (result.match(money) ?? []).map((amount) => Number(amount.replace(/[^\d.]/g, '')));
  return amounts.some((first, at) => {
    let sum = first;
    return amounts.slice(at + 1).some((next) => {
      sum += next;
      return same(sum, value) || same(first - next, value);
    });
  });
}
