import { Worker } from 'node:worker_threads';
import type { Log } from '../server.ts';

/** Makes vectors of texts; null where it cannot. */
export type Thread = { embed(texts: string[]): Promise<number[][] | null>; close(): Promise<void> };

type Order = { id: number; texts: string[] };
type Vectors = { id: number; vectors: number[][] };
type Waiting = Map<number, (vectors: number[][] | null) => void>;

/** With nothing to do for so long the thread ends, and gives its 200 MB back; the next order waits 0.3 s for a new one. */
const IDLE_MS = 10 * 60_000;
/** A thread that dies over and over is not started again. */
const MOST_DEATHS = 3;

/** The thread starts with the first order. */
export function openThread(log: Log): Thread {
  const waiting: Waiting = new Map();
  let worker: Worker | undefined;
  let deaths = 0;
  let orders = 0;
  let idle: NodeJS.Timeout | undefined;

  const start = (): Worker => {
    const started = new Worker(new URL('./embedder.mjs', import.meta.url), { execArgv: [] });
    started.unref();
    started.on('message', ({ id, vectors }: Vectors) => settle(id, vectors));
    started.on('error', (error) => {
      deaths += 1;
      log.warn({ err: error }, faultText(error, deaths));
      if (isMissing(error)) deaths = MOST_DEATHS;
    });
    started.on('exit', () => {
      if (worker === started) worker = undefined;
      for (const id of waiting.keys()) settle(id, null);
    });
    return started;
  };

  const settle = (id: number, vectors: number[][] | null): void => {
    waiting.get(id)?.(vectors);
    waiting.delete(id);
    if (waiting.size > 0) return;
    worker?.unref();
    idle = setTimeout(() => worker?.terminate(), IDLE_MS).unref();
  };

  return {
    embed: (texts) => {
      if (deaths >= MOST_DEATHS) return Promise.resolve(null);
      clearTimeout(idle);
      worker ??= start();
      worker.ref();
      const id = orders++;
      worker.postMessage({ id, texts } satisfies Order);
      return new Promise((resolve) => waiting.set(id, resolve));
    },
    close: async () => {
      clearTimeout(idle);
      deaths = MOST_DEATHS;
      await worker?.terminate();
    },
  };
}

function isMissing(error: Error): boolean {
  return 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
}

function faultText(error: Error, deaths: number): string {
  if (isMissing(error)) {
    return 'The stand-in model goes by words alone: the sentence embeddings are not installed (npm install brings them)';
  }
  const then = deaths < MOST_DEATHS ? 'it is started again when it is needed' : 'it goes by words alone from now on';
  return `The thread that makes the stand-in model's sentence embeddings died; ${then}`;
}
