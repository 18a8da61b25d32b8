import { localTools } from '../core/agent/tools/all.ts';
import { type Unknown, unknownTool } from '../core/desk/unknown-tools.ts';
import { serverIn } from '../core/mcp/definitions.ts';
import { openMcp } from '../core/mcp/mcp.ts';
import { readServers, type ServerEntry } from '../core/mcp/servers.ts';
import { nearest } from '../core/nearest.ts';
import { openToolDatabase } from '../mcp-servers/kit/database.ts';
import type { BuiltInServer } from '../mcp-servers/kit/server.ts';
import { servers } from '../mcp-servers/servers.ts';

export type Existence =
  | { kind: 'exists' }
  | ({ kind: 'missing' } & Unknown)
  /** Its server does not answer now. */
  | { kind: 'unknown'; reason: string };

/** Does this tool exist? A server of mcp.json is started, or asked, for its list. */
export async function existenceOf(tool: string): Promise<Existence> {
  const server = serverIn(tool);
  if (server === undefined)
    return among(
      tool,
      localTools.map(({ name }) => name),
    );
  const file = readServers('mcp.json', process.env);
  if (file.kind === 'broken' && !(server in servers)) return { kind: 'unknown', reason: file.message };
  const known = { ...builtIn(), ...(file.kind === 'ok' ? file.servers : {}) };
  const entry = known[server];
  if (!entry) {
    return { kind: 'missing', what: `the tool server ${server}`, nearest: nearest(server, Object.keys(known)) };
  }
  const mcp = openMcp({ [server]: entry }, { ttlSeconds: 60 });
  try {
    const { tools, down } = await mcp.tools(server);
    const [fault] = down;
    if (fault) return { kind: 'unknown', reason: `${server} is down: ${fault.reason}` };
    return among(
      tool,
      tools.map(({ name }) => name),
    );
  } finally {
    await mcp.close();
  }
}

function among(tool: string, listed: string[]): Existence {
  return listed.includes(tool) ? { kind: 'exists' } : { kind: 'missing', ...unknownTool(tool, listed) };
}

/** A server needs no database to list its tools. */
const NO_DATABASE = 'postgresql://127.0.0.1:1/none';

function builtIn(): Record<string, ServerEntry> {
  const entryOf = ({ create }: BuiltInServer): ServerEntry => ({
    kind: 'memory',
    async connect(transport) {
      const server = create(openToolDatabase(NO_DATABASE, 'local'));
      await server.connect(transport);
      return server;
    },
  });
  return Object.fromEntries(Object.entries(servers).map(([name, server]) => [name, entryOf(server)]));
}
