import { fileURLToPath } from 'node:url';
import type { Bot } from '../bot/main.ts';
import { threadLocation } from '../bot/slack/to-entry.ts';
import type { Context } from '../context.ts';
import { localAddressOf } from '../core/desk/desks.ts';
import type { Env } from '../core/env.ts';
import { messageKept, signedCallOutcome, turnOutcome, waitingThreads } from '../core/records/outcomes.ts';
import { timelineOf } from '../core/records/timeline.ts';
import type { Product } from '../playground/playground.ts';
import type { ToolServers } from '../tool-servers.ts';
import type { Workers } from '../workers/main.ts';
import { modelText } from './table.ts';

/** Parts that are opened only after the playground. */
export type OpenedLater = { bot?: Bot; workers?: Workers; tools?: ToolServers };

/** The product as the playground sees it. `asked` is the environment before the stand-ins were filled in. */
export function productOf(asked: Env, context: Context, later: OpenedLater): Product {
  const { db, desks, env, mail } = context;
  const tenant = context.slack?.identity.teamId ?? '';
  const shown = desks.map(({ name, title, slack: { channels, directMessages }, examples, approvals, commands }) => ({
    ...{ name, title, channels, directMessages, examples, approvals: approvals.channel },
    words: [commands.reset, commands.switch?.word].filter((word) => word !== undefined),
  }));
  return {
    desks: () => shown,
    approvalsChannel: env.approvalsChannel ?? null,
    modelName: modelText(asked),
    commands: [
      { name: '/countersign', about: 'What waits for your signature, what you asked for, and what you can ask' },
    ],
    mail:
      mail?.kind === 'mock'
        ? {
            mailbox: mail.mailbox,
            smtp: () => later.bot?.smtp ?? null,
            desks: () => desks.map((desk) => ({ ...desk, address: desk.email.addresses[0] ?? localAddressOf(desk) })),
          }
        : null,
    timeline: (channel, thread, accountName) => timelineOf(db, tenant, threadLocation(channel, thread), accountName),
    waiting: async (users) => (await later.bot?.waiting(users)) ?? {},
    records: {
      turn: (id) => turnOutcome(db, tenant, id),
      signed: (approval) => signedCallOutcome(db, tenant, approval),
      waiting: () => waitingThreads(db, tenant),
      message: (channel, message) => messageKept(db, tenant, { source: 'slack', channel, message }),
      isDone: async ({ id }) => (await later.tools?.isDoneUnder(tenant, `${tenant}:${id}`)) ?? false,
    },
    toolServers: () => Object.keys(later.tools?.state() ?? {}),
    inner: { rest: () => later.workers?.pause(), goOn: () => later.workers?.resume() },
    worker: { file: fileURLToPath(new URL('../workers/main.ts', import.meta.url)), variables: variablesOf(env) },
  };
}

/** The variables with which another process uses the same parts as this one, stand-ins included. */
function variablesOf({ database, slack, model, approvalsChannel, smtpPort }: Env): Record<string, string | undefined> {
  return {
    ...(database.kind === 'url' ? { DATABASE_URL: database.url } : {}),
    ...(slack.kind === 'http'
      ? { SLACK_BOT_TOKEN: slack.botToken, SLACK_SIGNING_SECRET: slack.signingSecret, SLACK_API_URL: slack.apiUrl }
      : {}),
    ...(model.kind === 'openai'
      ? { OPENAI_API_KEY: model.apiKey, OPENAI_BASE_URL: model.baseUrl, OPENAI_MODEL: model.model }
      : {}),
    APPROVALS_CHANNEL: approvalsChannel,
    SMTP_PORT: smtpPort === undefined ? undefined : String(smtpPort),
  };
}
