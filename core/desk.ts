import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { effectSchema, ruleSchema } from './store/records.ts';

const toolRuleSchema = z.strictObject({ effect: effectSchema.default('once'), rule: ruleSchema });
export type ToolRule = z.infer<typeof toolRuleSchema>;

const entitySchema = z.strictObject({
  kind: z.string(),
  pattern: z.string(),
  /** How people say it, with one group that goes into `form`. */
  spoken: z.string().optional(),
  form: z.string().optional(),
});

const deskSchema = z.strictObject({
  title: z.string(),
  instructions: z.string(),
  slack: z.strictObject({
    channels: z.union([z.literal('*'), z.array(z.string())]),
    direct_messages: z.boolean().default(false),
    follow_ups: z.boolean().default(true),
    bots: z.array(z.string()).default([]),
  }),
  local: z.record(z.string(), toolRuleSchema).default({}),
  tools: z.record(z.string(), z.record(z.string(), toolRuleSchema)).default({}),
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

export type Desk = {
  name: string;
  title: string;
  instructions: string;
  slack: { channels: '*' | string[]; directMessages: boolean; followUps: boolean; bots: string[] };
  /** By the name that the model sees: `server__tool`, or the bare name of a local tool. */
  tools: Map<string, ToolRule>;
  servers: string[];
  entities: { kind: string; pattern: RegExp; spoken?: RegExp; form?: string }[];
  limits: { steps: number; tokens: number; seconds: number; toolSeconds: number };
};

export type Desks = { kind: 'ok'; desks: Desk[] } | { kind: 'broken'; lines: string[] };

export function readDesks(folder: string): Desks {
  const desks: Desk[] = [];
  const lines: string[] = [];
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()) {
    const read = readDesk(folder, file);
    if (read.kind === 'ok') desks.push(read.desk);
    else lines.push(...read.lines);
  }
  if (lines.length === 0 && desks.length === 0) lines.push(`${folder}: no desk file; write one, such as jewelry.yaml`);
  return lines.length > 0 ? { kind: 'broken', lines } : { kind: 'ok', desks };
}

function readDesk(folder: string, file: string): { kind: 'ok'; desk: Desk } | { kind: 'broken'; lines: string[] } {
  const path = join(folder, file);
  const counter = new LineCounter();
  const document = parseDocument(readFileSync(path, 'utf8'), { lineCounter: counter });
  if (document.errors.length > 0) {
    return {
      kind: 'broken',
      lines: document.errors.map((e) => `${path}:${e.linePos?.[0].line ?? 1}: ${e.message.split('\n')[0]}`),
    };
  }
  const parsed = deskSchema.safeParse(document.toJS());
  if (!parsed.success) {
    const lineOf = (keys: PropertyKey[]): number => {
      for (let depth = keys.length; depth > 0; depth--) {
        const node = document.getIn(keys.slice(0, depth), true) as { range?: [number, number, number] } | undefined;
        if (node?.range) return counter.linePos(node.range[0]).line;
      }
      return 1;
    };
    return {
      kind: 'broken',
      lines: parsed.error.issues.map(
        (i) => `${path}:${lineOf(i.path)}: ${i.path.join('.') || 'the file'}: ${i.message}`,
      ),
    };
  }
  try {
    return { kind: 'ok', desk: toDesk(file.replace(/\.yaml$/, ''), folder, parsed.data) };
  } catch (error) {
    return { kind: 'broken', lines: [`${path}: ${error instanceof Error ? error.message : String(error)}`] };
  }
}

function toDesk(name: string, folder: string, raw: z.infer<typeof deskSchema>): Desk {
  const tools = new Map(Object.entries(raw.local));
  for (const [server, rules] of Object.entries(raw.tools)) {
    for (const [tool, rule] of Object.entries(rules)) tools.set(`${server}__${tool}`, rule);
  }
  return {
    name,
    title: raw.title,
    instructions: readFileSync(join(folder, raw.instructions), 'utf8').trim(),
    slack: {
      channels: raw.slack.channels,
      directMessages: raw.slack.direct_messages,
      followUps: raw.slack.follow_ups,
      bots: raw.slack.bots,
    },
    tools,
    servers: Object.keys(raw.tools),
    entities: raw.entities.map((e) => ({
      kind: e.kind,
      pattern: new RegExp(e.pattern, 'gi'),
      spoken: e.spoken ? new RegExp(e.spoken, 'gi') : undefined,
      form: e.form,
    })),
    limits: {
      steps: raw.limits.steps,
      tokens: raw.limits.tokens,
      seconds: raw.limits.seconds,
      toolSeconds: raw.limits.tool_seconds,
    },
  };
}

/** The desk that answers in a Slack channel: one that names the channel goes before one that takes every channel. */
export function deskForChannel(desks: Desk[], channel: string): Desk | undefined {
  return (
    desks.find((d) => d.slack.channels !== '*' && d.slack.channels.includes(channel)) ??
    desks.find((d) => d.slack.channels === '*')
  );
}

export function deskForDirectMessages(desks: Desk[]): Desk | undefined {
  return desks.find((d) => d.slack.directMessages);
}
