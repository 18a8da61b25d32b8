import { Worker } from 'node:worker_threads';

export type Heard<Answer> = { kind: 'answer'; answer: Answer } | { kind: 'given_up'; why: string };

export type Thread<Question, Answer> = {
  /** `taken` are the bytes that go over to the thread, because a copy of megabytes would hold up the process. */
  ask(question: Question, taken: ArrayBuffer[], patienceMs?: number): Promise<Heard<Answer>>;
  close(): Promise<void>;
};

type Order<Question, Answer> = {
  question: Question;
  taken: ArrayBuffer[];
  patienceMs: number;
  resolve(heard: Heard<Answer>): void;
};

export type ThreadLimits = {
  patienceMs: number;
  /** Objects of the thread. Its bytes have no limit of their own, so that the growth of the whole process is watched. */
  mostMemoryMb: number;
  mostGrowthMb: number;
};

/** What a script says once it can answer. A busy machine needs seconds until then, which say nothing of what is read. */
type Ready = 'ready';
const START_MS = 10_000;
const WATCH_EVERY_MS = 50;
const MB = 1024 * 1024;
const CLOSING = { kind: 'given_up', why: 'we are closing' } as const;

/** Answers one question after the other in a thread: what breaks or hangs there ends that thread and nothing else. */
export function openThread<Question, Answer>(
  script: URL,
  limits: ThreadLimits,
  /** What the script finds as its `workerData`. */
  setup?: object,
): Thread<Question, Answer> {
  const orders: Order<Question, Answer>[] = [];
  let worker: Worker | undefined;
  let current: Order<Question, Answer> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let watch: NodeJS.Timeout | undefined;
  let isClosed = false;

  const start = (): Worker => {
    const started = new Worker(script, {
      execArgv: [],
      workerData: setup,
      resourceLimits: { maxOldGenerationSizeMb: limits.mostMemoryMb },
    });
    started.unref();
    started.on('message', (said: Answer | Ready) => {
      if (said === 'ready') watchOver(started);
      else settle({ kind: 'answer', answer: said });
    });
    started.on('error', (error) => giveUp(started, error.message));
    return started;
  };

  const giveUp = (broken: Worker, why: string): void => {
    if (worker !== broken) return;
    worker = undefined;
    void broken.terminate();
    settle({ kind: 'given_up', why });
  };

  const stopWatching = (): void => {
    clearTimeout(timer);
    clearInterval(watch);
  };

  const settle = (heard: Heard<Answer>): void => {
    stopWatching();
    current?.resolve(heard);
    current = undefined;
    next();
  };

  const next = (): void => {
    if (current) return;
    current = orders.shift();
    if (!current) return void worker?.unref();
    const isReady = worker !== undefined;
    worker ??= start();
    const busy = worker;
    busy.ref();
    busy.postMessage(current.question, current.taken);
    if (isReady) watchOver(busy);
    else timer = setTimeout(() => giveUp(busy, 'its reader does not start'), START_MS);
  };

  const watchOver = (busy: Worker): void => {
    if (busy !== worker || !current) return;
    clearTimeout(timer);
    const { patienceMs } = current;
    const { mostGrowthMb } = limits;
    timer = setTimeout(() => giveUp(busy, `reading it takes longer than ${patienceMs / 1000} s`), patienceMs);
    let before: number | undefined;
    watch = setInterval(() => {
      const now = process.memoryUsage.rss();
      // Not sooner: asking for it costs more than reading most mails.
      before ??= now;
      const growthMb = (now - before) / MB;
      if (growthMb > mostGrowthMb) giveUp(busy, `reading it takes more than ${mostGrowthMb} MB of memory`);
    }, WATCH_EVERY_MS);
  };

  return {
    ask: (question, taken, patienceMs = limits.patienceMs) =>
      new Promise((resolve) => {
        if (isClosed) return resolve(CLOSING);
        orders.push({ question, taken, patienceMs, resolve });
        next();
      }),
    async close() {
      isClosed = true;
      stopWatching();
      const closing = worker;
      worker = undefined;
      for (const order of [current, ...orders.splice(0)]) order?.resolve(CLOSING);
      current = undefined;
      await closing?.terminate();
    },
  };
}
