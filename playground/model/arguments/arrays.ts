import type { ListSaid, NumberSaid, TextSaid } from '../mentions/types.ts';
import type { Param } from '../tools/params.ts';
import { valuesOfKind } from '../words/kinds.ts';
import { stem } from '../words/stem.ts';
import type { Candidate } from './candidates.ts';
import { choiceCandidates } from './choices.ts';
import { cueAround } from './cues.ts';
import type { Fill } from './filled.ts';
import { idCandidates } from './ids.ts';
import { fillObject } from './objects.ts';
import { phraseFrom } from './phrases.ts';
import { piecesOf } from './pieces.ts';
import type { Scope } from './scope.ts';

/** Values one after the other: in brackets, joined by commas and "and", or said one by one. */
export function arrayCandidates(param: Param, scope: Scope, about: ReadonlySet<string>, fill: Fill): Candidate[] {
  const item = param.item;
  if (!item) return [];
  if (item.type === 'object') return objectList(item, scope, about, fill);
  const lists = scope.mentions.filter((one): one is ListSaid => one.kind === 'list');
  const bracketed = lists.flatMap((said) => listFit(param, item, scope, said, lists));
  if (item.strict)
    return [
      ...bracketed,
      ...wholeList(
        choiceCandidates(item, scope, about).filter(({ score }) => score >= 0.5),
        0.7,
      ),
    ];
  if (item.shape) return [...bracketed, ...wholeList(idCandidates(item, scope), 1)];
  if (item.type === 'number' || item.type === 'integer') return [...bracketed, ...numberList(param, scope)];
  const ofKind = wholeList(
    valuesOfKind(item.stems, scope.text).map(({ text, start, end }) => ({ value: text, start, end, score: 0.7 })),
    0.72,
  );
  if (item.type === 'string') return [...ofKind, ...bracketed, ...textList(param, scope), ...joined(param, scope)];
  return bracketed;
}

function listFit(param: Param, item: Param, scope: Scope, said: ListSaid, all: ListSaid[]): Candidate[] {
  const numeric = item.type === 'number' || item.type === 'integer';
  const nested = item.type === 'array';
  const fits = said.items.every((one) =>
    nested ? Array.isArray(one) : numeric ? typeof one === 'number' : !Array.isArray(one),
  );
  if (!fits) return [];
  const cue = cueAround(
    param,
    scope,
    said.start,
    said.end,
    all.filter((one) => one !== said),
  );
  const value = item.type === 'string' ? said.items.map(String) : said.items;
  return [{ value, start: said.start, end: said.end, score: 0.7 + cue * 0.35 }];
}

function wholeList(found: Candidate[], score: number): Candidate[] {
  if (found.length === 0) return [];
  const inOrder = found.toSorted((a, b) => a.start - b.start);
  const values = [...new Set(inOrder.map((one) => one.value))];
  return [{ value: values, start: inOrder[0]!.start, end: inOrder.at(-1)!.end, score, shared: true }];
}

function numberList(param: Param, scope: Scope): Candidate[] {
  const numbers = scope.mentions.filter((one): one is NumberSaid => one.kind === 'number' && !one.inList);
  const groups: NumberSaid[][] = [];
  for (const one of numbers) {
    const last = groups.at(-1)?.at(-1);
    const joins =
      last &&
      /^(?:\s?\p{L}{0,14})?\s?(?:,|and|to|, and|or|&)\s(?:\p{L}\s?=\s?)?$/u.test(scope.text.slice(last.end, one.start));
    if (joins) groups.at(-1)!.push(one);
    else groups.push([one]);
  }
  return groups.map((group) => {
    const [start, end] = [group[0]!.start, group.at(-1)!.end];
    const cue = cueAround(param, scope, start, end, []);
    return { value: group.map(({ value }) => value), start, end, score: (group.length > 1 ? 0.4 : 0.1) + cue * 0.4 };
  });
}

/** Names or quoted texts that stand in one row. */
function textList(param: Param, scope: Scope): Candidate[] {
  const texts = scope.mentions.filter(
    (one): one is TextSaid =>
      one.kind === 'quoted' || one.kind === 'name' || one.kind === 'code' || one.kind === 'email',
  );
  const groups: TextSaid[][] = [];
  for (const one of texts) {
    const last = groups.at(-1)?.at(-1);
    if (last && /^\s*(?:,|and|or|&|, and|, or)\s*(?:the )?$/.test(scope.text.slice(last.end, one.start)))
      groups.at(-1)!.push(one);
    else groups.push([one]);
  }
  return groups.map((group) => {
    const [start, end] = [group[0]!.start, group.at(-1)!.end];
    const cue = cueAround(param, scope, start, end, []);
    return {
      value: group.map(({ text }) => text),
      start,
      end,
      score: (group.length > 1 ? 0.62 : isWording(param, group[0]!) ? 0.85 : 0.25) + cue * 0.4,
    };
  });
}

/** What was quoted is the wording of a note or a message, and no name. */
function isWording({ stems }: Param, { kind }: TextSaid): boolean {
  return kind === 'quoted' && stems.some((one) => wordings.has(one));
}
const wordings = new Set(['content', 'observation', 'note', 'message', 'line', 'comment', 'text'].map(stem));

/** "milk, bread and eggs" behind a word of the parameter. */
function joined(param: Param, scope: Scope): Candidate[] {
  return scope.tokens.flatMap((token, at) => {
    const opens =
      param.stems.includes(token.stem) || /^(?:like|including|include|includes|with|for|of|are|add)$/.test(token.lower);
    if (!opens) return [];
    const link = /^(?:are|is|of|like|to|including|such|as)$/.test(scope.tokens[at + 1]?.lower ?? '') ? 1 : 0;
    const items = row(scope, at + 1 + link);
    if (items.length === 0) return [];
    const labelled = param.stems.includes(token.stem);
    const score = (items.length > 1 ? 0.5 : 0.15) + (labelled ? 0.2 : 0);
    return [{ value: items.map(({ text }) => text), start: items[0]!.start, end: items.at(-1)!.end, score }];
  });
}

export function row(scope: Scope, first: number): { text: string; start: number; end: number }[] {
  const items = [];
  let at = first;
  for (let turn = 0; turn < 20; turn += 1) {
    const phrase = phraseFrom(scope, at, 4);
    if (!phrase) break;
    items.push(phrase);
    const next = scope.tokens.findIndex((token) => token.start >= phrase.end);
    if (next < 0) break;
    const joins = /^\s*,\s*$/.test(scope.tokens[next]!.gap) || /^(?:and|or)$/.test(scope.tokens[next]!.lower);
    if (!joins) break;
    at = /^(?:and|or)$/.test(scope.tokens[next]!.lower) ? next + 1 : next;
  }
  return items;
}

/** "2kg sugar and 1 shampoo": one object for each quantity or name in the row. */
function objectList(item: Param, scope: Scope, about: ReadonlySet<string>, fill: Fill): Candidate[] {
  const pieces = piecesOf(scope);
  const made = pieces.flatMap(({ text, start, end }) => {
    const value = fillObject(item, text, scope.today, about, fill);
    return value ? [{ value, start, end }] : [];
  });
  if (made.length === 0) {
    // No quantities: what is said describes one of them.
    const only = fillObject(item, scope.text, scope.today, about, fill);
    return only ? [{ value: [only], start: 0, end: scope.text.length, score: 0.6, shared: true }] : [];
  }
  return [
    { value: made.map(({ value }) => value), start: made[0]!.start, end: made.at(-1)!.end, score: 0.8, shared: true },
  ];
}
