import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { type Bot, startBot } from '../../bot/main.ts';
import { openContext } from '../../context.ts';
import { readEnv } from '../../core/env.ts';
import { createWorkspace, type SlackMessage, type SlackWorkspace } from '../../playground/slack/workspace.ts';
import { type FakeModel, startFakeModel } from '../fakes/model/server.ts';
import type { Backend } from '../support/app.ts';
import { freshDatabase, redisUrl } from '../support/database.ts';
import { type Program, ready, run, workplace } from '../support/process.ts';
import type { Entry } from '../support/programs.ts';
import { type Mood, sweepScript } from './questions.ts';
import { desk, draftsDesk, startTools, type Tools } from './tools.ts';

/** Everything that outlives the processes of the product: Postgres, the queue's store, Slack, the model, the tools. */
export type World = {
  slack: SlackWorkspace;
  model: FakeModel;
  tools: Tools;
  redisUrl: string | undefined;
  /** The questions that the model does not take well. */
  moods: Map<string, Mood>;
  /** The questions whose calls are edited before they are signed. */
  toEdit: Set<string>;
  /** Opens the bot's door, in this process: what dies in these tests is a worker. Slack's events come to it. */
  openDoor(): Promise<Bot>;
  /** Starts `bot/main.ts` or `workers/main.ts` as a process of its own, and waits for its word that it is ready. */
  start(entry: 'bot/main.ts' | 'workers/main.ts'): Promise<{ program: Program; url: string }>;
  /** A worker process that dies at the nth time it reaches the point, or a bot with these variables. */
  startVictim(point: string, nth: number, bot?: Record<string, string>): Program;
  sql<T extends pg.QueryResultRow = pg.QueryResultRow>(text: string, values?: unknown[]): Promise<T[]>;
  replies(thread: string): SlackMessage[];
  close(): Promise<void>;
};

export const channel = 'C0GENERAL';
const dieAt = new URL('die-at.mjs', import.meta.url).href;

export async function openWorld(backend: Backend, more: Record<string, string> = {}): Promise<World> {
  const database = await freshDatabase();
  const redis = backend === 'redis' ? redisUrl() : undefined;
  const slack = createWorkspace({ retryDelaysMs: [0, 100, 300] });
  const { apiUrl } = await slack.listen();
  const moods = new Map<string, Mood>();
  const model = await startFakeModel(sweepScript(moods));
  const tools = await startTools();
  const folder = furnish(tools.url);
  const owner = new pg.Pool({ connectionString: database.url, max: 2 });
  const variables = {
    DATABASE_URL: database.url,
    ...(redis ? { REDIS_URL: redis } : {}),
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: apiUrl,
    OPENAI_API_KEY: 'test',
    OPENAI_BASE_URL: model.baseUrl,
    SESSION_CONTEXT_SIZE: '1',
    LOG_LEVEL: 'error',
    ...more,
  };
  const closing: (() => Promise<void>)[] = [];
  const programs: Program[] = [];
  const begin = (entry: Entry, more: Record<string, string> = {}) => {
    const program = run(entry, folder, { ...variables, ...more });
    programs.push(program);
    return program;
  };
  return {
    slack,
    model,
    tools,
    redisUrl: redis,
    moods,
    toEdit: new Set(),
    async openDoor() {
      const read = readEnv({ ...variables, PORT: '0' });
      if (read.kind === 'broken') throw new Error(read.lines.join('\n'));
      const context = await openContext(read.env, join(folder, 'desks'));
      closing.push(context.close);
      const bot = await startBot(context);
      closing.push(bot.stop);
      slack.connect({ kind: 'http', urls: [`${bot.url}/slack/events`] });
      return bot;
    },
    async start(entry) {
      const program = begin(entry);
      return { program, url: await ready(program) };
    },
    startVictim: (point, nth, bot) =>
      begin(bot ? 'bot/main.ts' : 'workers/main.ts', {
        NODE_OPTIONS: `--import ${dieAt}`,
        DIE_AT: `${point}#${nth}`,
        ...bot,
      }),
    sql: async <T extends pg.QueryResultRow>(text: string, values?: unknown[]) =>
      (await owner.query<T>(text, values)).rows,
    replies: (thread) => slack.messages(channel, thread).filter(({ user }) => user === slack.botUserId),
    async close() {
      for (const { child } of programs) child.kill('SIGKILL');
      await Promise.all(programs.map(({ ended }) => ended));
      for (const close of closing.reverse()) await close();
      await owner.end();
      await Promise.all([slack.close(), model.close(), tools.close()]);
      await database.drop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The folder in which the processes run: one desk, another one whose answers to mail are drafts, and the tool server over HTTP. */
function furnish(toolsUrl: string): string {
  const folder = workplace();
  rmSync(join(folder, 'desks', 'jewelry.yaml'));
  writeFileSync(join(folder, 'desks', 'sweep.yaml'), desk);
  writeFileSync(join(folder, 'desks', 'drafts.yaml'), draftsDesk);
  writeFileSync(join(folder, 'desks', 'sweep.md'), 'Answer what is asked.\n');
  writeFileSync(join(folder, 'mcp.json'), JSON.stringify({ mcpServers: { sweep: { url: toolsUrl } } }));
  return folder;
}
