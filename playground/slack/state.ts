import { randomBytes } from 'node:crypto';
import { type ChangeListener, publish } from './changes.ts';
import type { EventBody } from './events.ts';
import { type FaultQueue, noMishaps } from './faults.ts';
import type { Store } from './saving/types.ts';
import type { OpenStream } from './streams.ts';

export type Metadata = { event_type: string; event_payload: Record<string, unknown> };
export type SlackTask = { id: string; title: string; status: string; details?: string; output?: string };
export type SlackFile = {
  id: string;
  name: string;
  title: string;
  size: number;
  mimetype: string;
  user: string;
  created: number;
  /** Where it was shared. */
  channel?: string;
  /** How a text file begins. */
  preview?: string;
};

export type SlackMessage = {
  ts: string;
  channel: string;
  user: string;
  bot_id?: string;
  subtype?: string;
  text: string;
  blocks?: unknown[];
  attachments?: unknown[];
  thread_ts?: string;
  metadata?: Metadata;
  edited?: { ts: string; user: string };
  deleted?: boolean;
  /** Present on messages that began as a stream; false once it has stopped or died. */
  streaming?: boolean;
  tasks?: SlackTask[];
  plan?: string;
  reactions?: { name: string; users: string[] }[];
  files?: SlackFile[];
};

/**
 * One Web API call. `ok` is what the workspace did with it, `status` what the caller was told (0: no answer), so a
 * call that was accepted and then lost reads `ok: true, status: 502`.
 */
export type SlackLedgerRow = {
  at: number;
  method: string;
  args: Record<string, unknown>;
  ok: boolean;
  error?: string;
  status: number;
  result?: Record<string, unknown>;
  fault?: string;
  violation?: 'parallel_stream_calls';
};

export type ChannelKind = 'channel' | 'group' | 'im' | 'mpim';

export type Channel = {
  id: string;
  name: string;
  kind: ChannelKind;
  created: number;
  archived: boolean;
  botIsMember: boolean;
  /** The people in it; undefined is everyone. */
  people?: Set<string>;
  /** Ids of other companies whose people are in it, too. */
  sharedWith: string[];
  log: SlackMessage[];
  byTs: Map<string, SlackMessage>;
  replies: Map<string, SlackMessage[]>;
};

export type User = {
  id: string;
  /** Another company's where a channel is shared with it. */
  teamId: string;
  name: string;
  realName: string;
  email: string;
  isBot: boolean;
  deleted: boolean;
  /** A guest. */
  isRestricted: boolean;
  /** In a few words, for who acts as this person. */
  about: string;
  /** The public channels that a guest or another company's person is in; undefined is all. */
  channels?: Set<string>;
};
export type StoredView = { id: string; hash: string; view: Record<string, unknown> };
export type SuggestedPrompt = { title: string; message: string };
/** What the app offers to be asked, in a conversation with it. */
export type Suggested = { title?: string; prompts: SuggestedPrompt[] };
export type Trigger = { issuedAt: number; used: boolean; user?: string };
/** A modal on someone's screen, with what the app complained of at its last submission, by block. */
export type OpenView = StoredView & { user?: string; errors: Record<string, string> };
/** Seen by one person only. */
export type Ephemeral = {
  ts: string;
  user: string;
  channel: string;
  thread_ts?: string;
  text: string;
  blocks?: unknown[];
};
/** Where the app may answer a click or a command, for a while. */
export type ResponseUrl = {
  user: string;
  channel: string;
  /** The message that was clicked. */
  message?: string;
  thread_ts?: string;
  issuedAt: number;
  uses: number;
};
export type ThreadStatus = { channel: string; thread: string; text: string; ending: NodeJS.Timeout };
/** `key` is a part of the address to which the app sends the bytes; a person's upload has none and comes whole. */
export type Upload = { file: SlackFile; bytes?: Uint8Array; key?: string };

export type WorkspaceOptions = {
  teamId?: string;
  botUserId?: string;
  botId?: string;
  appId?: string;
  botToken?: string;
  appToken?: string;
  signingSecret?: string;
  now?: () => number;
  /** Slack waits 0, 1 and 5 minutes before its three redeliveries; the default has seconds for minutes. */
  retryDelaysMs?: number[];
  ackTimeoutMs?: number;
  /** For how long a click may open a view: 3 seconds, as Slack has it, unless said otherwise. */
  triggerLifetimeMs?: number;
  /** Where it is kept; without one, in memory only. */
  store?: Store;
  /** Told when another process has taken the store over. */
  onTakenOver?: () => void;
  /** Told when the store does not take what changed; it is asked again. */
  onTrouble?: (error: unknown) => void;
  /** Without the people and channels that tests expect. */
  bare?: boolean;
  /** How many of the newest ledger rows are kept. */
  keepLedger?: number;
  /** Told of each call as it is recorded. */
  onCall?: (row: SlackLedgerRow) => void;
  /** Slack's own limit is about 1; unset is no limit. */
  postsPerSecondPerChannel?: number;
};

export type State = ReturnType<typeof createState>;

const secret = (bytes: number): string => randomBytes(bytes).toString('hex');

export function createState(options: WorkspaceOptions) {
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
    channels: new Map<string, Channel>(),
    users: new Map<string, User>(),
    userGroups: new Map<string, string[]>(),
    streams: new Map<string, OpenStream>(),
    views: new Map<string, OpenView>(),
    homes: new Map<string, StoredView>(),
    /** By channel. */
    prompts: new Map<string, Suggested>(),
    triggers: new Map<string, Trigger>(),
    ephemerals: [] as Ephemeral[],
    responseUrls: new Map<string, ResponseUrl>(),
    /** What the bot says it is doing, by thread (channel and ts). */
    statuses: new Map<string, ThreadStatus>(),
    /** Where the app found this workspace, for the addresses that it is given. */
    base: undefined as string | undefined,
    uploads: new Map<string, Upload>(),
    files: new Map<string, SlackFile>(),
    /** Of files; where the workspace is kept, only until they are. */
    bytes: new Map<string, Uint8Array>(),
    /** Events that the app has not acknowledged, by their ids. */
    undelivered: new Map<string, EventBody>(),
    tickets: new Set<string>(),
    posts: new Map<string, number[]>(),
    faults: new Map() as FaultQueue,
    mishaps: noMishaps(),
    /** Each event goes out three times. */
    threefold: false,
    ledger: [] as SlackLedgerRow[],
    onCall: options.onCall,
    listeners: new Set<ChangeListener>(),
    store: options.store,
    /** Done when all that has changed until now is kept. */
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

/** A reply stands in its thread only, unless it was told to the channel, too. */
export function isInChannel(message: SlackMessage): boolean {
  return message.thread_ts === undefined || message.subtype === 'thread_broadcast';
}
