import type { Done } from '../thread/conversation.ts';
import { stem, wordsIn } from '../words/stem.ts';

const suggestion =
  /"([^"]{2,80})"[^"?]{0,80}?\b(?:Did you mean ([^?]{2,300})\?|The nearest (?:is|are):? ([^.\n]{2,400}))/gi;

/** "There is no item "Chips". Did you mean Potato Chips or Chickpeas?": the one that has the very word is meant, or the one that the request calls by its name. */
export function corrected(args: Record<string, unknown>, done: Done[], question: string): Record<string, unknown> {
  const asked = new Set(wordsIn(question).map(stem));
  const found = done.flatMap(({ text }) => [...text.matchAll(suggestion)]);
  const meant = new Map(found.flatMap((match) => correctionIn(match, asked)));
  return meant.size === 0 ? args : (withMeant(args, meant) as Record<string, unknown>);
}

function correctionIn([, said = '', meant, nearest]: RegExpMatchArray, asked: Set<string>): [string, string][] {
  const wanted = wordsIn(said).map(stem);
  const fitting = (meant ?? nearest ?? '')
    .split(/[,;]\s*(?:or )?(?![^(]*\))|\s+or\s+/)
    .map((one) => one.replace(/\s*\(.*$/, '').trim())
    .filter((one) => {
      const words = wordsIn(one).map(stem);
      return wanted.every((word) => words.includes(word)) || words.every((word) => asked.has(word));
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
