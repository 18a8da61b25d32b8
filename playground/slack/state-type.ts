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
  /** What the bot says it is doing, by thread (channel and ts). */
  statuses: Map<string, ThreadStatus>;
  /** Where the app found this workspace, for the addresses that it is given. */
  base: string | undefined;
  uploads: Map<string, Upload>;
  files: Map<string, SlackFile>;
  /** Of files; where the workspace is kept, only until they are. */
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
  /** Done when all that has changed until now is kept. */
  saved: () => Promise<void>;
};
