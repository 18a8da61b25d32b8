import { mailKeyOf } from './channels/email/message-id.ts';
import { identify, openSlackApi, type Slack } from './channels/slack/api/api.ts';
import { type Download, openDownload } from './channels/slack/api/download.ts';
import { openSlackDirectory, type SlackDirectory } from './channels/slack/directory.ts';
import { systemClock } from './core/clock.ts';
import type { CoreContext } from './core/context.ts';
import { type DesksAndPeople, openDesksAndPeople } from './core/desk/desks-and-people.ts';
import type { Directory } from './core/desk/types.ts';
import type { Env } from './core/env.ts';
import { sealKey } from './core/gate/seals.ts';
import type { Check } from './core/health.ts';
import { createLog, type Log, secretsOf } from './core/log.ts';
import { prepareQueue, type QueueStore } from './core/queue/connection.ts';
import { openJobQueue } from './core/queue/queue.ts';
import { type Database, openDatabase } from './core/records/database.ts';
import { ensureTenant } from './core/records/entries.ts';
import { prepareDatabase } from './core/records/install.ts';
import { installationOf } from './core/records/installation.ts';
import { redactor } from './core/redact.ts';
import type { Reread } from './core/reread.ts';
import { type MockMailbox, openMockMailbox } from './mailbox/mock/mailbox.ts';
import { type Carrier, openCarrier } from './mailbox/outgoing/carrier.ts';
import { readDkimKey } from './mailbox/outgoing/dkim.ts';
import type { Mailbox } from './mailbox/types.ts';
import { SetupFault } from './process.ts';

/** What every process of the product opens once. Each part takes a Pick of it, and adds its own. */
export type Context = CoreContext & {
  databaseUrl: string;
  queue: QueueStore;
  /** Null where no Slack account is configured. */
  slack: (Slack & { directory: SlackDirectory; download: Download }) | null;
  /** Reads the files of desks and people again. */
  reread(): Reread;
  /** Null where there is neither a port for mail nor a mailbox. */
  mail: ({ tenant: string; mailKey: string } & Inbox) | null;
  /** Takes mail out to the server of SMTP_URL; null where none is set. */
  carrier: Carrier | null;
  /** Health checks of the database and the queue. */
  checks: Record<'database' | 'queue', Check>;
  close(): Promise<void>;
};

/** The mailbox that desks read, the mock one or a real one. */
export type Inbox = { kind: 'mock'; mailbox: MockMailbox } | { kind: 'gmail'; mailbox: Mailbox };

export async function openContext(env: Env, desksFolder = 'desks'): Promise<Context> {
  const log = createLog({ level: env.logLevel, secrets: secretsOf(env) });
  const { desks, people, reread } = openDesksIn(desksFolder);
  const carrier = carrierOf(env);
  if (env.database.kind !== 'url') {
    throw new SetupFault(
      'DATABASE_URL is not set: a bot and workers that run apart need a Postgres that both reach. Set it, or use npm start.',
    );
  }
  const databaseUrl = env.database.url;
  await prepareDatabase(databaseUrl).catch(asSetupFault);
  const db = openDatabase(databaseUrl);
  const queue = await queueOf(env, databaseUrl, db);
  await prepareQueue(queue).catch(asSetupFault);
  const slack = await connectSlack(env, log);
  if (slack) await ensureTenant(db, slack.identity.teamId, slack.identity.team);
  const mail = await openMail(env, { databaseUrl, db, slack, log });
  const jobs = openJobQueue(queue, log);
  const close = async () => {
    carrier?.close();
    await mail?.mailbox.close();
    await jobs.close();
    await db.close();
  };
  return {
    env,
    log,
    clock: systemClock,
    databaseUrl,
    queue,
    db,
    jobs,
    desks,
    people,
    reread,
    directory: slack?.directory ?? noDirectory,
    redact: redactor(secretsOf(env)),
    slack,
    mail,
    carrier,
    checks: {
      database: () => db.ping().then(() => 'up'),
      queue: () => jobs.ping().then(() => (queue.kind === 'redis' ? 'BullMQ on Redis' : 'BullMQ on Postgres')),
    },
    close,
  };
}

/** Where there is no Slack, mail has a tenant of its own. */
const LOCAL_TENANT = 'local';

type MailParts = { databaseUrl: string; db: Database; slack: Context['slack']; log: Log };

async function openMail({ gmail, smtpPort, sealKey: given, dataDir }: Env, parts: MailParts): Promise<Context['mail']> {
  if (!gmail && smtpPort === undefined) return null;
  const key = sealKey(given, dataDir);
  if (key.kind === 'broken') throw new SetupFault(key.line);
  const { databaseUrl, db, slack, log } = parts;
  const tenant = slack?.identity.teamId ?? LOCAL_TENANT;
  if (!slack) await ensureTenant(db, tenant, tenant);
  const inbox: Inbox = gmail
    ? { kind: 'gmail', mailbox: await reachGmail(gmail, { databaseUrl, tenant, log }) }
    : { kind: 'mock', mailbox: openMockMailbox(databaseUrl, tenant) };
  return { tenant, mailKey: mailKeyOf(key.key, await installationOf(db)), ...inbox };
}

function carrierOf({ smtpUrl, dkim }: Env): Carrier | null {
  if (smtpUrl === undefined) return null;
  if (!dkim) return openCarrier(smtpUrl);
  const read = readDkimKey(dkim.domain, dkim.selector, dkim.keyFile);
  if (read.kind === 'broken') throw new SetupFault(read.line);
  return openCarrier(smtpUrl, read.key);
}

async function queueOf({ queue }: Env, databaseUrl: string, db: Database): Promise<QueueStore> {
  if (queue.kind === 'postgres') return { kind: 'postgres', url: databaseUrl };
  return { ...queue, prefix: `countersign-${await installationOf(db)}` };
}

/** Used where no channel is configured: nobody can sign then. */
const noDirectory: Directory = {
  compare: async () => ({ match: 'none', ageMs: 0 }),
  mention: (account) => account,
};

function asSetupFault(error: unknown): never {
  throw new SetupFault(error instanceof Error ? error.message : String(error));
}

function openDesksIn(folder: string): DesksAndPeople {
  const read = openDesksAndPeople(folder);
  if (read.kind === 'broken') throw new SetupFault(read.lines.join('\n'));
  return read.opened;
}

const TRIES = 5;

async function connectSlack({ slack }: Env, log: Log): Promise<Context['slack']> {
  if (slack.kind === 'none') return null;
  const account = { token: slack.botToken, apiUrl: slack.apiUrl };
  const api = openSlackApi(account);
  for (let tried = 1; ; tried++) {
    const found = await identify(api);
    if (found.kind === 'known') {
      const directory = openSlackDirectory(api, found.identity.teamId, systemClock);
      return { api, identity: found.identity, clock: systemClock, directory, download: openDownload(account) };
    }
    if (found.kind === 'refused') {
      throw new SetupFault(
        `SLACK_BOT_TOKEN is refused by Slack (${found.reason}): copy it again from the app's OAuth page.`,
      );
    }
    if (tried === TRIES)
      throw new SetupFault(
        `Slack cannot be reached (${found.reason}): check the network, or SLACK_API_URL if it is set.`,
      );
    log.warn({ reason: found.reason }, 'Slack cannot be reached; it is tried again');
    await systemClock.sleep(1000 * tried);
  }
}

type GmailParts = { databaseUrl: string; tenant: string; log: Log };

async function reachGmail(account: NonNullable<Env['gmail']>, parts: GmailParts): Promise<Mailbox> {
  // Whoever has no mailbox at Gmail does not wait for its client to be loaded.
  const { openGmailMailbox } = await import('./mailbox/gmail/mailbox.ts');
  for (let tried = 1; ; tried++) {
    const opened = await openGmailMailbox(account, parts);
    if (opened.kind === 'open') return opened.mailbox;
    if (opened.kind === 'refused') throw new SetupFault(opened.line);
    if (tried === TRIES)
      throw new SetupFault(
        `Gmail cannot be reached (${opened.reason}): check the network, or GMAIL_API_URL if it is set.`,
      );
    parts.log.warn({ reason: opened.reason }, 'Gmail cannot be reached; it is tried again');
    await systemClock.sleep(1000 * tried);
  }
}
