import { readFileSync } from 'node:fs';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { z } from 'zod';

/** `memory` is a built-in server in this process; the root passes it in, since core imports none. */
export type ServerEntry =
  | ({ kind: 'stdio'; command: string; args: string[]; env: Record<string, string>; cwd?: string } & Expanded)
  | ({ kind: 'http'; url: string; headers: Record<string, string> } & Expanded)
  | { kind: 'memory'; connect(transport: Transport): Promise<{ close(): Promise<void> }> };

/** Values from the environment: no message about the server may contain them. */
type Expanded = { secrets?: string[] };

export type ServersFile = { kind: 'ok'; servers: Record<string, ServerEntry> } | { kind: 'broken'; message: string };

type Environment = Record<string, string | undefined>;

// Leaves room for the tool in `server__tool`, which models limit to 64 characters.
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
const File = z.object({ mcpServers: z.record(z.string(), z.record(z.string(), z.unknown())) });

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
  const secrets: string[] = [];
  const missing = missingIn(raw, environment);
  if (missing) return broken(`"${missing.field}" needs ${missing.name}. Set that variable or remove the entry.`);
  const expanded = expand(raw, (variable) => {
    const value = environment[variable] ?? '';
    secrets.push(value);
    return value;
  });
  return 'command' in raw ? readStdio(expanded, secrets) : readHttp(expanded, secrets);
}

function readStdio(expanded: unknown, secrets: string[]): Entry {
  const parsed = StdioEntry.safeParse(expanded);
  if (!parsed.success) return { kind: 'broken', message: firstIssue(parsed.error) };
  const { command, args, env, cwd } = parsed.data;
  return { kind: 'entry', entry: { kind: 'stdio', command, args, env, ...(cwd && { cwd }), secrets } };
}

function readHttp(expanded: unknown, secrets: string[]): Entry {
  const parsed = HttpEntry.safeParse(expanded);
  if (!parsed.success) return { kind: 'broken', message: firstIssue(parsed.error) };
  const { url, headers } = parsed.data;
  return { kind: 'entry', entry: { kind: 'http', url, headers, secrets } };
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue?.code === 'unrecognized_keys') return `"${issue.keys[0]}" is not known here. Remove it.`;
  return `"${issue?.path.join('.')}" is wrong (${issue?.message}). Correct it.`;
}

const placeholder = /\$\{(\w+)\}/g;

type Missing = { field: string; name: string };

function missingIn(value: unknown, environment: Environment, path: string[] = []): Missing | undefined {
  if (typeof value === 'string') {
    const names = [...value.matchAll(placeholder)].flatMap((match) => match[1] ?? []);
    const name = names.find((one) => !environment[one]);
    return name === undefined ? undefined : { field: path.join('.'), name };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const parts = Object.entries(value).map(([key, part]) => missingIn(part, environment, [...path, key]));
  return parts.find((missing) => missing !== undefined);
}

/** Replaces variables in every text of an entry; the schema checks everything else. */
function expand(value: unknown, fill: (name: string) => string): unknown {
  if (typeof value === 'string') return value.replace(placeholder, (_, name: string) => fill(name));
  if (Array.isArray(value)) return value.map((part) => expand(part, fill));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, expand(part, fill)]));
}
