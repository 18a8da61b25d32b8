import { type Deed, deedsOf } from './verbs.ts';

const breaks = /[.;:!?()\n]+|,|\s[-–—]+\s|\b(?:and|then|so|but|please)\b/i;
const polite =
  /^(?:(?:hi|hey|hello|ok|okay|from (?:now|today)(?: on)?|now|also|just|kindly|to|i (?:need|want|would like|'d like)(?: you)?|(?:can|could|would|will) you|let us|let's|go ahead|we (?:need|want)|you (?:can|may|should))(?:\s+|$))+/i;
/** "Order 1013", "note on it", "open TCK-0999": the word is no order, or one to show. */
const isNoun =
  /^(?:\S+\s+#?\d{2,}(?!\d|\s*(?:dollars?|euros?|bucks|pounds?|usd|eur|rupees?|kg|g|litres?|pieces?|packs?|of|more|x|%)(?!\p{L}))|open\s+(?:the\s+)?(?:\p{L}+s(?!\p{L})|[\p{L}\d]+[-_][\p{L}\d-]*\d|\p{L}+\s+\S*\d)|\S+\s+(?:number|of|is|was|has|are|id|address|and|or)(?!\p{L}))/iu;
const twofold =
  /^(?:orders?|reports?|notes?|messages?|tickets?|records?|plans?|open|opens|issues?|bills?|changes?|transfers?|refunds?|call|share|e?mail|phone|text|post|stock|light|cards?|left|right|books?)$/i;

/** "Give Ann a discount", and not "give me the list". */
const givesSomebody = /^(?:give|grant|offer)\s+(?!me\b|us\b|you\b|the\b|a\b|an\b|all\b|any\b)\p{L}/iu;
const tellsSomebody = /^(?:tell|let|inform|warn|remind)\s+(?!me\b|us\b|you\b)\S|^(?:say|write)\s+(?:to|in)\s/i;

/** "Tell the workshop: …" wants words to reach somebody, whatever they are about. */
export function ordersToTell(text: string): boolean {
  return tellsSomebody.test(text.trim().replace(polite, ''));
}

/** What the clauses of a text order to be done, apart from looking; nothing where it only asks or tells. */
export function ordersIn(text: string): Deed[] {
  for (const clause of text.split(breaks)) {
    const plain = (clause ?? '').trim().replace(polite, '');
    if (tellsSomebody.test(plain)) return ['send'];
    if (givesSomebody.test(plain) && /\s(?:a|an|the|\d)/i.test(plain))
      return [/\bback\b/i.test(plain) ? 'change' : 'create'];
    const word = /^[\p{L}'’]+/u.exec(plain)?.[0];
    if (!word || /^\p{L}+[-_]\d/u.test(plain)) continue;
    const deeds = deedsOf(word).filter((deed) => deed !== 'read' && deed !== 'run');
    if (
      deeds.length === 0 ||
      (twofold.test(word) && (isNoun.test(plain) || isNamedById(plain))) ||
      (/s$/.test(word) && !/ss$/.test(word))
    )
      continue;
    if (deedsOf(word)[0] === 'read') continue;
    if (changesMeasure.test(plain)) return ['change'];
    // "Add 2 nights to the stay" changes what is there.
    return addsToSomething.test(plain) ? [...deeds, 'change'] : deeds;
  }
  return [];
}

/** "Raise the rent of flat 4 to 900" */
const changesMeasure = /^(?:raise|bump|lower|increase|decrease|reduce|drop|set|put|cut)\s.*\bto\s+\S{0,3}\d/i;

/** "Order ORD-1013", "ticket TCK-0999": the letters of the id are those of the word. "Refund ORD-1013" is an order. */
export function isNamedById(clause: string): boolean {
  const said = /^(\p{L}+)\s+(\p{L}+)[-_][\p{L}\d-]*\d/u.exec(clause.toLowerCase());
  if (!said) return false;
  const [, word = '', prefix = ''] = said;
  let at = 0;
  for (const letter of word) if (letter === prefix[at]) at += 1;
  return at === prefix.length && word[0] === prefix[0];
}

const addsToSomething = /^(?:add|put)\s+\d.*\b(?:to|on|onto)\s/i;

/** Whom a text turns to, or about whom it is: "hey,", "user_003:". */
const address =
  /^(?:(?:hey|hi|hello|so|ok|okay|well|and|but|also|quick question)\b[\s,:!–-]+|[\p{L}\d]+[-_]\d+\s*:\s+)+/iu;

export function withoutAddress(text: string): string {
  return text.trim().replace(address, '');
}

const question =
  /^(?:is|are|was|were|has|have|had|did|does|do|who|which|when|where|whose|what|how|why|am|any|anything|anyone|anybody)\b/i;

/** Whether a text asks for something to be told, and orders nothing. */
export function onlyAsks(text: string): boolean {
  return question.test(withoutAddress(text)) && ordersIn(text).length === 0;
}

/** "Blue Harbor wants to know whether …" tells what somebody else wants. */
const speaksForSomebody =
  /^(?:\p{Lu}[\p{L}\d&.'’-]*\s+){1,4}(?:wants?|wanted|says?|said|asks?|asked|needs?|reports|reported|complains|complained|called|wrote|told|wonders|would like)\b/u;

/** Whether a text tells how things are, and neither asks nor orders. */
export function onlyTells(text: string): boolean {
  const said = text.trim().replace(polite, '');
  if (question.test(said) || /\?/.test(said) || ordersIn(text).length > 0) return false;
  if (speaksForSomebody.test(said) || /^(?:suppose|supposing|assume|assuming|imagine)\b/i.test(said)) return true;
  if (/^(?:belongs|lives|works|happened|came|went|says?|said)\b/i.test(said)) return true;
  const [first = '', second = ''] = said.toLowerCase().match(/[\p{L}'’]+/gu) ?? [];
  return (
    /^(?:i|we|he|she|they|it|a|an|the|my|our|his|her|their|this|that|there|just)$/.test(first) &&
    !/^(?:want|need|would|like|wish|am|also|can|could|should|have|'d)$/.test(second)
  );
}

const tellsSo =
  /\b(?:is|are|was|were|isn['’]t|wasn['’]t|has|have|had|does(?:n['’]t)?|did(?:n['’]t)?|wants?|needs?|gets?|got|left|lost|went|came|found|broke|thinks?|\p{Ll}{2,}ed)\b/u;

const wishesToKnow =
  /\b(?:i|we)(?:['’]m|['’]d|['’]re| am| are| would)? (?:\p{Ll}+ )?(?:interested|curious|like|love|want|need|wondering|looking|trying)\b/iu;

/** Whether a clause tells something from which an order behind it follows: "the card is gone, stop it please". */
export function tellsWhy(text: string): boolean {
  const said = text.trim().replace(polite, '');
  const first = /^[\p{L}'’]+/u.exec(said)?.[0].toLowerCase() ?? '';
  if (/\?/.test(said) || question.test(said) || ordersIn(text).length > 0 || deedsOf(first).includes('read'))
    return false;
  return tellsSo.test(said) && !wishesToKnow.test(said);
}

/** Whether nothing new is to be made: what is there gets another price, limit or number. */
export function ordersNewMeasure(text: string): boolean {
  return changesMeasure.test(text.trim().replace(polite, ''));
}
