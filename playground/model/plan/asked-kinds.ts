import { DATE, EMAIL, MONEY, PHONE } from '../answer/values.ts';
import { stem } from '../words/stem.ts';

/** A kind of value that people ask for: how it looks, and how tools speak of it. */
export type AskedKind = { asked: RegExp; value: RegExp; words: string[] };

const kinds: AskedKind[] = [
  {
    asked: /\b(?:phone|telephone|mobile|cell)\b|\bcall (?:him|her|them)\b/i,
    value: PHONE,
    words: stems('phone contact'),
  },
  { asked: /\be-?mail(?: address)?\b|\bmail address\b/i, value: EMAIL, words: stems('email contact') },
  {
    asked: /\b(?:since when|when|what day|which day|how long)\b/i,
    value: DATE,
    words: stems('date day since history when'),
  },
  {
    asked:
      /\b(?:how much(?! (?!is|are|was|were|do|does|did|has|have|had|will|money|in|for|we|they)\p{L})|spend|spent|owe|owes|balance)\b/iu,
    value: MONEY,
    words: stems('money spent balance total sum owes amount'),
  },
];

/** What is asked for and does not stand in a text. */
export function kindsLacking(question: string, text: string): AskedKind[] {
  return kinds.filter(({ asked, value }) => asked.test(question) && !value.test(text));
}

function stems(words: string): string[] {
  return words.split(' ').map(stem);
}
