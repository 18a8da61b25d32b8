import type { Param } from '../tools/params.ts';
import { isRecord } from '../tools/params.ts';
import { stem, wordsIn } from '../words/stem.ts';

/** An id that a result holds, with what the result says of it. */
export type Found = { value: unknown; said: string };

const MOST_FOUND = 60;
const LONGEST_READ = 60_000;
const code = /[\p{L}\p{N}]+(?:[-_.][\p{L}\p{N}]+)*/gu;

/** The values in a result that a parameter takes, each once, in the order of the result. */
export function valuesFor(param: Param, text: string): Found[] {
  const read = parse(text);
  const fields = read === undefined ? [] : fieldsFor(param, read);
  if (fields.length > 0) return once(fields);
  return param.shape ? once(written(param, text.slice(0, LONGEST_READ))) : [];
}

/** Ids as they stand in a text. What is said of one stands around it, up to the next. */
function written(param: Param, text: string): Found[] {
  const found: { value: string; start: number; end: number }[] = [];
  for (const match of text.matchAll(code)) {
    if (!/\d/.test(match[0]) || !param.shape!.matches(match[0])) continue;
    found.push({ value: match[0], start: match.index, end: match.index + match[0].length });
    if (found.length >= MOST_FOUND) break;
  }
  return found.map(({ value, start, end }, at) => {
    const from = Math.max(found[at - 1]?.end ?? 0, start - 120, lastBreak(text, start));
    const to = Math.min(found[at + 1]?.start ?? text.length, end + 160, nextBreak(text, end));
    return { value, said: text.slice(from, to).replace(/^[\s,;:)]+|[\s,;:(]+$/g, '') };
  });
}

function lastBreak(text: string, at: number): number {
  return Math.max(text.lastIndexOf('\n', at), text.lastIndexOf(';', at), text.lastIndexOf(': ', at)) + 1;
}

function nextBreak(text: string, at: number): number {
  const found = [text.indexOf('\n', at), text.indexOf(';', at)].filter((one) => one >= 0);
  return found.length > 0 ? Math.min(...found) : text.length;
}

function parse(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Fields of the parameter's own name; else the id of records, where it is of their kind. */
function fieldsFor(param: Param, value: unknown, within = '', depth = 0): Found[] {
  if (depth > 6) return [];
  if (Array.isArray(value))
    return value.slice(0, MOST_FOUND).flatMap((one) => fieldsFor(param, one, within, depth + 1));
  if (!isRecord(value)) return [];
  const said = JSON.stringify(value).slice(0, 300);
  const own = value[param.name];
  if (isPlain(own) && fits(param, own)) return [{ value: own, said }];
  const kind = param.stems.filter((one) => one !== 'id' && one !== 'name');
  const plain = value.id;
  const ofKind = param.shape
    ? true
    : kind.length === 0 || kind.some((one) => stem(within) === one) || wordsIn(within).length === 0;
  const here =
    isPlain(plain) && ofKind && param.label.includes('id') && fits(param, plain) ? [{ value: plain, said }] : [];
  if (here.length > 0) return here;
  return Object.entries(value).flatMap(([name, one]) => fieldsFor(param, one, name, depth + 1));
}

function fits(param: Param, value: string | number): boolean {
  return !param.shape || param.shape.matches(String(value));
}

function isPlain(value: unknown): value is string | number {
  return (typeof value === 'string' && value !== '') || typeof value === 'number';
}

function once(found: Found[]): Found[] {
  const seen = new Map<unknown, Found>();
  for (const one of found) if (!seen.has(one.value)) seen.set(one.value, one);
  return [...seen.values()];
}

/** The only one that is meant: the only one there is, or the only one that is said to be of that very name. */
export function pick(
  found: Found[],
  name: string | undefined,
): { kind: 'one'; value: unknown } | { kind: 'none' } | { kind: 'several'; found: Found[] } {
  if (found.length === 0) return { kind: 'none' };
  if (found.length === 1) return { kind: 'one', value: found[0]!.value };
  const named = name === undefined ? [] : found.filter(({ said }) => saysName(said, name));
  // The garden room is called Garden.
  const shorter = name?.replace(/\s+\p{Ll}+$/u, '');
  if (named.length === 0 && shorter !== name && found.some(({ said }) => saysName(said, shorter!)))
    return pick(found, shorter);
  const [only, another] = named.length > 1 ? named.filter(({ said }) => isCalled(said, name!)) : named;
  if (only && !another) return { kind: 'one', value: only.value };
  return { kind: 'several', found: named.length > 1 ? named : found };
}

function saysName(said: string, name: string): boolean {
  const words = wordsIn(said);
  const wanted = wordsIn(name);
  return wanted.length > 0 && words.some((_, at) => wanted.every((one, offset) => words[at + offset] === one));
}

/** "Sugar (ITEM-001, …" is called sugar, and "Brown Sugar (ITEM-002, …" is not. */
function isCalled(said: string, name: string): boolean {
  return wordsIn(said.split('(')[0] ?? '').join(' ') === wordsIn(name).join(' ');
}
