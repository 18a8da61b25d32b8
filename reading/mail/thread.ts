import { openThread } from '../worker-thread.ts';
import type { Parsed, ParsedMail } from './types.ts';

export type Parser = {
  /** Transfers the bytes to the thread, so the caller loses them: copying megabytes would block the process. */
  parse(raw: Uint8Array): Promise<Parsed>;
  /** The same with more patience, for a mail whose reading was given up: the machine may have been busy with others. */
  parseAgain(raw: Uint8Array): Promise<Parsed>;
  /** Its headers alone, as a mail without a text; leaves the bytes to the caller. Null where not even they can be read. */
  parseHead(raw: Uint8Array): Promise<ParsedMail | null>;
  close(): Promise<void>;
};

type Answer = { mail: ParsedMail } | { why: string };

/** No honest mail takes longer. */
const LIMITS = { patienceMs: 5_000, mostMemoryMb: 256, mostGrowthMb: 400 };
const MORE_PATIENCE_MS = 15_000;
const LONGEST_HEAD = 16 * 1024;

/** Reads mails in a thread of its own. */
export function openParser(): Parser {
  const thread = openThread<Uint8Array, Answer>(new URL('./worker.mjs', import.meta.url), LIMITS);
  const parse = async (given: Uint8Array, patienceMs?: number): Promise<Parsed> => {
    const raw = ownBytes(given);
    const heard = await thread.ask(raw, [raw.buffer], patienceMs);
    if (heard.kind === 'given_up') return heard;
    const { answer } = heard;
    return 'mail' in answer ? { kind: 'parsed', mail: answer.mail } : { kind: 'unreadable', why: answer.why };
  };
  return {
    parse: (raw) => parse(raw),
    parseAgain: (raw) => parse(raw, MORE_PATIENCE_MS),
    async parseHead(raw) {
      const parsed = await parse(headOf(raw));
      return parsed.kind === 'parsed' ? parsed.mail : null;
    },
    close: thread.close,
  };
}

function headOf(raw: Uint8Array): Uint8Array {
  const beginning = Buffer.from(raw.subarray(0, LONGEST_HEAD)).toString('latin1');
  return Buffer.from(beginning.split(/\r?\n\r?\n/, 1)[0] ?? '', 'latin1');
}

/** A small buffer may share its memory with others. */
function ownBytes(raw: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = raw;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
    ? new Uint8Array(buffer)
    : new Uint8Array(raw);
}
