import { pathToFileURL } from 'node:url';
import { openEmailChannel } from '../channels/email/channel.ts';
import type { SendingContext } from '../channels/email/types.ts';
import { openSlackChannel } from '../channels/slack/channel.ts';
import { tellDesk } from '../channels/slack/tell-desk.ts';
import { type Context, openContext } from '../context.ts';
import { type Model, openModel } from '../core/agent/model.ts';
import { type Env, loadEnv } from '../core/env.ts';
import { type HealthReport, openHealth, toolsText } from '../core/health.ts';
import { listen } from '../core/queue/queue.ts';
import { rereadAll } from '../core/reread.ts';
import { openSender, type SendingBy } from '../mailbox/outgoing/sender.ts';
import { onHangup, type Running, runUntilSignalled, SetupFault } from '../process.ts';
import { openFileReader } from '../reading/files/thread.ts';
import { openToolServers, type ToolServers } from '../tool-servers.ts';
import { card } from './card.ts';
import type { WorkerContext } from './context.ts';
import { deliver } from './deliver.ts';
import { dispatch } from './dispatch.ts';
import { edit } from './edit.ts';
import { type HealthPort, openHealthPort } from './health-port.ts';
import { startSigningHeads } from './sign-audit-heads.ts';
import { summarize } from './summarize.ts';
import { startSweeping } from './sweep.ts';
import { answerThread } from './turn.ts';

export type Workers = {
  /** Takes no more jobs until `resume`. Jobs in hand are finished, and the sweeper goes on adding jobs. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
};

/** Turns that wait for a model cost little, so many run side by side. */
const CONCURRENCY = { turns: 48, chores: 8 };
/** How long running turns may finish after a stop signal, before they are handed back. */
const GRACE_MS = 8_000;

export function startWorkers(given: Context, tools: Pick<ToolServers, 'gateOf' | 'warmUp'>): Workers {
  const { env, log, slack } = given;
  const email = emailOf(given);
  const reader = openFileReader();
  const context: WorkerContext = {
    ...given,
    model: modelOf(env),
    channels: {
      ...(slack ? { slack: openSlackChannel(slack, slack.download) } : {}),
      ...(email ? { email: openEmailChannel(email) } : {}),
    },
    gateOf: tools.gateOf,
    readFile: reader.read,
    sees: env.vision,
  };
  const stopping = new AbortController();
  const listening = listen(
    given.queue,
    {
      turn: (data) => answerThread(context, data, stopping.signal),
      deliver: (data) => deliver(context, data),
      summarize: (data) => summarize(context, data, stopping.signal),
      dispatch: (data) => dispatch(context, data, stopping.signal),
      edit: (data) => edit(context, data),
      card: (data) => card(context, data),
    },
    CONCURRENCY,
    log,
  );
  const sweeping = startSweeping(context);
  const signing = startSigningHeads(context);
  if (slack) tools.warmUp(slack.identity.teamId);
  return {
    pause: listening.pause,
    resume: listening.resume,
    async stop() {
      await sweeping.stop();
      const patience = setTimeout(() => stopping.abort(), GRACE_MS);
      await listening.close();
      clearTimeout(patience);
      await signing.stop();
      await reader.close();
    },
  };
}

function emailOf(context: Context): SendingContext | null {
  const { mail, env, desks, carrier } = context;
  if (!mail) return null;
  const mode = env.mailSend;
  const by: SendingBy =
    mail.kind === 'mock' ? { mode, mailbox: mail.mailbox, carrier } : { mode, mailbox: mail.mailbox, carrier: null };
  return { ...mail, desks, send: openSender(by), tellDesk: (desk, text) => tellDesk(context, desk, text) };
}

function modelOf({ model }: Env): Model | null {
  return model.kind === 'openai' ? openModel(model) : null;
}

async function main(): Promise<Running> {
  const context = await openContext(loadEnv());
  if (!context.slack) {
    throw new SetupFault(
      'SLACK_BOT_TOKEN is not set: workers that run alone answer in that account. Set it, or use npm start.',
    );
  }
  const tools = openToolServers(context);
  const workers = startWorkers(context, tools);
  onHangup(() => rereadAll([context.reread, tools.reread], context.log));
  const health = openHealth({ ...context.checks, tools: () => toolsText(tools.state()) });
  const port = await healthPort(context.env, health);
  process.stdout.write(`The workers are ready.${port ? ` Their health: ${port.url}` : ''}\n`);
  return {
    async stop() {
      health.announceStop();
      await workers.stop();
      await tools.close();
      port?.close();
      await context.close();
    },
  };
}

async function healthPort({ healthPort: port, host }: Env, health: HealthReport): Promise<HealthPort | null> {
  if (port === undefined) return null;
  return openHealthPort(health, port, host).catch((error: NodeJS.ErrnoException) => {
    throw new SetupFault(
      `HEALTH_PORT ${port} on ${host} cannot be opened (${error.code}): set it to a free one, or unset it.`,
    );
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await runUntilSignalled(main);
