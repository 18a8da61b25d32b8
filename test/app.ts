import { setTimeout as sleep } from 'node:timers/promises';
import { startBot } from '../bot/main.ts';
import type { Env } from '../core/env.ts';
import { type Ground, layGround } from '../ground.ts';
import { createWorkspace, type SlackMessage, type SlackWorkspace } from '../playground/slack/workspace.ts';
import { startWorkers } from '../workers/main.ts';
import { freshDatabase, redisUrl } from './database.ts';
import { type FakeModel, type Script, startFakeModel } from './fakes/model/server.ts';

export type Backend = 'postgres' | 'redis';
export const backends: Backend[] = ['postgres', 'redis'];

export type App = {
  slack: SlackWorkspace;
  model: FakeModel;
  ground: Ground;
  env: Env;
  /** Says something in a channel and waits for the reply in its thread. */
  ask(text: string, where?: { channel?: string; thread?: string; user?: string }): Promise<SlackMessage>;
  replies(channel: string, thread: string): SlackMessage[];
  restartWorkers(change?: Partial<Env>): Promise<void>;
  stopWorkers(): Promise<void>;
  close(): Promise<void>;
};

export const channel = 'C0GENERAL';

/** The whole product in this process, on a fresh database, between an honest Slack and a scripted model. */
export async function startApp(backend: Backend, script: Script, change: Partial<Env> = {}): Promise<App> {
  const database = await freshDatabase();
  const slack = createWorkspace({ retryDelaysMs: [0, 100, 300] });
  const { apiUrl } = await slack.listen();
  const model = await startFakeModel(script);
  const env: Env = {
    slack: { kind: 'http', botToken: slack.botToken, signingSecret: slack.signingSecret, apiUrl },
    model: { kind: 'openai', apiKey: 'test', baseUrl: model.baseUrl, model: 'scripted' },
    database: { kind: 'url', url: database.url },
    queue: backend === 'redis' ? { kind: 'redis', url: redisUrl() } : { kind: 'postgres' },
    port: 0,
    host: '127.0.0.1',
    logLevel: 'error',
    contextSize: 5,
    toolCacheSeconds: 300,
    ...change,
  };
  const ground = await layGround(env);
  const bot = await startBot(ground);
  let workers = startWorkers(ground);
  slack.connect({ kind: 'http', urls: [`${bot.url}/slack/events`] });
  const replies = (where: string, thread: string) =>
    slack.messages(where, thread).filter((message) => message.user === slack.botUserId);
  return {
    slack,
    model,
    ground,
    env,
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
      await workers.stop();
      workers = startWorkers({ ...ground, env: { ...env, ...next } });
    },
    stopWorkers: () => workers.stop(),
    async close() {
      await bot.stop();
      await workers.stop();
      await ground.close();
      await Promise.all([slack.close(), model.close()]);
      await database.drop();
    },
  };
}

/** Waits for what the outside world shows. */
export async function until<T>(
  look: () => T | undefined | Promise<T | undefined>,
  what: string,
  ms = 20_000,
): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() > deadline) throw new Error(`waited ${ms} ms for ${what}`);
    await sleep(10);
  }
}
