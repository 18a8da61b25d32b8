import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bot, startBot } from '../../bot/main.ts';
import { type Context, openContext } from '../../context.ts';
import type { Env } from '../../core/env.ts';
import type { WorkspaceOptions } from '../../playground/slack/state-type.ts';
import { createWorkspace, type SlackMessage, type SlackWorkspace } from '../../playground/slack/workspace.ts';
import { openToolServers, type ToolServers } from '../../tool-servers.ts';
import { startWorkers, type Workers } from '../../workers/main.ts';
import { type FakeModel, type Script, startFakeModel } from '../fakes/model/server.ts';
import { freshDatabase, redisUrl } from './database.ts';

export type Backend = 'postgres' | 'redis';
export const backends: Backend[] = ['postgres', 'redis'];

export type App = {
  slack: SlackWorkspace;
  model: FakeModel;
  context: Context;
  env: Env;
  botUrl: string;
  bot: Bot;
  /** The app's Socket Mode connections, for the test that breaks them. */
  lines: Set<Duplex>;
  /** Says something in a channel and waits for the reply in its thread. */
  ask(text: string, where?: { channel?: string; thread?: string; user?: string }): Promise<SlackMessage>;
  replies(channel: string, thread: string): SlackMessage[];
  restartWorkers(change?: Partial<Env>): Promise<void>;
  stopWorkers(): Promise<void>;
  close(): Promise<void>;
};

export const channel = 'C0GENERAL';

/** Desks come from the repository unless a folder is named; events come by HTTP unless Socket Mode is asked for. */
export type Setting = { desks?: string; door?: 'http' | 'socket'; workspace?: WorkspaceOptions };

/** The whole product in this process, on a fresh database, between an honest Slack and a scripted model. */
export async function startApp(
  backend: Backend,
  script: Script,
  change: Partial<Env> = {},
  { desks, door = 'http', workspace = {} }: Setting = {},
): Promise<App> {
  const database = await freshDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-app-'));
  const slack = createWorkspace({ retryDelaysMs: [0, 100, 300], ...workspace });
  const { apiUrl, lines, close: closeSlack } = await openSlack(slack);
  const model = await startFakeModel(script);
  const { botToken, signingSecret, appToken } = slack;
  const env: Env = {
    slack:
      door === 'http'
        ? { kind: 'http', botToken, signingSecret, apiUrl }
        : { kind: 'socket', botToken, appToken, apiUrl },
    model: { kind: 'openai', apiKey: 'test', baseUrl: model.baseUrl, model: 'scripted' },
    vision: false,
    database: { kind: 'url', url: database.url },
    queue: backend === 'redis' ? { kind: 'redis', url: redisUrl() } : { kind: 'postgres' },
    port: 0,
    host: '127.0.0.1',
    logLevel: 'error',
    contextSize: 5,
    toolCacheSeconds: 300,
    dataDir,
    approvalsChannel: 'C0APPROVALS',
    confirmationSeconds: 300,
    mailSend: 'on',
    playground: false,
    ...change,
  };
  const context = await openContext(env, desks);
  const bot = await startBot(context);
  const openWorkers = (change: Partial<Env> = {}) => {
    const given = { ...context, env: { ...env, ...change } };
    const tools = openToolServers(given);
    return { tools, workers: startWorkers(given, tools) };
  };
  let running: { tools: ToolServers; workers: Workers } | undefined = openWorkers();
  slack.connect(door === 'http' ? { kind: 'http', urls: [`${bot.url}/slack/events`] } : { kind: 'socket' });
  const stopWorkers = async () => {
    const stopping = running;
    running = undefined;
    await stopping?.workers.stop();
    await stopping?.tools.close();
  };
  const replies = (where: string, thread: string) =>
    slack.messages(where, thread).filter(({ user, metadata }) => user === slack.botUserId && !isCard(metadata));
  return {
    slack,
    model,
    context,
    env,
    botUrl: bot.url,
    bot,
    lines,
    replies,
    async ask(text, { channel: where = channel, thread, user = 'U0LISA' } = {}) {
      const mention = thread ? text : `<@${slack.botUserId}> ${text}`;
      const { ts } = await slack.say({ user, channel: where, text: mention, ...(thread ? { thread_ts: thread } : {}) });
      const before = thread ? replies(where, thread).length : 0;
      return until(() => {
        const after = replies(where, thread ?? ts);
        const last = after.at(-1);
        return after.length > before && last && !last.streaming ? last : undefined;
      }, `a reply to "${text}"`);
    },
    async restartWorkers(next = {}) {
      await stopWorkers();
      running = openWorkers(next);
    },
    stopWorkers,
    async close() {
      await bot.stop();
      await stopWorkers();
      await context.close();
      await Promise.all([closeSlack(), model.close()]);
      await database.drop();
      rmSync(dataDir, { recursive: true });
    },
  };
}

/** Cards stand in a thread beside what the agent says. */
function isCard(metadata: SlackMessage['metadata']): boolean {
  return metadata?.event_type === 'countersign_card';
}

async function openSlack(slack: SlackWorkspace) {
  const lines = new Set<Duplex>();
  const server = createServer(slack.handle).on('upgrade', (req, socket, head) => {
    lines.add(socket.once('close', () => lines.delete(socket)));
    slack.upgrade(req, socket, head);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    await slack.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { apiUrl: `http://127.0.0.1:${port}/api/`, lines, close };
}

const SOON_MS = 10;
const LATER_MS = 50;

/** Waits for what the outside world shows. Looking costs other tests their time, so what takes longer is looked at less often. */
export async function until<T>(
  look: () => T | undefined | Promise<T | undefined>,
  what: string,
  ms = 60_000,
): Promise<T> {
  const deadline = Date.now() + ms;
  for (let pause = SOON_MS; ; pause = Math.min(pause * 1.2, LATER_MS)) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() > deadline) throw new Error(`waited ${ms} ms for ${what}`);
    await sleep(pause);
  }
}
