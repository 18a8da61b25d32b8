import { baseName, kindOf } from '../lookups/find.ts';
import { namesIn } from '../mentions/names.ts';
import type { Conversation } from '../thread/conversation.ts';
import { commandSentence, idParams, idsIn } from '../thread/ids.ts';
import type { Param } from '../tools/params.ts';
import type { ToolView } from '../tools/view.ts';
import { isParty } from '../words/parties.ts';
import { stem, wordsIn } from '../words/stem.ts';
import type { Goal } from './goal.ts';

const MOST_WORDS = 5;

/** Little more than an id, or a word that the system message explains: what that id is of is looked up. */
export function shortcut(question: string, conversation: Conversation, views: ToolView[]): Goal | undefined {
  const words = question.trim().split(/\s+/);
  const isShort = words.length <= MOST_WORDS;
  return (
    (isShort ? (byCommand(question, conversation, views) ?? byId(question, views)) : undefined) ??
    byName(question, views)
  );
}

const looksUp =
  /^(?:(?:please|can you|could you|hey|hi)[\s,]+)*(?:look ?up|find(?: me)?|search(?: for)?|pull up|bring up|who(?:['’]s| is)|check|show(?: me)?|get(?: me)?)\s+(?:the |our |a )?(?:customer |client |company |user |member |person |account |employee |guest )?(?=\p{Lu})/iu;
const closing = /[\s,.!?]+(?:please|pls|thanks|for me|again)?[\s.!?]*$/i;

/** Nothing but somebody's name: who or what that is, is looked for by its name. */
function byName(question: string, views: ToolView[]): Goal | undefined {
  const opening = looksUp.exec(question)?.[0];
  if (opening === undefined) return undefined;
  const rest = question.slice(opening.length).replace(closing, '').trim();
  const [name, another] = namesIn(rest);
  if (!name || another || name.text !== rest || !/\p{Ll}/u.test(rest)) return undefined;
  const finders = views.flatMap((view) => {
    const param = view.meta || !view.deeds.includes('read') ? undefined : view.params.find(takesName);
    const lacks = param && view.params.some(({ required, name: other }) => required && other !== param.name);
    return param && !lacks ? [{ view, param, score: findsNames(view, param) }] : [];
  });
  const [best] = finders.filter(({ score }) => score > 1).sort((a, b) => b.score - a.score);
  return best && goalWith(best.view, best.param.name, name.text, question);
}

function takesName({ type, strict, shape, description, label }: Param): boolean {
  return (
    type === 'string' && !strict && !shape && (/\b(?:names?|company)\b/i.test(description) || label.includes('name'))
  );
}

/** A tool that searches people or companies comes before one that only takes a name, too. */
function findsNames({ name, tool }: ToolView, { required, label, role }: Param): number {
  const searches = /\b(?:search|find|look ?up|query)/i.test(tool.name.replace(/_/g, ' ')) ? 1 : 0;
  const ofParties = name.some(isParty) ? 1 : 0;
  return searches + ofParties + (required ? 0.3 : 0) + (role === 'query' || label.includes('name') ? 0.3 : 0);
}

function byCommand(question: string, conversation: Conversation, views: ToolView[]): Goal | undefined {
  const word = question
    .trim()
    .toLowerCase()
    .replace(/[.!"']/g, '');
  const sentence = word === '' ? undefined : commandSentence(word, conversation.system);
  if (!sentence) return undefined;
  for (const param of idParams(views)) {
    const id = idsIn(param, sentence).at(-1) ?? undefined;
    const reader = views.find(
      (view) =>
        sentenceNames(conversation.system, sentence, view) && view.params.some(({ name }) => name === param.name),
    );
    if (id !== undefined && reader) return goalWith(reader, param.name, id, question);
  }
  return undefined;
}

/** The tool is named in the sentence or in the one before it. */
function sentenceNames(system: string, sentence: string, { tool }: ToolView): boolean {
  const at = system.indexOf(sentence);
  return system.slice(Math.max(0, at - 400), at + sentence.length).includes(baseName(tool.name));
}

const asksToSee = /^(?:show|get|open|see|look|pull|up|me|the|a|an|please|pls|what|is|s|about|can|could|you|i|hi|hey)$/;

function byId(question: string, views: ToolView[]): Goal | undefined {
  for (const param of idParams(views)) {
    const ids = idsIn(param, question);
    if (ids.length !== 1) continue;
    const rest = wordsIn(question.replace(ids[0]!, ' ')).filter((word) => !asksToSee.test(word));
    if (rest.length > 1 || !rest.every((word) => kindOf(param).includes(stem(word)))) continue;
    const reader = readerOf(param, views);
    if (reader) return goalWith(reader, param.name, ids[0], question);
  }
  return undefined;
}

const general =
  /\b(?:information|info|details?|record|profile|data)\b[^.?!]{0,12}\b(?:and|plus)\b|\b(?:and|plus)\b[^.?!]{0,20}\b(?:information|info|details|record|profile)\b/i;

/** The record of an id that is named together with something that belongs to it. */
export function recordOf(question: string, views: ToolView[]): Goal | undefined {
  if (!general.test(question)) return undefined;
  for (const param of idParams(views)) {
    const ids = idsIn(param, question);
    const reader = ids.length === 1 ? readerOf(param, views) : undefined;
    if (reader && kindOf(param).some((one) => reader.name.includes(one)))
      return goalWith(reader, param.name, ids[0], question);
  }
  return undefined;
}

/** "Show me TKT-1 and the warranty of AST-2": of an id that no call takes, and that is no part of another's name, the record. */
export function leftOut(goals: Goal[], question: string, views: ToolView[]): Goal[] {
  if (goals.length === 0 || goals.some(({ view }) => !view.deeds.includes('read'))) return [];
  const taken = JSON.stringify(goals.map(({ args }) => args)).toLowerCase();
  const params = idParams(views).filter(({ required }) => required);
  const seen = new Set<string>();
  return params.flatMap((param) =>
    idsIn(param, question).flatMap((id) => {
      const isOpen = !seen.has(id) && !taken.includes(id.toLowerCase()) && stands.test(question.split(id)[0] ?? '');
      const reader = isOpen ? readerOf(param, views) : undefined;
      if (!reader) return [];
      seen.add(id);
      return [goalWith(reader, param.name, id, id)];
    }),
  );
}
/** Not "of TKT-1" and the like. */
const stands =
  /(?:^|\b(?:show(?: me)?|give me|get(?: me)?|open|read|see|and|also|plus|is|does|has)\s+(?:the )?(?:\p{L}+ )?|[.?!,]\s)$/iu;

/** The tool that shows one record by its id. */
function readerOf(param: Param, views: ToolView[]): ToolView | undefined {
  return views
    .filter((view) => view.deeds.includes('read') && !view.meta && view.params.some(({ name }) => name === param.name))
    .filter(({ params }) => params.every(({ name, required }) => !required || name === param.name))
    .sort((a, b) => detail(b, kindOf(param)) - detail(a, kindOf(param)))[0];
}

/** A tool for one record of that kind comes before one for what belongs to it. */
function detail({ name, nouns, params, tool }: ToolView, kind: string[]): number {
  const own = kind.some((one) => name.includes(one)) ? 2 - nouns.filter((one) => !kind.includes(one)).length * 0.5 : 0;
  const gets = /\b(?:get|lookup|look up|details?|show|read)\b/i.test(tool.name.replace(/_/g, ' ')) ? 1 : 0;
  return own + gets - params.length * 0.01;
}

function goalWith(view: ToolView, name: string, value: unknown, part: string): Goal {
  return {
    part,
    view,
    args: { [name]: value },
    missing: view.params.filter((param) => param.required && param.name !== name),
  };
}
