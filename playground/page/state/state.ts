import type { Ephemeral, SuggestedPrompt } from '../../slack/types.ts';
import type { ChannelInfo, FaultsState, OpenForm, PageMessage, Person, ServerFrame, StoryRow } from '../protocol.ts';

export type Link = { kind: 'connecting' } | { kind: 'open' } | { kind: 'lost' };

/** First messages and replies alike, by their ts. */
export type ChannelLog = {
  messages: Readonly<Record<string, PageMessage>>;
  /** How much of the channel's past is loaded. */
  past: 'unknown' | 'more' | 'whole';
  /** The threads whose replies are all loaded. */
  whole: ReadonlySet<string>;
};

export type Hello = Omit<Extract<ServerFrame, { type: 'hello' }>, 'type' | 'channels'>;

export type Story = { channel: string; thread: string; rows: StoryRow[] };

export type State = {
  link: Link;
  /** Null until the server's first frame. */
  hello: Hello | null;
  people: Readonly<Record<string, Person>>;
  channels: ChannelInfo[];
  logs: Readonly<Record<string, ChannelLog>>;
  /** The bot's status, by thread. */
  statuses: Readonly<Record<string, string>>;
  ephemerals: Ephemeral[];
  dismissed: ReadonlySet<string>;
  forms: OpenForm[];
  /** Null until the bot has filled it. */
  home: { blocks: unknown[]; view?: string } | null;
  prompts: Readonly<Record<string, { title?: string; prompts: SuggestedPrompt[] }>>;
  waiting: Readonly<Record<string, number>>;
  story: Story | null;
  faults: FaultsState | null;
  mail: Extract<ServerFrame, { type: 'mail' }> | null;
};

export const emptyLog: ChannelLog = { messages: {}, past: 'unknown', whole: new Set() };

export const initialState: State = {
  link: { kind: 'connecting' },
  hello: null,
  people: {},
  channels: [],
  logs: {},
  statuses: {},
  ephemerals: [],
  dismissed: new Set(),
  forms: [],
  home: null,
  prompts: {},
  waiting: {},
  story: null,
  faults: null,
  mail: null,
};

export type Happened =
  | ServerFrame
  | { type: 'link'; link: Link }
  /** The page acts as somebody else from now on. */
  | { type: 'acting_as'; user: string }
  | { type: 'dismissed'; ts: string };

export function threadKey(channel: string, thread: string): string {
  return `${channel}:${thread}`;
}
