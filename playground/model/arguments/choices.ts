import type { Choice } from '../tools/choices.ts';
import type { Param } from '../tools/params.ts';
import { fillers } from '../words/common.ts';
import { isMistyped } from '../words/mistyped.ts';
import { meanAlike } from '../words/synonyms.ts';
import { isVerb } from '../words/verbs.ts';
import type { Candidate } from './candidates.ts';
import { changeTold } from './movements.ts';
import type { Scope } from './scope.ts';

const LONG_ENOUGH = 6;
const negations = new Set(
  "not no without dont \"don't\" never except excluding exclude isn't isnt aren't arent wasn't wasnt weren't haven't havent hasn't hasnt".split(
    ' ',
  ),
);

/** Values of a list of choices that a text says, by their very words, by others of the same meaning, or by what the description says of them. */
export function choiceCandidates(param: Param, scope: Scope, about: ReadonlySet<string>): Candidate[] {
  return param.choices.flatMap((choice) => {
    const best = bestPlace(param, choice, scope, about) ?? wayOfChange(choice, scope);
    return best ? [{ ...best, value: choice.value, shared: true }] : [];
  });
}

/** "Two were damaged" takes away, "counted 14" sets: where the schema asks which of both is meant. */
function wayOfChange({ value }: Choice, { text }: Scope): { start: number; end: number; score: number } | undefined {
  const way = changeTold(text);
  const fits =
    way === 'moves'
      ? /^(?:adjust|change|relative|delta|increment)$/i
      : way === 'counts'
        ? /^(?:set|absolute|replace)$/i
        : undefined;
  return fits?.test(String(value)) ? { start: 0, end: 0, score: 0.5 } : undefined;
}

function bestPlace(
  param: Param,
  choice: Choice,
  scope: Scope,
  about: ReadonlySet<string>,
): { start: number; end: number; score: number } | undefined {
  if (choice.stems.length === 0) return undefined;
  let best: { start: number; end: number; score: number } | undefined;
  for (let at = 0; at < scope.tokens.length; at += 1) {
    const score = scoreAt(param, choice, scope, at, about);
    if (score <= (best?.score ?? 0)) continue;
    const last = scope.tokens[Math.min(scope.tokens.length, at + choice.stems.length) - 1]!;
    best = { start: scope.tokens[at]!.start, end: last.end, score };
  }
  return best;
}

function scoreAt(param: Param, choice: Choice, scope: Scope, at: number, about: ReadonlySet<string>): number {
  const { tokens } = scope;
  const token = tokens[at]!;
  const whole = choice.stems.every((one, offset) => tokens[at + offset]?.stem === one);
  const single = choice.stems.length === 1;
  const value = String(choice.value).toLowerCase();
  const short =
    single &&
    !whole &&
    (isShortFor(token.lower, value) || (value.length >= LONG_ENOUGH && isMistyped(token.lower, value)));
  const own = about.has(token.stem) || param.stems.includes(token.stem);
  const alike = single && !whole && !own && !fillers.has(token.lower) && meanAlike(token.stem, choice.stems[0]!);
  const sameState = single && !whole && !own && sameStateAs(scope, at, String(choice.value));
  const hinted = !whole && !alike && !own && choice.hints.includes(token.stem) && !fillers.has(token.lower);
  if (!whole && !alike && !hinted && !sameState && !short) return 0;
  if (isDenied(scope, at) && !sameState) return 0;
  // Sorted by what is said to come first.
  const sorts = param.label.includes('sort');
  const first = tokens[at + choice.stems.length]?.lower === 'first' || tokens[at - 1]?.lower === 'by';
  if (sorts && !first) return param.required ? 0.3 : 0;
  let score = whole ? 0.8 : short ? 0.72 : sameState ? sameState : alike ? 0.55 : hintFit(param, choice);
  const around = [
    tokens[at - 1],
    tokens[at - 2],
    tokens[at + choice.stems.length],
    tokens[at + choice.stems.length + 1],
  ];
  if (around.some((one) => one && param.stems.includes(one.stem))) score += 0.25;
  // "The tickets that they opened" may be closed by now.
  const isSaidOfSomebody = /^(?:i|you|he|she|they|we|who|ever|never)$/.test(tokens[at - 1]?.lower ?? '');
  const hasObject = /^(?:an?|another)$/.test(tokens[at + 1]?.lower ?? '');
  if (isVerb(token.lower) && (isSaidOfSomebody || hasObject)) score -= 0.5;
  const orders = opensClause(scope, at) && isVerb(token.lower) && !describesNext(scope, at);
  // "Suspend Ann Berg, the trial is over" makes her suspended, whatever other states are spoken of.
  if (orders && whole && param.required && isMadeBy(token.lower, String(choice.value))) return SURELY_ORDERED;
  // "Open a ticket" opens one, and asks for none that is open.
  if (orders) score -= param.required ? 0.3 : 0.5;
  if (fillers.has(token.lower) || /^\d+$/.test(token.lower))
    score -= around.some((one) => one && param.stems.includes(one.stem)) ? 0 : 0.5;
  // The g of "500 g".
  if (whole && param.role === 'unit' && isCounted(scope, at)) return 1;
  if (single && choice.stems[0]!.length === 1 && tokens[at]!.text !== String(choice.value)) score -= 0.4;
  return score;
}

const SURELY_ORDERED = 0.95;

/** "Suspended" is what somebody is who was suspended. */
function isMadeBy(verb: string, value: string): boolean {
  return verb !== value.toLowerCase() && /(?:ed|en)$/i.test(value);
}

/** "Open incidents" are those that are open, as "closed" is never an order to close. */
function describesNext({ tokens }: Scope, at: number): boolean {
  const next = tokens[at + 1];
  const isPlural = /[^s]s$/.test(tokens[at]!.lower);
  if (isPlural && next && /^(?:of|from|since|in|on|for|by|this|last|between|over)$/.test(next.lower)) return true;
  return (
    /(?:ed|en)$/.test(tokens[at]!.lower.replace(/^open$/, '')) ||
    (next !== undefined &&
      /^\s$/.test(next.gap) &&
      /[^s]s$/.test(next.lower) &&
      !/^(?:this|its|his|is|was|has)$/.test(next.lower))
  );
}

/** States and grades that people name by different words. */
const states = [
  'urgent critical asap emergency blocker highest immediate',
  'low minor lowest trivial',
  'medium normal standard moderate average',
  'resolved solved fixed done closed completed complete finished',
  'open unresolved unfinished unsolved pending ongoing',
  'cancelled canceled void voided',
  'delivered arrived received',
  'shipped sent dispatched',
  'paid settled',
  'unpaid outstanding overdue owed due',
  'suspended blocked frozen locked hold',
  'lost misplaced missing',
  'stolen stole steal robbed theft mugged',
  'damaged broken defective faulty',
  'active enabled live running',
  'inactive disabled deactivated off',
].map((line) => line.split(' '));

/** One word that stands for the value, as cash for a withdrawal, says more than one of several examples. */
function hintFit({ fallback }: Param, { hints }: Choice): number {
  return fallback === undefined && hints.length === 1 ? 0.62 : 0.5;
}

const opposites = [
  ['resolved', 'unresolved'],
  ['paid', 'unpaid'],
  ['active', 'inactive'],
].map((pair) => pair as [string, string]);

/** How well another word names the state that a value stands for; what is denied is the opposite. */
function sameStateAs(scope: Scope, at: number, given: string): number {
  const value = given.toLowerCase();
  const said = scope.tokens[at]!.lower;
  const group = (word: string) => states.find((words) => words.includes(word));
  const own = group(said);
  const denied = isDenied(scope, at) && opposites.find(([done]) => own?.includes(done));
  const words = denied ? group(denied[1]) : own;
  if (!words?.includes(value) || (isDenied(scope, at) && !denied)) return 0;
  return /^un/.test(value) && (denied || /^un/.test(said)) ? 0.72 : 0.66;
}

/** "descending" for desc, "PostgreSQL" for postgres. */
function isShortFor(said: string, value: string): boolean {
  return (
    value.length >= 4 &&
    said.length > value.length + 1 &&
    /^[a-z]+$/.test(value) &&
    said.startsWith(value) &&
    /(?:ending|ql|ment|ation|ion|ograph|uter|erature|s)$/.test(said)
  );
}

function isCounted({ mentions, tokens }: Scope, at: number): boolean {
  return mentions.some(
    (one) => one.kind === 'number' && tokens[at]!.start >= one.end && tokens[at]!.start - one.end <= 1,
  );
}

function isDenied({ tokens }: Scope, at: number): boolean {
  return [
    tokens[at - 1],
    tokens[at - 1]?.lower === 'yet' || tokens[at - 1]?.lower === 'been' ? tokens[at - 2] : undefined,
  ].some((one) => one !== undefined && negations.has(one.lower));
}

function opensClause({ tokens }: Scope, at: number): boolean {
  const before = tokens[at - 1];
  return (
    !before || /[.;:!?\n]/.test(tokens[at]!.gap) || /^(?:and|please|to|can|you|then|i|we|also|just)$/.test(before.lower)
  );
}
