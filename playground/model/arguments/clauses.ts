import { fillers, pronouns } from '../words/common.ts';
import { wordsIn } from '../words/stem.ts';
import { isVerb } from '../words/verbs.ts';

export type Clause = { text: string; start: number; end: number; opens: 'start' | 'sentence' | 'dash' | 'comma' };

const borders: [Clause['opens'], RegExp][] = [
  ['sentence', /(?<=[.!?])\s+(?=\S)|\n+/g],
  ['dash', /\s+[-–—]+\s+|\s*;\s+|\s*…\s*/g],
  ['comma', /,\s+|,?\s+(?:please|pls)\s+(?=(?:she|he|they|it|the|her|his|their|we|i|my|customer)\b)/gi],
  // "cancel ord-1019 she found it cheaper": what a person did stands in a clause of its own.
  ['comma', /(?<=\d)\s+(?=(?:she|he|they|it|we|i)(?:['’]s|['’]ve|['’]re)?\s+\p{L})/giu],
];
const MOST_CLAUSES = 40;
const LONGEST = 4_000;

/** The clauses of a text, with what parts each from the one before. */
export function clausesOf(text: string): Clause[] {
  const read = text.slice(0, LONGEST);
  const cuts = borders
    .flatMap(([opens, border]) =>
      [...read.matchAll(border)].map((match) => ({ opens, at: match.index, next: match.index + match[0].length })),
    )
    .sort((a, b) => a.at - b.at)
    .slice(0, MOST_CLAUSES);
  const clauses: Clause[] = [];
  let start = 0;
  let opens: Clause['opens'] = 'start';
  for (const cut of [...cuts, { opens: 'start' as const, at: read.length, next: read.length }]) {
    if (cut.at < start) continue;
    const said = read.slice(start, cut.at);
    const end = start + said.trimEnd().length;
    if (said.trim() !== '') clauses.push({ text: said.trim(), start: start + said.search(/\S/), end, opens });
    start = cut.next;
    opens = cut.opens;
  }
  return clauses;
}

const courtesy =
  /^(?:(?:please|pls|plz|so|then|and|now|just|also|ok|okay|hi|hey|hello|thanks|can you|could you|would you|will you|i want to|i need to|i would like to|i'd like to|we need to|let's|kindly)[\s,]+)+/i;

/** Whether a clause tells somebody to do something: "cancel it", "please open a ticket". */
export function isCommand(clause: string): boolean {
  const bare = clause.replace(courtesy, '');
  const [first = '', second = ''] = wordsIn(bare);
  if (!(isVerb(first) || first === 'give') || /(?:ed|ing)$/.test(first)) return false;
  // "Ticket 4 is still open" and "orders came late" say what is.
  return !/^(?:is|are|was|were|has|have|had|came|went|fails?|failed|does|did)$/.test(second);
}

/** Whether a clause says nothing but words that take up others: "low prio", "thanks", "him". */
export function saysLittle(clause: string): boolean {
  if (/^(?:from|to|in|at|using|with|for|into|by|on|of)\b/i.test(clause)) return true;
  const words = wordsIn(clause).filter((word) => !fillers.has(word) && !pronouns.has(word) && !isGrade.test(word));
  const tellsOfSomeone =
    /^(?:he|she|they|it|we|i)(?:['’]\w+)?\s+\p{L}+/iu.test(clause) && !/\b(?:it|them|him|her)$/i.test(clause);
  return words.length < (tellsOfSomeone ? 1 : 2);
}
const isGrade = /^(?:low|high|normal|medium|urgent|critical|prio|priority|asap|thanks|thank|pls|plz)$/;
