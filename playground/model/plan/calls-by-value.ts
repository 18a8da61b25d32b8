import { choiceCandidates } from '../arguments/choices.ts';
import type { Filled } from '../arguments/filled.ts';
import { idCandidates } from '../arguments/ids.ts';
import { linkBefore } from '../arguments/phrases.ts';
import { rowsOf, siblingParams } from '../arguments/respective.ts';
import { type Scope, tokenAt } from '../arguments/scope.ts';
import { type Mention, type NumberSaid, overlaps } from '../mentions/types.ts';
import type { Param } from '../tools/params.ts';
import type { ToolView } from '../tools/view.ts';

/** One of the values that a text gives for an argument, in the order of the text. */
type Valued = { param: string; value: unknown; start: number; end: number };

const MOST_CALLS = 12;
const JOINED = 3;
const joiner =
  /^[\s)\]]*(?:,|and|or|&|, and|, or|as well as|, as well as|and also|, then|and then)\s*(?:(?:in|at|for|of|to|from|on|also|then|between|with|by)\s+)*(?:the |a |an )?(?:numbers? )?[([]?$/i;

/** "Weather in Paris and in Rome" wants a call for each place: further values like those that were chosen make further calls. */
export function spread(view: ToolView, scope: Scope, filled: Filled): Record<string, unknown>[] {
  const chosen = view.params.flatMap((param) => {
    const span = filled.spans[param.name];
    return span && isScalar(param) ? [{ param, span }] : [];
  });
  const ids = furtherIds(chosen, scope, filled);
  if (ids.length > 1) return ids;
  const first: Valued[] = chosen.map(({ param, span }) => ({
    param: param.name,
    value: filled.args[param.name],
    ...span,
  }));
  const rows = furtherRows(view, scope, filled);
  if (rows.length > 1) return rows;
  const all = [...first, ...furtherValues(chosen, scope, filled)];
  if (all.length === first.length) return [filled.args];
  return records(
    all.sort((a, b) => a.start - b.start),
    scope.text,
  )
    .slice(0, MOST_CALLS)
    .map((one) => ({ ...filled.args, ...one }));
}

/** "Ticket 10 and tkt-003": each id of the form that is wanted, and that nothing else has taken. */
function furtherIds(chosen: Chosen[], scope: Scope, filled: Filled): Record<string, unknown>[] {
  const [{ param, span } = {}, another] = chosen.filter((one) => one.param.shape);
  if (!param || !span || another) return [];
  const said = idCandidates(param, scope).sort((a, b) => a.start - b.start);
  if (!said.some(({ start }) => start === span.start)) return [];
  const values = [...new Set(said.map(({ value }) => value))];
  return values.slice(0, MOST_CALLS).map((value) => ({ ...filled.args, [param.name]: value }));
}

/** Where several numbers are wanted together, each row of as many is for a call of its own: "(45, 60) and (81, 27)". */
function furtherRows(view: ToolView, scope: Scope, filled: Filled): Record<string, unknown>[] {
  const siblings = siblingParams(view.params);
  if (siblings.length < 2) return [];
  const numbers = scope.mentions.filter((one): one is NumberSaid => one.kind === 'number');
  const rows = rowsOf(numbers, scope.text).filter((row) => row.length === siblings.length);
  const isTaken = rows.some((row) => filled.spans[siblings[0]!.name]?.start === row[0]!.start);
  if (!isTaken) return [];
  return rows
    .slice(0, MOST_CALLS)
    .map((row) => ({ ...filled.args, ...Object.fromEntries(row.map(({ value }, at) => [siblings[at]!.name, value])) }));
}

function isScalar({ type }: Param): boolean {
  return type === 'string' || type === 'number' || type === 'integer';
}

type Chosen = { param: Param; span: { start: number; end: number } };

/** Values of the same kind, said in the same way, that no argument has taken. */
function furtherValues(chosen: Chosen[], scope: Scope, filled: Filled): Valued[] {
  const taken = Object.values(filled.spans);
  const found: (Valued & { mention: Mention; sure: boolean })[] = [];
  const models = chosen.flatMap(({ param, span }) => {
    const near = scope.mentions.filter((one) => overlaps(one, span) && one.kind !== 'list');
    const wantsNumber = param.type !== 'string';
    const mention = near.find(({ kind }) => (kind === 'number') === wantsNumber) ?? near[0];
    return mention ? [{ param, mention }] : [];
  });
  for (const mention of scope.mentions) {
    if (
      mention.kind === 'list' ||
      taken.some((span) => overlaps(span, mention)) ||
      found.some((one) => overlaps(one, mention))
    )
      continue;
    const best = models
      .map((model, order) => ({
        ...model,
        order,
        alike: alike(
          model.mention,
          mention,
          scope,
          found.filter((one) => one.param === model.param.name).map((one) => one.mention),
        ),
      }))
      .filter(({ alike: score }) => score > 0)
      .sort((a, b) => b.alike - a.alike || usesOf(a.param, found) - usesOf(b.param, found) || a.order - b.order)[0];
    if (!best) continue;
    const value = valueOfMention(best.param, mention, best.mention, filled.args[best.param.name]);
    if (value === undefined) continue;
    found.push({
      param: best.param.name,
      value,
      start: mention.start,
      end: mention.end,
      mention,
      sure: best.alike >= JOINED,
    });
  }
  // What is only said alike repeats a call where other arguments are repeated, too.
  const all = [...found, ...furtherChoices(chosen, scope, filled)];
  const repeated = new Set(all.map(({ param }) => param)).size > 1;
  return all
    .filter(({ sure }) => sure || repeated)
    .map(({ param, value, start, end }) => ({ param, value, start, end }));
}

function valueOfMention(param: Param, mention: Mention, model: Mention, given: unknown): unknown {
  if (mention.kind === 'number' && param.type !== 'string') return scaled(mention.value, model, given);
  const { shape } = param;
  if (!shape) return mention.text;
  return [mention.text, mention.text.toUpperCase()].find(shape.matches) ?? shape.fromNumber?.(mention.text);
}

function usesOf(param: Param, found: Valued[]): number {
  return found.filter((one) => one.param === param.name).length;
}

/** What was done to the first value is done to the others: 5% was made 0.05. */
function scaled(value: number, model: Mention, given: unknown): number {
  if (model.kind !== 'number' || typeof given !== 'number' || model.value === 0) return value;
  return Number(((value * given) / model.value).toPrecision(12));
}

function alike(model: Mention, other: Mention, scope: Scope, more: Mention[]): number {
  if (model.kind !== other.kind) return 0;
  if ([model, ...more].some((one) => isJoined(one, other, scope.text))) return JOINED;
  const sameLink = linkBefore(scope, model.start) === linkBefore(scope, other.start);
  const word = (at: number, by: number) => scope.tokens[tokenAt(scope, at) + by]?.stem;
  const sameWord = word(model.start, -1) === word(other.start, -1) && word(model.start, -2) === word(other.start, -2);
  if (model.kind === 'number' && other.kind === 'number') {
    const sameUnit = model.unit === other.unit && model.percent === other.percent;
    if (!sameUnit) return 0;
    if (model.unit.length < 2 && sameLink && linkBefore(scope, other.start) !== '') return sameWord ? JOINED : 1;
    return (model.unit.length > 1 && sameLink ? 2 : 0) + (sameWord ? 1 : 0) + (model.unit.length > 1 ? 0.5 : 0);
  }
  return sameLink && linkBefore(scope, other.start) !== '' ? 1 + (sameWord ? 1 : 0) : 0;
}

function isJoined(one: Mention, next: Mention, text: string): boolean {
  if (next.start < one.end) return false;
  const unit =
    one.kind === 'number' && one.unit !== ''
      ? text.slice(one.end, next.start).replace(new RegExp(`^[\\s-]?${escaped(one.unit)}`, 'i'), '')
      : text.slice(one.end, next.start);
  return joiner.test(unit);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** Other choices of the same list: "in easy mode and in hard mode". */
function furtherChoices(chosen: Chosen[], scope: Scope, filled: Filled): (Valued & { sure: boolean })[] {
  return chosen.flatMap(({ param, span }) => {
    if (param.choices.length === 0) return [];
    const found = choiceCandidates(param, scope, new Set(param.stems)).filter(
      (one) => one.score >= 0.75 && one.value !== filled.args[param.name] && !overlaps(one, span),
    );
    const inOrder = [span, ...found].toSorted((a, b) => a.start - b.start);
    return found.map(({ value, start, end }) => {
      const before = inOrder[inOrder.findIndex((one) => one.start === start) - 1];
      const after = inOrder[inOrder.findIndex((one) => one.start === start) + 1];
      const joins =
        (before && joiner.test(scope.text.slice(before.end, start))) ||
        (after && joiner.test(scope.text.slice(end, after.start)));
      return { param: param.name, value, start, end, sure: joins === true };
    });
  });
}

/** A value of an argument that the record has begins a new one; values in one row are all of one record, each with all others. */
function records(values: Valued[], text: string): Record<string, unknown>[] {
  const groups: Valued[][] = [];
  for (const one of values) {
    const last = groups.at(-1)?.at(-1);
    if (
      last &&
      last.param === one.param &&
      joiner.test(text.slice(last.end, one.start).replace(/^\s?\p{L}{1,12}(?=\s*(?:,|and))/u, ''))
    )
      groups.at(-1)!.push(one);
    else groups.push([one]);
  }
  const made: Map<string, Valued[]>[] = [];
  for (const group of groups) {
    const name = group[0]!.param;
    const last = made.at(-1);
    if (!last || last.has(name)) made.push(new Map([[name, group]]));
    else last.set(name, group);
  }
  return inheriting(made).flatMap((record) => combinations(record, /\brespectively\b/i.test(text)));
}

/** What a record does not say is as in the one before; what only the first ones lack, as in the next. */
function inheriting(made: Map<string, Valued[]>[]): Map<string, Valued[]>[] {
  const full: Map<string, Valued[]>[] = [];
  for (const record of made) full.push(new Map([...(full.at(-1) ?? []), ...record]));
  const names = [...new Set(made.flatMap((record) => [...record.keys()]))];
  for (const record of full) {
    for (const name of names) {
      const later = full.find((one) => one.has(name))?.get(name);
      if (!record.has(name) && later) record.set(name, later);
    }
  }
  return full;
}

function combinations(record: Map<string, Valued[]>, inOrder: boolean): Record<string, unknown>[] {
  const lengths = [...record.values()].map((group) => group.length).filter((length) => length > 1);
  if (inOrder && lengths.length > 1 && new Set(lengths).size === 1) {
    return Array.from({ length: lengths[0]! }, (_, at) =>
      Object.fromEntries([...record].map(([name, group]) => [name, (group[at] ?? group[0]!).value])),
    );
  }
  let all: Record<string, unknown>[] = [{}];
  for (const [name, group] of record)
    all = all.flatMap((one) => group.map(({ value }) => ({ ...one, [name]: value }))).slice(0, MOST_CALLS * 2);
  return all;
}
