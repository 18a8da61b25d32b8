import type { FaultQueue, Mishaps } from './faults.ts';
import type { Store } from './saving/types.ts';
import type {
  ChangeListener,
  Channel,
  Ephemeral,
  EventBody,
  OpenStream,
  OpenView,
  ResponseUrl,
  SlackFile,
  SlackLedgerRow,
  StoredView,
  Suggested,
  ThreadStatus,
  Trigger,
  Upload,
  User,
} from './types.ts';

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
  /** How long a click may open a view: 3 seconds, as in Slack, unless set. */
  triggerLifetimeMs?: number;
  /** Where the workspace is saved; without it, in memory only. */
  store?: Store;
  /** Called when another process has taken the store over. */
  onTakenOver?: () => void;
  /** Called when the store refuses a change, which is then tried again. */
  onTrouble?: (error: unknown) => void;
  /** Without the people and channels that tests expect. */
  bare?: boolean;
  /** How many of the newest ledger rows are kept. */
  keepLedger?: number;
  /** Called with each call as it is recorded. */
  onCall?: (row: SlackLedgerRow) => void;
  /** Slack's own limit is about 1; unset is no limit. */
  postsPerSecondPerChannel?: number;
};

export type State = {
  teamId: string;
  botUserId: string;
  botId: string;
  appId: string;
  botToken: string;
  appToken: string;
  signingSecret: string;
  now: () => number;
  retryDelaysMs: number[];
  ackTimeoutMs: number;
  triggerLifetimeMs: number;
  keepLedger: number;
  postsPerSecondPerChannel: number;
  lastMicros: number;
  ids: number;
  channels: Map<string, Channel>;
  users: Map<string, User>;
  userGroups: Map<string, string[]>;
  streams: Map<string, OpenStream>;
  views: Map<string, OpenView>;
  homes: Map<string, StoredView>;
  /** By channel. */
  prompts: Map<string, Suggested>;
  triggers: Map<string, Trigger>;
  ephemerals: Ephemeral[];
  responseUrls: Map<string, ResponseUrl>;
  /** The bot's status by thread (channel and ts). */
  statuses: Map<string, ThreadStatus>;
  /** The address by which the app reaches this workspace, for links to its files. */
  base: string | undefined;
  uploads: Map<string, Upload>;
  files: Map<string, SlackFile>;
  /** The bytes of files; a workspace with a store drops them once they are saved. */
  bytes: Map<string, Uint8Array>;
  /** Events that the app has not acknowledged, by their ids. */
  undelivered: Map<string, EventBody>;
  tickets: Set<string>;
  posts: Map<string, number[]>;
  faults: FaultQueue;
  mishaps: Mishaps;
  /** Each event goes out three times. */
  threefold: boolean;
  ledger: SlackLedgerRow[];
  onCall: WorkspaceOptions['onCall'];
  listeners: Set<ChangeListener>;
  store: Store | undefined;
  /** Resolves once all changes until now are saved. */
  saved: () => Promise<void>;
};
