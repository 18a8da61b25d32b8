export type Address = { name: string; address: string };

/** A message as the mailbox keeps it. */
export type Kept = { id: string; threadId: string; labels: string[]; receivedAt: Date; raw: Uint8Array };

export type Changes =
  | { kind: 'changes'; changes: { cursor: string; id: string }[] }
  /** The mailbox no longer knows what followed that cursor. */
  | { kind: 'too_old' };

/** The mailbox's own ids of a message. */
export type Place = { id: string; threadId: string };

/** A message of ours; whatever becomes of the call, it stands in the mailbox once at most. */
export type Outbound = { messageId: string; threadId?: string; raw: Buffer };

/** The support inbox. Its history ids are larger than numbers can hold, so they are text. */
export type Mailbox = {
  /** What its cursor is kept under. */
  name: string;
  /** The receiver that wrote whether a sender was verified; headers in another's name prove nothing. */
  authority: string;
  /** Where somebody begins who has never read it. */
  start: string;
  /** Messages that came in after the cursor, oldest first. */
  arrivals(cursor: string, most: number): Promise<Changes>;
  read(id: string): Promise<Kept | null>;
  send(message: Outbound, label?: string): Promise<Place>;
  /** The message of ours with this Message-ID. */
  sent(messageId: string): Promise<Place | null>;
  close(): Promise<void>;
};
