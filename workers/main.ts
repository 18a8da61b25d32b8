import { pathToFileURL } from 'node:url';
import { openSlackChannel } from '../channels/slack/channel.ts';
import { type Context, openContext } from '../context.ts';
import { type Model, openModel } from '../core/agent/model.ts';
import { systemClock } from '../core/clock.ts';
import { type Env, loadEnv } from '../core/env.ts';
import { type HealthReport, openHealth, toolsText } from '../core/health.ts';
import { listen } from '../core/queue/queue.ts';
import { rereadAll } from '../core/reread.ts';
import { onHangup, type Running, runUntilSignalled, SetupFault } from '../process.ts';
import { openToolServers, type ToolServers } from '../tool-servers.ts';
import { card } from './card.ts';
import { deliver } from './deliver.ts';
import { dispatch } from './dispatch.ts';
import { edit } from './edit.ts';
import { type HealthPort, openHealthPort } from './health-port.ts';
import type { Parts } from './parts.ts';
import { startSigningHeads } from './sign-audit-heads.ts';
import { summarize } from './summarize.ts';
import { startSweeping } from './sweep.ts';
import { answerThread } from './turn.ts';

export type Workers = {
  toolServers(): Record<string, string>;
  /** Takes no more jobs until it is told to go on; those in hand are finished, and the sweep rings as before. */
  rest(): void;
  goOn(): void;
  stop(): Promise<void>;
};

/** Turns that wait for a model cost little, so many run side by side. */
const CONCURRENCY = { turns: 48, chores: 8 };
/** Turns in flight may finish for this long after the word to stop; then they are handed back. */
const GRACE_MS = 8_000;

/** The tool servers are closed with it, whoever opened them. */
export function startWorkers(context: Context, tools: ToolServers = openToolServers(context)): Workers {
  const { db, jobs, log, desks, people, directory, env, slack } = context;
  const parts: Parts = {
    db,
    jobs,
    clock: systemClock,
    log,
    model: modelOf(env),
    desks,
    people,
    directory,
    channels: slack ? { slack: openSlackChannel(slack.api, slack.identity, systemClock) } : {},
    gateOf: tools.gateOf,
    contextSize: env.contextSize,
    signing: {
      approvalsChannel: env.approvalsChannel ?? null,
      confirmMs: env.confirmationSeconds * 1000,
      personOf: context.people.personOf,
    },
    redact: context.redact,
  };
  const stopping = new AbortController();
  const listening = listen(
    context.queue,
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
    rest: listening.rest,
    goOn: listening.goOn,
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
