import { parseArgs } from 'node:util';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { z } from 'zod';
import { migrate } from '../prisma/migrate.ts';
import { openToolDatabase, type ToolDatabase } from './database.ts';
import { type HttpOptions, serveHttp } from './http.ts';
import { type BuiltInServer, servers } from './servers.ts';

// One built-in MCP server as a process: over stdio, or over HTTP with --http <port>. With stdio, stdout belongs to the
// protocol: whatever else is said goes to stderr.

const names = Object.keys(servers) as (keyof typeof servers)[];
const usage = `Say which server to run: npm run --silent mcp -- <${names.join(' | ')}> [--http <port>]`;
const commandSchema = z.object({
  name: z.enum(names, usage),
  port: z.coerce.number(usage).int(usage).min(0, usage).max(65_535, usage).optional(),
});
type Command = z.infer<typeof commandSchema>;

const noDatabase =
  'Set DATABASE_URL to your Postgres, for example postgresql://user:password@127.0.0.1:5432/countersign';
const environmentSchema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: noDatabase }),
  MCP_TENANT: z.string().min(1, 'MCP_TENANT is empty: name the tenant, or unset it for "local"').default('local'),
  MCP_API_KEY: z.string().min(1, 'MCP_API_KEY is empty: set it to the key that clients must send').optional(),
  HOST: z
    .string()
    .min(1, 'HOST is empty: name the address to listen on, or unset it for 127.0.0.1')
    .default('127.0.0.1'),
});
type Environment = z.infer<typeof environmentSchema>;

type Door = { kind: 'stdio' } | ({ kind: 'http' } & HttpOptions);

try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const command = readCommand();
  const environment = environmentSchema.parse(process.env);
  const door = doorOf(command, environment);
  const { create, seed }: BuiltInServer = servers[command.name];
  await migrate(environment.DATABASE_URL);
  const db = openToolDatabase(environment.DATABASE_URL, environment.MCP_TENANT);
  await seed(db, new Date());
  // Once the client closes stdin nothing keeps the process: it answers what it has read and ends.
  if (door.kind === 'stdio') await create(db).connect(new StdioServerTransport());
  else await serveUntilStopped(door, create, db);
}

function readCommand(): Command {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { http: { type: 'string' } } });
  return commandSchema.parse({ name: positionals[0], port: values.http });
}

function doorOf({ port }: Command, { HOST: host, MCP_API_KEY: apiKey }: Environment): Door {
  if (port === undefined) return { kind: 'stdio' };
  if (apiKey !== undefined) return { kind: 'http', host, port, apiKey };
  throw new Error('--http needs a key: set MCP_API_KEY; clients send it as "Authorization: Bearer <key>"');
}

async function serveUntilStopped(door: HttpOptions, create: BuiltInServer['create'], db: ToolDatabase): Promise<void> {
  const http = await serveHttp(() => create(db), door);
  console.log(`Listening on ${http.url}`);
  const stop = async () => {
    await http.close();
    await db.close();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
}

function messageOf(error: unknown): string {
  if (error instanceof z.ZodError) return [...new Set(error.issues.map((issue) => issue.message))].join('\n');
  return error instanceof Error ? error.message : String(error);
}
