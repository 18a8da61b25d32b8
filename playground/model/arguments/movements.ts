import type { NumberSaid } from '../mentions/types.ts';
import type { Param } from '../tools/params.ts';
import type { Scope } from './scope.ts';

const less =
  /\b(?:went bad|gone bad|go bad|spoil(?:ed|t)?|expired|broke(?:n)?|damaged|lost|missing|stolen|sold|used up|take (?:\S+ ){0,3}(?:out|off|away)|took (?:\S+ ){0,3}(?:out|off|away)|taken (?:out|off|away)|remove[ds]?|subtract|deduct(?:ed)?|minus|(?:threw|throw|thrown) (?:\S+ ){0,3}(?:out|away)|written off|write off|decrease|reduce|fewer|less by)\b/i;
const more =
  /\b(?:came in|come in|came back|arrived|arrive|delivered|delivery|received|receive|restock(?:ed)?|got (?:in )?(?=\d)|(?:we|i) got|add(?:ed)?|bought|came from|more|plus|increase|returned|put (?:\S+ ){0,3}(?:on|in|back))\b/i;
const counted =
  /\b(?:counted|recount(?:ed)?|stock(?:taking)? (?:is|of)|there(?: are|['’]s| is)|in all|exactly|set (?:\S+ ){0,4}to)\b/i;

/** Whether an argument tells by how much something changes. */
function isChange({ type, min, description, label }: Param): boolean {
  if (type !== 'number' && type !== 'integer') return false;
  return (
    (min !== undefined && min < 0 && /negative|-\d|less|fewer|minus/i.test(description)) ||
    label.some((word) => /^(?:change|delta|difference|adjustment)$/.test(word))
  );
}

/** Whether a text tells of a change or of a count. */
export function changeTold(text: string): 'moves' | 'counts' | undefined {
  if (less.test(text)) return 'moves';
  return counted.test(text) ? 'counts' : more.test(text) ? 'moves' : undefined;
}

/** What was sold, spoiled or taken out is less than before, where the schema writes that with a minus. */
export function signOf(param: Param, { text }: Scope): 1 | -1 {
  return isChange(param) && param.min !== undefined && param.min < 0 && less.test(text) ? -1 : 1;
}

/** "12 packs came in" is a change, "there are 38" is a count. */
export function movementFit(param: Param, { text }: Scope, said: NumberSaid): number {
  if (said.currency || said.unit === 'money' || said.percent) return isChange(param) ? -0.4 : 0;
  const moves = less.test(text) || more.test(text);
  const counts = counted.test(text) && !less.test(text);
  if (isChange(param)) return counts ? 0 : moves ? 0.5 : 0;
  return /\bcounted\b|\bafter a count\b/i.test(param.description) && counts ? 0.5 : 0;
}

const warns =
  /\b(?:remind|warn|alert|notify|tell|reorder|re-order|order again)\b[^.,;\d]{0,25}\b(?:at|under|below|when|from)\s*$/i;

/** "Remind us at 6" tells from when on little is left. */
export function thresholdFit(param: Param, { text }: Scope, said: NumberSaid): number {
  const isThreshold =
    param.label.some((word) => /^(?:reorder|threshold|alert|warning|minimum)$/.test(word)) ||
    /\bat or (?:under|below)\b/i.test(param.description);
  return isThreshold && warns.test(text.slice(Math.max(0, said.start - 40), said.start)) ? 0.9 : 0;
}
