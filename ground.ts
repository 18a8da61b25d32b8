import { identify, openSlackApi, type SlackApi, type SlackIdentity } from './channels/slack.ts';
import { systemClock } from './core/clock.ts';
import { type Desk, readDesks } from './core/desk.ts';
import type { Env } from './core/env.ts';
import { createLog, type Log, secretsOf } from './core/log.ts';
import { type Bells, migrateQueue, openBells, type QueueStore } from './core/queue.ts';
import { type Database, openDatabase } from './core/store/database.ts';
import { ensureTenant } from './core/store/entries.ts';
import { migrate } from './prisma/migrate.ts';

/** What a bot and a worker alike stand on. */
export type Ground = {
  env: Env;
  log: Log;
  databaseUrl: string;
  queue: QueueStore;
  db: Database;
  bells: Bells;
  desks: Desk[];
  slack: { api: SlackApi; identity: SlackIdentity } | null;
  close(): Promise<void>;
};

/** A fault that a person has to mend: its message is one line that says how. */
export class SetupFault extends Error {}

export async function layGround(env: Env): Promise<Ground> {
  const log = createLog({ level: env.logLevel, secrets: secretsOf(env) });
  const desks = desksIn('desks');
  if (env.database.kind !== 'url') {
    throw new SetupFault(
      'DATABASE_URL is not set: a bot and workers that run apart need a Postgres that both reach. Set it, or use npm start.',
    );
  }
  const databaseUrl = env.database.url;
  await migrate(databaseUrl).catch((error) => {
    throw new SetupFault(`DATABASE_URL: ${error instanceof Error ? error.message : String(error)}`);
  });
  const queue: QueueStore = env.queue.kind === 'redis' ? env.queue : { kind: 'postgres', url: databaseUrl };
  await migrateQueue(queue);
  const slack = await reachSlack(env);
  const db = openDatabase(databaseUrl);
  if (slack) await ensureTenant(db, slack.identity.teamId, slack.identity.team);
  const bells = openBells(queue, log);
  const close = async () => {
    await bells.close();
    await db.close();
  };
  return { env, log, databaseUrl, queue, db, bells, desks, slack, close };
}

function desksIn(folder: string): Desk[] {
  const read = readDesks(folder);
  if (read.kind === 'broken') throw new SetupFault(read.lines.join('\n'));
  return read.desks;
}

const TRIES = 5;

async function reachSlack({ slack }: Env): Promise<Ground['slack']> {
  if (slack.kind === 'none') return null;
  const api = openSlackApi({ token: slack.botToken, apiUrl: slack.apiUrl });
  for (let tried = 1; ; tried++) {
    const found = await identify(api);
    if (found.kind === 'known') return { api, identity: found.identity };
    if (found.kind === 'refused') {
      throw new SetupFault(
        `SLACK_BOT_TOKEN is refused by Slack (${found.reason}): copy it again from the app's OAuth page.`,
      );
    }
    if (tried === TRIES)
      throw new SetupFault(
        `Slack cannot be reached (${found.reason}): check the network, or SLACK_API_URL if it is set.`,
      );
    await systemClock.sleep(1000 * tried);
  }
}

/** Runs a process until it is told to stop; a second signal does not wait. */
export async function runUntilSignalled(start: () => Promise<{ stop(): Promise<void> }>): Promise<void> {
  try {
    const running = await start();
    let stopping = false;
    const stop = async () => {
      if (stopping) process.exit(1);
      stopping = true;
      await running.stop();
      process.exit(0);
    };
    process.on('SIGTERM', stop).on('SIGINT', stop);
  } catch (error) {
    process.stderr.write(`${error instanceof SetupFault ? error.message : (error as Error).stack}\n`);
    process.exit(1);
  }
}
