import { type Bot, startBot } from './bot/main.ts';
import type { WebPlugin } from './bot/web/server.ts';
import { type Env, loadEnv } from './core/env.ts';
import { createLog } from './core/log.ts';
import { readServers } from './core/mcp/servers.ts';
import { type Ground, layGround, type Running, runUntilSignalled, SetupFault } from './ground.ts';
import { closedPlaygroundPlugin, playgroundPlugin } from './playground/door/plugin.ts';
import { furnish } from './playground/furnish.ts';
import type { LiveParts } from './playground/live/hello.ts';
import { MODEL_NAME } from './playground/model/server.ts';
import { startStandInModel } from './playground/model/stand-in.ts';
import type { FaultsState } from './playground/page/protocol.ts';
import type { PlaygroundPorts } from './playground/ports.ts';
import { openStore } from './playground/slack/saving/store.ts';
import { createWorkspace, type SlackWorkspace } from './playground/slack/workspace.ts';
import { startEmbedded } from './prisma/embedded.ts';
import { migrate } from './prisma/migrate.ts';
import { startWorkers, type Workers } from './workers/main.ts';

type OnStop = (end: () => Promise<void>) => void;

/** Everything in one process, with a stand-in for each part that no variable names. */
async function start(): Promise<Running> {
  const env = loadEnv();
  const ends: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    await open(env, (end) => ends.push(end));
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function open(env: Env, onStop: OnStop): Promise<void> {
  const database = await databaseOf(env, onStop);
  const { slack, workspace } = await slackOf(env, database.url, onStop);
  const approvalsChannel = env.approvalsChannel ?? (workspace ? STAND_IN_APPROVALS : undefined);
  const model = await modelOf(env, onStop);
  const ground = await layGround({ ...env, database, slack, model, approvalsChannel });
  onStop(ground.close);
  const ports = portsOf(env, ground);
  if (workspace) furnish(workspace, ports);
  let workers: Workers | undefined;
  const bot = await startBot(ground, {
    plugins: workspace ? [playgroundOf(env, { workspace, ports })] : [],
    checks: { model: () => modelText(env), tools: () => toolText(workers) },
  });
  onStop(bot.stop);
  workers = startWorkers(ground);
  onStop(workers.stop);
  workspace?.connect({ kind: 'http', urls: [`${bot.url}/slack/events`] });
  process.stdout.write(table(env, ground, bot, workers));
}

async function databaseOf(env: Env, onStop: OnStop): Promise<Extract<Env['database'], { kind: 'url' }>> {
  if (env.database.kind === 'url') return env.database;
  const log = createLog({ level: env.logLevel });
  const { dataDir } = env.database;
  const postgres = await startEmbedded(dataDir, { log }).catch((error) => {
    throw new SetupFault(dataFault(dataDir, error));
  });
  onStop(postgres.stop);
  void postgres.lost.then(giveUp);
  return { kind: 'url', url: postgres.url };
}

/** Without its database nothing can be done, nor be ended properly: whoever watches this process starts it again. */
function giveUp(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

/** What the operating system refuses is said in its own terms; what we refuse says itself what to do. */
function dataFault(dataDir: string, error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!('code' in error && 'syscall' in error)) return error.message;
  return `DATA_DIR ${dataDir} cannot be used (${error.code}): set it to a folder that may be made or written.`;
}

/** The stand-in workspace has this channel from the start. */
const STAND_IN_APPROVALS = 'C0APPROVALS';
const KEPT_CALLS = 1000;
const TAKEN_OVER = 'Another npm start, or npm run reset, took the stand-in workspace in this database: start again.';

async function slackOf(
  env: Env,
  databaseUrl: string,
  onStop: OnStop,
): Promise<{ slack: Env['slack']; workspace: SlackWorkspace | undefined }> {
  if (env.slack.kind !== 'none') return { slack: env.slack, workspace: undefined };
  const workspace = await openWorkspace(databaseUrl).catch((error: Error) => {
    throw new SetupFault(error.message);
  });
  onStop(workspace.close);
  const { apiUrl } = await workspace.listen();
  const { botToken, signingSecret } = workspace;
  return { slack: { kind: 'http', botToken, signingSecret, apiUrl }, workspace };
}

async function openWorkspace(databaseUrl: string): Promise<SlackWorkspace> {
  await migrate(databaseUrl);
  const store = await openStore(databaseUrl);
  return createWorkspace({ store, onTakenOver: () => giveUp(TAKEN_OVER), keepLedger: KEPT_CALLS, bare: true });
}

/** It asks for no key; the client wants one. */
const NO_KEY = 'none';

async function modelOf(env: Env, onStop: OnStop): Promise<Env['model']> {
  if (env.model.kind !== 'none') return env.model;
  const { baseUrl, close } = await startStandInModel({ dataDir: env.dataDir, log: createLog({ level: env.logLevel }) });
  onStop(close);
  return { kind: 'openai', apiKey: NO_KEY, baseUrl, model: MODEL_NAME };
}

/** Beside tool servers of one's own, whoever acts as somebody else would act in the real world. */
function playgroundOf(env: Env, parts: LiveParts): WebPlugin {
  const file = readServers('mcp.json', process.env);
  const servers = file.kind === 'ok' ? Object.keys(file.servers) : [];
  if (servers.length === 0 || env.playground) {
    return playgroundPlugin(parts);
  }
  return closedPlaygroundPlugin(
    `The playground is closed, because mcp.json names tool servers (${servers.join(', ')}) and anyone at this machine could act as anyone: set PLAYGROUND=1 to open it all the same.`,
  );
}

function portsOf(env: Env, { env: { approvalsChannel }, desks }: Ground): PlaygroundPorts {
  const quiet: FaultsState = {
    slack: 'ok',
    model: 'ok',
    tools: {},
    threefold: false,
    worker: { kind: 'inner' },
    log: [],
  };
  return {
    desks: () =>
      desks.map(({ name, title, slack: { channels, directMessages }, examples, approvals }) => ({
        ...{ name, title, channels, directMessages, examples, approvals: approvals.channel },
      })),
    approvalsChannel: approvalsChannel ?? null,
    model: { standIn: env.model.kind === 'none', name: modelText(env) },
    commands: [
      { name: '/countersign', about: 'What waits for your signature, what you asked for, and what you can ask' },
    ],
    story: async () => [],
    waiting: async () => ({}),
    faults: { state: () => quiet, order: async () => quiet, onChange: () => () => {} },
  };
}

/** Room for names; a path may need more. */
const COLUMN = 36;

/** What is real and what stands in. */
function table(env: Env, ground: Ground, bot: Bot, workers: Workers): string {
  const deskNames = ground.desks.map(({ name }) => name);
  const rows = [
    env.database.kind === 'url'
      ? ['Postgres', 'yours', '']
      : ['Postgres', `embedded, in ${env.database.dataDir}`, 'DATABASE_URL'],
    env.queue.kind === 'redis' ? ['Queue', 'BullMQ on Redis', ''] : ['Queue', 'BullMQ on Postgres', 'REDIS_URL'],
    env.slack.kind === 'none'
      ? ['Slack', 'a stand-in workspace', 'SLACK_BOT_TOKEN']
      : ['Slack', `${ground.slack?.identity.team}, by ${env.slack.kind === 'socket' ? 'Socket Mode' : 'HTTP'}`, ''],
    ['Model', modelText(env), env.model.kind === 'none' ? 'OPENAI_API_KEY or OPENAI_BASE_URL' : ''],
    ['Tools', inColumn(Object.keys(workers.toolServers()), 'servers'), 'mcp.json, for more'],
    ['Desks', inColumn(deskNames, 'desks'), 'desks/, for more'],
  ];
  const width = Math.max(COLUMN, ...rows.map(([, what = '']) => what.length));
  const lines = rows.map(([part = '', what = '', how = '']) =>
    `  ${part.padEnd(10)}${what.padEnd(width)}  ${how && `→ ${how}`}`.trimEnd(),
  );
  return `\nCountersign is ready: ${bot.url}\n\n${lines.join('\n')}\n\n`;
}

/** As many of the names as there is room for. */
function inColumn(names: string[], what: string): string {
  const all = names.join(', ');
  if (all.length <= COLUMN) return all;
  const some = (count: number) => `${names.length} ${what}: ${names.slice(0, count).join(', ')}, …`;
  const most = names.findLastIndex((_, at) => some(at + 1).length <= COLUMN);
  return most < 0 ? `${names.length} ${what}` : some(most + 1);
}

function modelText({ model }: Env): string {
  return model.kind === 'none' ? 'a stand-in' : model.model;
}

function toolText(workers: Workers | undefined): string {
  const states = Object.entries(workers?.toolServers() ?? {});
  return states.map(([name, state]) => `${name} ${state}`).join(', ') || 'starting';
}

await runUntilSignalled(start);
