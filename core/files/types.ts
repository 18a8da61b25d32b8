import type { FileReader } from '../../reading/files/thread.ts';
import type { Database } from '../records/database.ts';
import type { AttachedFile } from '../records/types.ts';

/** `late`: we waited for it in vain. */
export type Fetched =
  | { kind: 'fetched'; bytes: Uint8Array<ArrayBuffer>; digest: string }
  | { kind: 'refused' | 'late'; why: string };

/** A file whose bytes can be had; `file` says of it what its message may have left out. */
export type Opened =
  | { kind: 'open'; file: AttachedFile; fetch(): Promise<Fetched> }
  | { kind: 'not_open'; why: string };

export type OpenFile = (file: AttachedFile, signal: AbortSignal) => Promise<Opened>;

export type FileContext = {
  db: Database;
  readFile: FileReader['read'];
  redact(text: string): string;
  /** Can the model see images? */
  sees: boolean;
};
