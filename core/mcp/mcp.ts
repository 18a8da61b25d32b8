import { isDeepStrictEqual } from 'node:util';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { systemClock } from '../clock.ts';
import { callTool, type Server } from './call.ts';
import { openCatalog, type ToolList } from './catalog.ts';
import { serverIn } from './definitions.ts';
import { openReconnecting } from './reconnecting.ts';
import type { ServerEntry } from './servers.ts';
import type { Down, FoundTool, Mcp, McpOptions, Tool } from './types.ts';

export function openMcp(entries: Record<string, ServerEntry>, options: McpOptions): Mcp {
  const servers = new Map<string, Configured>();
  const left = new Set<Server>();
  const setServers = (wanted: Record<string, ServerEntry>) => {
    for (const [name, server] of servers) {
      if (isSame(server.entry, wanted[name])) continue;
      servers.delete(name);
      left.add(server);
      server.catalog.close();
      void server.reconnecting.leave().finally(() => left.delete(server));
    }
    for (const [name, entry] of Object.entries(wanted)) {
      if (!servers.has(name)) servers.set(name, { ...openServer(name, entry, options), entry });
    }
  };
  setServers(entries);
  return {
    setServers,
    tools: (of) => (typeof of === 'string' ? toolsOfOne(servers, of) : toolsOfMany(servers, of)),
    find: (name) => find(servers, name),
    async call(tool, args, callOptions) {
      const server = servers.get(tool.server);
      if (!server) return { kind: 'unreachable', text: `${noServer(tool.server)} Nothing was done.` };
      return callTool(server, tool, args, callOptions);
    },
    state: () => Object.fromEntries([...servers].map(([name, { reconnecting }]) => [name, reconnecting.state()])),
    async close() {
      const all = [...servers.values(), ...left];
      for (const { catalog } of all) catalog.close();
      await Promise.all(all.map(({ reconnecting }) => reconnecting.close()));
    },
  };
}

type Configured = Server & { entry: ServerEntry };

/** Built-in servers change only with the build. */
function isSame(entry: ServerEntry, wanted: ServerEntry | undefined): boolean {
  return (entry.kind === 'memory' && wanted?.kind === 'memory') || isDeepStrictEqual(entry, wanted);
}

function openServer(name: string, entry: ServerEntry, options: McpOptions): Server {
  const { connectTimeoutMs = 10_000, maxResultBytes = 64 * 1024, clock = systemClock, log } = options;
  const through = (transport: Transport) => options.through?.(name, transport) ?? transport;
  const reconnecting = openReconnecting(name, entry, {
    connectTimeoutMs,
    through,
    clock,
    log,
    onListChanged: () => catalog.changed(),
  });
  const onListed = (tools: Tool[]) => options.onListed?.(name, tools);
  const limits = { ttlMs: options.ttlSeconds * 1000, listTimeoutMs: connectTimeoutMs, onListed, clock, log };
  const catalog = openCatalog(name, reconnecting, limits);
  return { reconnecting, catalog, maxResultBytes };
}

async function toolsOfMany(
  servers: Map<string, Server>,
  only?: ReadonlySet<string>,
): Promise<{ tools: Tool[]; down: Down[] }> {
  const asked = [...servers].filter(([name]) => only?.has(name) ?? true);
  return sortOut(await Promise.all(asked.map(async ([name, { catalog }]) => [name, await catalog.soon()] as const)));
}

async function toolsOfOne(servers: Map<string, Server>, name: string): Promise<{ tools: Tool[]; down: Down[] }> {
  const server = servers.get(name);
  if (!server) return { tools: [], down: [{ server: name, reason: noServer(name) }] };
  return sortOut([[name, await server.catalog.current()]]);
}

function sortOut(all: (readonly [string, ToolList])[]): { tools: Tool[]; down: Down[] } {
  const tools: Tool[] = [];
  const down: Down[] = [];
  for (const [server, listed] of all) {
    if (listed.kind === 'listed') tools.push(...listed.tools.values());
    else down.push({ server, reason: listed.reason });
  }
  return { tools, down };
}

async function find(servers: Map<string, Server>, name: string): Promise<FoundTool> {
  const server = serverIn(name) ?? '';
  const catalog = servers.get(server)?.catalog;
  if (!catalog) return { kind: 'none' };
  const listed = await catalog.current();
  if (listed.kind === 'down') return { kind: 'down', server, reason: listed.reason };
  const tool = listed.tools.get(name);
  return tool ? { kind: 'found', tool } : { kind: 'none' };
}

function noServer(name: string): string {
  return `There is no MCP server "${name}"; add it to mcp.json.`;
}
