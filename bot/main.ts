import { pathToFileURL } from 'node:url';
import { tellDesk } from '../channels/slack/tell-desk.ts';
import { type Context, openContext } from '../context.ts';
import { countWaiting } from '../core/approvals/list.ts';
import { isStranger } from '../core/approvals/policy.ts';
import { loadEnv } from '../core/env.ts';
import { type Check, openHealth } from '../core/health.ts';
import { rereadAll } from '../core/reread.ts';
import { onHangup, type Running, runUntilSignalled, SetupFault } from '../process.ts';
import { openEmailDoor } from './email/door.ts';
import { type Mail, type MailOptions, openMail } from './email/mail.ts';
import type { SlackContext } from './slack/context.ts';
import { type HttpDoor, openHttpDoor, openSocketDoor, type SocketDoor } from './slack/door.ts';
import { actorOf } from './slack/interaction.ts';
import { healthPlugin, partsText } from './web/health.ts';
import { closeServer, listenerPlugin, listenOn, openServer, type WebPlugin } from './web/server.ts';

export type Bot = Running & {
  url: string;
  /** Where mail programs of this machine write to, in the words of people. */
  smtp: string | null;
  /** How many signatures wait for each of these Slack users; none for people of other companies. */
  waiting(users: { id: string; teamId: string }[]): Promise<Record<string, number>>;
  /** From now on /health answers 503, though all doors are still open. */
  announceStop(): void;
};

type More = {
  plugins?: WebPlugin[];
  checks?: Record<string, Check>;
  smtp?: Pick<MailOptions, 'orAnother' | 'verifies'>;
};

/** All doors in, those by HTTP on one server. Plugins and checks of other parts of the same process come along. */
export async function startBot(context: Context, more: More = {}): Promise<Bot> {
  const { env, log, slack } = context;
  const plugins: WebPlugin[] = [...(more.plugins ?? [])];
  let http: HttpDoor | undefined;
  let socket: SocketDoor | undefined;
  let mail: Mail | null = null;
  const health = openHealth({
    ...context.checks,
    slack: () => slackState(context, socket),
    ...(context.mail ? { mail: () => mail?.state() ?? 'starting' } : {}),
    ...more.checks,
  });
  const onSlack: SlackContext | null = slack && {
    ...{ ...context, ...slack },
    tenant: slack.identity.teamId,
    status: () => partsText(health),
  };
  if (onSlack && env.slack.kind === 'http') {
    http = openHttpDoor(onSlack, env.slack);
    plugins.push(listenerPlugin('/slack/events', 'POST', http.handle));
  }
  if (onSlack && env.slack.kind === 'socket') socket = await openSocket(onSlack, env.slack);
  plugins.push(healthPlugin(health));
  const server = await openServer(plugins, log);
  const opened = await listenOn(server, env.port, env.host);
  if (opened.kind === 'taken') throw new SetupFault(opened.line);
  mail = await mailOf(context, more.smtp);
  return {
    url: opened.url,
    smtp: mail && mail.port !== null ? `127.0.0.1:${mail.port}` : null,
    waiting: async (users) => (onSlack ? waitingFor(onSlack, users) : {}),
    announceStop: health.announceStop,
    async stop() {
      health.announceStop();
      await mail?.stop();
      await socket?.close();
      await closeServer(server);
      await http?.close();
    },
  };
}

async function waitingFor(
  context: SlackContext,
  users: { id: string; teamId: string }[],
): Promise<Record<string, number>> {
  const found = await Promise.all(
    users.map(({ id, teamId }) => actorOf(context, { id, team_id: teamId }, context.tenant)),
  );
  const colleagues = found.filter(({ principal }) => !isStranger(principal));
  const counts = await countWaiting(
    context,
    colleagues.map(({ principal }) => principal),
  );
  return Object.fromEntries(colleagues.map(({ user }, at) => [user, counts[at] ?? 0]));
}

async function mailOf(context: Context, smtp: More['smtp']): Promise<Mail | null> {
  const { mail, env } = context;
  if (!mail) return null;
  const tell = (desk: string, text: string) => tellDesk(context, desk, text);
  if (mail.kind === 'gmail')
    return { port: null, ...openEmailDoor({ ...context, ...mail, sees: env.vision, tellDesk: tell }) };
  if (env.smtpPort === undefined) return null;
  const { orAnother, verifies } = smtp ?? { orAnother: false, verifies: env.playground };
  const opened = await openMail(
    { ...context, ...mail, sees: env.vision, tellDesk: tell },
    { port: env.smtpPort, orAnother, verifies, submits: env.smtpUrl === undefined },
  );
  if (opened.kind === 'taken') throw new SetupFault(opened.line);
  return opened.mail;
}

async function openSocket(
  context: SlackContext,
  settings: Extract<Context['env']['slack'], { kind: 'socket' }>,
): Promise<SocketDoor> {
  const opened = await openSocketDoor(context, settings);
  if (opened.kind === 'open') return opened.door;
  throw new SetupFault(
    `SLACK_APP_TOKEN is refused by Slack (${opened.reason}): copy it again from the app's Basic Information page; it needs the scope connections:write.`,
  );
}

function slackState({ slack }: Context, socket: SocketDoor | undefined): string {
  if (!slack) return 'not configured';
  if (!socket) return `up: ${slack.identity.team} by HTTP`;
  return socket.isUp() ? `up: ${slack.identity.team} by Socket Mode` : 'down: Socket Mode is connecting';
}

async function main(): Promise<Running> {
  const context = await openContext(loadEnv());
  if (!context.slack)
    throw new SetupFault(
      'SLACK_BOT_TOKEN is not set: a bot that runs alone needs an account. Set it, or use npm start.',
    );
  const bot = await startBot(context);
  onHangup(() => rereadAll([context.reread], context.log));
  process.stdout.write(`The bot is ready: ${bot.url}\n`);
  return {
    async stop() {
      await bot.stop();
      await context.close();
    },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await runUntilSignalled(main);
