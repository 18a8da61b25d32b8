import { extremeOf } from '../lookups/extremes.ts';
import { stemsOf } from '../meaning/words.ts';
import type { Result, Tool } from '../types.ts';
import { cellsOf } from './cells.ts';
import type { Wanted } from './focus.ts';
import { hintsOf, SEARCHES } from './labels.ts';
import { splitOutside } from './outside.ts';
import { proseText } from './prose.ts';
import type { Block } from './read.ts';
import { tableOf, tableText } from './table.ts';
import { DATE, dayText, ID, inWords, isAll, MONEY, money, thingIn } from './values.ts';
import { type ListWish, numberedListWish, numberIn, todayIn } from './wishes.ts';

export type List = Extract<Block, { kind: 'list' }>;

/** For whom and for what a list is written. */
export type Occasion = {
  question: string;
  instructions: string;
  tools?: Tool[];
  result: Result;
  wanted: Wanted;
  /** Ids with which calls went on: only their rows are told. */
  taken?: string[];
};

/** More than these nobody reads in a thread. */
const MOST_ROWS = 25;

export function listText(given: List, around: Occasion): string {
  const list = ofCounted(ofTaken(given, around.taken ?? []), around);
  // Of those that are meant it is no longer said how they were looked for.
  const occasion = list === given ? around : { ...around, result: { ...around.result, arguments: {} } };
  const wish = numberedListWish(occasion.instructions, list.noun);
  const most = mostRows(list, wish, occasion);
  const named = namedRows(list.rows, occasion.question);
  const extreme = extremeRow(list, occasion);
  const rows = (extreme ? [extreme] : named.length > 0 ? named : list.rows).slice(0, Math.min(most, MOST_ROWS));
  const total = named.length > 0 || extreme ? rows.length : (list.total ?? list.shown);
  const head = `${headText({ ...list, shown: rows.length, total }, occasion)}${sumText(rows, total, occasion.question)}`;
  if (asksHowMany(occasion.question, list.noun))
    return `There ${total === 1 ? 'is' : 'are'} ${head.replace(/, \w+ first$/, '').replace(/^(?:\d+ of )?(\d+ [\w ]+?)(?= (?:of|with|that|about|in)\b|,|$)/, '**$1**')}.`;
  if (wish) return `${head}:\n\n${numbered(rows, wish, todayIn(occasion.instructions))}`;
  const [only] = rows;
  if (rows.length === 1 && only !== undefined) {
    const told = proseText([`${only}.`], occasion.wanted);
    return saysMore(head) ? `${head}: ${told}` : told;
  }
  const said = `${list.head} ${occasion.question} ${JSON.stringify(occasion.result.arguments)}`;
  const table = tableOf(rows, list.noun, hintsOf(occasion.result, occasion.tools ?? []), said);
  return `${head}:\n\n${table ? tableText(table) : rows.map(bullet).join('\n')}`;
}

const superlative =
  /\b(?:last|latest|newest|most recent|oldest|first|earliest|biggest|largest|highest|smallest|lowest|cheapest|(?:most|least) expensive)((?: \p{L}+){0,3})/giu;

/** "The latest order of Lisa Park", "the cheapest ring": one of those that were found, by what they are or were narrowed down to. */
function extremeRow({ rows, noun, shown, total }: List, { question, result }: Occasion): string | undefined {
  if (rows.length < 2 || (total !== null && total > shown)) return undefined;
  const narrowed = Object.values(result.arguments).filter((value) => typeof value === 'string');
  const things = stemsOf([thingIn(noun), ...narrowed, 'one'].join(' ').replaceAll('_', ' '));
  const found = rows.map((row) => ({ value: row, said: row }));
  for (const [asked, words = ''] of question.matchAll(superlative)) {
    const last = words.trim().split(' ');
    const thing = last.find((word) => [...stemsOf(word)].some((one) => things.has(one)));
    if (thing === undefined || (/s$/.test(thing) && !narrowed.includes(thing))) continue;
    const row = extremeOf(found, asked)?.said ?? endOfRows(rows, asked, result.tool.description);
    if (row !== undefined) return row;
  }
  return undefined;
}

/** Where no days are told, a list that comes newest first tells by its order. */
function endOfRows(rows: string[], asked: string, description: string): string | undefined {
  if (!/\bnewest first\b/i.test(description) || rows.some((row) => new RegExp(DATE.source).test(row))) return undefined;
  if (/^(?:last|newest|latest|most recent)\b/i.test(asked)) return rows[0];
  return /^(?:oldest|earliest|first)\b/i.test(asked) ? rows.at(-1) : undefined;
}

const asksSum = /\b(?:total|sum|altogether|together|in all|overall|add up|come to|how much|worth)\b/i;

/** What all of them come to, where that is asked for and each has one amount. */
function sumText(rows: string[], total: number | null, question: string): string {
  if (rows.length < 2 || (total !== null && total > rows.length) || !asksSum.test(question)) return '';
  if (/\bhow many\b/i.test(question) && !/\b(?:worth|how much|come to)\b/i.test(question)) return countText(rows);
  const amounts = rows.map((row) => row.match(new RegExp(MONEY.source, 'g')) ?? []);
  if (amounts.some((found) => found.length !== 1)) return '';
  const [sign = ''] = /[$€£₹¥]/.exec(amounts[0]![0]!) ?? [];
  if (amounts.some(([one = '']) => !one.includes(sign))) return '';
  const cents = amounts.reduce((sum, [one = '']) => sum + Math.round(Number(one.replace(/[^\d.-]/g, '')) * 100), 0);
  return `, together **${cents < 0 ? '-' : ''}${sign}${money(Math.abs(cents) / 100)}**`;
}

/** "How many in all" sums what each row counts: "4 left". */
function countText(rows: string[]): string {
  const counts = rows.map((row) => /[(,] ?(\d+) (\p{L}+)(?=[,)])/u.exec(row));
  const [word] = new Set(counts.map((found) => found?.[2]));
  if (word === undefined || counts.some((found) => found?.[2] !== word)) return '';
  return `, together **${counts.reduce((sum, found) => sum + Number(found![1]), 0)} ${word}**`;
}

function ofTaken(list: List, taken: string[]): List {
  const rows = list.rows.filter((row) => taken.some((id) => row.includes(id)));
  if (rows.length === 0 || rows.length === list.rows.length) return list;
  const head = `${rows.length} of ${rows.length} ${list.noun}`;
  return { ...list, rows, shown: rows.length, total: rows.length, head };
}

/** Of many, those that the question calls by their names. */
function namedRows(rows: string[], question: string): string[] {
  if (rows.length < MANY) return [];
  const said = question.toLowerCase();
  const named = rows.filter((row) => {
    const name =
      /^"?([^"(,:]{4,60}?)"?(?: \(|,|:|$)/.exec(row.replace(new RegExp(`^(?:${ID.source}) `), ''))?.[1] ?? '';
    return name !== '' && said.includes(name.toLowerCase());
  });
  return named.length < rows.length / 2 ? named : [];
}

const MANY = 5;

/** "How many urgent tickets": where the list could not be narrowed down to them, those that say so. */
function ofCounted(list: List, { question, result }: Occasion): List {
  const { rows, noun, shown, total } = list;
  const word = /\bhow many (\p{L}{4,}) \p{L}+/iu.exec(question)?.[1]?.toLowerCase() ?? '';
  const said = `${JSON.stringify(result.arguments)} ${noun}`.toLowerCase();
  if (word === '' || said.includes(word) || (total !== null && total > shown)) return list;
  const cell = new RegExp(`[(,] ?${word}(?=[,)])`, 'i');
  const saying = rows.filter((row) => cell.test(row));
  if (saying.length === 0 || saying.length === rows.length) return list;
  const count = saying.length;
  return { ...list, rows: saying, shown: count, total: count, head: `${count} of ${count} ${word} ${noun}` };
}

/** The number alone, where nothing but the number was asked for. */
function asksHowMany(question: string, noun: string): boolean {
  const counted = /\bhow many ((?:[\w-]+ ?){1,4})/i.exec(question)?.[1] ?? '';
  return (
    stemsOf(noun).size > 0 &&
    [...stemsOf(thingIn(noun))].every((stem) => stemsOf(counted).has(stem)) &&
    !/\b(?:which|who|what|list|show|and)\b/i.test(question)
  );
}

/** "1 customer" alone says nothing about it. */
function saysMore(head: string): boolean {
  return !/^\d+ \w+$/.test(head);
}

/** "the newest transaction" is the first of those that come newest first. */
function asksForOne({ head, noun }: List, question: string): boolean {
  const asked = /\b(?:newest|latest|last|most recent) (\w+)\b/i.exec(question)?.[1]?.toLowerCase();
  return /\b(?:newest|latest) first\b/.test(head) && asked === thingIn(noun);
}

/** The number that was asked for, else the one that the desk wants. */
function mostRows(list: List, wish: ListWish | undefined, occasion: Occasion): number {
  if (asksForOne(list, occasion.question)) return 1;
  return askedNumber(occasion.question) ?? (wish ? wishedMost(wish, occasion) : MOST_ROWS);
}

/** "the last 3 payments", "the five newest ones". */
function askedNumber(question: string): number | undefined {
  const [, before, after] =
    /\b(?:last|first|newest|latest|oldest|top|recent) (\w+)\b|\b(\w+) (?:newest|latest|most recent|oldest)\b/i.exec(
      question,
    ) ?? [];
  const number = numberIn(before ?? after ?? '');
  return number === null || number > MOST_ROWS ? undefined : number;
}

/** Where a number was asked for, the call was given it, and all that came is shown. */
function wishedMost({ most }: ListWish, { question, result }: Occasion): number {
  const askedForMore = /\b(?:all|every|each|more|complete|full|\d+)\b/i.test(question.replace(ID, ''));
  const limited = Object.entries(result.arguments).some(
    ([name, value]) => /limit|count|max/i.test(name) && typeof value === 'number',
  );
  return most === null || askedForMore || limited ? MOST_ROWS : most;
}

/** "20 of 37 transactions of …": where all are shown, one number is enough. */
function headText({ head, noun, shown, total }: List, { result }: Occasion): string {
  const about = head.replace(/^\d[\d,]* of (?:\d[\d,]* |(?=them))/, '');
  const count = total !== null && total > shown ? `${shown} of ${total}` : `${shown}`;
  if (/^them\b/.test(about)) return `${count} of ${about}`;
  const [what = '', ...order] = splitOutside(oneOrMore(about, noun, total ?? shown), ', ');
  return [`${count} ${what}${givenText(result.arguments, about)}`, ...order].join(', ');
}

/** What the list was narrowed down to, as far as it does not say so itself. */
function givenText(args: Result['arguments'], about: string): string {
  const given = Object.entries(args).filter(([, value]) => !about.includes(String(value)));
  const isSaid = / (?:like|that fits?) /.test(about);
  const search = isSaid ? undefined : given.find(([name, value]) => SEARCHES.test(name) && typeof value === 'string');
  const narrowed = given.flatMap(([name, value]) => {
    if (value === true) return inWords(name);
    return typeof value === 'string' && /^[a-z_]{2,20}$/.test(value) && !SEARCHES.test(name)
      ? `${inWords(name)} ${value}`
      : [];
  });
  const last = narrowed.pop();
  const all = narrowed.length > 0 ? `${narrowed.join(', ')} and ${last}` : last;
  return `${search ? ` matching “${search[1]}”` : ''}${all ? ` with ${all}` : ''}`;
}

function oneOrMore(about: string, noun: string, total: number): string {
  if (total !== 1) return about;
  return about
    .replace(noun, noun.split(' ').with(-1, thingIn(noun)).join(' '))
    .replace(/\bthat (fit|end|match|need|expire|belong)\b/, 'that $1s');
}

/** The id or the name stands out, so that it is found again. */
function bullet(row: string): string {
  return `- ${row.replace(new RegExp(`^(?:(?:${ID.source})(?![\\w-])|[^(:,*]{2,40}(?= \\())`), '**$&**')}`;
}

function numbered(rows: string[], { relativeDays, order }: ListWish, today: string): string {
  return rows
    .map((row, at) => `${at + 1}. ${arranged(cellsOf(row), order, relativeDays ? today : null) || row}`)
    .join('\n');
}

/** In the wished order, as far as the cells can be told apart: a text, an amount, a day. */
function arranged(cells: string[], order: string[], today: string | null): string {
  const money = cells.find((cell) => isAll(MONEY, cell));
  const day = cells.find((cell) => isAll(DATE, cell));
  const text = cells.find((cell) => cell !== money && cell !== day && !isAll(ID, cell));
  const parts = order.flatMap((field) => {
    if (/amount|sum|price|total/.test(field)) return money ?? [];
    if (/day|date|when/.test(field)) return day === undefined ? [] : today ? dayText(day, today) : day;
    if (/descri|title|name|what|subject/.test(field)) return text ?? [];
    return [];
  });
  const [first, ...rest] = new Set(parts);
  return rest.length === 0 ? '' : `${first}: ${rest.join(', ')}`;
}
