import { pathToFileURL } from 'node:url';
import { loadEnv } from '../core/env.ts';
import { type Ground, layGround, runUntilSignalled, SetupFault } from '../ground.ts';
import { type DoorParts, openHttpDoor, openSocketDoor } from './slack/door.ts';
import { guarded } from './slack/guard.ts';
import { type Check, healthRoute } from './web/health.ts';
import { listenOn, openServer, type Route } from './web/server.ts';

export type Bot = { url: string; stop(): Promise<void> };

/** All doors in, on one HTTP server. Routes and checks of other parts of the same process come along. */
export async function startBot(
  ground: Ground,
  more: { routes?: Route[]; checks?: Record<string, Check> } = {},
): Promise<Bot> {
  const { env, log, db, bells, desks, slack } = ground;
  const routes: Route[] = [...(more.routes ?? [])];
  let closeDoor = async () => {};
  if (slack) {
    const parts: DoorParts = { db, bells, desks, log, identity: slack.identity };
    if (env.slack.kind === 'http') {
      const door = openHttpDoor(parts, env.slack.botToken, env.slack.signingSecret);
      routes.push({ path: '/slack/events', method: 'POST', handle: guarded(door.requestListener) });
    } else if (env.slack.kind === 'socket') {
      const door = await openSocketDoor(parts, env.slack.botToken, env.slack.appToken, env.slack.apiUrl);
      closeDoor = door.close;
    }
  }
  const checks = { database: () => db.ping().then(() => 'up'), slack: () => slackState(ground), ...more.checks };
  routes.push({ path: '/health', method: 'GET', handle: healthRoute(checks) });
  const server = openServer(routes);
  const opened = await listenOn(server, env.port, env.host);
  if (opened.kind === 'taken') throw new SetupFault(opened.line);
  return {
    url: opened.url,
    async stop() {
      await closeDoor();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeIdleConnections();
      });
    },
  };
}

function slackState({ env, slack }: Ground): string {
  if (!slack) return 'not configured';
  return `up: ${slack.identity.team} by ${env.slack.kind === 'socket' ? 'Socket Mode' : 'HTTP'}`;
}

async function main(): Promise<Bot> {
  const ground = await layGround(loadEnv());
  if (!ground.slack)
    throw new SetupFault(
      'SLACK_BOT_TOKEN is not set: a bot that runs alone needs an account. Set it, or use npm start.',
    );
  const bot = await startBot(ground);
  process.stdout.write(`The bot is ready: ${bot.url}\n`);
  return {
    url: bot.url,
    async stop() {
      await bot.stop();
      await ground.close();
    },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await runUntilSignalled(main);
