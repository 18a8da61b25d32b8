/** The mailbox's own ids of a message. */
export type MessageIds = { id: string; threadId: string };

/** A message as the mailbox keeps it. */
export type Kept = MessageIds & { labels: string[]; receivedAt: Date; raw: Uint8Array };

/** A message that came in; null where nothing did up to that cursor. */
export type Change = { cursor: string; id: string | null };

/** A message of ours; whatever becomes of the call, it stands in the mailbox once at most. */
export type Outbound = { messageId: string; threadId?: string; raw: Buffer };

/** The support inbox. Its history ids are larger than numbers can hold, so they are text. */
export type Mailbox = {
  /** What its cursor is kept under. */
  name: string;
  /** The receiver that wrote whether a sender was verified; headers in another's name prove nothing. */
  authority: string;
  /** What its Delivered-To says: the address that was written to, or, as at Gmail, the account behind all of its addresses. */
  deliveredTo: 'address' | 'account';
  /** Where somebody begins who has never read it. */
  start(): Promise<string>;
  /**
   * Messages after the cursor that came into the inbox, or that a person sent from the mailbox itself, oldest first, about
   * `most` of them.
   */
  arrivals(cursor: string, most: number): Promise<Change[]>;
  read(id: string): Promise<Kept | null>;
  /** Sends it into its thread, or says where it stands that it was sent already. */
  send(message: Outbound): Promise<MessageIds>;
  /** Keeps it without sending it. */
  record(message: Outbound): Promise<MessageIds>;
  /** Keeps a draft, once under its Message-ID. */
  keepDraft(message: Outbound): Promise<void>;
  /** Deletes it; does nothing where a person has sent or deleted it. */
  dropDraft(messageId: string): Promise<void>;
  /** Labels a message as answered, for colleagues who look into the mailbox. */
  markAnswered(id: string): Promise<void>;
  close(): Promise<void>;
};
