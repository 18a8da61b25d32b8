import type {
  Channel,
  Ephemeral,
  EventBody,
  OpenView,
  SlackFile,
  SlackMessage,
  StoredView,
  Suggested,
  User,
} from '../types.ts';

/** The identity and secrets that the app gets at its installation. */
export type Secrets = { botToken: string; appToken: string; signingSecret: string };

/** Neither a ts nor an id is ever given twice. */
export type Counters = { lastMicros: number; ids: number };

export type SavedChannel = Omit<Channel, 'log' | 'byTs' | 'replies'>;
export type SavedHome = { user: string; view: StoredView };

/** One record as it is now, or the word that it is gone. */
export type Row =
  | { kind: 'person'; user: User; number: number }
  | { kind: 'user_group'; id: string; users: string[] }
  | { kind: 'channel'; channel: SavedChannel; number: number }
  | { kind: 'message'; message: SlackMessage }
  /** Its bytes never change, so only the first row has them. */
  | { kind: 'file'; file: SlackFile; bytes?: Uint8Array }
  | { kind: 'ephemeral'; ephemeral: Ephemeral }
  | { kind: 'form'; form: OpenView }
  | { kind: 'form_closed'; id: string }
  | { kind: 'home'; home: SavedHome }
  | { kind: 'prompts'; channel: string; suggested: Suggested }
  | { kind: 'delivery'; body: EventBody }
  | { kind: 'delivered'; eventId: string };

/** All saved records, each kind in the order of its creation. */
export type Saved = {
  secrets: Secrets;
  counters: Counters;
  people: User[];
  userGroups: { id: string; users: string[] }[];
  channels: SavedChannel[];
  messages: SlackMessage[];
  files: SlackFile[];
  ephemerals: Ephemeral[];
  forms: OpenView[];
  homes: SavedHome[];
  prompts: { channel: string; suggested: Suggested }[];
  deliveries: EventBody[];
};

/** The store of a workspace. Another process that opens it takes it over. */
export type Store = {
  teamId: string;
  /** Its content when it was opened. */
  saved: Saved;
  /** All of it or nothing. */
  save(rows: Row[], counters: Counters): Promise<'saved' | 'taken_over'>;
  bytesOf(file: string): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
};
