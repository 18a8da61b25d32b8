import { readFileSync } from 'node:fs';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { z } from 'zod';

/** `memory` is a built-in server in this process; the composition root hands it in, core never imports one. */
export type ServerEntry =
  | { kind: 'stdio'; command: string; args: string[]; env: Record<string, string>; cwd?: string }
  | { kind: 'http'; url: string; headers: Record<string, string> }
  | { kind: 'memory'; connect(transport: Transport): Promise<{ close(): Promise<void> }> };

export type ServersFile = { kind: 'ok'; servers: Record<string, ServerEntry> } | { kind: 'broken'; message: string };

type Environment = Record<string, string | undefined>;

// Room must be left for the tool in `server__tool`, which models limit to 64 characters.
const MAX_NAME = 32;

const StdioEntry = z.strictObject({
  type: z.literal('stdio').optional(),
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
  cwd: z.string().min(1).optional(),
});
const HttpEntry = z.strictObject({
  type: z.enum(['http', 'streamable-http']).optional(),
  url: z.url({ protocol: /^https?$/ }),
  headers: z.record(z.string(), z.string()).default({}),
});
const File = z.object({ mcpServers: z.record(z.string(), z.record(z.string(), z.unknown())).default({}) });

export function readServers(file: string, environment: Environment): ServersFile {
  const broken = (message: string): ServersFile => ({ kind: 'broken', message: `${file}: ${message}` });
  const read = readJson(file);
  if (read.kind === 'missing') return { kind: 'ok', servers: {} };
  if (read.kind === 'broken') return broken(read.message);
  const parsed = File.safeParse(read.json);
  if (!parsed.success) return broken('expected { "mcpServers": { "<name>": { … } } }. Correct the file or remove it.');
  const servers: Record<string, ServerEntry> = {};
  for (const [name, raw] of Object.entries(parsed.data.mcpServers)) {
    const entry = readEntry(name, raw, environment);
    if (entry.kind === 'broken') return broken(`server "${name}": ${entry.message}`);
    servers[name] = entry.entry;
  }
  return { kind: 'ok', servers };
}

type FileText = { kind: 'json'; json: unknown } | { kind: 'missing' } | { kind: 'broken'; message: string };

function readJson(file: string): FileText {
  try {
    return { kind: 'json', json: JSON.parse(readFileSync(file, 'utf8')) };
  } catch (error) {
    if (error instanceof Error && 'code' in error) {
      if (error.code === 'ENOENT') return { kind: 'missing' };
      return { kind: 'broken', message: `it cannot be read (${error.code}). Make it a readable file.` };
    }
    // The parser's own message quotes the text around the mistake, which may be a secret.
    const position = /position (\d+)/.exec(String(error))?.[1];
    const where = position ? ` (see character ${position})` : '';
    return { kind: 'broken', message: `it is not valid JSON${where}. Correct it or remove it.` };
  }
}

type Entry = { kind: 'entry'; entry: ServerEntry } | { kind: 'broken'; message: string };

function readEntry(name: string, raw: Record<string, unknown>, environment: Environment): Entry {
  const broken = (message: string): Entry => ({ kind: 'broken', message });
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name) || name.length > MAX_NAME) {
    return broken(`rename it: lower-case letters, digits and hyphens only, ${MAX_NAME} at most.`);
  }
  if ('command' in raw === 'url' in raw) return broken('give it either "command" (stdio) or "url" (Streamable HTTP).');
  if (raw.type === 'sse') return broken('"type": "sse" is not spoken here. Give its Streamable HTTP "url".');
  return 'command' in raw ? readStdio(raw, environment) : readHttp(raw, environment);
}

function readStdio(raw: unknown, environment: Environment): Entry {
  const parsed = StdioEntry.safeParse(raw);
  if (!parsed.success) return { kind: 'broken', message: firstIssue(parsed.error) };
  const { command, args, cwd } = parsed.data;
  const env = expand('env', parsed.data.env, environment);
  if (env.kind === 'broken') return env;
  return { kind: 'entry', entry: { kind: 'stdio', command, args, env: env.values, ...(cwd && { cwd }) } };
}

function readHttp(raw: unknown, environment: Environment): Entry {
  const parsed = HttpEntry.safeParse(raw);
  if (!parsed.success) return { kind: 'broken', message: firstIssue(parsed.error) };
  const headers = expand('headers', parsed.data.headers, environment);
  if (headers.kind === 'broken') return headers;
  return { kind: 'entry', entry: { kind: 'http', url: parsed.data.url, headers: headers.values } };
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue?.code === 'unrecognized_keys') return `"${issue.keys[0]}" is not known here. Remove it.`;
  return `"${issue?.path.join('.')}" is wrong (${issue?.message}). Correct it.`;
}

type Expanded = { kind: 'values'; values: Record<string, string> } | { kind: 'broken'; message: string };

function expand(field: string, values: Record<string, string>, environment: Environment): Expanded {
  const expanded: Record<string, string> = {};
  for (const [key, value] of Object.entries(values)) {
    const missing = [...value.matchAll(/\$\{(\w+)\}/g)].map((match) => match[1]!).find((name) => !environment[name]);
    if (missing) {
      return { kind: 'broken', message: `"${field}.${key}" needs ${missing}. Set that variable or remove the entry.` };
    }
    expanded[key] = value.replace(/\$\{(\w+)\}/g, (_, name: string) => environment[name] ?? '');
  }
  return { kind: 'values', values: expanded };
}
