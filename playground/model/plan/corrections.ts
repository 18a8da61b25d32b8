import type { Done } from '../thread/conversation.ts';
import { stem, wordsIn } from '../words/stem.ts';

const suggestion = /"([^"]{2,80})"[^"?]{0,80}?\bDid you mean ([^?]{2,300})\?/gi;

/** "There is no item "Chips". Did you mean Potato Chips or Chickpeas?": the one that has the very word is meant. */
export function corrected(args: Record<string, unknown>, done: Done[]): Record<string, unknown> {
  const meant = new Map(done.flatMap(({ text }) => [...text.matchAll(suggestion)].flatMap(correctionIn)));
  return meant.size === 0 ? args : (withMeant(args, meant) as Record<string, unknown>);
}

function correctionIn([, said = '', suggested = '']: RegExpMatchArray): [string, string][] {
  const wanted = wordsIn(said).map(stem);
  const fitting = suggested
    .split(/,\s*(?:or )?|\s+or\s+/)
    .map((one) => one.replace(/\s*\([^()]*\)\s*$/, '').trim())
    .filter((one) => {
      const words = wordsIn(one).map(stem);
      return wanted.every((word) => words.includes(word));
    });
  const [only] = fitting;
  return only !== undefined && fitting.length === 1 ? [[said.toLowerCase(), only]] : [];
}

function withMeant(value: unknown, meant: Map<string, string>): unknown {
  if (typeof value === 'string') return meant.get(value.toLowerCase()) ?? value;
  if (Array.isArray(value)) return value.map((one) => withMeant(one, meant));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withMeant(one, meant)]));
}
