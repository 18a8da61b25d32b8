import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { localTools } from '../../core/agent/tools/all.ts';
import { readDesks, serversOf } from '../../core/desk/desks.ts';
import { everyoneAlone } from '../../core/desk/people.ts';
import type { Desk } from '../../core/desk/types.ts';
import { openGate } from '../../core/gate/gate.ts';
import { openRate } from '../../core/gate/rate-limit.ts';
import { openSeals } from '../../core/gate/seals.ts';
import type { Gate } from '../../core/gate/types.ts';
import { openMcp } from '../../core/mcp/mcp.ts';
import type { ServerEntry } from '../../core/mcp/servers.ts';
import { exceededLimit } from '../../core/records/calls.ts';
import { type Database, openDatabase } from '../../core/records/database.ts';
import { ensureTenant } from '../../core/records/entries.ts';
import { prepareDatabase } from '../../core/records/install.ts';
import { openToolDatabase, type ToolDatabase } from '../../mcp-servers/kit/database.ts';
import type { BuiltInServer } from '../../mcp-servers/kit/server.ts';
import { servers } from '../../mcp-servers/servers.ts';

/** The parts of a turn on one database: records, gate, tools with demonstration data. */
export type House = {
  db: Database;
  gate: Gate;
  desks: Desk[];
  tenant: string;
  /** The day from which the demonstration data are dated. */
  today: Date;
  close(): Promise<void>;
};

const TENANT = 'eval';

/** Nothing but the shipped desks and the built-in servers: mcp.json would bring tools that no case was written for. */
export async function openHouse(databaseUrl: string, today = new Date()): Promise<House> {
  const read = readDesks('desks');
  if (read.kind === 'broken') throw new Error(read.lines.join('\n'));
  await prepareDatabase(databaseUrl);
  const db = openDatabase(databaseUrl);
  await ensureTenant(db, TENANT, TENANT);
  const toolDb = openToolDatabase(databaseUrl, TENANT);
  const mcp = openMcp(builtIn(toolDb, read.desks, today), { ttlSeconds: 3600 });
  const gate = openGate(mcp, localTools, {
    tenant: TENANT,
    seals: openSeals(db, TENANT, randomBytes(32)),
    rate: openRate(everyoneAlone),
    people: everyoneAlone,
    exceeded: (counted) => exceededLimit(db, TENANT, counted),
  });
  await mcp.tools();
  return {
    db,
    gate,
    desks: read.desks,
    tenant: TENANT,
    today,
    async close() {
      await mcp.close();
      await toolDb.close();
      await db.close();
      // A pool lets go of its connections before they are closed, and complains of a Postgres that is stopped meanwhile.
      await sleep(100);
    },
  };
}

function builtIn(toolDb: ToolDatabase, desks: Desk[], today: Date): Record<string, ServerEntry> {
  const named = new Set(desks.flatMap((desk) => [...serversOf(desk)]));
  const entry = ({ create, seed }: BuiltInServer): ServerEntry => ({
    kind: 'memory',
    async connect(transport) {
      await seed(toolDb, today);
      const server = create(toolDb);
      await server.connect(transport);
      return server;
    },
  });
  const used = Object.entries(servers).filter(([name]) => named.has(name));
  return Object.fromEntries(used.map(([name, server]) => [name, entry(server)]));
}
