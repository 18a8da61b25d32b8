export type Address = { name: string; address: string };

export type Attachment = {
  name: string;
  type: string;
  size: number;
  /** It belongs into the text, as a logo below a signature does. */
  isInline: boolean;
  content: Uint8Array<ArrayBuffer>;
  /** The hash of its content. */
  digest: string;
};

/** What a mail says, as far as we read it. */
export type ParsedMail = {
  /** In the order in which they stand, by their names in small letters. */
  headers: { name: string; value: string }[];
  from: Address[];
  to: Address[];
  cc: Address[];
  subject: string;
  messageId: string | null;
  /** Message-IDs of what it answers: the nearest last. */
  references: string[];
  contentType: string;
  /** What it does with an appointment, such as `request` or `reply`; null where it is about none. */
  calendar: string | null;
  /** All of its text; HTML is converted where there is no other. */
  text: string;
  /** Without what it quotes. */
  said: string;
  /** Whom a forwarded mail names as its author. Anybody can write that there. */
  forwardedFrom: string | null;
  /** It held text that its reader would not see, which is left out. */
  hidden: boolean;
  attachments: Attachment[];
};

export type Parsed =
  | { kind: 'parsed'; mail: ParsedMail }
  | { kind: 'unreadable'; why: string }
  /** It took too much time or memory. */
  | { kind: 'given_up'; why: string };
