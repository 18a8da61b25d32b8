import { createHash } from 'node:crypto';
import { z } from 'zod';
import { patternFaultIn } from '../gate/patterns.ts';
import type { Tool } from './types.ts';

export type Definitions = { tools: Map<string, Tool>; leftOut: string[] };

export const MAX_TOOLS = 500;
const MAX_DEFINITION_CHARS = 64 * 1024;
const MAX_NAME = 64;

const Definition = z.object({
  name: z.string().min(1).max(256),
  title: z.string().optional(),
  description: z.string().default(''),
  inputSchema: z.looseObject({ type: z.literal('object') }),
  outputSchema: z.unknown().optional(),
  annotations: z.unknown().optional(),
  execution: z.looseObject({ taskSupport: z.string().optional() }).optional(),
});

/** Reads each definition by itself, so that one bad tool does not exclude the others. */
export function readDefinitions(server: string, raw: unknown[]): Definitions {
  const tools = new Map<string, Tool>();
  const leftOut: string[] = [];
  for (const definition of raw.slice(0, MAX_TOOLS)) {
    const read = readDefinition(server, definition);
    if (read.kind === 'unusable') leftOut.push(read.reason);
    else if (tools.has(read.tool.name)) leftOut.push(`"${read.tool.tool}" is listed twice; the first one counts`);
    else tools.set(read.tool.name, read.tool);
  }
  if (raw.length > MAX_TOOLS) leftOut.push(`all tools after the first ${MAX_TOOLS}`);
  return { tools, leftOut };
}

type Read = { kind: 'tool'; tool: Tool } | { kind: 'unusable'; reason: string };

function readDefinition(server: string, raw: unknown): Read {
  const parsed = Definition.safeParse(raw);
  if (!parsed.success) {
    return { kind: 'unusable', reason: `a tool whose "${parsed.error.issues[0]?.path.join('.')}" is missing or wrong` };
  }
  const { name, title, description, inputSchema, outputSchema, annotations, execution } = parsed.data;
  if (execution?.taskSupport === 'required') return { kind: 'unusable', reason: `"${name}" runs only as an MCP task` };
  const canonical = canonicalOrNothing({ name, description, inputSchema, outputSchema, annotations });
  if (canonical === undefined) return { kind: 'unusable', reason: `"${name}": its definition is nested too deep` };
  if (canonical.length > MAX_DEFINITION_CHARS) {
    return { kind: 'unusable', reason: `"${name}": its definition is longer than ${MAX_DEFINITION_CHARS} characters` };
  }
  const tool = { name: modelName(server, name), server, tool: name, description, inputSchema };
  const unusable = patternFaultIn(inputSchema);
  return {
    kind: 'tool',
    tool: { ...tool, ...(title && { title }), ...(unusable && { unusable }), definitionHash: sha256(canonical) },
  };
}

function canonicalOrNothing(value: unknown): string | undefined {
  try {
    return canonicalJson(value);
  } catch {
    return undefined; // the stack ran out: the server nests deeper than we can follow
  }
}

/** JSON with sorted keys and without undefined members. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}

// A changed name ends with a hash of the original, so that it is unique and does not depend on the other tools.
export function modelName(server: string, tool: string): string {
  const plain = `${server}__${tool}`;
  const safe = plain.replace(/[^a-zA-Z0-9_-]/g, '_');
  if (safe === plain && plain.length <= MAX_NAME) return plain;
  return `${safe.slice(0, MAX_NAME - 9)}_${sha256(tool).slice(0, 8)}`;
}

/** The server in a name that the model sees; undefined for a local tool. */
export function serverIn(name: string): string | undefined {
  const end = name.indexOf('__');
  return end < 0 ? undefined : name.slice(0, end);
}

/** Turns a name that the model sees into the form of a desk's file. */
export function writtenTool(name: string): string {
  return name.replace('__', '.');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
