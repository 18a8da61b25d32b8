import type { FaultOrder, FaultsState, MailOrder, MailSeen, MailWriter, StoryRow } from './page/protocol.ts';

/** A desk as the page shows it. */
export type PlaygroundDesk = {
  name: string;
  title: string;
  /** Ids of the channels where it answers; `*` is every channel that no other desk names. */
  channels: '*' | string[];
  directMessages: boolean;
  /** The channel of its cards, if it has one of its own. */
  approvals?: string;
  /** Example questions, in people's words. */
  examples: string[];
  /** Words that it answers by code, such as `reset`. */
  words?: string[];
};

/** The faults that people may cause, and their effects. */
export type FaultsPort = {
  state(): FaultsState;
  order(order: FaultOrder): Promise<FaultsState>;
  /** Calls the listener after every change; returns a function that ends it. */
  onChange(listener: () => void): () => void;
};

/** The support inbox, and people who write to it. */
export type MailPort = {
  writers(): MailWriter[];
  /** The desks, each with the address that people write to. */
  desks(): { title: string; address: string }[];
  look(who: string, thread?: string): Promise<MailSeen>;
  /** The beginning of a mail as it came; null where there is no such mail. */
  source(id: string): Promise<string | null>;
  /** Sends a mail by the SMTP door, and says in which thread it lies. */
  write(order: MailOrder): Promise<{ thread: string }>;
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
  /** The product's records of a thread, in order of time; empty for an unknown thread. */
  story(channel: string, thread: string): Promise<StoryRow[]>;
  /** How many signatures wait for each person, by Slack id. */
  waiting(): Promise<Record<string, number>>;
  faults: FaultsPort;
  /** Null where the mailbox is a real one. */
  mail: MailPort | null;
};
