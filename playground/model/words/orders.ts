import { type Deed, deedsOf } from './verbs.ts';

const breaks = /[.;:!?()\n]+|,|\s[-–—]+\s|\b(?:and|then|so|but|please)\b/i;
const polite =
  /^(?:(?:hi|hey|hello|ok|okay|now|also|just|kindly|to|i (?:need|want|would like|'d like)(?: you)?|(?:can|could|would|will) you|let us|let's|go ahead|we (?:need|want)|you (?:can|may|should))(?:\s+|$))+/i;
/** "Order 1013", "note on it", "open TCK-0999": the word is no order, or one to show. */
const isNoun = /^\S+\s+(?:#?\d|\p{L}+[-_]\d|[\p{L}\d]+[-_][\p{L}\d-]*\d|number\b|of\b|is\b|was\b|has\b|are\b|id\b)/iu;
const twofold =
  /^(?:orders?|reports?|notes?|messages?|tickets?|records?|plans?|open|opens|issues?|bills?|changes?|transfers?|refunds?|call|share|mail|text|post|stock|light|cards?|left|right|books?)$/i;

/** What the clauses of a text order to be done, apart from looking; nothing where it only asks or tells. */
export function ordersIn(text: string): Deed[] {
  for (const clause of text.split(breaks)) {
    const plain = (clause ?? '').trim().replace(polite, '');
    const word = /^[\p{L}'’]+/u.exec(plain)?.[0];
    if (!word) continue;
    const deeds = deedsOf(word).filter((deed) => deed !== 'read' && deed !== 'run');
    if (deeds.length === 0 || (twofold.test(word) && isNoun.test(plain)) || (/s$/.test(word) && !/ss$/.test(word)))
      continue;
    if (deedsOf(word)[0] === 'read') continue;
    return deeds;
  }
  return [];
}

const question =
  /^(?:and |but |so |ok |hey |hi )?,?\s*(?:is|are|was|were|has|have|had|did|does|do|who|which|when|where|whose|what|how|why|am|any)\b/i;

/** Whether a text asks for something to be told, and orders nothing. */
export function onlyAsks(text: string): boolean {
  return question.test(text.trim()) && ordersIn(text).length === 0;
}
