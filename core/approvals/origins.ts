import { isRecord } from '../gate/canonical.ts';
import type { Origin, Origins } from '../records/approvals.ts';
import type { Principal } from '../records/types.ts';
import { mentionsIn } from './mentions.ts';

/** A message of a person in the thread; `at` in seconds. */
export type PersonMessage = { by: Principal; text: string; at: number | null };
/** An answer of a tool, or, where `tool` is null, what the model wrote to one. */
export type ToolText = { tool: string | null; text: string };

/** Everything in the order in which it was written. */
export type Sources = { requester: Principal; spoken: PersonMessage[]; toolTexts: ToolText[] };

/**
 * Finds where each argument's values come from, by code and never by a model. Leaves out values that the requester's
 * account wrote, and what people do not write word for word: names and choices of the schema, booleans and longer texts.
 */
export function originsOf(
  args: Record<string, unknown>,
  schema: Record<string, unknown>,
  { requester, spoken, toolTexts }: Sources,
): Origins {
  const said = spoken.map(({ text, ...message }) => ({ ...message, mentions: mentionsIn(text) }));
  const answers = toolTexts.map(({ tool, text }) => ({ tool, mentions: mentionsIn(text) }));
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const values = Object.entries(args).flatMap(([name, value]) => {
    const given = termsOf([properties[name], schema.$defs, schema.definitions]);
    const leaves = [...new Set(leavesOf(value))].filter((leaf) => !given.has(leaf));
    const origins = distinct(leaves.flatMap((leaf) => originOf(leaf, requester, said, answers) ?? []));
    return origins.length > 0 ? [[name, origins] as const] : [];
  });
  return { values: Object.fromEntries(values), writers: [...new Set(spoken.map(({ by }) => by.id))] };
}

/** All values within a value, and the names of its members. */
export function leavesOf(value: unknown): (string | number)[] {
  if (typeof value === 'string' || typeof value === 'number') return [value];
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return isRecord(value) ? Object.entries(value).flatMap(([name, member]) => [name, ...leavesOf(member)]) : [];
}

/** The names and values that a schema gives itself. */
function termsOf(schema: unknown): Set<unknown> {
  if (Array.isArray(schema)) return new Set(schema.flatMap((part) => [...termsOf(part)]));
  if (!isRecord(schema)) return new Set();
  const names = isRecord(schema.properties) ? Object.keys(schema.properties) : [];
  const choices = Array.isArray(schema.enum) ? schema.enum : [];
  const inside = Object.values(schema).flatMap((part) => [...termsOf(part)]);
  return new Set([...names, ...choices, schema.const, schema.default, ...inside]);
}

type Mentions = { mentions: ReturnType<typeof mentionsIn> };

function originOf(
  value: string | number,
  requester: Principal,
  said: (Omit<PersonMessage, 'text'> & Mentions)[],
  answers: (Pick<ToolText, 'tool'> & Mentions)[],
): Origin | null {
  const messages = said.filter(({ mentions }) => mentions(value));
  const by = distinct(messages.map((message) => message.by));
  if (by.some(({ kind, id }) => kind === requester.kind && id === requester.id)) return null;
  // A tool that only repeats what the model wrote before has found nothing.
  const first = answers.find(({ mentions }) => mentions(value));
  if (first?.tool) return { kind: 'tool', tool: first.tool };
  if (messages[0]) return { kind: 'person', by, at: messages[0].at };
  return isShort(value) ? { kind: 'nobody' } : null;
}

const SHORT_WORDS = 3;

/** A longer text is the model's own wording. */
function isShort(value: string | number): boolean {
  return typeof value === 'number' || value.trim().split(/\s+/).length <= SHORT_WORDS;
}

function distinct<T>(all: T[]): T[] {
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}
