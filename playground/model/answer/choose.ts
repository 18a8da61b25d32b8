import type { Findings, Result } from '../types.ts';
import { ID } from './values.ts';

/**
 * The results that the answer is made of. A call that only found an id for another one, or asked what another one needs,
 * is left out, as long as there are more kinds of results than parts of the question.
 */
export function tellingOf({ results: all, parts, question, open }: Findings): Result[] {
  const results = all.filter(
    (result, at) => !open.some(({ why }) => offers(why, result)) && !isCorrected(result, all.slice(at + 1)),
  );
  const means = results.filter((result, at) => isMeans(result, results.slice(at + 1), question));
  const kinds = new Set(results.map(({ tool }) => tool.name));
  const dropped = new Set<string>();
  for (const { tool } of means) {
    const left = kinds.size - dropped.size;
    if (left > Math.max(1, parts.length) || asksAbout(tool.name, results)) dropped.add(tool.name);
  }
  const telling = results.filter((result) => !dropped.has(result.tool.name) || !means.includes(result));
  return telling.length > 0 || open.length > 0 ? telling : results;
}

/** "Did you mean …?" was answered by a call that says what was meant. */
function isCorrected({ tool, text }: Result, later: Result[]): boolean {
  return /\bDid you mean\b/.test(text) && later.some((one) => one.tool.name === tool.name);
}

/** A question back that offers what a result found has shown it. */
function offers(why: string, { text }: Result): boolean {
  const choices = why.split('\n- ').slice(1);
  return (
    choices.length > 1 &&
    choices.every((choice) => text.includes(choice.slice(0, LONGEST_BEGINNING).replace(/\.$/, '')))
  );
}

const LONGEST_BEGINNING = 24;

/** Its result holds an id that a later call was given and that nobody had said. */
function isMeans(result: Result, later: Result[], question: string): boolean {
  if (asksAbout(result.tool.name, [result, ...later])) return true;
  const given = later.flatMap((call) => stringsIn(call.arguments));
  const own = stringsIn(result.arguments);
  return given.some(
    (text) => ID.test(text) && !question.includes(text) && !own.includes(text) && result.text.includes(text),
  );
}

/** A call whose argument names another one asks about that one. */
function asksAbout(name: string, results: Result[]): boolean {
  const names = results.map(({ tool }) => tool.name);
  const call = results.find(({ tool }) => tool.name === name);
  return call !== undefined && stringsIn(call.arguments).some((text) => text !== name && names.includes(text));
}

/** Ids that nobody had said, and with which calls went on: of what a search found, these are meant. */
export function takenUp({ results, question }: Pick<Findings, 'results' | 'question'>, from: Result): string[] {
  const later = results.slice(results.indexOf(from) + 1).filter(({ tool }) => tool.name !== from.tool.name);
  const given = later.flatMap((call) => stringsIn(call.arguments));
  return [...new Set(given)].filter((text) => ID.test(text) && !question.includes(text) && from.text.includes(text));
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}

/** Calls of one tool whose lists have the same head are one list. */
export function alike(results: Result[]): Result[][] {
  const groups: Result[][] = [];
  for (const result of results) {
    const group = groups.find(([first]) => first?.tool.name === result.tool.name);
    if (group) group.push(result);
    else groups.push([result]);
  }
  return groups;
}
