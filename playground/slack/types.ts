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
  /** A few words for people who act as this person. */
  about: string;
  /** The public channels that a guest or another company's person is in; undefined is all. */
  channels?: Set<string>;
};

export type StoredView = { id: string; hash: string; view: Record<string, unknown> };

export type SuggestedPrompt = { title: string; message: string };

/** Prompts that the app suggests in a conversation with it. */
export type Suggested = { title?: string; prompts: SuggestedPrompt[] };

export type Trigger = { issuedAt: number; used: boolean; user?: string };

/** A modal on someone's screen, with the app's complaints about its last submission, by block. */
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

export type SlackEvent = { type: string; event_ts: string; [field: string]: unknown };

export type EventBody = { type: 'event_callback'; event_id: string; event: SlackEvent; [field: string]: unknown };

export type OpenStream = {
  startedAt: number;
  bytes: number;
  unanswered: number;
  answeredAt: number;
  ending?: NodeJS.Timeout;
};

/** A change; its records are the workspace's own, so a listener must copy those that it keeps. */
export type Change =
  /** New, changed or deleted. */
  | { kind: 'message'; message: SlackMessage }
  /** The bot's status in a thread; an empty text ends it. */
  | { kind: 'status'; channel: string; thread: string; text: string }
  | { kind: 'ephemeral'; ephemeral: Ephemeral }
  /** Opened, updated, or complained of. */
  | { kind: 'form'; form: OpenView }
  | { kind: 'form_closed'; form: OpenView }
  | { kind: 'home'; user: string }
  | { kind: 'prompts'; channel: string }
  | { kind: 'channel'; channel: Channel }
  | { kind: 'user'; user: string }
  | { kind: 'user_group'; id: string }
  | { kind: 'file'; file: SlackFile }
  /** An event that the app has not acknowledged yet; then, that it did, or never will. */
  | { kind: 'delivery'; body: EventBody }
  | { kind: 'delivered'; eventId: string }
  /** The app took an event; one that is delivered several times is acknowledged as often. */
  | { kind: 'acknowledged'; body: EventBody; at: number };

export type ChangeListener = (change: Change) => void;
