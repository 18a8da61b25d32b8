import type { Result } from '../types.ts';
import { fitOf, type Wanted } from './focus.ts';
import { thingOf } from './names.ts';
import { tableText } from './table.ts';
import { capital, dateText, inWords, money, singular } from './values.ts';

type Fields = Record<string, unknown>;

/** What is wanted, and the call that was made for it. */
type Asked = { wanted: Wanted; result: Result };

const MOST_ROWS = 25;
const MOST_COLUMNS = 7;
const LONGEST_CELL = 80;
const LONGEST_TEXT = 1_500;
/** What lies deeper is not told. */
const DEEPEST = 5;

/** Structured results of any tool: lists as tables, a record as what was asked for of it or as its fields. */
export function dataText(given: unknown, asked: Asked): string {
  const value = unwrapped(given);
  if (Array.isArray(value)) return listText(value, '', asked, {});
  if (!isFields(value)) return `${scalarText('', value, {})}.`;
  const lists = Object.entries(value).filter(
    ([, one]) => Array.isArray(one) && (one.length === 0 || one.some(isFields)),
  );
  const [only] = lists;
  if (lists.length === 1 && only && isEnvelope(value, only[0])) {
    return listText(only[1] as unknown[], inWords(only[0]), asked, value);
  }
  return recordText(value, asked);
}

/** `{ "result": { … } }` says no more than what is in it. */
function unwrapped(value: unknown, depth = 0): unknown {
  if (!isFields(value) || depth > DEEPEST) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  const isWrapper =
    entries.length === 1 && only && /^(?:result|data|response|value|output|item|record)s?$/i.test(only[0]);
  return isWrapper && typeof only[1] === 'object' && only[1] !== null ? unwrapped(only[1], depth + 1) : value;
}

/** Beside the list there are only counts and the like. */
function isEnvelope(record: Fields, list: string): boolean {
  const others = Object.entries(record).filter(([name]) => name !== list);
  return (
    others.every(
      ([, value]) =>
        value === null ||
        typeof value === 'number' ||
        typeof value === 'boolean' ||
        (typeof value === 'string' && value.length < 60),
    ) && others.length <= 6
  );
}

function listText(items: unknown[], key: string, { wanted, result }: Asked, around: Fields): string {
  const total = totalIn(around) ?? items.length;
  const what = nounOf(key, result);
  if (items.length === 0) return `No ${what} were found${givenText(result)}.`;
  const shown = items.slice(0, MOST_ROWS);
  const count =
    total > shown.length ? `${shown.length} of ${total} ${what}` : `${total} ${total === 1 ? singular(what) : what}`;
  const sums = Object.entries(around).filter(([name, value]) => typeof value === 'number' && !isCount(name));
  const head = [count, ...sums.map(([name, value]) => `${inWords(name)} ${scalarText(name, value, around)}`)].join(
    ', ',
  );
  if (!shown.every(isFields)) return `${head}:\n\n${shown.map((one) => `- ${flat('', one, {})}`).join('\n')}`;
  const [first] = shown;
  if (shown.length === 1 && first) return recordText(first, { wanted, result });
  const table = tableOf(shown, wanted);
  if (table.heads.length === 0) return `${head}:\n\n${shown.map((one) => `- ${flat('', one, {})}`).join('\n')}`;
  return `${head}:\n\n${tableText(table)}`;
}

/** "items" and its like say nothing; the tool's name may. */
function nounOf(key: string, { tool }: Result): string {
  if (!/^(?:|items?|results?|data|records?|rows?|entries|hits|values?|list|output|matches)$/.test(key)) return key;
  const thing = thingOf(tool.name);
  return /s$/.test(thing) ? thing : 'results';
}

/** What was looked for. */
function givenText({ arguments: args }: Result): string {
  const given = Object.values(args).filter((value) => typeof value === 'string' && value !== '' && value.length < 80);
  return given.length > 0 ? ` for ${given.map((value) => `“${value}”`).join(', ')}` : '';
}

function isCount(name: string): boolean {
  return /^(?:total|total_?count|count|size|limit|offset|page|pages|per_?page|page_?size|shown|returned)$/i.test(name);
}

function totalIn(record: Fields): number | undefined {
  const found = Object.entries(record).find(
    ([name, value]) => /^(?:total|total_?count|count)$/i.test(name) && Number.isInteger(value),
  );
  return found?.[1] as number | undefined;
}

function tableOf(records: Fields[], wanted: Wanted) {
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const useful = names.filter((name) => {
    const values = records.map((record) => record[name]);
    const there = values.filter((value) => value !== null && value !== undefined && value !== '');
    const isShort = there.every((value) => flat(name, value, {}).length <= LONGEST_CELL);
    const isAddress = /(?:^|_)(?:url|uri|href|link|links)$|Url$|Uri$/.test(name) && fitOf(inWords(name), wanted) === 0;
    return isShort && !isAddress && there.length * 2 >= records.length;
  });
  const ranked = useful.toSorted((a, b) => rankOf(a, wanted) - rankOf(b, wanted)).slice(0, MOST_COLUMNS);
  const chosen = names.filter((name) => ranked.includes(name));
  return {
    heads: chosen.map((name) => capital(inWords(name))),
    rows: records.map((record) => chosen.map((name) => cellText(name, record[name], record))),
  };
}

/** Of a record within a record its name is enough. */
function cellText(name: string, value: unknown, record: Fields): string {
  return (isFields(value) && subjectOf(value)) || flat(name, value, record);
}

/** What was asked for first, then what tells the rows apart. */
function rankOf(name: string, wanted: Wanted): number {
  if (fitOf(inWords(name), wanted) > 0) return 0;
  if (/^(?:id|key|number|name|title|subject|label|login|email)$/i.test(name)) return 1;
  if (/(?:status|state|priority|amount|total|price|balance|date|due)/i.test(name)) return 2;
  return /(?:_id|Id|url|uri|hash|_at|At)$/.test(name) ? 4 : 3;
}

function recordText(record: Fields, { wanted, result }: Asked): string {
  const entries = Object.entries(record).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const subject = subjectOf(record) || argumentOf(result);
  const fits = entries.map(
    ([name, value]) =>
      fitOf(`${inWords(name)} ${isFields(value) ? Object.keys(value).map(inWords).join(' ') : ''}`, wanted) +
      kindFit(name, value, wanted),
  );
  const best = Math.max(0, ...fits);
  const asked = entries.filter((_, at) => best > 0 && fits[at] === best);
  if (asked.length > 0 && asked.length <= 3) {
    const facts = asked.map(([name, value]) => `${inWords(name)} **${flat(name, value, record)}**`);
    return `${subject === '' ? capital(facts.join(', ')) : `${subject}: ${facts.join(', ')}`}.`;
  }
  const told = entries.filter(([name, value]) => !isTold(name, value, record, subject));
  const lines = told.map(([name, value]) => fieldText(name, value, record, wanted));
  return `${subject === '' ? '' : `**${subject}**\n`}${lines.join('\n')}`;
}

/** Where a record has no name, it is called after the one text that it was looked up by. */
function argumentOf({ arguments: args }: Result): string {
  const texts = Object.values(args).filter((value) => typeof value === 'string' && value.length < 60);
  return texts.length === 1 ? String(texts[0]) : '';
}

/** The currency stands with the sums, and the id in the head. */
function isTold(name: string, value: unknown, record: Fields, subject: string): boolean {
  if (/currency$/i.test(name))
    return Object.entries(record).some(([key, one]) => isMoney(key) && typeof one === 'number');
  return (
    subject !== '' && (subject === String(value) || subject.endsWith(`(${value})`) || subject.startsWith(`${value} (`))
  );
}

function kindFit(name: string, value: unknown, { kinds }: Wanted): number {
  const text = isMoney(name) && typeof value === 'number' ? '$1' : typeof value === 'string' ? value : '';
  return kinds.some((kind) => text.length < 60 && kind.test(text)) ? 0.5 : 0;
}

/** A list of records inside a record is a table below its name. */
function fieldText(name: string, value: unknown, record: Fields, wanted: Wanted): string {
  if (Array.isArray(value) && value.length > 1 && value.every(isFields)) {
    return `\n**${capital(inWords(name))}**\n\n${tableText(tableOf(value.slice(0, MOST_ROWS), wanted))}\n`;
  }
  return `- ${capital(inWords(name))}: ${flat(name, value, record)}`;
}

function subjectOf(record: Fields): string {
  const text = (name: RegExp) => {
    const found = Object.entries(record).find(
      ([key, value]) => name.test(key) && (typeof value === 'string' || typeof value === 'number'),
    );
    return found ? String(found[1]) : '';
  };
  const id = text(/^(?:id|key|number|\w+_id|\w+Id)$/);
  const name = text(/^(?:name|title|subject|login|username|full_?name|display_?name|\w+_name)$/i);
  if (name === '' || id === '') return name || id;
  return `${name} (${id})`;
}

function flat(name: string, value: unknown, record: Fields, depth = 0): string {
  if (depth > DEEPEST) return '…';
  if (Array.isArray(value)) return value.map((one) => flat(name, one, record, depth + 1)).join('; ') || 'none';
  if (!isFields(value)) return scalarText(name, value, record);
  const entries = Object.entries(value).filter(([, one]) => one !== null && one !== undefined && one !== '');
  return entries.map(([key, one]) => `${inWords(key)} ${flat(key, one, value, depth + 1)}`).join(', ');
}

function scalarText(name: string, value: unknown, record: Fields): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return numberText(name, value, record);
  const text = String(value);
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : dateText(text);
}

function isMoney(name: string): boolean {
  return /(?:^|[_ ])(?:price|amount|total|balance|cost|fee|paid|due|subtotal|refunded|refundable|owed|revenue|salary|budget)(?:$|[_ ])/i.test(
    inWords(name),
  );
}

/** A sum has a currency only where one is given. */
function numberText(name: string, value: number, record: Fields): string {
  const currency = Object.entries(record).find(([key, one]) => /currency$/i.test(key) && typeof one === 'string')?.[1];
  if (isMoney(name) && currency) return money(value, String(currency));
  if (/(?:id|number|year|code|port|zip)$/i.test(name)) return String(value);
  if (isMoney(name) && !Number.isInteger(value)) return money(value);
  return value.toLocaleString('en-US', { maximumFractionDigits: 6 });
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
