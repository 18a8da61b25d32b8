import type { Ephemeral, SlackMessage, SuggestedPrompt } from '../slack/types.ts';

/**
 * The frames between the page and its server over the WebSocket `/playground/live?user=<id>`. Everything that a
 * person does goes over the control routes (POST /playground/…) instead, which scripts use too.
 */

export type Person = {
  id: string;
  name: string;
  realName: string;
  /** For *Act as*: in a few words, the rights of this person. */
  about: string;
  kind: 'member' | 'guest' | 'outsider' | 'bot';
};

export type ChannelInfo = {
  id: string;
  name: string;
  kind: 'channel' | 'group' | 'im' | 'mpim';
  /** Questions that the desk answering here can be asked. */
  desk?: { name: string; title: string; examples: string[]; words: string[] };
  /** People of another company are in it, too. */
  shared?: true;
  /** The ts of the newest message, for unread marks. */
  latest?: string;
};

export type PageFile = {
  id: string;
  name: string;
  title: string;
  size: number;
  mimetype: string;
  url: string;
  /** The beginning of a text file, or all of a short one. */
  preview?: string;
};

export type PageMessage = Omit<SlackMessage, 'files'> & {
  files?: PageFile[];
  /** On the first message of a thread. */
  replyCount?: number;
  latestReply?: string;
  replyUsers?: string[];
};

export type OpenForm = { id: string; view: Record<string, unknown>; errors: Record<string, string> };

/** One line of *Behind the scenes*. */
export type StoryRow = {
  id: string;
  /** The row that this one continues. */
  of?: string;
  /** Milliseconds since 1970. */
  at: number;
  kind: 'entry' | 'job' | 'turn' | 'model' | 'call' | 'approval' | 'signature' | 'reply' | 'audit';
  title: string;
  detail?: string;
  facts: { name: string; value: string }[];
  state: 'running' | 'waiting' | 'ok' | 'refused' | 'failed' | 'unknown';
};

export type FaultLevel = 'ok' | 'slow' | 'down' | 'lossy';

export type FaultsState = {
  slack: FaultLevel;
  model: FaultLevel;
  /** By tool server. */
  tools: Record<string, FaultLevel>;
  /** Slack delivers each event three times. */
  threefold: boolean;
  worker:
    | { kind: 'inner' }
    | { kind: 'starting' }
    | { kind: 'second'; pid: number }
    | { kind: 'killed'; pid: number; at: number };
  /** Each fault and the promises that held, newest last. */
  log: { at: number; text: string }[];
};

/** Body of POST /playground/faults. */
export type FaultOrder =
  | { part: 'slack' | 'model'; level: FaultLevel }
  | { part: 'tools'; server: string; level: FaultLevel }
  | { part: 'threefold'; on: boolean }
  | { part: 'worker'; order: 'start' | 'kill' | 'end' };

/** Somebody in whose name mail can be written. */
export type MailWriter = {
  id: string;
  name: string;
  address: string;
  about: string;
  /** Logs in at the mail server as that address; anybody else only claims it. */
  verified: boolean;
  /** The address of the desk that fits them. */
  to: string;
};

export type MailThread = {
  id: string;
  subject: string;
  /** The names of those who wrote, the first one first. */
  people: string[];
  snippet: string;
  /** When its newest mail came, in milliseconds since 1970. */
  at: number;
  count: number;
  labels: string[];
  hasFiles: boolean;
  /** Nobody vouches for the sender of one of its mails. */
  hasUnverified: boolean;
};

export type MailLetter = {
  id: string;
  at: number;
  from: string;
  to: string;
  text: string;
  /** The text goes on; the raw source has the rest. */
  isCut: boolean;
  labels: string[];
  /** The names of its attachments. */
  files: string[];
  by: 'us' | 'verified' | 'unverified' | 'unchecked';
  /** Sample mail has no raw MIME. */
  hasSource: boolean;
};

/** Who sees all of the mailbox, and answers from it under a desk's address. */
export const TEAM = 'team';

/** The mailbox as somebody sees it: the team, or a writer by their id. */
export type MailSeen = { threads: MailThread[]; letters: MailLetter[] };

/** Body of POST /playground/mail. */
export type MailOrder = { as: string; text: string; files: { name: string; text: string }[] } & (
  | { to: string; subject: string }
  | { thread: string }
);

export type ServerFrame =
  | {
      type: 'hello';
      me: string;
      botUserId: string;
      people: Person[];
      /** The channels that I see, with the direct message with the bot. */
      channels: ChannelInfo[];
      approvalsChannel: string | null;
      model: { standIn: boolean; name: string };
      commands: { name: string; about: string }[];
      /** Null where the mailbox is a real one. */
      mail: { writers: MailWriter[]; desks: { title: string; address: string }[] } | null;
    }
  | { type: 'channel'; channel: ChannelInfo }
  /** First messages of threads, oldest first; answers PageFrame `history`. */
  | { type: 'history'; channel: string; messages: PageMessage[]; more: boolean }
  /** A thread with its first message; answers PageFrame `thread`. */
  | { type: 'thread'; channel: string; thread: string; messages: PageMessage[] }
  /** New or changed, replies included; a deleted one has `deleted`. */
  | { type: 'message'; message: PageMessage }
  /** The bot's status in a thread; an empty text ends it. */
  | { type: 'status'; channel: string; thread: string; text: string }
  | { type: 'ephemeral'; ephemeral: Ephemeral }
  | { type: 'form'; form: OpenForm }
  | { type: 'form_closed'; id: string }
  /** `view` is the id that POST /playground/click needs. */
  | { type: 'home'; blocks: unknown[] | null; view?: string }
  | { type: 'prompts'; channel: string; title?: string; prompts: SuggestedPrompt[] }
  /** How many signatures wait for each person. */
  | { type: 'waiting'; counts: Record<string, number> }
  /** All rows of the watched thread, in order of time. */
  | { type: 'story'; channel: string; thread: string; rows: StoryRow[] }
  | { type: 'faults'; faults: FaultsState }
  /** The mailbox as `who` sees it, with the mails of one thread. */
  | ({ type: 'mail'; who: string; thread?: string } & MailSeen);

export type PageFrame =
  | { type: 'history'; channel: string; before?: string }
  | { type: 'thread'; channel: string; thread: string }
  /** From now on `story` frames follow this thread. */
  | { type: 'watch'; channel: string; thread: string }
  | { type: 'unwatch' }
  /** From now on `mail` frames follow the mailbox. */
  | { type: 'mail'; who: string; thread?: string }
  | { type: 'no_mail' };
