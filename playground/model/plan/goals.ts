import { fillTool } from '../arguments/fill-tool.ts';
import type { Filled } from '../arguments/filled.ts';
import { type Scope, scopeOf } from '../arguments/scope.ts';
import { withWholeList } from '../arguments/whole-list.ts';
import { overlaps } from '../mentions/types.ts';
import { sentences, splitParts } from '../parts/split.ts';
import type { Fit } from '../tools/rank.ts';
import type { ToolView } from '../tools/view.ts';
import { ordersIn } from '../words/orders.ts';
import { type Reading, readingsOf } from './calls-by-text.ts';
import { spread } from './calls-by-value.ts';
import { firmness, type Weighed, withoutEchoes } from './drop-repeats.ts';
import type { Goal } from './goal.ts';
import { withReferred } from './same-subject.ts';

/** A part of the request with the tool that fits it best, if any does. */
export type Wish = { part: string; fit: Fit | undefined; others?: Fit[] };

/** The calls that the wishes ask for. Neighbours that want the same tool are read together. */
export function goalsOf(wishes: Wish[], question: string, today: Date): Goal[] {
  const clusters: { view: ToolView; parts: string[]; others: Fit[] }[] = [];
  let waiting: string[] = [];
  for (const { part, fit, others = [] } of wishes) {
    const last = clusters.at(-1);
    if (!fit) {
      if (last) last.parts.push(part);
      else waiting.push(part);
    } else if (last && last.view === fit.view) last.parts.push(part);
    else {
      clusters.push({ view: fit.view, parts: [...waiting, part], others });
      waiting = [];
    }
  }
  const goals = withoutEchoes(
    clusters.flatMap(({ view, parts, others }) =>
      goalsOfCluster(view, stretch(parts, question), question, today).map(({ goal, firm }) => ({
        goal: { ...goal, others },
        firm,
      })),
    ),
  );
  return withReferred(goals);
}

/** The words of the question from the first of the parts to the last. */
function stretch(parts: string[], question: string): string {
  const first = question.indexOf(parts[0]!);
  const last = question.lastIndexOf(parts.at(-1)!);
  return first < 0 || last < first ? parts.join('. ') : question.slice(first, last + parts.at(-1)!.length);
}

/** From this score on a value was meant for its argument, and not only left over. */
const SURE = 0.48;

type Piece = { part: string; scope: Scope; filled: Filled };

/** Where several sentences, or several clauses, say what the tool needs, each is a call of its own. */
function goalsOfCluster(view: ToolView, text: string, question: string, today: Date): Weighed[] {
  const whole = pieceOf(view, text, today);
  const readings = readingsOf(view, text, today);
  if (readings.length > 1) return goalsOfReadings(view, readings, text);
  const pieces = severalPieces(view, sentences(text), today) ?? severalPieces(view, splitParts(text), today);
  const own = pieces ? withSharedOptions(pieces, whole) : [whole];
  const wider = text === question ? whole : pieceOf(view, question, today);
  const before: Record<string, unknown> = {};
  return own.flatMap(({ part, scope, filled }) => {
    const args = withInherited(filled, before, [whole, wider]);
    Object.assign(before, args);
    const missing = filled.missing.filter(({ name }) => !(name in args));
    const firm = firmness(view, scope, filled);
    return spread(view, scope, { ...filled, args }).map((one) => ({
      goal: { part: pieces ? part : text, view, args: withWholeList(view, text, one), missing },
      firm,
    }));
  });
}

/** "A chance of 0.3. If I play 20 times … and if 50 times": what stands outside of all the pieces, they share. */
function withSharedOptions(pieces: Piece[], { part: text, filled: all }: Piece): Piece[] {
  const places = pieces.map(({ part }) => ({ start: text.indexOf(part), end: text.indexOf(part) + part.length }));
  if (places.some(({ start }) => start < 0)) return pieces;
  const shared = Object.entries(all.spans).filter(([, span]) => !places.some((one) => overlaps(one, span)));
  return pieces.map((piece) => {
    const added = shared.filter(([name]) => !(name in piece.filled.args)).map(([name]) => [name, all.args[name]]);
    return { ...piece, filled: { ...piece.filled, args: { ...piece.filled.args, ...Object.fromEntries(added) } } };
  });
}

function goalsOfReadings(view: ToolView, readings: Reading[], part: string): Weighed[] {
  return readings.flatMap(({ scope, filled }) =>
    spread(view, scope, filled).map((args) => ({
      goal: { part, view, args, missing: filled.missing },
      firm: firmness(view, scope, filled),
    })),
  );
}

function pieceOf(view: ToolView, part: string, today: Date): Piece {
  const scope = scopeOf(part, today);
  return { part, scope, filled: fillTool(view, scope) };
}

function severalPieces(view: ToolView, parts: string[], today: Date): Piece[] | undefined {
  if (parts.length < 2 || parts.slice(1).some((part) => /^(?:it|it's|it is|they|this|that)\b/i.test(part)))
    return undefined;
  const needed = view.params.filter(({ required, fallback }) => required && fallback === undefined).length;
  const own = parts
    .map((part) => pieceOf(view, part, today))
    .filter(({ part, filled }) => saidCount(filled, view) >= Math.max(1, needed / 2) && isOfItsOwn(part, filled, view));
  return own.length > 1 && repeats(own, view) ? own : undefined;
}

/** Where something is to be done, a sentence that gives no order and names nothing tells more of what was ordered. */
function isOfItsOwn(part: string, { spans }: Filled, { params, deeds }: ToolView): boolean {
  if (deeds.includes('read') || ordersIn(part).length > 0) return true;
  return params.some(({ name, shape, required, role }) => name in spans && (shape || (required && role !== 'text')));
}

/** Something that the tool takes is said anew, and otherwise; else they are sentences about one and the same call. */
function repeats(own: Piece[], { params }: ToolView): boolean {
  const needed = params.filter(({ required }) => required);
  // A reason may be told twice, of one and the same thing.
  const telling = needed.filter(({ role }) => role !== 'text');
  const different = telling.length > 0 ? telling : needed;
  return (different.length > 0 ? different : params).some(({ name }) => {
    const values = own
      .filter(({ filled }) => (filled.spans[name]?.score ?? 0) >= SURE)
      .map(({ filled }) => JSON.stringify(filled.args[name]));
    return values.length === own.length && new Set(values).size === values.length;
  });
}

/** How many of the needed arguments were said, or of all where none is needed. Any words make a text beside others. */
function saidCount({ spans }: Filled, { params }: ToolView): number {
  const all = params.filter(({ required }) => required);
  const others = all.filter(({ role }) => role !== 'text');
  const needed = others.length > 0 ? others : all;
  return (needed.length > 0 ? needed : params).filter(({ name }) => (spans[name]?.score ?? 0) >= SURE).length;
}

function withInherited(filled: Filled, before: Record<string, unknown>, wider: Piece[]): Record<string, unknown> {
  const args = { ...filled.args };
  for (const { name } of filled.missing) {
    const from = [before, ...wider.map((piece) => piece.filled.args)].find((one) => name in one);
    if (from) args[name] = from[name];
  }
  return args;
}
