import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { Desk } from './desk.ts';
import { modelName } from './mcp/definitions.ts';
import { effectSchema, ruleSchema } from './store/records.ts';

const text = z.string().trim().min(1);

/** Found wherever it occurs, in either case. */
const pattern = text.transform((source, context) => {
  try {
    if (!new RegExp(source, 'i').test('')) return new RegExp(source, 'gi');
    context.addIssue('fits the empty text; demand at least one character');
  } catch (error) {
    context.addIssue(`${error instanceof Error ? error.message : error}; correct it`);
  }
  return z.NEVER;
});

const entitySchema = z
  .strictObject({
    kind: text,
    pattern,
    /** How people say it, with one group that goes into `form`. */
    spoken: pattern.optional(),
    form: text.optional(),
  })
  .refine((entity) => (entity.spoken === undefined) === (entity.form === undefined), {
    error: 'needs spoken and form, or neither; add the other one',
  })
  .refine(({ spoken }) => !spoken || hasGroup(spoken), {
    path: ['spoken'],
    error: 'needs a group; put the part that goes into form in ( )',
  })
  .refine(({ form }) => form?.includes('$1') ?? true, { path: ['form'], error: 'needs $1 where that part goes' });

function hasGroup({ source }: RegExp): boolean {
  return (new RegExp(`${source}|`).exec('')?.length ?? 0) > 1;
}

const channelId = z.string().regex(/^[CG][A-Z0-9]+$/, 'is no id of a channel, such as C0123ABCD; copy it from Slack');
const localName = z.string().regex(/^(?!.*__)/, 'belongs under tools, below the name of its server');
const serverName = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'is no name that a server can have; correct it');
const toolRules = z.record(text, z.strictObject({ effect: effectSchema.default('once'), rule: ruleSchema }));

const deskSchema = z.strictObject({
  title: text,
  instructions: text,
  slack: z.strictObject({
    channels: z.union([z.literal('*'), z.array(channelId)], {
      error: 'must be "*" or a list of ids of channels, such as [C0123ABCD]',
    }),
    direct_messages: z.boolean().default(false),
    follow_ups: z.boolean().default(true),
    bots: z.array(text).default([]),
  }),
  local: z.record(localName, toolRules.valueType).default({}),
  tools: z.record(serverName, toolRules).default({}),
  entities: z.array(entitySchema).default([]),
  limits: z
    .strictObject({
      steps: z.int().min(1).max(100).default(12),
      tokens: z.int().min(1000).default(100_000),
      seconds: z.int().min(1).max(3600).default(240),
      tool_seconds: z.int().min(1).max(600).default(30),
    })
    .prefault({}),
});
type Written = z.infer<typeof deskSchema>;

export type DeskFile = { desk: Desk; path: string; lineOf(keys: PropertyKey[]): number };
type Read = { kind: 'ok'; file: DeskFile } | { kind: 'broken'; lines: string[] };

/** Endpoints refuse more tools in one request. */
const MOST_TOOLS = 128;

export function readDeskFile(folder: string, file: string): Read {
  const path = join(folder, file);
  const name = file.replace(/\.ya?ml$/, '');
  if (!/^[a-z0-9][a-z0-9-]*\.yaml$/.test(file)) {
    return broken(`${path}: rename it: a desk's file has lower-case letters, digits and hyphens, and ends in .yaml`);
  }
  const source = readText(path);
  if (source === undefined) return broken(`${path}: it cannot be read; make it a readable file`);
  const counter = new LineCounter();
  const document = parseDocument(source, { lineCounter: counter });
  const lineOf = (keys: PropertyKey[]) => lineIn(document, counter, keys);
  const fault = (keys: PropertyKey[], problem: string) =>
    `${path}:${lineOf(keys)}: ${keys.length > 0 ? `${keys.join('.')} ` : ''}${problem}`;
  if (document.errors.length > 0) {
    return broken(
      ...document.errors.map((e) => `${path}:${e.linePos?.[0].line ?? 1}: ${firstLine(e.message)}; correct it`),
    );
  }
  const parsed = deskSchema.safeParse(document.toJS());
  if (!parsed.success)
    return broken(...parsed.error.issues.flatMap(problemsOf).map(([keys, what]) => fault(keys, what)));
  const written = parsed.data;
  const instructions = readText(join(folder, written.instructions))?.trim();
  if (!instructions) {
    const wanted = join(folder, written.instructions);
    return broken(
      fault(['instructions'], `names ${wanted}, which is missing or empty; write there what the desk is to do`),
    );
  }
  const desk = toDesk(name, instructions, written);
  if (desk.tools.size > MOST_TOOLS) {
    return broken(
      fault(['tools'], `lists ${desk.tools.size} tools and models take ${MOST_TOOLS}; make two desks of it`),
    );
  }
  return { kind: 'ok', file: { desk, path, lineOf } };
}

function broken(...lines: string[]): Read {
  return { kind: 'broken', lines };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]?.replace(/ at line \d+, column \d+:$/, '') ?? '';
}

/** The line of the key, or of the nearest one around it that is there. */
function lineIn(document: Document, counter: LineCounter, keys: PropertyKey[]): number {
  for (let depth = keys.length; depth > 0; depth--) {
    const parent = depth === 1 ? document.contents : document.getIn(keys.slice(0, depth - 1), true);
    const last = String(keys[depth - 1]);
    const node = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === last)?.key
      : document.getIn(keys.slice(0, depth), true);
    if (isNode(node) && node.range) return counter.linePos(node.range[0]).line;
  }
  return 1;
}

function problemsOf(issue: z.core.$ZodIssue): [PropertyKey[], string][] {
  const { path } = issue;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => [[...path, key], 'is not known here; correct its name or remove it']);
    case 'invalid_key':
      return [[path, issue.issues[0]?.message ?? issue.message]];
    case 'invalid_value':
      return [[path, `must be one of ${issue.values.join(', ')}`]];
    case 'invalid_type':
      if (path.length === 0) return [[path, 'a desk has title, instructions, slack and tools; write them']];
      if (issue.message.endsWith('received undefined')) return [[path, 'is missing; add it']];
      return [[path, `must be of type ${issue.expected}`]];
    case 'too_small':
      return [
        [path, issue.origin === 'string' ? 'is empty; write something there' : `must be ${issue.minimum} or more`],
      ];
    case 'too_big':
      return [[path, `must be ${issue.maximum} or less`]];
    default:
      return [[path, issue.message]];
  }
}

function toDesk(name: string, instructions: string, written: Written): Desk {
  const { slack, limits } = written;
  const ofServers = Object.entries(written.tools).flatMap(([server, rules]) =>
    Object.entries(rules).map(([tool, rule]) => [modelName(server, tool), rule] as const),
  );
  return {
    name,
    title: written.title,
    instructions,
    slack: {
      channels: slack.channels,
      directMessages: slack.direct_messages,
      followUps: slack.follow_ups,
      bots: slack.bots,
    },
    tools: new Map([...Object.entries(written.local), ...ofServers]),
    entities: written.entities,
    limits: { steps: limits.steps, tokens: limits.tokens, seconds: limits.seconds, toolSeconds: limits.tool_seconds },
  };
}
