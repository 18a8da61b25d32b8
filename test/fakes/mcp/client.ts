import { openMcp } from '../../../core/mcp/mcp.ts';
import type { ServerEntry } from '../../../core/mcp/servers.ts';
import type { Mcp, McpOptions, Tool } from '../../../core/mcp/types.ts';

type Options = Partial<Parameters<Mcp['call']>[2]>;

const opened: Mcp[] = [];

export async function closeAll(): Promise<void> {
  await Promise.all(opened.splice(0).map((mcp) => mcp.close()));
}

export function open(servers: Record<string, ServerEntry>, options: Partial<McpOptions> = {}): Mcp {
  const mcp = openMcp(servers, { ttlSeconds: 300, ...options });
  opened.push(mcp);
  return mcp;
}

export async function get(mcp: Mcp, name: string): Promise<Tool> {
  const found = await mcp.find(name);
  if (found.kind !== 'found') throw new Error(`${name}: ${JSON.stringify(found)}`);
  return found.tool;
}

export function callTool(mcp: Mcp, tool: Tool, args: Record<string, unknown>, options: Options = {}) {
  return mcp.call(tool, args, { signal: new AbortController().signal, timeoutMs: 10_000, ...options });
}

export async function call(mcp: Mcp, name: string, args: Record<string, unknown>, options: Options = {}) {
  return callTool(mcp, await get(mcp, name), args, options);
}
