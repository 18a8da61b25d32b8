import { serverIn, writtenTool } from '../mcp/definitions.ts';
import { nearest } from '../nearest.ts';
import type { Desk } from './types.ts';

/** A server or tool that a desk names and that does not exist; `nearest` is the one that was probably meant. */
export type Unknown = { what: string; nearest: string | undefined };

/** Finds servers that are neither built in nor in mcp.json, and local tools that do not exist. */
export function unknownServers(desk: Desk, servers: string[], localTools: string[]): Unknown[] {
  const named = new Set([...desk.tools.keys()].map(serverIn));
  const missing = [...named].filter((server) => server !== undefined && !servers.includes(server));
  return [
    ...missing.flatMap((server = '') => ({ what: `the tool server ${server}`, nearest: nearest(server, servers) })),
    ...[...desk.tools.keys()]
      .filter((tool) => serverIn(tool) === undefined && !localTools.includes(tool))
      .map((tool) => unknownTool(tool, localTools)),
  ];
}

/** Finds tools that a desk names and their server does not list. */
export function unknownTools(desk: Desk, server: string, listed: string[]): Unknown[] {
  const named = [...desk.tools.keys()].filter((tool) => serverIn(tool) === server);
  return named.filter((tool) => !listed.includes(tool)).map((tool) => unknownTool(tool, listed));
}

/** Takes names as the model sees them, and compares them without the server's name. */
export function unknownTool(tool: string, listed: string[]): Unknown {
  const bare = new Map(listed.map((name) => [withoutServer(name), name]));
  const meant = bare.get(nearest(withoutServer(tool), [...bare.keys()]) ?? '');
  return { what: `the tool ${writtenTool(tool)}`, nearest: meant && writtenTool(meant) };
}

function withoutServer(tool: string): string {
  return tool.replace(/^.*?__/, '');
}

export function unknownText(desk: Desk, { what, nearest }: Unknown): string {
  const meant = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return `The desk ${desk.name} names ${what}, which does not exist, so nobody can use it.${meant}`;
}
