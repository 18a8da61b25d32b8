import { findMentions } from '../mentions/find.ts';
import type { ToolView } from '../tools/view.ts';
import { pronouns } from '../words/common.ts';
import { ordinal } from '../words/numbers.ts';
import { stem, wordsIn } from '../words/stem.ts';
import { isVerb } from '../words/verbs.ts';
import { withBareNumbers } from './bare-numbers.ts';
import type { Conversation } from './conversation.ts';
import { idParams, idsIn } from './ids.ts';
import { withExtremes, withRecords, withSome } from './records.ts';

/** What is asked, with what a follow-up takes from the messages before put in. */
export function wholeQuestion(conversation: Conversation, views: ToolView[], today: Date): string {
  const { earlier } = conversation;
  const question = withBareNumbers(conversation.question, views);
  const last = earlier.at(-1);
  if (!last || question.length > 400) return question;
  const said = [withExtremes, withOrdinals, withSome, withRecords].reduce(
    (text, resolved) => resolved(text, conversation, views),
    question,
  );
  if (answersUs(question, last.answer)) return `${withoutEnd(last.question)}, ${said}`;
  if (followsUp(question) && !asksForAnother(question, last.question, views)) return again(last.question, said, today);
  return said;
}

/** We asked, and this is no new request. */
function answersUs(question: string, answer: string): boolean {
  if (!/\?\s*$/.test(answer.trim()) && !/\bplease (?:tell|give|say)\b/i.test(answer.slice(-300))) return false;
  const words = wordsIn(question);
  const [first = ''] = words;
  const asksAnew =
    /\?\s*$/.test(question) || /^(?:what|who|which|how|when|where|why|is|are|does|do|can|could)$/.test(first);
  return !asksAnew && (words.length <= 4 || !isVerb(first));
}

const again_ = /^(?:and|also|or|ok|okay|now|then|what about|how about|the same|same|do the same|likewise)\b/i;

/** A longer one says by itself what it asks for. */
const MOST_ELLIPTICAL = 4;

function followsUp(question: string): boolean {
  const words = wordsIn(question);
  if (words.length > 10) return false;
  if (
    /^(?:(?:and|ok|now)\s+)?(?:what|how) about\b/i.test(question) ||
    /\b(?:the )?same\b.*\b(?:for|with|to)\b/i.test(question)
  )
    return true;
  const rest = question.replace(again_, '').trim();
  return (
    rest !== question.trim() &&
    wordsIn(rest).length <= MOST_ELLIPTICAL &&
    !wordsIn(rest)
      .slice(0, 3)
      .some((word) => isVerb(word) || /^(?:what|who|how|when|where|which|why|is|are)$/.test(word))
  );
}

/** "And the invoices of that customer" is about other things than before. */
function asksForAnother(now: string, before: string, views: ToolView[]): boolean {
  if (!/\b(?:the|their|its|his|her|any)\b/i.test(now)) return false;
  const said = new Set(wordsIn(before).map(stem));
  const nouns = new Set(views.flatMap((view) => view.nouns));
  const kinds = new Set(idParams(views).flatMap(({ stems }) => stems));
  return wordsIn(now)
    .map(stem)
    .some((one) => nouns.has(one) && !kinds.has(one) && !said.has(one));
}

/** The earlier question, with its value of a kind exchanged for the new one; where there is none of that kind, both. */
function again(before: string, now: string, today: Date): string {
  const fresh = findMentions(now, today).filter(({ kind }) => kind !== 'formula');
  const old = findMentions(before, today);
  let text = before;
  let changed = 0;
  for (const one of fresh) {
    const same =
      old.find((other) => other.kind === one.kind && likeForms(other.text, one.text, one.kind)) ??
      old.find((other) => other.kind === one.kind || (isText(other.kind) && isText(one.kind)));
    if (!same || !text.includes(same.text)) continue;
    text = text.replace(same.text, one.text);
    changed += 1;
  }
  if (changed > 0) return text;
  const rest = now
    .replace(again_, '')
    .replace(/^\s*(?:what|how) about\b/i, '')
    .replace(/^[\s,]+|[?!.\s]+$/g, '');
  return rest === '' ? before : `${withoutEnd(before)}, ${rest}`;
}

function isText(kind: string): boolean {
  return kind === 'name' || kind === 'code' || kind === 'quoted' || kind === 'email';
}

function likeForms(one: string, other: string, kind: string): boolean {
  return kind !== 'code' || one.replace(/\d+/g, '0') === other.replace(/\d+/g, '0');
}

function withoutEnd(text: string): string {
  return text.trim().replace(/[?!.]+$/, '');
}

const ordinalPhrase =
  /\b(?:the|that|number)\s+(first|second|third|fourth|fifth|last|latest|\d{1,2}(?:st|nd|rd|th))(?:\s+(\p{L}+))?/giu;

/** "The first one" is the first id of what was shown last. */
function withOrdinals(question: string, conversation: Conversation, views: ToolView[]): string {
  return question.replace(ordinalPhrase, (phrase, which: string, noun: string | undefined) => {
    const at = ordinal(which);
    const shown = shownLast(
      conversation,
      views,
      noun === undefined || pronouns.has(noun.toLowerCase()) ? undefined : stem(noun),
    );
    const id = at === undefined ? undefined : at < 0 ? shown.at(-1) : shown[at - 1];
    return id === undefined ? phrase : id;
  });
}

/** The ids of the last list that was shown, of one kind. */
function shownLast({ earlier }: Conversation, views: ToolView[], kind: string | undefined): string[] {
  const params = idParams(views).filter(({ stems }) => kind === undefined || stems.includes(kind));
  for (const { done, answer } of earlier.toReversed()) {
    for (const text of [answer, ...done.map((one) => one.text).toReversed()]) {
      const lists = params.map((param) => idsIn(param, text)).filter((ids) => ids.length > 0);
      const longest = lists.sort((a, b) => b.length - a.length)[0];
      if (longest) return longest;
    }
  }
  return [];
}
