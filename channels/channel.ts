import type { Earlier, Progress } from '../core/agent/types.ts';
import type { OpenFile } from '../core/files/types.ts';
import type { Approval } from '../core/records/approvals.ts';
import type { Card } from '../core/records/cards.ts';
import type { Matter } from '../core/records/matters.ts';
import type { OpenReply } from '../core/records/threads.ts';
import type { ChannelPlace, EntryContent, Principal } from '../core/records/types.ts';

export type Outgoing = { id: number; place: ChannelPlace; body: string; messages: string[] };

/** The outcome of sending a reply. `messages` are the ids of the parts that the channel is known to have. */
export type Sent =
  | { kind: 'sent'; messages: string[] }
  | { kind: 'retry'; waitMs: number; reason: string; messages: string[] }
  | { kind: 'failed'; reason: string };

/** A reply that is being written. It shows progress if that takes long, and becomes the final message. */
export type Live = Progress & {
  /** Resolves when no request is open and the id of a begun message is on record. */
  quiet(): Promise<void>;
  /** `last` is where the reply goes in the end, if that was not known when it began. */
  finish(reply: { id: number; body: string }, last?: ChannelPlace): Promise<Sent>;
  /** Stops showing progress, and leaves a begun message to the next worker. */
  leave(): void;
};

export type LiveRecords = {
  /** Commits the row of the reply before its message begins; null when we have lost the thread. */
  open(): Promise<number | null>;
  note(reply: number, messages: string[]): Promise<void>;
  taken: OpenReply | null;
};

/** The outcome of showing a card. */
export type CardShown =
  | { kind: 'shown'; message: string }
  /** `message` where the card was posted but is not complete. */
  | { kind: 'retry'; waitMs: number; reason: string; message?: string }
  /** We may not post there until a person changes that. */
  | { kind: 'barred'; waitMs: number; reason: string }
  | { kind: 'failed'; reason: string };

/** An approval, and the channel's id of the message that asks for a yes; null where none is known yet. */
export type Question = { id: string; message: string | null };

export type Channel = {
  live(place: ChannelPlace, records: LiveRecords): Live;
  /** Sends for the first time. */
  send(reply: Outgoing): Promise<Sent>;
  /** Sends again after a try that may have succeeded: reads the channel first. */
  resend(reply: Outgoing): Promise<Sent>;
  /** Removes a begun message. */
  drop(reply: Outgoing): Promise<Sent>;
  earlier(said: EntryContent, since: ChannelPlace | null): Promise<Earlier>;
  saidEarlier(text: string): { by: Principal; text: string }[];
  openFile: OpenFile;
  /** May a typed yes or no name a question by its number? Elsewhere people press buttons. */
  namesQuestions: boolean;
  /** Was this written after the question was asked? */
  isAnswerTo(said: EntryContent, question: Question): boolean;
  /** Does a card show the whole call? Nobody can sign a call that it does not. */
  showsAll(approval: Approval): boolean;
  /** The call in one line, as its card shows it. */
  brief(approval: Approval): string;
  /** Posts a card, or updates it to the current state of its approval. */
  show(card: Card, approval: Approval): Promise<CardShown>;
  /** The same for a matter, or for one mail of it. */
  showMatter(card: Card, matter: Matter): Promise<CardShown>;
};
