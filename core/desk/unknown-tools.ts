import { isRecord } from '../gate/canonical.ts';
import { serverIn, writtenTool } from '../mcp/definitions.ts';
import { nearest } from '../nearest.ts';
import type { Desk } from './types.ts';

/** What a desk names and does not exist, and what follows from it; `nearest` is the one that was probably meant. */
export type Unknown = { what: string; nearest: string | undefined; so?: string };

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

type Listed = { name: string; inputSchema: Record<string, unknown> };

/** Finds arguments that a desk names and these tools do not take. */
export function unknownArguments(desk: Desk, listed: Listed[]): Unknown[] {
  return listed.flatMap(({ name: tool, inputSchema }) => {
    const known = argumentsOf(inputSchema);
    if (known === null) return [];
    const missing = namedArguments(desk, tool).filter(({ name }) => !known.includes(name));
    return missing.map(({ name, so }) => ({
      what: `the argument ${name} of ${writtenTool(tool)}`,
      nearest: nearest(name, known),
      so,
    }));
  });
}

/** Null where the schema does not name them. */
export function argumentsOf({ properties }: Record<string, unknown>): string[] | null {
  return isRecord(properties) ? Object.keys(properties) : null;
}

type Named = { name: string; so: string };

const CLOSED = 'so it is closed to customers';
const REFUSED = 'so its calls are refused';
const UNJUDGED = 'so the stricter rule counts';
const UNSHOWN = 'so it is not shown first';
const UNREAD = 'so nothing can be looked up by it';
const OVER_LIMIT = 'so its calls count as over the limit';

/** The arguments of this tool that the desk names anywhere. */
function namedArguments(desk: Desk, tool: string): Named[] {
  const { customer, when = [], first = [], check, probe } = desk.tools.get(tool) ?? {};
  const { customers, commands, quotas } = desk;
  const given = when.flatMap((one) => ('askedBy' in one ? [] : [one]));
  const lookups = [...desk.tools.values()].flatMap((one) => [one.check ?? [], one.probe ?? []].flat());
  const into = lookups.filter((one) => one.tool === tool).flatMap((one) => Object.keys(one.arguments));
  const asked = [customers.kind === 'lookup' ? [customers] : [], commands.switch ?? []].flat();
  const unread = [
    ...[check, probe].flatMap((one) => Object.values(one?.arguments ?? {})),
    ...into,
    ...asked.filter((one) => one.tool === tool).map(({ argument }) => argument),
  ];
  return [
    ...(customer === undefined ? [] : [{ name: customer, so: CLOSED }]),
    ...given.map(({ argument, fits }) => ({ name: argument, so: fits.kind === 'given' ? REFUSED : UNJUDGED })),
    ...first.map((name) => ({ name, so: UNSHOWN })),
    ...unread.map((name) => ({ name, so: UNREAD })),
    ...quotas.flatMap(({ tools, sum }) => (sum && tools.includes(tool) ? [{ name: sum, so: OVER_LIMIT }] : [])),
  ];
}

export function unknownText(desk: Desk, { what, nearest, so = 'so nobody can use it' }: Unknown): string {
  const meant = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return `The desk ${desk.name} names ${what}, which does not exist, ${so}.${meant}`;
}
