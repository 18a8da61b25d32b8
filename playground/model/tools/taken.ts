import { changeTold } from '../arguments/movements.ts';
import type { Scope } from '../arguments/scope.ts';
import { overlaps } from '../mentions/types.ts';
import { acts } from './deeds.ts';
import type { ToolView } from './view.ts';

type Spans = Record<string, { start: number; end: number }>;

/** Whether a tool takes the kinds of values that are said: days, amounts, whose things they are. */
export function takesWhatIsSaid(view: ToolView, scope: Scope, spans: Spans): number {
  return (
    daysTaken(view, scope) +
    amountsTaken(view, scope, spans) +
    buyerTaken(view, scope, spans) +
    nameTaken(view, scope, spans)
  );
}

/** "From the first to the tenth" is for a tool that takes two days. */
function daysTaken({ params }: ToolView, { mentions }: Scope): number {
  const said = mentions.reduce((sum, one) => sum + (one.kind !== 'date' ? 0 : one.to ? 2 : 1), 0);
  if (said < 2) return 0;
  const taken = params.filter(({ role }) => role === 'date').length;
  return taken > 1 ? DAYS_TAKEN : taken === 0 ? -DAYS_TAKEN / 2 : 0;
}
const DAYS_TAKEN = 1.2;

/** Who tells how much is to be done is not served by what is done to the whole. */
function amountsTaken({ params, deeds }: ToolView, { mentions, text }: Scope, spans: Spans): number {
  if (!deeds.some((deed) => acts.includes(deed)) || changeTold(text) === undefined) return 0;
  const said = mentions.filter((one) => one.kind === 'number' && !one.inList);
  const taken = params.some(
    ({ name, type }) => type !== 'string' && spans[name] && said.some((one) => overlaps(one, spans[name]!)),
  );
  return said.length === 0 ? 0 : taken ? AMOUNT_TAKEN : -AMOUNT_TAKEN;
}
const AMOUNT_TAKEN = 0.5;

/** "What did Ann Berg buy?" is for a tool that takes whose it is, rather than words to search things by. */
function buyerTaken({ params }: ToolView, { text }: Scope, spans: Spans): number {
  const buyer = buys.exec(text)?.[1];
  if (buyer === undefined) return 0;
  const at = text.indexOf(buyer);
  const takes = params.some(
    ({ name, role, label }) =>
      spans[name] &&
      overlaps(spans[name]!, { start: at, end: at + buyer.length }) &&
      (role === 'person' || label.includes('customer')),
  );
  return takes ? BUYER_TAKEN : 0;
}
const buys =
  /\b(?:did|does|do|has|have|had)\s+(\p{Lu}[\p{L}'’-]*(?: \p{Lu}[\p{L}'’-]*){0,2})\s+(?:\p{Ll}+ )?(?:buy|bought|orders?|ordered|pay|paid|owes?|spend|spent|get|got|purchased?|rent|rented|book|booked|returned?)\b/u;
const BUYER_TAKEN = 1;

/** Who names somebody is not served by what can neither be told the name nor an id that it leads to. */
function nameTaken({ params }: ToolView, { mentions }: Scope, spans: Spans): number {
  const name = mentions.find((one) => one.kind === 'name' && /\s/.test(one.text));
  if (!name || params.some(({ shape, name: own }) => shape && !(own in spans))) return 0;
  return Object.values(spans).some((span) => overlaps(span, name)) ? 0 : -NAME_TAKEN;
}
const NAME_TAKEN = 2;
