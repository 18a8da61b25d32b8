import { fillParams } from '../arguments/fill.ts';
import { newNames } from '../arguments/new-names.ts';
import { type Scope, scopeOf } from '../arguments/scope.ts';
import type { Param } from '../tools/params.ts';
import { aboutOf, isEnough, type ToolView } from '../tools/view.ts';
import { fillers, pronouns } from '../words/common.ts';
import { regionsAndCountries } from '../words/places.ts';
import { stem, wordsIn } from '../words/stem.ts';

/** A call that may tell the value of a parameter, and by what it searches. */
export type Lookup = { view: ToolView; args: Record<string, unknown>; by?: string; score?: number };

/** The tool that finds what a parameter wants: one that reads, gives such things, and can be called with what was said. */
export function lookupFor(
  param: Param,
  target: ToolView,
  views: ToolView[],
  part: string,
  today: Date,
): Lookup | undefined {
  const scope = scopeOf(withoutNewName(part, target, today), today);
  const scored = views
    .filter((view) => view !== target && view.deeds.includes('read') && !view.meta)
    .flatMap((view) => {
      const score = gives(view, param) + hinted(view, param, target);
      if (score <= 0.5) return [];
      const called = callWith(view, scope, param, target, views);
      if (!called) return [];
      return [{ lookup: { view, ...called }, score: score + (called.by === undefined ? 0 : 0.6) + called.sure }];
    })
    .sort((a, b) => b.score - a.score);
  const best = scored[0];
  return best && { ...best.lookup, score: best.score };
}

/** What a thing is to be called is not what it is called. */
function withoutNewName(part: string, { params }: ToolView, today: Date): string {
  const [found] = params.flatMap((param) => newNames(param, scopeOf(part, today)));
  return found ? `${part.slice(0, found.start)}${' '.repeat(found.end - found.start)}${part.slice(found.end)}` : part;
}

/** How surely a tool gives things of the kind that a parameter wants. */
function gives({ name, about, tool }: ToolView, param: Param): number {
  const kind = kindOf(param);
  if (kind.length === 0) return 0;
  const inName = kind.filter((one) => name.includes(one)).length / kind.length;
  const inText = kind.filter((one) => about.includes(one)).length / kind.length;
  const finds = /\b(?:search|find|list|look ?up|query)/i.test(tool.name.replace(/_/g, ' ')) ? 0.6 : 0;
  return inName > 0 ? inName * 0.7 + finds : inText * 0.55;
}

/** "Without an id, find it with list_orders": the description of the tool or of the parameter names the one to ask first. */
function hinted(view: ToolView, param: Param, target: ToolView): number {
  const base = baseName(view.tool.name);
  const asksFirst = (text: string) =>
    text
      .split(/(?<=[.;])\s/)
      .some((one) => one.includes(base) && /\b(?:first|without|only|find|found|lists?|look)\b/i.test(one));
  return [param.description, target.tool.description].some(asksFirst) ? 0.5 : 0;
}

export function baseName(name: string): string {
  return name.slice(name.lastIndexOf('__') + (name.includes('__') ? 2 : 1));
}

/** What is wanted, in words: the customer of customer_id, the order of order_id. */
export function kindOf(param: Param): string[] {
  const own = param.stems.filter((one) => !notKinds.has(one));
  if (own.length > 0) return own;
  const prefix = /^\p{L}{3,}/u.exec(param.shape?.example ?? '')?.[0];
  return prefix ? [stem(prefix)] : param.about.slice(0, 1);
}
const notKinds = new Set('id ids identifier number name code key uuid ref the of'.split(' ').map(stem));

function callWith(
  view: ToolView,
  scope: Scope,
  wanted: Param,
  target: ToolView,
  views: ToolView[],
): { args: Record<string, unknown>; by?: string; sure: number } | undefined {
  const params = view.params.filter(({ name }) => name !== wanted.name);
  const { args, missing, spans } = fillParams(params, scope, aboutOf(view));
  if (missing.length > 0 || view.params.some(({ name, required }) => name === wanted.name && required))
    return undefined;
  // That something is low, what it is to become, or why, says nothing of which one it is.
  for (const { name, type } of params) if (type === 'boolean' && !isReading(target)) delete args[name];
  if (!isReading(target))
    for (const { name, strict } of params) {
      const isWhy = spans[name] && scope.text.slice(0, spans[name].start).includes(',');
      if (strict && (isWhy || target.params.some((one) => one.name === name))) delete args[name];
    }
  const named = nameFor(params, scope, args);
  if (named) Object.assign(args, { [named.param.name]: named.name });
  // What is mine may be put in later.
  const isShared = view.params.some(({ name, shape }) => shape && target.params.some((one) => one.name === name));
  if (view.needsOne && !isEnough(view.params, args) && !isShared) return undefined;
  const searched = params.find((param) => param.name in args && isSearch(param));
  const byId = params.some((param) => param.name in args && param.shape !== undefined);
  const by = searched && (spans[searched.name] || named) ? String(args[searched.name]) : undefined;
  // What the tool that is to be called is about is no name to search by.
  if (by !== undefined && wordsIn(by).every((word) => target.name.includes(stem(word)) || fillers.has(word)))
    return undefined;
  if (by !== undefined && isNoName(by, views)) return undefined;
  // A person's name is no place.
  const misplaced = searched?.role === 'place' && by !== undefined && !regionsAndCountries.has(by.toLowerCase());
  return { args, sure: (byId ? 0.9 : 0) - (misplaced ? 0.5 : 0), ...(by === undefined ? {} : { by }) };
}

function isReading({ deeds }: ToolView): boolean {
  return deeds.includes('read');
}

/** Words that take something up, or that only say of what kind or in what state things are. */
function isNoName(by: string, views: ToolView[]): boolean {
  const words = wordsIn(by);
  // An id of another kind is found by no search for names.
  const isId = (one: string) =>
    views.some(({ params }) => params.some(({ shape }) => shape?.example !== undefined && shape.matches(one)));
  if (by.split(/\s+/).some(isId)) return true;
  if (words.some((word) => pronouns.has(word) || /^(?:yet|still|else|ever|already)$/.test(word))) return true;
  return words.every((word) => {
    const one = stem(word);
    return (
      fillers.has(word) ||
      views.some(
        ({ nouns, params }) =>
          nouns.includes(one) || params.some(({ choices }) => choices.some(({ stems }) => stems.includes(one))),
      )
    );
  });
}

/** The name that was said, for what a tool finds by name and was given nothing for. */
export function nameFor(
  params: Param[],
  scope: Scope,
  args: Record<string, unknown>,
): { param: Param; name: string } | undefined {
  if (params.some((param) => param.name in args && param.shape)) return undefined;
  const said = scope.mentions.find((one) => one.kind === 'name');
  const given = params.find((param) => param.name in args && isSearch(param));
  // What else was said may be searched by only where nobody is named.
  if (
    given &&
    (said?.kind !== 'name' ||
      !/^\p{Ll}/u.test(String(args[given.name])) ||
      scope.text.toLowerCase().includes(`${said.text.toLowerCase()} ${String(args[given.name])}`))
  )
    return undefined;
  const param = given ?? params.find((one) => isSearch(one) && /^(?:query|title|person)$/.test(one.role));
  return said?.kind === 'name' && param ? { param, name: said.text } : undefined;
}

function isSearch(param: Param): boolean {
  return param.type === 'string' && !param.strict && !param.shape && param.role !== 'date' && param.role !== 'other';
}
