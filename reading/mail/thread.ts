import { openThread } from '../worker-thread.ts';
import type { Parsed, ParsedMail } from './types.ts';

export type Parser = {
  /** Transfers the bytes to the thread, so the caller loses them: copying megabytes would block the process. */
  parse(raw: Uint8Array): Promise<Parsed>;
  close(): Promise<void>;
};

type Answer = { mail: ParsedMail } | { why: string };

/** No honest mail takes longer. */
const LIMITS = { patienceMs: 5_000, mostMemoryMb: 256, mostGrowthMb: 400 };

/** Reads mails in a thread of its own. */
export function openParser(): Parser {
  const thread = openThread<Uint8Array, Answer>(new URL('./worker.mjs', import.meta.url), LIMITS);
  return {
    async parse(given) {
      const raw = ownBytes(given);
      const heard = await thread.ask(raw, [raw.buffer]);
      if (heard.kind === 'given_up') return { kind: 'unreadable', why: heard.why };
      const { answer } = heard;
      return 'mail' in answer ? { kind: 'parsed', mail: answer.mail } : { kind: 'unreadable', why: answer.why };
    },
    close: thread.close,
  };
}

/** A small buffer may share its memory with others. */
function ownBytes(raw: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = raw;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
    ? new Uint8Array(buffer)
    : new Uint8Array(raw);
}
