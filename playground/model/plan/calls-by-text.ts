import { fillTool } from '../arguments/fill-tool.ts';
import type { Filled } from '../arguments/filled.ts';
import { type Scope, scopeOf } from '../arguments/scope.ts';
import { type NumberSaid, overlaps } from '../mentions/types.ts';
import type { ToolView } from '../tools/view.ts';
import { type Spot, spotsIn } from './values-in-text.ts';

/** One call's share of a text that asks for several: the words that are its own, and those that all share. */
export type Reading = { scope: Scope; filled: Filled };

type Told = { text: string; own: Spot[] };

const MOST_READINGS = 12;
const MOST_TRIALS = 8;
const MOST_IN_A_GROUP = 6;
const DEEPEST = 3;

/**
 * "$5 in Oslo, $7 in Rome": the text as it would be for each of its rows of values alone, as often as the tool takes it so.
 * Each is a call of its own; where nothing repeats, it is the text itself.
 */
export function readingsOf(view: ToolView, text: string, today: Date, depth = 0): Reading[] {
  const scope = scopeOf(text, today);
  const whole: Reading = { scope, filled: fillTool(view, scope) };
  if (depth >= DEEPEST) return [whole];
  const spots = spotsIn(view, scope);
  if (spots.length < 2) return [whole];
  for (const told of [...groupsIn(spots, scope), ...rowsTold(spots, scope)].slice(0, MOST_TRIALS)) {
    const read = told
      .slice(0, MOST_READINGS)
      .map((one) => readingOf(view, withoutCount(one, told.length, scope), today));
    if (!areCallsOfTheirOwn(read, whole, view)) continue;
    return read.flatMap(({ told: { text: next } }) => readingsOf(view, next, today, depth + 1)).slice(0, MOST_READINGS);
  }
  return [whole];
}

type Trial = Reading & { told: Told };

function readingOf(view: ToolView, told: Told, today: Date): Trial {
  const scope = scopeOf(told.text, today);
  return { told, scope, filled: fillTool(view, scope) };
}

/** Each says all that the whole says, the same arguments in each come from its own words, and they differ. */
function areCallsOfTheirOwn(read: Trial[], whole: Reading, { params }: ToolView): boolean {
  const lacks = new Set(whole.filled.missing.map(({ name }) => name));
  if (read.some(({ filled }) => filled.missing.some(({ name }) => !lacks.has(name)))) return false;
  // "Between May 1 and May 9" is one span of days.
  const said = Object.keys(whole.filled.spans);
  if (read.some(({ filled }) => said.some((name) => !(name in filled.args)))) return false;
  const own = read.map((one) => params.filter(({ name }) => isOwn(one, name)).map(({ name }) => name));
  const names = own[0]!;
  const values = read.map(({ filled }) => JSON.stringify(names.map((name) => filled.args[name])));
  return (
    read.every(({ told, filled }) =>
      told.own.every((one) => Object.values(filled.spans).some((span) => overlaps(one, span))),
    ) &&
    own.every((one) => one.join() === names.join()) &&
    new Set(values).size === values.length &&
    names.every((name) => {
      const { type, role } = params.find((param) => param.name === name)!;
      if (type === 'array') return read.every((one) => isOneList(one, name));
      return type !== 'object' && type !== 'boolean' && (role !== 'text' || read.every((one) => isQuoted(one, name)));
    })
  );
}

function isOwn({ filled, told }: Trial, name: string): boolean {
  const span = filled.spans[name];
  return span !== undefined && told.own.some((one) => overlaps(one, span));
}

function isOneList({ told, filled }: Trial, name: string): boolean {
  const span = filled.spans[name]!;
  return told.own.some((one) => one.kind === 'list' && overlaps(one, span));
}

/** What a text says about several things is one text. */
function isQuoted({ scope, filled }: Trial, name: string): boolean {
  const span = filled.spans[name]!;
  return scope.mentions.some((one) => one.kind === 'quoted' && overlaps(one, span));
}

const joint = /[.!?;]["'”)]*\s|\n|\b(?:and|then|or|plus|while|as well as|followed by)\b|[,;]/gi;

/** Groups one after the other that say values of the same kinds, joined by a mark or an "and". The largest come first. */
function groupsIn(spots: Spot[], scope: Scope): Told[][] {
  const found: { told: Told[]; size: number; covers: number }[] = [];
  for (let size = 1; size <= Math.min(MOST_IN_A_GROUP, spots.length / 2); size += 1) {
    for (let first = 0; first + 2 * size <= spots.length; first += 1) {
      const groups = [spots.slice(first, first + size)];
      for (let at = first + size; at + size <= spots.length; at += size) {
        const next = spots.slice(at, at + size);
        if (kindsOf(next) !== kindsOf(groups[0]!) || !joins(groups.at(-1)!, next, scope)) break;
        groups.push(next);
      }
      if (groups.length > 1) found.push({ told: toldOfGroups(groups, scope), size, covers: groups.length * size });
    }
  }
  return found.sort((a, b) => b.covers - a.covers || b.size - a.size).map(({ told }) => told);
}

function kindsOf(group: Spot[]): string {
  return group
    .map(({ kind }) => kind)
    .sort()
    .join();
}

/** A lone value is joined to another where the same words lead to both: "a radius of 5 m, a radius of 10 m". */
function joins(group: Spot[], next: Spot[], scope: Scope): boolean {
  const { text } = scope;
  if (group.length === 1 && leadTo(group[0]!, scope) !== leadTo(next[0]!, scope)) return false;
  return text.slice(group.at(-1)!.end, next[0]!.start).search(joint) >= 0;
}

function leadTo({ start }: Spot, { tokens }: Scope): string {
  return tokens
    .filter(({ end }) => end <= start)
    .slice(-2)
    .map(({ stem }) => stem)
    .join(' ');
}

function toldOfGroups(groups: Spot[][], { text }: Scope): Told[] {
  const cuts = groups.slice(1).map((next, at) => cutBetween(text, groups[at]!.at(-1)!.end, next[0]!.start));
  const first = groups[0]![0]!.start;
  const last = endOfGroup(text, groups.at(-1)!.at(-1)!.end);
  return groups.map((_, at) => {
    const from = at === 0 ? first : cuts[at - 1]!.next;
    const to = at === groups.length - 1 ? last : cuts[at]!.at;
    const own = groups[at]!;
    const head = text.slice(0, first);
    return {
      text: `${head}${text.slice(from, to)}${text.slice(last)}`,
      own: own.map(({ kind, start, end }) => ({ kind, start: start - from + first, end: end - from + first })),
    };
  });
}

/** Where one group ends and the next begins: at the end of a sentence, else at an "and", else at a comma. */
function cutBetween(text: string, from: number, until: number): { at: number; next: number } {
  const marks = [...text.slice(from, until).matchAll(joint)];
  const rank = (mark: string) => (/^[.!?;\n]/.test(mark) ? 2 : /^\p{L}/u.test(mark) ? 1 : 0);
  const best = marks.toSorted((a, b) => rank(b[0]) - rank(a[0]) || b.index - a.index)[0]!;
  const next = from + best.index + best[0].length;
  return { at: from + best.index, next: next + (/^\s*/.exec(text.slice(next, until))?.[0].length ?? 0) };
}

/** The unit and the few words that go with the last value. */
function endOfGroup(text: string, end: number): number {
  return end + (/^[\s-]?\p{L}*/u.exec(text.slice(end))?.[0].length ?? 0);
}

const inRow =
  /^\s*\)?\s*(?:,|and|or|&|vs\.?|versus|, and|, or|as well as|and also|and then|then)\s*(?:(?:in|at|for|of|to|from|on|also|between|with|by|then)\s+)*(?:the |a |an )?\(?$/i;

/** Values of one kind in one row, each to be told alone; where rows are told "respectively", the first of each, then the second. */
function rowsTold(spots: Spot[], scope: Scope): Told[][] {
  const rows = rowsIn(spots, scope);
  const long = rows.filter((row) => row.length > 1);
  const first = long[0];
  if (!first) return [];
  const matching = long.filter((row) => row.length === first.length);
  if (/\brespective(?:ly)?\b/i.test(scope.text) && matching.length > 1)
    return [first.map((_, at) => toldAt(matching, at, scope.text))];
  return long.map((row) => row.map((_, at) => toldAt([row], at, scope.text)));
}

function rowsIn(spots: Spot[], { text, mentions }: Scope): Spot[][] {
  const rows: Spot[][] = [];
  for (const one of spots) {
    const last = rows.at(-1)?.at(-1);
    if (last && isLike(last, one) && inRow.test(withoutUnit(text.slice(last.end, one.start), last, mentions)))
      rows.at(-1)!.push(one);
    else rows.push([one]);
  }
  return rows;
}

/** In "10, 20 and 30 years" the last one has the unit of all. */
function isLike(one: Spot, next: Spot): boolean {
  return one.kind === next.kind || (one.kind.trim() === 'number' && /^number|^percent/.test(next.kind));
}

function withoutUnit(between: string, { start }: Spot, mentions: Scope['mentions']): string {
  const said = mentions.find((one): one is NumberSaid => one.kind === 'number' && one.start === start);
  if (!said?.unit) return between;
  return between.replace(/^[\s-]?[\p{L}²³/%°]+/u, '');
}

/** The text with only the one value of each row. */
function toldAt(rows: Spot[][], at: number, text: string): Told {
  let told = '';
  let last = 0;
  const own: Told['own'] = [];
  for (const row of rows) {
    told += text.slice(last, row[0]!.start);
    const { kind, start, end } = row[at]!;
    own.push({ kind, start: told.length, end: told.length + end - start });
    told += text.slice(start, end);
    last = row.at(-1)!.end;
  }
  return { text: told + text.slice(last), own };
}

/** "For the two charges" says how many follow. */
function withoutCount({ text, own }: Told, count: number, { mentions }: Scope): Told {
  const said = mentions.find(
    (one): one is NumberSaid =>
      one.kind === 'number' && one.value === count && /^\s[^\d,.;]{0,40}?\p{L}s\b/u.test(text.slice(one.end)),
  );
  if (!said || own.some((one) => one.start <= said.start)) return { text, own };
  const by = '-'.repeat(said.end - said.start);
  return { text: `${text.slice(0, said.start)}${by}${text.slice(said.end)}`, own };
}
