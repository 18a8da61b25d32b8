import { startBot } from '../bot/main.ts';
import type { WebPlugin } from '../bot/web/server.ts';
import { openContext } from '../context.ts';
import type { Env } from '../core/env.ts';
import { toolsText } from '../core/health.ts';
import { createLog } from '../core/log.ts';
import { readServers } from '../core/mcp/servers.ts';
import { closedPlaygroundPlugin, playgroundPlugin } from '../playground/door/plugin.ts';
import { MODEL_NAME } from '../playground/model/server.ts';
import { type StandInModel, startStandInModel } from '../playground/model/stand-in.ts';
import { openWorkspace, STAND_IN_APPROVALS } from '../playground/open.ts';
import { addPeopleAndChannels } from '../playground/people-and-channels.ts';
import { openPlayground, type Playground } from '../playground/playground.ts';
import type { SlackWorkspace } from '../playground/slack/workspace.ts';
import { type Running, SetupFault } from '../process.ts';
import { openToolServers } from '../tool-servers.ts';
import { startWorkers } from '../workers/main.ts';
import { giveUp, type OpenDatabase, openDatabaseOf } from './database.ts';
import { type OpenedLater, productOf } from './product.ts';
import { modelText, table } from './table.ts';

export type Everything = Running & {
  url: string;
  /** Lists what is real and what stands in, for the person who started it. */
  table: string;
};

/**
 * Starts everything in one process, with a stand-in for each part that no variable names. The caller may have begun to
 * open the database.
 */
export async function startEverything(env: Env, opening = openDatabaseOf(env)): Promise<Everything> {
  const ends: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const database = await opening;
    ends.push(database.stop);
    return { stop, ...(await open(env, database, (end) => ends.push(end))) };
  } catch (error) {
    await stop();
    throw error;
  }
}

const DEFAULT_SMTP_PORT = 2525;

/** Registers what must end when everything stops; the last one registered ends first. */
type OnStop = (end: () => Promise<void>) => void;

async function open(env: Env, { database }: OpenDatabase, onStop: OnStop): Promise<Omit<Everything, 'stop'>> {
  const { slack, workspace } = await slackOf(env, database.url, onStop);
  const approvalsChannel = env.approvalsChannel ?? (workspace ? STAND_IN_APPROVALS : undefined);
  const { model, standIn } = await modelOf(env, onStop);
  const smtpPort = env.gmail ? undefined : (env.smtpPort ?? DEFAULT_SMTP_PORT);
  const context = await openContext({ ...env, database, slack, model, approvalsChannel, smtpPort });
  onStop(context.close);
  const later: OpenedLater = {};
  const product = productOf(env, context, later);
  if (workspace) addPeopleAndChannels(workspace, product);
  const closed = closedBecause(env);
  const playground = workspace && closed === null ? openPlayground(product, workspace, standIn) : null;
  const tools = openToolServers(context, playground?.through);
  onStop(tools.close);
  later.tools = tools;
  const bot = await startBot(context, {
    plugins: pluginsOf(workspace, playground, closed),
    smtp: { orAnother: env.smtpPort === undefined, verifies: workspace !== null && closed === null },
    checks: { model: () => modelText(env), tools: () => toolsText(tools.state()) },
  });
  onStop(bot.stop);
  later.bot = bot;
  const workers = startWorkers(context, tools);
  onStop(workers.stop);
  later.workers = workers;
  if (playground) onStop(playground.close);
  onStop(async () => bot.announceStop());
  workspace?.connect({ kind: 'http', urls: [`${bot.url}/slack/events`] });
  return { url: bot.url, table: table(env, context, bot, Object.keys(tools.state())) };
}

const TAKEN_OVER = 'Another npm start, or npm run reset, took the stand-in workspace in this database: start again.';

async function slackOf(
  env: Env,
  databaseUrl: string,
  onStop: OnStop,
): Promise<{ slack: Env['slack']; workspace: SlackWorkspace | null }> {
  if (env.slack.kind !== 'none') return { slack: env.slack, workspace: null };
  const log = createLog({ level: env.logLevel });
  const opened = await openWorkspace(databaseUrl, {
    onTakenOver: () => giveUp(TAKEN_OVER),
    onTrouble: (error) =>
      log.warn({ err: error }, 'what changed in the stand-in workspace is not kept yet; tried again'),
  }).catch((error: Error) => {
    throw new SetupFault(error.message);
  });
  const { workspace, apiUrl } = opened;
  onStop(workspace.close);
  const { botToken, signingSecret } = workspace;
  return { slack: { kind: 'http', botToken, signingSecret, apiUrl }, workspace };
}

/** The stand-in model needs no key, but the client refuses to run without one. */
const NO_KEY = 'none';

async function modelOf(env: Env, onStop: OnStop): Promise<{ model: Env['model']; standIn: StandInModel | null }> {
  if (env.model.kind !== 'none') return { model: env.model, standIn: null };
  const standIn = await startStandInModel({ dataDir: env.dataDir, log: createLog({ level: env.logLevel }) });
  onStop(standIn.close);
  return { model: { kind: 'openai', apiKey: NO_KEY, baseUrl: standIn.baseUrl, model: MODEL_NAME }, standIn };
}

function pluginsOf(
  workspace: SlackWorkspace | null,
  playground: Playground | null,
  closed: string | null,
): WebPlugin[] {
  if (workspace && playground) return [playgroundPlugin({ workspace, ports: playground.ports })];
  return workspace && closed !== null ? [closedPlaygroundPlugin(closed)] : [];
}

/**
 * Says why the playground is closed: a mailbox at Gmail, a mail server and tool servers of mcp.json act in the real world,
 * so nobody may act as any person beside them.
 */
function closedBecause(env: Env): string | null {
  if (env.playground) return null;
  if (env.gmail)
    return `The playground is closed, because GMAIL_USER names a real mailbox (${env.gmail.user}) and anyone at this machine could act as anyone: set PLAYGROUND=1 to open it all the same.`;
  if (env.smtpUrl !== undefined)
    return 'The playground is closed, because SMTP_URL names a real mail server and anyone at this machine could write as anyone: set PLAYGROUND=1 to open it all the same.';
  const file = readServers('mcp.json', process.env);
  const servers = file.kind === 'ok' ? Object.keys(file.servers) : [];
  if (servers.length === 0) return null;
  return `The playground is closed, because mcp.json names tool servers (${servers.join(', ')}) and anyone at this machine could act as anyone: set PLAYGROUND=1 to open it all the same.`;
}
