import { randomBytes } from 'node:crypto';
import { publish } from './changes.ts';
import { noMishaps } from './faults.ts';
import type { State, WorkspaceOptions } from './state-type.ts';
import type { Channel, SlackMessage } from './types.ts';

const secret = (bytes: number): string => randomBytes(bytes).toString('hex');

export function createState(options: WorkspaceOptions): State {
  const kept = options.store && { teamId: options.store.teamId, ...options.store.saved.secrets };
  return {
    teamId: kept?.teamId ?? options.teamId ?? 'T0PLAYGROUND',
    botUserId: options.botUserId ?? 'U0COUNTERSIGN',
    botId: options.botId ?? 'B0COUNTERSIGN',
    appId: options.appId ?? 'A0COUNTERSIGN',
    botToken: kept?.botToken ?? options.botToken ?? `xoxb-${secret(12)}`,
    appToken: kept?.appToken ?? options.appToken ?? `xapp-1-${secret(12)}`,
    signingSecret: kept?.signingSecret ?? options.signingSecret ?? secret(16),
    now: options.now ?? Date.now,
    retryDelaysMs: options.retryDelaysMs ?? [0, 1000, 5000],
    ackTimeoutMs: options.ackTimeoutMs ?? 3000,
    triggerLifetimeMs: options.triggerLifetimeMs ?? 3000,
    keepLedger: options.keepLedger ?? Number.POSITIVE_INFINITY,
    postsPerSecondPerChannel: options.postsPerSecondPerChannel ?? Number.POSITIVE_INFINITY,
    lastMicros: 0,
    ids: 0,
    channels: new Map(),
    users: new Map(),
    userGroups: new Map(),
    streams: new Map(),
    views: new Map(),
    homes: new Map(),
    prompts: new Map(),
    triggers: new Map(),
    ephemerals: [],
    responseUrls: new Map(),
    statuses: new Map(),
    base: undefined,
    uploads: new Map(),
    files: new Map(),
    bytes: new Map(),
    undelivered: new Map(),
    tickets: new Set(),
    posts: new Map(),
    faults: new Map(),
    mishaps: noMishaps(),
    threefold: false,
    ledger: [],
    onCall: options.onCall,
    listeners: new Set(),
    store: options.store,
    saved: () => Promise.resolve(),
  };
}

/** A message's ts is its identity, so it never repeats and never goes back, whatever the clock does. */
export function nextTs(state: State): string {
  state.lastMicros = Math.max(Math.floor(state.now() * 1000), state.lastMicros + 1);
  const digits = String(state.lastMicros).padStart(16, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

export function nextId(state: State, prefix: string): string {
  state.ids += 1;
  return `${prefix}${state.ids.toString(36).toUpperCase().padStart(8, '0')}`;
}

export function store(state: State, channel: Channel, message: SlackMessage): SlackMessage {
  channel.log.push(message);
  channel.byTs.set(message.ts, message);
  if (message.thread_ts !== undefined) threadOf(channel, message.thread_ts).push(message);
  publish(state, { kind: 'message', message });
  return message;
}

export function threadOf(channel: Channel, ts: string): SlackMessage[] {
  const replies = channel.replies.get(ts) ?? [];
  channel.replies.set(ts, replies);
  return replies;
}

export function erase(state: State, message: SlackMessage): void {
  message.deleted = true;
  publish(state, { kind: 'message', message });
}

export function liveMessage(channel: Channel, ts: unknown): SlackMessage | undefined {
  const message = channel.byTs.get(String(ts));
  return message?.deleted ? undefined : message;
}

export function liveReplies(channel: Channel, ts: string): SlackMessage[] {
  return (channel.replies.get(ts) ?? []).filter((reply) => !reply.deleted);
}

/** A reply stands in its thread only, unless it was also sent to the channel. */
export function isInChannel(message: SlackMessage): boolean {
  return message.thread_ts === undefined || message.subtype === 'thread_broadcast';
}
