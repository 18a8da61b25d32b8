import { parseArgs } from 'node:util';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';
import { joinOrStartEmbedded, takeOver } from '../prisma/embedded/join.ts';
import { migrate } from '../prisma/migrate.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { outboxBy } from './gmail/outbox.ts';
import { gmailSendingBy } from './gmail/server.ts';
import { type HttpOptions, serveHttp } from './http.ts';
import { openToolDatabase, type ToolDatabase } from './kit/database.ts';
import type { BuiltInServer } from './kit/server.ts';
import { servers } from './servers.ts';

// Runs one built-in MCP server as a process: over stdio, or over HTTP with --http <port>. With stdio, stdout belongs to the
// protocol, so every other message goes to stderr. Its tools run without the gate: no rules, no signatures, no audit.

const names = Object.keys(servers) as (keyof typeof servers)[];
const usage = `Say which server to run: npm run --silent mcp -- <${names.join(' | ')}> [--http <port> [--ungated]]`;
const commandSchema = z.object({
  name: z.enum(names, usage),
  others: z.array(z.string()).max(0, { error: ({ input }) => `One process is one server: leave out "${input}"` }),
  port: z
    .string()
    .refine(isPort, {
      error: ({ input }) => `"${input}" is no port: give --http one from 0 to 65535, 0 being any free one`,
    })
    .transform(Number)
    .optional(),
  ungated: z.boolean().default(false),
});
type Command = z.infer<typeof commandSchema>;

type Door = { kind: 'stdio' } | ({ kind: 'http'; ungated: boolean } & HttpOptions);

try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const command = readCommand();
  const environment = readEnvironment();
  const door = doorOf(command, environment);
  const { create, seed } = serverOf(command.name, environment);
  const url = await databaseUrl(environment);
  await migrate(url);
  const db = openToolDatabase(url, environment.MCP_TENANT);
  await seed(db, new Date());
  // When the client closes stdin, the process answers what it has read and ends.
  if (door.kind === 'stdio') await create(db).connect(new StdioServerTransport());
  else await serveUntilStopped(door, () => create(db, door.ungated ? 'all tools' : 'reading tools'), db);
  console.error(warningOf(command.name, door));
}

/** Mail goes out by SMTP_URL, or stays in the mock mailbox. */
function serverOf(name: Command['name'], { SMTP_URL: url, MAIL_SEND: mode }: Environment): BuiltInServer {
  if (name !== 'gmail') return servers[name];
  return gmailSendingBy(outboxBy(url, mode));
}

function warningOf(name: string, door: Door): string {
  if (door.kind === 'stdio' || door.ungated) {
    return `Warning: the tools of ${name} run here without Countersign's gate: no rules, no signatures, no audit.`;
  }
  return `Only the tools of ${name} that change nothing are offered, for no gate and no audit stand before them: add --ungated for the others.`;
}

async function databaseUrl({ DATABASE_URL: url, DATA_DIR: dataDir }: Environment): Promise<string> {
  if (url !== undefined) return url;
  const quiet = () => {};
  const log = { debug: quiet, info: quiet, error: (line: string) => console.error(line) };
  const embedded = await joinOrStartEmbedded(dataDir, { log });
  embedded.release();
  if (embedded.kind === 'joined') takeOver(dataDir, { log });
  return embedded.url;
}

function readCommand(): Command {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { http: { type: 'string' }, ungated: { type: 'boolean' } },
  });
  const [name, ...others] = positionals;
  return commandSchema.parse({ name, others, port: values.http, ungated: values.ungated });
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
}

function doorOf({ port, ungated }: Command, { HOST: host, MCP_API_KEY: apiKey }: Environment): Door {
  if (port === undefined && ungated) throw new Error('--ungated goes with --http: over stdio all tools are offered');
  if (port === undefined) return { kind: 'stdio' };
  if (apiKey !== undefined) return { kind: 'http', host, port, apiKey, ungated };
  throw new Error('--http needs a key: set MCP_API_KEY; clients send it as "Authorization: Bearer <key>"');
}

async function serveUntilStopped(door: HttpOptions, create: () => McpServer, db: ToolDatabase): Promise<void> {
  const http = await serveHttp(create, door).catch((error) => {
    throw notListening(door, error);
  });
  console.log(`Listening on ${http.url}`);
  const stop = async () => {
    await http.close();
    await db.close();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
}

function notListening({ host, port }: HttpOptions, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return error;
  const remedy =
    error.code === 'EADDRINUSE'
      ? 'give --http a free one, or stop what listens there'
      : 'check HOST and the port after --http';
  return new Error(`Port ${port} on ${host} cannot be opened (${error.code}): ${remedy}`);
}

function messageOf(error: unknown): string {
  if (error instanceof z.ZodError) return [...new Set(error.issues.map((issue) => issue.message))].join('\n');
  return error instanceof Error ? error.message : String(error);
}
