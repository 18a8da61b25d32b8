import { extremeOf } from '../lookups/extremes.ts';
import { kindOf } from '../lookups/find.ts';
import { type Found, pick, valuesFor } from '../lookups/results.ts';
import { findMentions } from '../mentions/find.ts';
import type { Done } from '../thread/conversation.ts';
import type { Param } from '../tools/params.ts';
import type { ToolView } from '../tools/view.ts';
import { fillers } from '../words/common.ts';
import { asksWhatStandsIn } from '../words/contents.ts';
import { plainWords } from '../words/plain.ts';
import { stem, wordsIn } from '../words/stem.ts';
import { synonymsOf } from '../words/synonyms.ts';
import { kindsLacking } from './asked-kinds.ts';
import { canonical } from './canonical.ts';
import type { Goal } from './goal.ts';
import type { Known } from './resolve.ts';

/** "What was on it", "what did she buy": not that there is such a record, but what stands in it. */
const took = /\bwhat (?:(?:all|else|exactly) )?(?:did|has|have|had)\b.*\b(buy|bought|get|order|ordered|purchased?)\b/i;
const tellsContents = new Set(stems('line item content position part'));
const somebody = /\b(?:person|people|contacts?|someone|somebody|guy|team|department)\b/i;
const people = stems('contact people person member staff');
const MOST_READ = 4;

/** A search that found the record but not what was asked of it goes on to the tool that tells it. */
export function furtherGoals(goal: Goal, known: Known): Goal[] {
  const { view, part, args } = goal;
  if (!view.deeds.includes('read') || view.meta || view.deeds.some((deed) => deed === 'change')) return [];
  const made = known.conversation.done.find(
    (one) => one.name === view.tool.name && canonical(one.arguments) === canonical(args),
  );
  if (!made) return [];
  const readers = readersOf(made, goal, known);
  const [best] = readers
    .map((reader) => ({ ...reader, tells: tells(reader, made, goal, known.views) }))
    .filter(({ tells: score }) => score > 0)
    .sort((a, b) => b.tells - a.tells || a.view.params.length - b.view.params.length);
  if (!best) return [];
  return meant(best, goal, known)
    .slice(0, MOST_READ)
    .map(({ value }) => ({ part, view: best.view, args: { ...best.shared, [best.param.name]: value }, missing: [] }));
}

type Reader = { view: ToolView; param: Param; found: Found[]; shared: Record<string, unknown> };

/** The tools that tell of one record by an id that was found. */
function readersOf(made: Done, goal: Goal, { views }: Known): Reader[] {
  const isFoundByWords = !goal.view.params.some(({ name, shape }) => shape && name in goal.args);
  return views.flatMap((view) => {
    if (view === goal.view || view.meta || !view.deeds.includes('read')) return [];
    const param = view.params.find(({ shape, required }) => shape && (required || view.needsOne));
    if (!param || (param.name in goal.args && !isFoundByWords)) return [];
    const shared = Object.fromEntries(
      view.params
        .filter(
          ({ name }) =>
            name in goal.args && name !== param.name && view.params.some((one) => one.required && one.name === name),
        )
        .map(({ name }) => [name, goal.args[name]]),
    );
    const lacks = view.params.some(({ name, required }) => required && name !== param.name && !(name in shared));
    const found = lacks ? [] : valuesFor(param, made.text);
    return found.length > 0 ? [{ view, param, found, shared }] : [];
  });
}

/** How much of what was asked for and not found a tool tells. */
function tells({ view, param }: Reader, made: Done, goal: Goal, views: ToolView[]): number {
  const about = new Set([...view.about, ...view.name]);
  const kind = kindOf(param);
  const isOwn = kind.some((one) => view.name.includes(one));
  const isOfList = kind.some((one) => goal.view.nouns.includes(one));
  if (asksContents(goal, kind)) return isOwn && isOfList && [...tellsContents].some((one) => about.has(one)) ? 2 : 0;
  const asked = kindsLacking(goal.part, made.text);
  const isOfId = goal.view.params.some(({ name, shape }) => shape && name in goal.args);
  if (isOfId && !(asked.length > 0 && wordsIn(goal.part).some((word) => kind.includes(stem(word))))) return 0;
  const byKind = asked.filter(({ words }) => words.some((one) => about.has(one))).length;
  const lacking = untold(goal, made, views);
  const ofSomebody =
    lacking.length > 0 && somebody.test(goal.part) && people.some((one) => view.nouns.includes(one)) ? 1 : 0;
  const byWords = lacking.filter(
    (one) => about.has(one) || [...synonymsOf(one)].some((other) => view.name.includes(other)),
  ).length;
  const found = byKind + byWords + ofSomebody;
  // The record itself tells more than a search that found it.
  const isRecord = isOwn && view.nouns.length === 1 && asked.length > 0 ? 0.5 : 0;
  return found + isRecord + (found > 0 && isOwn ? 0.5 : 0);
}

/** A list of orders answers "what has she ordered" by itself. */
function asksContents({ part, view }: Goal, kind: string[]): boolean {
  const inside = asksWhatStandsIn(part);
  if (inside) return inside.length === 0 || inside.some((word) => kind.includes(stem(word)));
  const verb = took.exec(part)?.[1];
  return verb !== undefined && (!view.nouns.includes(stem(verb)) || /\b(?:last|latest|first)\b/i.test(part));
}

/** The telling words of a part that neither the call nor its result speaks of. */
function untold({ part, view, args }: Goal, made: Done, views: ToolView[]): string[] {
  const said = new Set([...wordsIn(made.text), ...wordsIn(JSON.stringify(args))].map(stem));
  const own = new Set([...view.name, ...view.about]);
  return [
    ...new Set(
      wordsIn(part)
        .filter((word) => !fillers.has(word) && !plainWords.has(word) && !/\d/.test(word))
        .map(stem)
        .filter((one) => !said.has(one))
        .flatMap((one) => [one, ...labelsOf(one, views)]),
    ),
  ].filter((one) => !said.has(one) && !own.has(one));
}

/** Who asks whether somebody is a gold member wants the tier, which some tool takes as gold. */
function labelsOf(value: string, views: ToolView[]): string[] {
  const params = views.flatMap((view) => view.params);
  return params
    .filter(({ choices }) => choices.some(({ stems }) => stems.length === 1 && stems[0] === value))
    .flatMap((param) => param.stems);
}

/** The one that is meant: the only one, the one of that very name, or the last. Of contents, those of all. */
function meant({ found, param }: Reader, goal: Goal, { today }: Known): Found[] {
  const extreme = extremeOf(found, goal.part);
  if (extreme) return [extreme];
  const names = findMentions(goal.part, today).filter((one) => one.kind === 'name' || one.kind === 'quoted');
  for (const name of [undefined, ...names.map((one) => ('text' in one ? one.text : undefined))]) {
    const picked = pick(found, name);
    if (picked.kind === 'one') return found.filter(({ value }) => value === picked.value);
  }
  return asksContents(goal, kindOf(param)) ? found : [];
}

function stems(words: string): string[] {
  return words.split(' ').map(stem);
}
