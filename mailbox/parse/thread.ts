import { Worker } from 'node:worker_threads';
import type { Parsed, ParsedMail } from './types.ts';

export type Parser = {
  /** Takes the bytes away: a copy of megabytes would hold up the process. */
  parse(raw: Uint8Array): Promise<Parsed>;
  close(): Promise<void>;
};

type Order = { raw: Uint8Array<ArrayBuffer>; resolve(parsed: Parsed): void };
type Answer = { mail: ParsedMail } | { why: string };

/** A mail that takes longer was made to. */
const PATIENCE_MS = 5_000;
const MOST_MEMORY_MB = 256;

/** Reads mails in a thread of its own, one after the other: what breaks or hangs there ends that thread and nothing else. */
export function openParser(): Parser {
  const orders: Order[] = [];
  let worker: Worker | undefined;
  let current: Order | undefined;
  let timer: NodeJS.Timeout | undefined;

  const start = (): Worker => {
    const started = new Worker(new URL('./worker.mjs', import.meta.url), {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
    });
    started.unref();
    started.on('message', (answer: Answer) =>
      settle('mail' in answer ? { kind: 'parsed', mail: answer.mail } : { kind: 'unreadable', why: answer.why }),
    );
    started.on('error', (error) => giveUp(started, error.message));
    return started;
  };

  const giveUp = (broken: Worker, why: string): void => {
    if (worker !== broken) return;
    worker = undefined;
    void broken.terminate();
    settle({ kind: 'unreadable', why });
  };

  const settle = (parsed: Parsed): void => {
    clearTimeout(timer);
    current?.resolve(parsed);
    current = undefined;
    next();
  };

  const next = (): void => {
    if (current) return;
    current = orders.shift();
    if (!current) return void worker?.unref();
    worker ??= start();
    const busy = worker;
    busy.ref();
    timer = setTimeout(() => giveUp(busy, `reading it takes longer than ${PATIENCE_MS / 1000} s`), PATIENCE_MS);
    busy.postMessage(current.raw, [current.raw.buffer]);
  };

  return {
    parse: (raw) =>
      new Promise((resolve) => {
        orders.push({ raw: ownBytes(raw), resolve });
        next();
      }),
    async close() {
      clearTimeout(timer);
      const closing = worker;
      worker = undefined;
      for (const order of [current, ...orders.splice(0)]) order?.resolve({ kind: 'unreadable', why: 'we are closing' });
      current = undefined;
      await closing?.terminate();
    },
  };
}

/** A small buffer may share its memory with others. */
function ownBytes(raw: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = raw;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
    ? new Uint8Array(buffer)
    : new Uint8Array(raw);
}
