import { isRecord } from '../gate/canonical.ts';
import type { Origin, Origins } from '../records/approvals.ts';
import type { Principal } from '../records/types.ts';
import { type Mentions, mentionsIn, mentionsInAnswer } from './mentions.ts';

/** A message of a person in the thread; `at` in seconds. */
export type PersonMessage = { by: Principal; text: string; at: number | null };
/** An answer of a tool, or, where `tool` is null, what the model wrote to one. */
export type ToolText = { tool: string | null; text: string };

/**
 * Everything in the order in which it was written. `lookedUp` names the arguments that the desk's own check has looked up,
 * and its tool.
 */
export type Sources = {
  requester: Principal;
  written: (PersonMessage | ToolText)[];
  lookedUp: { tool: string; names: string[] } | null;
};

/**
 * Finds where each argument's values come from, by code and never by a model. Leaves out values that the requester's
 * account wrote, and the model's own wording in longer texts.
 */
export function originsOf(
  args: Record<string, unknown>,
  schema: Record<string, unknown>,
  { requester, written, lookedUp }: Sources,
): Origins {
  const readable = written.map(readText);
  const writers = [...new Set(written.flatMap((one) => ('by' in one ? [one.by.id] : [])))];
  const hasOthers = writers.some((id) => id !== requester.id);
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const values = Object.entries(args).flatMap(([name, value]) => {
    const terms = termsOf([properties[name], schema.$defs, schema.definitions]);
    const found = lookedUp?.names.includes(name) ? lookedUp.tool : null;
    const origins = leavesOf(name, value, terms).flatMap((leaf) => originOf(leaf, requester, readable, found) ?? []);
    const telling = origins.filter(
      ({ origin, leaf }) => origin.kind !== 'nobody' || leaf.kind === 'value' || hasOthers,
    );
    return telling.length > 0 ? [[name, distinct(telling.map(({ origin }) => origin))] as const] : [];
  });
  return { values: Object.fromEntries(values), writers };
}

type Readable = ((Omit<PersonMessage, 'text'> & { tool?: never }) | (Pick<ToolText, 'tool'> & { by?: never })) & {
  mentions: Mentions;
};

function readText({ text, ...one }: PersonMessage | ToolText): Readable {
  const mentions = 'tool' in one && one.tool !== null ? mentionsInAnswer(text) : mentionsIn(text);
  return { ...one, mentions } as Readable;
}

/**
 * What to look for in people's words. A `choice` is a word that the schema gives, or the name of a switch: tools write such
 * words anyway, so they give none. Of a longer text, which is the model's own wording, `part` is an id, a number or an address.
 */
type Leaf = { kind: 'value' | 'choice' | 'wording' | 'part'; value: string | number };

function leavesOf(name: string, value: unknown, terms: Terms): Leaf[] {
  if (typeof value === 'number') return [{ kind: 'value', value }];
  if (typeof value === 'boolean') return terms.defaults.has(value) ? [] : [{ kind: 'choice', value: wordsOf(name) }];
  if (typeof value === 'string') return textLeaves(value, terms);
  if (Array.isArray(value)) return value.flatMap((one) => leavesOf(name, one, terms));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([member, inside]) => [
    ...(terms.names.has(member) ? [] : textLeaves(member, terms)),
    ...leavesOf(member, inside, terms),
  ]);
}

const SHORT_WORDS = 3;

function textLeaves(value: string, { choices, defaults }: Terms): Leaf[] {
  if (defaults.has(value)) return [{ kind: 'wording', value }];
  if (choices.has(value)) return [{ kind: 'choice', value }];
  const words = value.trim().split(/\s+/);
  if (words.length <= SHORT_WORDS) return [{ kind: 'value', value }];
  const parts = words.map((word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')).filter(isTelling);
  return [{ kind: 'wording', value }, ...parts.map((part): Leaf => ({ kind: 'part', value: part }))];
}

function isTelling(word: string): boolean {
  return /\d.|.\d|@/.test(word);
}

/** As in "notify customer" for notifyCustomer and notify_customer. */
function wordsOf(name: string): string {
  return name.replace(/(?<=[a-z\d])(?=[A-Z])|_/g, ' ');
}

/** The names, choices and defaults that a schema gives itself. */
type Terms = { names: Set<string>; choices: Set<unknown>; defaults: Set<unknown> };

function termsOf(schema: unknown): Terms {
  const terms: Terms = { names: new Set(), choices: new Set(), defaults: new Set() };
  collect(schema, terms);
  return terms;
}

function collect(schema: unknown, terms: Terms): void {
  if (Array.isArray(schema)) for (const part of schema) collect(part, terms);
  if (!isRecord(schema)) return;
  if (isRecord(schema.properties)) for (const name of Object.keys(schema.properties)) terms.names.add(name);
  if (Array.isArray(schema.enum)) for (const choice of schema.enum) terms.choices.add(choice);
  // The tool takes them anyway.
  for (const given of [schema.const, schema.default]) terms.defaults.add(given);
  collect(Object.values(schema), terms);
}

type Found = { leaf: Leaf; origin: Origin };

/** Null where the requester wrote it, and for the model's own wording. */
function originOf(leaf: Leaf, requester: Principal, written: Readable[], lookedUp: string | null): Found | null {
  const mentioned = written.filter(({ mentions }) => mentions(leaf.value));
  const by = distinct(mentioned.flatMap((one) => one.by ?? []));
  if (by.some(({ kind, id }) => kind === requester.kind && id === requester.id)) return null;
  if (lookedUp !== null) return { leaf, origin: { kind: 'tool', tool: lookedUp } };
  const [first] = leaf.kind === 'choice' ? mentioned.filter((one) => one.by) : withoutEchoes(mentioned);
  if (first?.by) return { leaf, origin: { kind: 'person', by, at: first.at } };
  if (first?.tool) return { leaf, origin: { kind: 'tool', tool: first.tool } };
  return leaf.kind === 'value' || leaf.kind === 'choice' ? { leaf, origin: { kind: 'nobody' } } : null;
}

/** A tool that only repeats what the model wrote before has found nothing. */
function withoutEchoes(mentioned: Readable[]): Readable[] {
  const wrote = mentioned.findIndex(({ tool }) => tool === null);
  return mentioned.filter((one, at) => one.by || (one.tool && (wrote < 0 || at < wrote)));
}

function distinct<T>(all: T[]): T[] {
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}
