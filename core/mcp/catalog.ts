import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Connection } from './connection.ts';
import { type Definitions, MAX_TOOLS, readDefinitions } from './definitions.ts';
import type { ReconnectingServer } from './reconnecting.ts';
import { withTimeout } from './timeout.ts';
import type { Tool } from './types.ts';

export type Listing = { kind: 'listed'; tools: Map<string, Tool>; connection: Connection };
export type ToolList = Listing | { kind: 'down'; reason: string };

/** The tools of one server, as it listed them last. */
export type Catalog = {
  /** The list, if it is surely current. */
  fresh(): Listing | undefined;
  /** Waits for a list that is surely current. */
  current(): Promise<ToolList>;
  /** Waits shortly for the first list. Later returns the last known one while a newer one is fetched. */
  soon(): Promise<ToolList>;
  changed(): void;
  close(): void;
};

export type CatalogOptions = {
  ttlMs: number;
  listTimeoutMs: number;
  onListed(tools: Tool[]): void;
  clock: Pick<Clock, 'now'>;
  log?: Pick<Log, 'info' | 'warn'>;
};

// A server that reports changes all the time is asked at most four times a second.
const CHANGE_PAUSE_MS = 250;
// The first turn of a worker must not wait until the slowest server has started.
const PATIENCE_MS = 3000;
const MAX_PAGES = 100;

export function openCatalog(server: string, reconnecting: ReconnectingServer, options: CatalogOptions): Catalog {
  const { clock, log } = options;
  let last: (Listing & { at: number; version: number }) | undefined;
  let failure: string | undefined;
  let version = 0;
  let running: { listed: Promise<ToolList>; version: number } | undefined;
  let timer: NodeJS.Timeout | undefined;

  function fresh(): Listing | undefined {
    if (!last || last.version !== version || clock.now() - last.at >= options.ttlMs) return undefined;
    return last.connection === reconnecting.open() ? last : undefined;
  }

  function refresh(): Promise<ToolList> {
    running ??= { listed: load().finally(() => (running = undefined)), version };
    return running.listed;
  }

  async function load(): Promise<ToolList> {
    const ready = await reconnecting.ready();
    if (ready.kind === 'down') {
      failure = ready.reason;
      return ready;
    }
    const { connection } = ready;
    const asked = { at: clock.now(), version };
    try {
      const { tools, leftOut } = await listTools(server, connection.client, options.listTimeoutMs);
      if (leftOut.length > 0) log?.warn({ server, leftOut: leftOut.slice(0, 10) }, 'MCP tools left out');
      failure = undefined;
      reportDisabled(tools);
      options.onListed([...tools.values()]);
      last = { kind: 'listed', tools, connection, ...asked };
      return last;
    } catch (error) {
      failure = `it did not list its tools: ${connection.explain(error)}`;
      log?.warn({ server, reason: failure }, 'MCP server is down');
      reconnecting.suspect(connection);
      return { kind: 'down', reason: failure };
    }
  }

  function reportDisabled(tools: Map<string, Tool>): void {
    for (const { name, tool, unusable } of tools.values()) {
      if (unusable === undefined || last?.tools.get(name)?.unusable === unusable) continue;
      log?.warn({ server, tool }, `The tool ${name} is disabled: ${unusable}.`);
    }
  }

  return {
    fresh,
    async current() {
      const known = fresh();
      if (known) return known;
      // A list that we requested before the last reported change may not show it.
      if (running && running.version !== version) await running.listed;
      return refresh();
    },
    async soon() {
      const known = fresh();
      if (known) return known;
      const newer = refresh();
      if (failure !== undefined) return { kind: 'down', reason: failure };
      if (last) return last;
      return withTimeout(newer, PATIENCE_MS).catch((): ToolList => {
        failure = 'it is still starting';
        return { kind: 'down', reason: failure };
      });
    },
    changed() {
      version += 1;
      timer ??= setTimeout(() => {
        timer = undefined;
        void refresh();
      }, CHANGE_PAUSE_MS).unref();
    },
    close: () => clearTimeout(timer),
  };
}

const Page = z.looseObject({ tools: z.array(z.unknown()), nextCursor: z.string().optional() });

async function listTools(server: string, client: Client, timeoutMs: number): Promise<Definitions> {
  const deadline = performance.now() + timeoutMs;
  const raw: unknown[] = [];
  let cursor: string | undefined;
  if (!client.getServerCapabilities()?.tools) return readDefinitions(server, raw);
  for (let page = 0; page < MAX_PAGES && raw.length <= MAX_TOOLS; page++) {
    const timeout = Math.max(1, deadline - performance.now());
    const answer = await client.request({ method: 'tools/list', params: { cursor } }, Page, { timeout });
    raw.push(...answer.tools.slice(0, MAX_TOOLS + 1));
    cursor = answer.nextCursor;
    if (cursor === undefined) break;
  }
  return readDefinitions(server, raw);
}
