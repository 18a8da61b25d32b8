import { statSync } from 'node:fs';
import { z } from 'zod';

const level = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
  error: 'must be one of trace, debug, info, warn, error, fatal, silent.',
});

/** Every variable that we read, as text. Messages follow the variable's name and never quote its value. */
export const variables = z.object({
  DATABASE_URL: urlOf('postgresql', 'postgres').optional(),
  REDIS_URL: urlOf('redis', 'rediss').optional(),
  SLACK_BOT_TOKEN: notStarting('xapp-', 'holds an app-level token: give the bot token (xoxb-…).').optional(),
  SLACK_SIGNING_SECRET: z.string().optional(),
  SLACK_APP_TOKEN: notStarting('xox', 'holds a bot or user token: give the app-level token (xapp-…).').optional(),
  SLACK_API_URL: urlOf('https', 'http').optional(),
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: urlOf('https', 'http').optional(),
  OPENAI_MODEL: z.string().optional(),
  AGENT_MODEL: z.string().optional(),
  OPENAI_VISION: z.enum(['0', '1'], { error: 'must be 1 (the model is given images) or 0.' }).default('0'),
  PORT: whole(0, 65_535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  HEALTH_PORT: whole(0, 65_535).optional(),
  DATA_DIR: z.string().default('.data'),
  LOG_LEVEL: z.string().toLowerCase().pipe(level).default('info'),
  SESSION_CONTEXT_SIZE: whole(1, 100).default(5),
  MCP_TOOL_CACHE_TTL_SECONDS: whole(0, 86_400).default(300),
  SEAL_KEY: z
    .string()
    .trim()
    .min(32, { error: 'must have 32 characters or more: make one with: openssl rand -hex 32.' })
    .optional(),
  AUDIT_KEY: z
    .string()
    .trim()
    .min(32, { error: 'must have 32 characters or more: make one with: openssl rand -hex 32.' })
    .optional(),
  SMTP_URL: urlOf('smtp', 'smtps').optional(),
  DKIM_DOMAIN: z.string().trim().optional(),
  DKIM_SELECTOR: z.string().trim().optional(),
  DKIM_KEY_FILE: z.string().trim().optional(),
  MAIL_SEND: z
    .enum(['on', 'record', 'off'], { error: 'must be on, record (send nothing) or off (wait).' })
    .default('on'),
  SMTP_PORT: whole(0, 65_535).optional(),
  GMAIL_USER: mailAddress().optional(),
  GMAIL_CLIENT_ID: z.string().trim().optional(),
  GMAIL_CLIENT_SECRET: z.string().trim().optional(),
  GMAIL_REFRESH_TOKEN: z.string().trim().optional(),
  GMAIL_SERVICE_ACCOUNT_FILE: z.string().trim().optional(),
  GMAIL_API_URL: urlOf('https', 'http').optional(),
  APPROVALS_CHANNEL: channelId().optional(),
  AGENT_CONFIRMATION_TIMEOUT_SECONDS: whole(10, 86_400).default(300),
  PLAYGROUND: z.enum(['0', '1'], { error: 'must be 1 (open beside tool servers of your own) or 0.' }).default('0'),
});

type Variables = z.infer<typeof variables>;
type Source = Record<string, string | undefined>;

export type SlackSettings =
  | { kind: 'http'; botToken: string; signingSecret: string; apiUrl?: string }
  | { kind: 'socket'; botToken: string; appToken: string; apiUrl?: string }
  | { kind: 'none' };
export type ModelSettings = { kind: 'openai'; apiKey: string; baseUrl?: string; model: string } | { kind: 'none' };
export type GmailSettings = {
  user: string;
  grant:
    | { kind: 'refresh_token'; clientId: string; clientSecret: string; refreshToken: string }
    | { kind: 'service_account'; keyFile: string };
  apiUrl?: string;
};
export type DatabaseSettings = { kind: 'url'; url: string } | { kind: 'embedded'; dataDir: string };
export type QueueSettings = { kind: 'redis'; url: string } | { kind: 'postgres' };

export type Env = {
  slack: SlackSettings;
  model: ModelSettings;
  /** Can the model see images? */
  vision: boolean;
  database: DatabaseSettings;
  queue: QueueSettings;
  port: number;
  host: string;
  /** The port on which workers that run alone answer /health. */
  healthPort?: number;
  logLevel: z.infer<typeof level>;
  contextSize: number;
  toolCacheSeconds: number;
  /** Where this installation keeps its keys, and the embedded Postgres its data. */
  dataDir: string;
  sealKey?: string;
  auditKey?: string;
  /** The server that mail goes out by; without one it stays in the mock mailbox. */
  smtpUrl?: string;
  /** Signs what goes out by that server. */
  dkim?: { domain: string; selector: string; keyFile: string };
  mailSend: 'on' | 'record' | 'off';
  /** Where the mock mailbox takes mail; none without it. */
  smtpPort?: number;
  /** A real mailbox, in place of the mock one. */
  gmail?: GmailSettings;
  approvalsChannel?: string;
  confirmationSeconds: number;
  /** Keeps the playground open beside tool servers of one's own. */
  playground: boolean;
};

const defaultModel = 'gpt-4o-mini';

/** Reads `.env`, if any, and then the environment. Ends the process with a line per fault. */
export function loadEnv(): Env {
  const file = statSync('.env', { throwIfNoEntry: false });
  if (file && !file.isDirectory()) process.loadEnvFile('.env');
  const reading = file?.isDirectory() ? folderForFile : readEnv(process.env);
  if (reading.kind === 'ok') return reading.env;
  process.stderr.write(`${reading.lines.join('\n')}\n`);
  process.exit(1);
}

type Reading = { kind: 'ok'; env: Env } | { kind: 'broken'; lines: string[] };

const folderForFile: Reading = {
  kind: 'broken',
  lines: ['.env is a folder: make it a file of lines NAME=value, or move it away.'],
};

export function readEnv(source: Source): Reading {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value?.trim()));
  const parsed = variables.safeParse(given);
  const faults = parsed.error?.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`) ?? [];
  const lines = [...faults, ...missingPartners(given)];
  if (!parsed.success || lines.length > 0) return { kind: 'broken', lines };
  return { kind: 'ok', env: group(parsed.data) };
}

function missingPartners(given: Source): string[] {
  return [...slackPartners(given), ...gmailPartners(given), ...dkimPartners(given)];
}

function slackPartners(given: Source): string[] {
  const { SLACK_BOT_TOKEN: bot, SLACK_SIGNING_SECRET: signing, SLACK_APP_TOKEN: app } = given;
  if (bot && !signing && !app)
    return ['SLACK_BOT_TOKEN needs a partner: set SLACK_SIGNING_SECRET (HTTP) or SLACK_APP_TOKEN (Socket Mode).'];
  if (bot) return [];
  return ['SLACK_SIGNING_SECRET', 'SLACK_APP_TOKEN', 'SLACK_API_URL']
    .filter((name) => given[name])
    .map((name) => `${name} does nothing without SLACK_BOT_TOKEN: set that too, or unset ${name}.`);
}

const DKIM = ['DKIM_DOMAIN', 'DKIM_SELECTOR', 'DKIM_KEY_FILE'];

function dkimPartners(given: Source): string[] {
  const set = DKIM.filter((name) => given[name]);
  if (set.length === 0) return [];
  const missing = [...DKIM, 'SMTP_URL'].filter((name) => !given[name]);
  return missing.length > 0
    ? [`${set[0]} needs ${missing.join(', ')} as well: set them, or unset ${set.join(', ')}.`]
    : [];
}

const GMAIL_GRANT = ['GMAIL_CLIENT_ID', 'GMAIL_CLIENT_SECRET', 'GMAIL_REFRESH_TOKEN'];

function gmailPartners(given: Source): string[] {
  const isSet = (name: string) => given[name] !== undefined;
  if (!isSet('GMAIL_USER'))
    return [...GMAIL_GRANT, 'GMAIL_SERVICE_ACCOUNT_FILE', 'GMAIL_API_URL']
      .filter(isSet)
      .map((name) => `${name} does nothing without GMAIL_USER, the mailbox's address: set that too, or unset ${name}.`);
  const smtp = ['SMTP_PORT', 'SMTP_URL']
    .filter(isSet)
    .map((name) => `${name} belongs to the mock mailbox, which GMAIL_USER replaces: unset one of both.`);
  const missing = GMAIL_GRANT.filter((name) => !isSet(name));
  if (isSet('GMAIL_SERVICE_ACCOUNT_FILE'))
    return missing.length < GMAIL_GRANT.length
      ? [...smtp, `GMAIL_SERVICE_ACCOUNT_FILE takes the place of ${GMAIL_GRANT.join(', ')}: unset it, or unset them.`]
      : smtp;
  return missing.length > 0
    ? [...smtp, `GMAIL_USER needs ${missing.join(', ')} as well, or GMAIL_SERVICE_ACCOUNT_FILE: see docs/email.md.`]
    : smtp;
}

function group(values: Variables): Env {
  return {
    slack: slackOf(values),
    model: modelOf(values),
    vision: values.OPENAI_VISION === '1',
    database: values.DATABASE_URL
      ? { kind: 'url', url: values.DATABASE_URL }
      : { kind: 'embedded', dataDir: values.DATA_DIR },
    queue: values.REDIS_URL ? { kind: 'redis', url: values.REDIS_URL } : { kind: 'postgres' },
    port: values.PORT,
    host: values.HOST,
    healthPort: values.HEALTH_PORT,
    logLevel: values.LOG_LEVEL,
    contextSize: values.SESSION_CONTEXT_SIZE,
    toolCacheSeconds: values.MCP_TOOL_CACHE_TTL_SECONDS,
    dataDir: values.DATA_DIR,
    sealKey: values.SEAL_KEY,
    auditKey: values.AUDIT_KEY,
    smtpUrl: values.SMTP_URL,
    dkim: dkimOf(values),
    mailSend: values.MAIL_SEND,
    smtpPort: values.SMTP_PORT,
    gmail: gmailOf(values),
    approvalsChannel: values.APPROVALS_CHANNEL,
    confirmationSeconds: values.AGENT_CONFIRMATION_TIMEOUT_SECONDS,
    playground: values.PLAYGROUND === '1',
  };
}

function slackOf(values: Variables): SlackSettings {
  const { SLACK_BOT_TOKEN: botToken, SLACK_SIGNING_SECRET: signingSecret, SLACK_APP_TOKEN: appToken } = values;
  const apiUrl = values.SLACK_API_URL;
  // An app-level token has no other use than Socket Mode, so it decides where both partners are set.
  if (botToken && appToken) return { kind: 'socket', botToken, appToken, apiUrl };
  if (botToken && signingSecret) return { kind: 'http', botToken, signingSecret, apiUrl };
  return { kind: 'none' };
}

function gmailOf(values: Variables): GmailSettings | undefined {
  const { GMAIL_USER: user, GMAIL_API_URL: apiUrl, GMAIL_SERVICE_ACCOUNT_FILE: keyFile } = values;
  const { GMAIL_CLIENT_ID: clientId, GMAIL_CLIENT_SECRET: clientSecret, GMAIL_REFRESH_TOKEN: refreshToken } = values;
  if (!user) return undefined;
  if (keyFile) return { user, grant: { kind: 'service_account', keyFile }, apiUrl };
  if (!clientId || !clientSecret || !refreshToken) return undefined;
  return { user, grant: { kind: 'refresh_token', clientId, clientSecret, refreshToken }, apiUrl };
}

function dkimOf({ DKIM_DOMAIN, DKIM_SELECTOR, DKIM_KEY_FILE }: Variables): Env['dkim'] {
  if (!DKIM_DOMAIN || !DKIM_SELECTOR || !DKIM_KEY_FILE) return undefined;
  return { domain: DKIM_DOMAIN, selector: DKIM_SELECTOR, keyFile: DKIM_KEY_FILE };
}

function modelOf(values: Variables): ModelSettings {
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseUrl } = values;
  if (!apiKey && !baseUrl) return { kind: 'none' };
  const model = values.OPENAI_MODEL ?? values.AGENT_MODEL ?? defaultModel;
  // Local endpoints ask for no key, but the client refuses an empty one.
  return { kind: 'openai', apiKey: apiKey ?? 'none', baseUrl, model };
}

function urlOf(...schemes: [string, ...string[]]) {
  const starts = schemes.map((scheme) => `${scheme}://`);
  return z
    .string()
    .trim()
    .refine((text) => starts.some((start) => text.startsWith(start)) && URL.canParse(text), {
      error: `must be a URL that starts with ${starts.join(' or ')}`,
    });
}

function notStarting(prefix: string, error: string) {
  return z
    .string()
    .trim()
    .refine((text) => !text.startsWith(prefix), { error });
}

function mailAddress() {
  const error = 'must be the address of a mailbox, such as support@example.com.';
  return z
    .string()
    .trim()
    .regex(/^[^\s@<>]+@[^\s@<>]+$/, { error });
}

function channelId() {
  const error = 'must be the id of a Slack channel, such as C0123ABCD: copy it from Slack.';
  return z
    .string()
    .trim()
    .regex(/^[CG][A-Z0-9]+$/, { error });
}

function whole(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}.`;
  return z
    .string()
    .trim()
    .regex(/^\d{1,9}$/, { error })
    .transform(Number)
    .refine((number) => number >= least && number <= most, { error });
}
