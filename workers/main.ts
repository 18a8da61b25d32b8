import { pathToFileURL } from 'node:url';
import { openSlackChannel } from '../channels/slack-channel.ts';
import { type Model, openModel } from '../core/agent/model.ts';
import { checkRequiresConfirmation } from '../core/agent/tools/check-requires-confirmation.ts';
import { extractEntities } from '../core/agent/tools/extract-entities.ts';
import { summarizeState } from '../core/agent/tools/summarize-state.ts';
import { systemClock } from '../core/clock.ts';
import { type Desk, serversOf } from '../core/desk.ts';
import { type Env, loadEnv } from '../core/env.ts';
import { type Gate, openGate } from '../core/gate/gate.ts';
import { openRate } from '../core/gate/rate.ts';
import { openSeals, sealKey } from '../core/gate/seals.ts';
import { type Mcp, openMcp } from '../core/mcp/mcp.ts';
import { readServers, type ServerEntry } from '../core/mcp/servers.ts';
import { listen } from '../core/queue.ts';
import { likelyLimit } from '../core/store/approvals.ts';
import { type Ground, layGround, type Running, runUntilSignalled, SetupFault } from '../ground.ts';
import { openToolDatabase, type ToolDatabase } from '../mcp-servers/database.ts';
import { type BuiltInServer, servers } from '../mcp-servers/servers.ts';
import { card } from './card.ts';
import { deliver } from './deliver.ts';
import { dispatch } from './dispatch.ts';
import { edit } from './edit.ts';
import { startSigningHeads } from './heads.ts';
import type { Parts } from './parts.ts';
import { summarize } from './summarize.ts';
import { startSweeping } from './sweep.ts';
import { answerThread } from './turn.ts';

export type Workers = { toolServers(): Record<string, string>; stop(): Promise<void> };

/** Turns that wait for a model cost little, so many run side by side. */
const CONCURRENCY = { turns: 48, chores: 8 };
/** Turns in flight may finish for this long after the word to stop; then they are handed back. */
const GRACE_MS = 8_000;

export function startWorkers(ground: Ground): Workers {
  const { db, bells, log, desks, env, slack } = ground;
  const tools = openToolServers(ground);
  const parts: Parts = {
    db,
    bells,
    clock: systemClock,
    log,
    model: modelOf(env),
    desks,
    channels: slack ? { slack: openSlackChannel(slack.api, slack.identity, systemClock) } : {},
    gateOf: tools.gateOf,
    contextSize: env.contextSize,
    signing: {
      approvalsChannel: env.approvalsChannel ?? null,
      confirmMs: env.confirmationSeconds * 1000,
      personOf: ground.people.personOf,
    },
    redact: ground.redact,
  };
  const stopping = new AbortController();
  const listening = listen(
    ground.queue,
    {
      turn: (data) => answerThread(parts, data, stopping.signal),
      deliver: (data) => deliver(parts, data),
      summarize: (data) => summarize(parts, data, stopping.signal),
      dispatch: (data) => dispatch(parts, data, stopping.signal),
      edit: (data) => edit(parts, data),
      card: (data) => card(parts, data),
    },
    CONCURRENCY,
    log,
  );
  const sweeping = startSweeping(parts);
  const signing = startSigningHeads(parts, env);
  if (slack) tools.warmUp(slack.identity.teamId);
  return {
    toolServers: tools.state,
    async stop() {
      await sweeping.stop();
      const patience = setTimeout(() => stopping.abort(), GRACE_MS);
      await listening.close();
      clearTimeout(patience);
      await tools.close();
      await signing.stop();
    },
  };
}

function modelOf({ model }: Env): Model | null {
  return model.kind === 'openai' ? openModel(model) : null;
}

type ToolServers = {
  gateOf(tenant: string): Gate;
  /** Connects, so that the first question does not wait for it. */
  warmUp(tenant: string): void;
  state(): Record<string, string>;
  close(): Promise<void>;
};

/** Each tenant has connections of its own to the tool servers: a built-in one is bound to its tenant's rows. */
function openToolServers({ env, log, databaseUrl, db, desks }: Ground): ToolServers {
  const file = readServers('mcp.json', process.env);
  if (file.kind === 'broken') throw new SetupFault(file.message);
  const key = sealKey(env.sealKey, env.dataDir);
  if (key.kind === 'broken') throw new SetupFault(key.line);
  const rate = openRate();
  const open = new Map<string, { mcp: Mcp; gate: Gate; toolDb: ToolDatabase }>();
  const ofTenant = (tenant: string) => {
    let known = open.get(tenant);
    if (!known) {
      const toolDb = openToolDatabase(databaseUrl, tenant);
      const mcp = openMcp({ ...builtIn(toolDb, desks), ...file.servers }, { ttlSeconds: env.toolCacheSeconds, log });
      const gate = openGate(mcp, [extractEntities, summarizeState, checkRequiresConfirmation], {
        tenant,
        seals: openSeals(db, tenant, key.key),
        rate,
        exceeded: (counted) => likelyLimit(db, tenant, counted),
      });
      known = { mcp, gate, toolDb };
      open.set(tenant, known);
    }
    return known;
  };
  return {
    gateOf: (tenant) => ofTenant(tenant).gate,
    warmUp: (tenant) => void ofTenant(tenant).mcp.tools(),
    state: () => Object.fromEntries([...open.values()].flatMap(({ mcp }) => Object.entries(mcp.state()))),
    async close() {
      await Promise.all([...open.values()].map(({ mcp }) => mcp.close()));
      await Promise.all([...open.values()].map(({ toolDb }) => toolDb.close()));
    },
  };
}

/** Those that some desk names: the data of the others need not even be loaded. */
function builtIn(db: ToolDatabase, desks: Desk[]): Record<string, ServerEntry> {
  const named = new Set(desks.flatMap((desk) => [...serversOf(desk)]));
  const entry = ({ create, seed }: BuiltInServer): ServerEntry => ({
    kind: 'memory',
    async connect(transport) {
      await seed(db, new Date());
      const server = create(db);
      await server.connect(transport);
      return server;
    },
  });
  const used = Object.entries(servers).filter(([name]) => named.has(name));
  return Object.fromEntries(used.map(([name, server]) => [name, entry(server)]));
}

async function main(): Promise<Running> {
  const ground = await layGround(loadEnv());
  if (!ground.slack) {
    throw new SetupFault(
      'SLACK_BOT_TOKEN is not set: workers that run alone answer in that account. Set it, or use npm start.',
    );
  }
  const workers = startWorkers(ground);
  process.stdout.write('The workers are ready.\n');
  return {
    async stop() {
      await workers.stop();
      await ground.close();
    },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await runUntilSignalled(main);
