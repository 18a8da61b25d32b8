import { separatorsOutside, splitOutside } from './outside.ts';
import { DATE, ID, startsWith } from './values.ts';

/** What came back from one call, as far as it can be told apart. */
export type Told =
  | { kind: 'waits'; on: 'signature' | 'yes' }
  /** The gate says what stands in the way, or that it is under way. */
  | { kind: 'standing'; status: string; message: string }
  | { kind: 'data'; value: unknown }
  | { kind: 'lines'; text: string }
  | { kind: 'said'; blocks: Block[] };

export type Block =
  | { kind: 'sentence'; text: string }
  /** `head` is the sentence that says how many there are, up to its colon. */
  | { kind: 'list'; head: string; shown: number; total: number | null; noun: string; rows: string[] };

export function readTold(text: string): Told {
  const bare = unfenced(text).trim();
  const value = jsonIn(bare);
  if (value !== undefined) return standingIn(value) ?? { kind: 'data', value };
  if (/\n/.test(bare)) return { kind: 'lines', text: bare };
  return { kind: 'said', blocks: blocksOf(begun(bare)) };
}

/** Of more a person reads nothing, and taking it apart would take long. */
const LONGEST = 12_000;

function begun(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}

/** Tool results come between <data …> and </data>. */
function unfenced(text: string): string {
  return /^\s*<data\b[^>]*>\n?([\s\S]*?)\n?<\/data>\s*$/.exec(text)?.[1] ?? text;
}

function jsonIn(text: string): unknown {
  if (!/^[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The gate's own word about a call, which stands where the result would. */
function standingIn(value: unknown): Told | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { status, message, ...rest } = value as Record<string, unknown>;
  if (typeof status !== 'string' || typeof message !== 'string') return undefined;
  if (Object.keys(rest).some((key) => key !== 'approval')) return undefined;
  if (status === 'awaiting_approval') return { kind: 'waits', on: 'signature' };
  if (status === 'awaiting_confirmation') return { kind: 'waits', on: 'yes' };
  return { kind: 'standing', status, message };
}

const LIST = /(\d[\d,]*) of (?:(\d[\d,]*) ([^:;]{1,200}?)|them): /g;

/** A text has one list or two; what has the look of hundreds has none. */
const MOST_TRIED = 8;

/** Sentences, and the lists among them: "3 of 3 tickets: …; …; …." */
export function blocksOf(text: string): Block[] {
  for (const found of [...text.matchAll(LIST)].slice(0, MOST_TRIED)) {
    const before = text.slice(0, found.index);
    if (before !== '' && !/[.:] $/.test(before)) continue;
    const [head, shown = '', total, about = ''] = found;
    const rows = rowsOf(text.slice(found.index + head.length), numberIn(shown));
    if (!rows) continue;
    const list: Block = {
      kind: 'list',
      head: head.slice(0, -2),
      shown: numberIn(shown),
      total: total === undefined ? null : numberIn(total),
      noun: nounOf(about),
      rows: rows.rows,
    };
    return [...sentencesOf(before).map(sentence), list, ...sentencesOf(rows.after).map(sentence)];
  }
  return sentencesOf(text).map(sentence);
}

function sentence(text: string): Block {
  return { kind: 'sentence', text };
}

function numberIn(text: string): number {
  return Number(text.replaceAll(',', ''));
}

/** "unpaid invoices of CUST-001 (TechCorp), oldest first" is about unpaid invoices. */
function nounOf(about: string): string {
  return (
    about.split(/,| (?:of|that|which|like|in|near|for|with|from|about|to|on|by|at|matching)\b/, 1)[0] ?? ''
  ).trim();
}

/** As many rows as were promised, however they are parted. */
function rowsOf(text: string, shown: number): { rows: string[]; after: string } | undefined {
  const start = rowStart(text);
  const separators = [
    '; ',
    ' | ',
    ...(start ? [new RegExp(`(?:; | \\| )(?=${start})`), new RegExp(`, (?=${start})`)] : []),
  ];
  for (const separator of separators) {
    const pieces = splitOutside(text, separator);
    if (pieces.length !== shown) continue;
    const { row, after } = lastRow(pieces.at(-1) ?? '', pieces.slice(0, -1));
    return { rows: [...pieces.slice(0, -1), row].map((piece) => piece.trim()), after };
  }
  return undefined;
}

/** What each row begins with, where the first begins with an id, a key of digits and letters or a day. */
function rowStart(text: string): string {
  const id = startsWith(ID, text);
  if (id) return id.replace(/\d+$/, '').replace(/[A-Z]{2,5}-$/, '[A-Z]{2,5}-') + String.raw`\d`;
  const hex = /^[0-9a-f]{10,40}(?=,? )/.exec(text)?.[0];
  if (hex) return `[0-9a-f]{${hex.length}}[, ]`;
  return startsWith(DATE, text) ? DATE.source : '';
}

/** Behind the last row more may be said; only what follows closed brackets is surely not a part of the row. */
function lastRow(text: string, others: string[]): { row: string; after: string } {
  const more = / More with \w+ \S+$/.exec(text);
  const body = more ? text.slice(0, more.index) : text;
  const end = separatorsOutside(body, SENTENCE_END).find(({ at }) => body.charAt(at - 1) === ')');
  if (end) return { row: body.slice(0, end.at), after: body.slice(end.at + end.length) };
  const isText = others.some((other) => other.endsWith('.'));
  return { row: isText ? body : body.replace(/\.$/, ''), after: '' };
}

const SENTENCE_END =
  /(?<!\b(?:Dr|Mr|Mrs|Ms|St|No|Apt|vs|approx|e\.g|i\.e))(?<!(?:^|[\s:])\d{1,2})[.!?] (?=[A-Z\d"“•-]|[a-z]+_[a-z])/;

export function sentencesOf(text: string): string[] {
  const ends = separatorsOutside(text, SENTENCE_END);
  const cuts = [0, ...ends.map(({ at, length }) => at + length), text.length];
  return cuts
    .slice(1)
    .map((cut, i) => text.slice(cuts[i], cut).trim())
    .filter((one) => one !== '');
}
