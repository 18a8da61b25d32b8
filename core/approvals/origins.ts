import { isRecord } from '../gate/canonical.ts';
import type { Origin } from '../records/approvals.ts';

/** A message of a person in the thread; `at` in seconds. */
export type PersonMessage = { account: string; text: string; at: number | null };
/** `given` are the arguments of its call: a value that the tool only repeats is not a finding. */
export type ToolResult = { tool: string; given: string; text: string };

export type Sources = {
  spoken: PersonMessage[];
  results: ToolResult[];
  /** Does this account belong to the requester of the call? */
  isRequester(account: string): boolean;
};

/**
 * Finds where each argument's value comes from, by code and never by a model. Leaves out values that the requester
 * wrote, and values that people do not write word for word: choices of the schema, booleans and longer texts.
 */
export function originsOf(
  args: Record<string, unknown>,
  schema: Record<string, unknown>,
  sources: Sources,
): Record<string, Origin> {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const found = Object.entries(args).flatMap(([name, value]) => {
    const property = properties[name];
    const choices = isRecord(property) && Array.isArray(property.enum) ? property.enum : [];
    const origins = leavesOf(value)
      .filter((leaf) => !choices.includes(leaf))
      .flatMap((leaf) => originOf(leaf, sources) ?? []);
    const [gravest] = origins.toSorted((a, b) => GRAVITY.indexOf(a.kind) - GRAVITY.indexOf(b.kind));
    return gravest ? [[name, gravest] as const] : [];
  });
  return Object.fromEntries(found);
}

const GRAVITY: Origin['kind'][] = ['person', 'nobody', 'tool'];

function leavesOf(value: unknown): (string | number)[] {
  if (typeof value === 'string' || typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(leavesOf);
}

function originOf(value: string | number, { spoken, results, isRequester }: Sources): Origin | null {
  const said = spoken.filter(({ text }) => holds(text, value));
  if (said.some(({ account }) => isRequester(account))) return null;
  const result = results.find(({ given, text }) => holds(text, value) && !holds(given, value));
  if (result) return { kind: 'tool', tool: result.tool };
  const [first] = said;
  if (first) {
    const others = said.some(({ account }) => account !== first.account);
    return { kind: 'person', account: first.account, at: first.at, alone: !others };
  }
  return isShort(value) ? { kind: 'nobody' } : null;
}

const SHORT_WORDS = 3;

/** A longer text is the model's own wording. */
function isShort(value: string | number): boolean {
  return typeof value === 'number' || value.trim().split(/\s+/).length <= SHORT_WORDS;
}

function holds(text: string, value: string | number): boolean {
  if (typeof value === 'number') return numbersIn(text).includes(value);
  const wanted = normal(value);
  if (wanted === '') return false;
  const all = normal(text);
  for (let at = all.indexOf(wanted); at >= 0; at = all.indexOf(wanted, at + 1)) {
    if (!isWord(all[at - 1]) && !isWord(all[at + wanted.length])) return true;
  }
  return false;
}

function normal(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}

/** "900", "$1,250.50" and "-3" as numbers; of "ORD-1002" the 1002. */
function numbersIn(text: string): number[] {
  return [...text.normalize('NFKC').matchAll(/\d[\d,]*(?:\.\d+)?/g)].flatMap(([found]) => {
    const number = Number(found.replaceAll(',', ''));
    return [number, -number];
  });
}
