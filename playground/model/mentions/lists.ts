import type { ListSaid } from './types.ts';

const LONGEST = 4_000;

/** Values between brackets, and three or more numbers one after the other. */
export function listsIn(text: string): ListSaid[] {
  return [...bracketed(text, '[', ']'), ...tuples(text), ...runs(text)].sort((a, b) => a.start - b.start);
}

function bracketed(text: string, open: string, close: string): ListSaid[] {
  const found: ListSaid[] = [];
  for (let start = text.indexOf(open); start >= 0; start = text.indexOf(open, start + 1)) {
    const end = closing(text, start, open, close);
    if (end < 0) continue;
    const items = read(text.slice(start, end));
    if (items) {
      found.push({ kind: 'list', items, text: text.slice(start, end), start, end });
      start = end - 1;
    }
  }
  return found;
}

function closing(text: string, start: number, open: string, close: string): number {
  let depth = 0;
  for (let at = start; at < text.length && at < start + LONGEST; at += 1) {
    if (text[at] === open) depth += 1;
    if (text[at] === close) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return -1;
}

function read(raw: string): ListSaid['items'] | undefined {
  for (const json of [raw, raw.replaceAll("'", '"')]) {
    try {
      const value: unknown = JSON.parse(json);
      if (Array.isArray(value)) return value;
    } catch {}
  }
  const inner = raw.slice(1, -1);
  if (inner.trim() === '' || /[[\]]/.test(inner)) return undefined;
  return inner.split(',').map((item) => itemOf(item.trim().replace(/^["'“]|["'”]$/g, '')));
}

function itemOf(item: string): string | number {
  return item !== '' && Number.isFinite(Number(item)) ? Number(item) : item;
}

const pair = /\(\s*(-?\d+(?:\.\d+)?(?:\s*,\s*-?\d+(?:\.\d+)?){1,9})\s*\)/g;

function tuples(text: string): ListSaid[] {
  return [...text.matchAll(pair)].map((match) => ({
    kind: 'list',
    items: match[1]!.split(',').map((one) => Number(one)),
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
}

const run =
  /(?<![\p{L}\p{N}.,([-])-?\d+(?:\.\d+)?(?:,\s*-?\d+(?:\.\d+)?){1,199}(?:,?\s+and\s+-?\d+(?:\.\d+)?)?(?![\p{L}\p{N}%]|\.\d)/gu;

/** 85, 90, 88: at least three numbers, and not 2,500,000. */
function runs(text: string): ListSaid[] {
  return [...text.matchAll(run)].flatMap((match) => {
    const said = match[0];
    if (/^-?\d{1,3}(?:,\d{3})+$/.test(said) || /[([]\s*$/.test(text.slice(0, match.index))) return [];
    const items = said.split(/,?\s+and\s+|,\s*/).map(Number);
    if (items.length < 3 || items.some((one) => Number.isNaN(one))) return [];
    return [{ kind: 'list' as const, items, text: said, start: match.index, end: match.index + said.length }];
  });
}
