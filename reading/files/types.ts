/** How a file is read. */
export type FileKind = 'text' | 'pdf' | 'mail' | 'image';

export type Reading =
  | { kind: 'text'; text: string }
  /** For a model that sees. */
  | { kind: 'image'; type: string; content: Uint8Array<ArrayBuffer> }
  | { kind: 'unread'; why: string }
  /** Reading it took too long or too much memory: it says nothing of the file for certain. */
  | { kind: 'given_up'; why: string };
