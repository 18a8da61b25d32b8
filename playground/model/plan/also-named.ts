import type { Fit } from '../tools/rank.ts';
import { stem, wordsIn } from '../words/stem.ts';

/** "Their tickets and the invoices": another tool whose very nouns stand behind an "and", where the first tool does not speak of them. */
export function alsoNamed(part: string, fit: Fit | undefined, ranked: Fit[]): Fit[] {
  if (!fit) return [];
  const words = wordsIn(part).map((word) => ({ word, stem: stem(word) }));
  const joints = words.flatMap(({ word }, at) => (/^(?:and|plus)$/.test(word) ? [at] : []));
  if (joints.length === 0) return [];
  const said = words.map((one) => one.stem);
  const chosen = [fit];
  for (const other of ranked.slice(0, MOST_TRIED)) {
    if (other.view === fit.view || other.view.meta || !sameKindOfDeed(other, fit)) continue;
    const own = other.view.nouns.filter((one) => chosen.every(({ view }) => !view.name.includes(one)));
    if (own.length === 0 || !other.view.nouns.every((one) => said.includes(one))) continue;
    // "The tickets of customer 7" names the customer, and does not ask for it.
    if (words.some(({ word, stem: one }) => own.includes(one) && isFollowedByName(part, word))) continue;
    const others = fit.view.nouns.filter((one) => !other.view.nouns.includes(one));
    if (!joints.some((at) => stands(said, at, own, others) || stands(said, at, others, own))) continue;
    chosen.push(other);
  }
  return chosen.slice(1);
}
const MOST_TRIED = 8;

function isFollowedByName(part: string, word: string): boolean {
  const at = part.toLowerCase().indexOf(word);
  return at >= 0 && /^['’]?s?\s+(?:#?\p{Lu}|\S*\d)/u.test(part.slice(at + word.length));
}

/** Whether one stands right behind the "and", and the other before it. */
function stands(said: string[], joint: number, behind: string[], before: string[]): boolean {
  const follows = behind.some((one) => said.slice(joint + 1, joint + 5).includes(one));
  return follows && (before.length === 0 || before.some((one) => said.slice(0, joint).includes(one)));
}

function sameKindOfDeed(one: Fit, other: Fit): boolean {
  return one.view.deeds.includes('read') === other.view.deeds.includes('read');
}
