import { App, HTTPReceiver, type Logger, LogLevel, type Receiver, SocketModeReceiver } from '@slack/bolt';
import type { SlackIdentity } from '../../channels/slack.ts';
import type { Desk } from '../../core/desk.ts';
import type { Log } from '../../core/log.ts';
import type { Bells } from '../../core/queue.ts';
import type { Database } from '../../core/store/database.ts';
import { editEntry, saveEntry, withdrawEntry } from '../../core/store/entries.ts';
import { slackId, toEntry, withoutMention } from './entries.ts';
import { readEvent, type SlackEvent } from './events.ts';

export type DoorParts = { db: Database; bells: Bells; desks: Desk[]; identity: SlackIdentity; log: Log };

/** Signed requests over HTTP; the listener is for the one server that carries everything. */
export function openHttpDoor(parts: DoorParts, botToken: string, signingSecret: string): HTTPReceiver {
  const receiver = new HTTPReceiver({
    signingSecret,
    endpoints: '/slack/events',
    processBeforeResponse: true,
    logger: boltLog(parts.log),
    bodyLimit: '1mb',
  });
  openApp(parts, botToken, receiver);
  return receiver;
}

export async function openSocketDoor(
  parts: DoorParts,
  botToken: string,
  appToken: string,
  apiUrl: string | undefined,
): Promise<{ close(): Promise<void> }> {
  const receiver = new SocketModeReceiver({
    appToken,
    logger: boltLog(parts.log),
    installerOptions: { clientOptions: apiUrl ? { slackApiUrl: apiUrl } : {} },
  });
  openApp(parts, botToken, receiver);
  await receiver.start();
  return { close: async () => void (await receiver.stop()) };
}

function openApp(parts: DoorParts, botToken: string, receiver: Receiver): App {
  const { teamId, botUserId, botId } = parts.identity;
  const app = new App({
    receiver,
    // An event is acknowledged after its entry is committed, never before.
    processBeforeResponse: true,
    logger: boltLog(parts.log),
    authorize: async ({ teamId: from }) => {
      if (from !== teamId) throw new Error(`the workspace ${from} is not ours (${teamId})`);
      return { botToken, botUserId, botId, teamId };
    },
  });
  app.event('app_mention', ({ event }) => take(parts, event));
  app.event('message', ({ event }) => take(parts, event));
  // Rethrown, so that Slack is told that it failed and delivers again.
  app.error(async (error) => {
    throw error;
  });
  return app;
}

async function take(parts: DoorParts, raw: unknown): Promise<void> {
  const thread = await save(parts, readEvent(raw));
  if (thread !== null) parts.bells.ring('turn', { tenant: parts.identity.teamId, thread });
}

/** Commits what the event says and tells which thread has something to do now. */
async function save({ db, desks, identity }: DoorParts, event: SlackEvent): Promise<number | null> {
  const { teamId, botUserId } = identity;
  switch (event.kind) {
    case 'said': {
      const entry = toEntry(event, identity, desks);
      const saved = entry && (await saveEntry(db, teamId, entry));
      return saved?.kind === 'saved' ? saved.thread : null;
    }
    case 'edited': {
      const text = withoutMention(event.text, botUserId);
      const revised = await editEntry(db, teamId, 'slack', slackId(teamId, event.channel, event.ts), text);
      return revised.kind === 'revised' ? revised.thread : null;
    }
    case 'deleted': {
      const revised = await withdrawEntry(db, teamId, 'slack', slackId(teamId, event.channel, event.ts));
      return revised.kind === 'revised' ? revised.thread : null;
    }
    case 'ignored':
    case 'malformed':
      return null;
  }
}

function boltLog(log: Log): Logger {
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (...said: unknown[]) =>
      log[level]({ from: 'bolt' }, said.map(String).join(' '));
  return {
    debug: write('debug'),
    info: write('debug'),
    warn: write('warn'),
    error: write('error'),
    setLevel() {},
    getLevel: () => LogLevel.INFO,
    setName() {},
  };
}
