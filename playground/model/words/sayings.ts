import { stem } from './stem.ts';

/** What people say for things that tools call otherwise, with the words that stand for it. */
const sayings: [RegExp, string][] = [
  [/\b(?:do|did|have) (?:we|you) (?:still |already |even )?(?:have|got|keep|stock)\b/, 'stock item'],
  [/\b(?:left|on the shelf|in the shop|have (?:we|you) got)\b(?! (?:to|in|at|for)\b)/, 'stock'],
  [/\brun(?:s|ning)? (?:low|out|short)\b|\b(?:re-?order|re-?stock|buy again)\b|\blow (?:in|on)\b/, 'low stock'],
  [/\bhow much (?:is|are|does|do|for)\b(?!.*\bowes?\b)/, 'price item'],
  [/\b(?:does|do|would|will) (?!they|it|that|these|all)\S+.{0,60} (?:come|add up) to\b/, 'preview price'],
  [
    /\b(?:sold|sales|did .* sell|revenue|turnover|takings)\b|\bhow much did (?:we|you) (?:make|earn|take)\b/,
    'bill sale order',
  ],
  [/\b(?:do|does) (?:we|you|they) (?:sell|carry|offer)\b/, 'stock item price'],
  [
    /\b(?:what|which|who|did|has|have)\b.*\b(?:buy|bought|purchased?)\b(?! again)/,
    'bill sale order purchase transaction',
  ],
  [
    /\b(?:i|my|me)\b.*\b(?:spend|spent|pay|paid|bought|salary|wages?|rent|deposits?|withdr[ae]wn?|withdrew|transfers?|transferred|refunded|give .{1,30} back|gave .{1,30} back|paid back)\b/,
    'transaction',
  ],
  [/\b(?:spend|spent|pay|paid|bought|salary|rent|withdrawn|deposits?|transfers?)\b.*\b(?:i|my|me)\b/, 'transaction'],
  [/\b(?:write|wrote|written|noted|jot(?:ted)?) (?:\w+ ){0,2}(?:down|up|about)\b/, 'notes'],
  [/\bpromised?\b/, 'terms sla'],
  [/\bwhat happened\b|\bso far\b|\bhow often\b|\bever (?:been )?\p{L}+ed\b/u, 'history'],
  [/\b(?:like|similar to|resembling) #?[a-z]+-?\d/, 'similar'],
  [/\bcharged? (?:\w+ )?for\b|\bcharged\b/, 'transaction'],
  [
    /\b(?:what|how much) (?:do|does|have|has|had) .*\b(?:total|altogether|in all|overall|together)\b/,
    'balance sum money',
  ],
  [/\b(?:did|has|have|does)\b.*\b(?:pay|paid)\b/, 'bill payment sale'],
  [/\b(?:re)?counted\b/, 'sets stock count'],
  [/\bin good standing\b/, 'status account'],
  [/\bescalated?\b/, 'escalations messages channel'],
  [/\bhow many\b.*\b(?:overall|in total|in all|altogether|do we have|are there)\b/, 'counts'],
  [/\b(?:give|gave|given|paid?|sent?|send)\b.{0,12}\bme\b.*\bback\b/, 'transaction'],
  [/\b(?:is|costs?) \S*\d\S* .*\b(?:from (?:now|today) on|now)\b/, 'changes price item'],
  [
    /\b(?:sum up|summari[sz]e|keep in mind|write down|note down|take notes?)\b.*\b(?:notes?|know|found|established|so far)\b/,
    'compacts investigation notes',
  ],
  [/\b(?:cheaper|more expensive|dearer|pricier)\b/, 'price item'],
  [/\bwhat (?:did|has)\b.*\b(?:return|returned|sent? back)\b/, 'order refund'],
  [/\b(?:give|gave|pay|hand)\b.{3,60}\bback\b/, 'refund'],
  [
    /\b(?:is|are) (?:\w+ )?(?:anything|something|everything|any of .{3,30}) (?:down|broken|up)\b|\boutages?\b/,
    'incident',
  ],
  [/\bprices?\b.*\bto \S{0,3}\d/, 'changes price item'],
  [/\d.*\b(?:arrived|came in)\b/, 'changes stock'],
  [/\bon hold\b/, 'status suspended'],
  [/\bwhere (?:does|do)\b.*\blives?\b/, 'city address'],
  [/\b(?:throw|threw|thrown) (?:\S+ ){0,3}(?:out|away)\b/, 'changes stock'],
  [/\badd \d.*\bto (?:the|our)\b/, 'changes stock'],
  [/\bfind me\b|\bwho is\b/, 'search'],
];

/** The stems of what a text means by such sayings. */
export function meantBy(text: string): string[] {
  const lower = text.toLowerCase();
  return sayings.flatMap(([saying, words]) => (saying.test(lower) ? words.split(' ').map(stem) : []));
}
