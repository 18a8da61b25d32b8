import { extremeOf } from '../lookups/extremes.ts';
import { kindOf } from '../lookups/find.ts';
import { type Found, valuesFor } from '../lookups/results.ts';
import type { Param } from '../tools/params.ts';
import type { ToolView } from '../tools/view.ts';
import { onlyAsks } from '../words/orders.ts';
import { isParty } from '../words/parties.ts';
import { stem, wordsIn } from '../words/stem.ts';
import { meanAlike } from '../words/synonyms.ts';
import type { Conversation } from './conversation.ts';
import { idParams, idSpokenOf, idsIn } from './ids.ts';

const thatOne = /\b(?:that|this|the same|the said) (?:very )?(\p{L}{3,})\b/giu;
const it =
  /\b(?:it|that one|this one)\b(?!['’]| (?:possible|true|ok|okay|fine|time|worth|necessary|needed|allowed|raining|late)\b)/i;

/** "Which plan is that customer on?", "what was on it?": the record that is meant is called by its id, so that it is known what is asked of it. */
export function withRecords(question: string, { earlier }: Conversation, views: ToolView[]): string {
  const params = idParams(views);
  const named = question.replace(thatOne, (phrase, noun: string) => {
    const param = params.find((one) => isOfKind(noun, one) && idSpokenOf(one, { earlier }) !== undefined);
    return param && !hasId(question, [param]) ? `${noun} ${idSpokenOf(param, { earlier })}` : phrase;
  });
  if (named !== question || hasId(question, params)) return named;
  const only = idOfLast(earlier.at(-1), params);
  if (only !== undefined && asksOfTheSame(question, views)) return `${question.replace(/[?!.\s]+$/, '')} of ${only}`;
  if (!onlyAsks(question)) return question;
  const ofSomebody = withParty(question, params, earlier);
  return ofSomebody !== question || only === undefined ? ofSomebody : question.replace(it, only);
}

const extreme =
  /\bthe (?:(?:older|oldest|newer|newest|latest|last|most recent|earliest|bigger|biggest|larger|largest|smaller|smallest|cheaper|cheapest|most expensive|highest|lowest))(?: (\p{L}+))?(?!['’]| of\b| for\b| \d)/giu;

/** "What is her phone number?": whoever was spoken of last. */
function withParty(question: string, params: Param[], earlier: Conversation['earlier']): string {
  const ids = params.filter((param) => kindOf(param).some(isParty)).map((param) => idSpokenOf(param, { earlier }));
  const [only] = ids.filter((id) => id !== undefined);
  if (only === undefined) return question;
  return question.replace(/\b(?:his|her|their)\b(?=\s+\p{L})/iu, `${only}'s`).replace(/\b(?:he|she|they)\b/i, only);
}

const MOST_ELLIPTICAL = 6;

/** "Show me the lines": of what was spoken of last, as no tool gives such things by themselves. */
function asksOfTheSame(question: string, views: ToolView[]): boolean {
  const words = wordsIn(question);
  if (
    words.length > MOST_ELLIPTICAL ||
    !/^(?:(?:and|ok|please)\s+)?(?:(?:show|give|tell|read)(?: me)?|what(?:['’]s| is| are| were| was))\s+the\s+\p{L}/iu.test(
      question.trim(),
    )
  )
    return false;
  if (/\b(?:of|for|from|in|at|by|with|about|on)\b|\d|\S\s\p{Lu}/u.test(question)) return false;
  return !words.map(stem).some((one) => views.some(({ nouns }) => nouns.includes(one)));
}

/** "The older one" of those that were shown last. */
export function withExtremes(question: string, { earlier }: Conversation, views: ToolView[]): string {
  const last = earlier.at(-1);
  if (!last) return question;
  return withDescribed(question, last, views).replace(extreme, (phrase, noun: string | undefined) => {
    const kinds = idParams(views).filter(
      (param) => noun === undefined || /^ones?$/i.test(noun) || isOfKind(noun, param),
    );
    for (const { name, text } of last.done.toReversed()) {
      // The things that were listed, and not what else is told of them.
      const [found = []] = kinds
        .map((param) => valuesFor(param, text))
        .sort((a, b) => b.length - a.length || placeOf(a, text) - placeOf(b, text));
      if (found.length < 2) continue;
      const meant =
        extremeOf(found, phrase) ??
        endOfList(
          found,
          phrase,
          views.find(({ tool }) => tool.name === name),
        );
      if (meant) return String(meant.value);
    }
    return phrase;
  });
}

/** Where no days are told, a list that comes newest first tells by its order. */
function endOfList(found: Found[], phrase: string, view: ToolView | undefined): Found | undefined {
  const isOrdered = view !== undefined && /\bnewest first\b/i.test(view.tool.description);
  const inOrder = isOrdered ? found : byNumber(found);
  if (/\b(?:newer|newest|latest|most recent)\b/i.test(phrase)) return inOrder[0];
  return /\b(?:older|oldest|earliest)\b/i.test(phrase) ? inOrder.at(-1) : undefined;
}

/** A row begins with the id of what it is about. */
function placeOf([first]: Found[], text: string): number {
  return first ? text.indexOf(String(first.value)) : text.length;
}

/** Ids that count up tell what came later. */
function byNumber(found: Found[]): Found[] {
  const number = (one: Found) => Number(/\d+$/.exec(String(one.value))?.[0] ?? Number.NaN);
  const kinds = new Set(found.map(({ value }) => String(value).replace(/\d+$/, '')));
  return kinds.size === 1 && found.every((one) => !Number.isNaN(number(one)))
    ? found.toSorted((a, b) => number(b) - number(a))
    : [];
}

/** "The red one" is the only one of those shown last of which that is said. */
function withDescribed(question: string, last: Conversation['earlier'][number], views: ToolView[]): string {
  return question.replace(/\bthe (\p{Ll}{3,}) one\b/iu, (phrase, word: string) => {
    for (const param of idParams(views)) {
      for (const { text } of last.done.toReversed()) {
        const found = valuesFor(param, text);
        const meant = found.filter(({ said }) => wordsIn(said).some((one) => stem(one) === stem(word)));
        if (found.length > 1 && meant.length === 1) return String(meant[0]!.value);
      }
    }
    return phrase;
  });
}

const some =
  /\b(\d+(?:[.,]\d+)?(?: \p{L}+)?|an?|one|two|three|four|five|six|ten|a dozen|some|more) of (?:those|these|them|it|that)\b/giu;

/** "Two of those" are of the one thing that was found last, by its name. */
export function withSome(question: string, { earlier }: Conversation, views: ToolView[]): string {
  const texts =
    earlier
      .at(-1)
      ?.done.map(({ text }) => text)
      .toReversed() ?? [];
  for (const param of idParams(views)) {
    for (const text of texts) {
      const found = valuesFor(param, text);
      const name = found.length === 1 ? nameIn(found[0]!.said, String(found[0]!.value)) : undefined;
      if (name !== undefined) return question.replace(some, `$1 ${name}`);
    }
  }
  return question;
}

/** What stands before the id in brackets: "Green Tea (ITEM-012, …". */
function nameIn(said: string, id: string): string | undefined {
  const before = said.slice(0, Math.max(0, said.indexOf(id)));
  return /(?:^|[:;] )"?([\p{L}\d][^":;()]{1,60}?)"? \($/u.exec(before)?.[1];
}

/** In one request: "is AST-007 insured, and was it ever repaired?" */
export function withSubjects(parts: string[], views: ToolView[]): string[] {
  const params = idParams(views);
  let subject: string | undefined;
  return parts.map((given, at) => {
    const part = withNoun(given, parts.slice(0, at), params);
    const own = idsOfAny(part, params);
    if (own.length > 0) {
      subject = own.length === 1 ? own[0] : undefined;
      return part;
    }
    if (subject === undefined || !onlyAsks(part)) return part;
    return takesUp(part, subject, params);
  });
}

const nameless =
  /\b(?:biggest|largest|smallest|newest|latest|oldest|last|cheapest|most expensive|highest|lowest)(?= one\b|[?!.]*$)(?: one\b)?/iu;

/** "Which bills are there, and what was on the biggest?": the biggest bill. */
function withNoun(part: string, before: string[], params: Param[]): string {
  if (!nameless.test(part)) return part;
  const said = before.flatMap((one) => wordsIn(one)).map((word) => ({ word, stem: stem(word) }));
  const noun = said.findLast((one) => params.some((param) => kindOf(param).includes(one.stem)));
  return noun
    ? part.replace(nameless, (phrase) => `${phrase.replace(/ one$/i, '')} ${noun.word.replace(/s$/, '')}`)
    : part;
}

function takesUp(part: string, subject: string, params: Param[]): string {
  const kinds = params.filter((param) => idsIn(param, subject).length > 0);
  const named = part.replace(thatOne, (phrase, noun: string) =>
    kinds.some((param) => isOfKind(noun, param)) ? `${noun} ${subject}` : phrase,
  );
  // A person is not spoken of as "it".
  return named === part && !kinds.some((param) => kindOf(param).some(isParty)) ? part.replace(it, subject) : named;
}

/** A server is an asset, where people call it so. */
function isOfKind(noun: string, param: Param): boolean {
  const said = stem(noun);
  return kindOf(param).some((kind) => meanAlike(said, kind));
}

function hasId(text: string, params: Param[]): boolean {
  return params.some((param) => idsIn(param, text).length > 0);
}

function idsOfAny(text: string, params: Param[]): string[] {
  return [...new Set(params.flatMap((param) => idsIn(param, text)))];
}

/** The one record that the last exchange was about: the one that was said, else asked with, else told. */
function idOfLast(last: Conversation['earlier'][number] | undefined, params: Param[]): string | undefined {
  if (!last) return undefined;
  const args = JSON.stringify(last.done.map((one) => one.arguments));
  for (const text of [last.question, args, last.answer]) {
    const [only, another] = idsOfAny(text, params);
    if (only !== undefined) return another === undefined ? only : undefined;
  }
  return undefined;
}
