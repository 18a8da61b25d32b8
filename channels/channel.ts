import type { Progress } from '../core/agent/types.ts';
import type { Approval } from '../core/records/approvals.ts';
import type { Card } from '../core/records/cards.ts';
import type { OpenReply } from '../core/records/threads.ts';
import type { ChannelPlace, EntryContent } from '../core/records/types.ts';

export type Outgoing = { id: number; place: ChannelPlace; body: string; messages: string[] };

/** What became of a reply. `messages` are the channel's ids of the parts that it is known to have. */
export type Sent =
  | { kind: 'sent'; messages: string[] }
  | { kind: 'retry'; waitMs: number; reason: string; messages: string[] }
  | { kind: 'failed'; reason: string };

/** A reply in the making: it shows progress if it is slow, and is then completed in place. */
export type Live = Progress & {
  /** Resolves when nothing is under way and the id of a begun message is on record. */
  quiet(): Promise<void>;
  finish(reply: { id: number; body: string }): Promise<Sent>;
  /** Shows no more; what stands is left for whoever takes the turn over. */
  leave(): void;
};

export type LiveRecords = {
  /** Commits the row of the reply before its message is begun; null when the thread is no longer ours. */
  open(): Promise<number | null>;
  note(reply: number, messages: string[]): Promise<void>;
  taken: OpenReply | null;
};

/** What became of a copy of a card. */
export type CardShown =
  | { kind: 'shown'; message: string }
  /** `message` where it was posted and then not completed. */
  | { kind: 'retry'; waitMs: number; reason: string; message?: string }
  /** We are not let in there, until a person mends that. */
  | { kind: 'barred'; waitMs: number; reason: string }
  | { kind: 'failed'; reason: string };

export type Channel = {
  live(place: ChannelPlace, records: LiveRecords): Live;
  /** Sends for the first time. */
  send(reply: Outgoing): Promise<Sent>;
  /** Sends where an earlier try may have gone through: reads the channel first. */
  resend(reply: Outgoing): Promise<Sent>;
  /** Takes a begun message away again. */
  drop(reply: Outgoing): Promise<Sent>;
  earlier(said: EntryContent, since: ChannelPlace | null): Promise<string>;
  /** Was it said after the given message stood there? */
  isAfter(said: EntryContent, message: string): boolean;
  /** Does a card show the whole call? What is not shown whole is not signed. */
  showsAll(approval: Approval): boolean;
  /** The call in one line, as its card shows it. */
  brief(approval: Approval): string;
  /** Brings a copy of a card up to what its approval is now: posts it where it is not there yet, or changes it. */
  show(card: Card, approval: Approval): Promise<CardShown>;
};
