import type { FaultOrder, FaultsState, StoryRow } from './page/protocol.ts';

/** A desk as the page shows it. */
export type PlaygroundDesk = {
  name: string;
  title: string;
  /** Ids of the channels where it answers; `*` is every channel that no other desk names. */
  channels: '*' | string[];
  directMessages: boolean;
  /** Where its cards wait for signatures, if not where those of the others do. */
  approvals?: string;
  /** What it can be asked, in people's words. */
  examples: string[];
  /** Words that it answers by code, such as `reset`. */
  words?: string[];
};

/** The faults that people may cause, and what came of them. */
export type FaultsPort = {
  state(): FaultsState;
  order(order: FaultOrder): Promise<FaultsState>;
  /** Calls the listener after every change; gives what ends that. */
  onChange(listener: () => void): () => void;
};

/** The product's records and settings, as `start.ts` hands them to the playground. */
export type PlaygroundPorts = {
  desks(): PlaygroundDesk[];
  /** The id of the channel where cards wait for signatures. */
  approvalsChannel: string | null;
  model: { standIn: boolean; name: string };
  /** Somebody looks at the page, and will soon ask something. */
  pageOpened(): void;
  /** The app's slash commands. */
  commands: { name: string; about: string }[];
  /** All that the product recorded of a thread, in order of time; empty where it knows nothing of it. */
  story(channel: string, thread: string): Promise<StoryRow[]>;
  /** How many signatures wait for each person, by Slack id. */
  waiting(): Promise<Record<string, number>>;
  faults: FaultsPort;
};
