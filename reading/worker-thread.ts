import { Worker } from 'node:worker_threads';

export type Heard<Answer> = { kind: 'answer'; answer: Answer } | { kind: 'given_up'; why: string };

export type Thread<Question, Answer> = {
  /** `taken` are the bytes that go over to the thread, because a copy of megabytes would hold up the process. */
  ask(question: Question, taken: ArrayBuffer[]): Promise<Heard<Answer>>;
  close(): Promise<void>;
};

type Order<Question, Answer> = { question: Question; taken: ArrayBuffer[]; resolve(heard: Heard<Answer>): void };

export type ThreadLimits = {
  patienceMs: number;
  /** Objects of the thread. Its bytes have no limit of their own, so that the growth of the whole process is watched. */
  mostMemoryMb: number;
  mostGrowthMb: number;
};

/** A busy machine needs seconds to start a thread, which says nothing of what is read. */
const START_MS = 10_000;
const WATCH_EVERY_MS = 50;
const MB = 1024 * 1024;

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

  const start = (): Worker => {
    const started = new Worker(script, {
      execArgv: [],
      workerData: setup,
      resourceLimits: { maxOldGenerationSizeMb: limits.mostMemoryMb },
    });
    started.unref();
    started.on('message', (answer: Answer) => settle({ kind: 'answer', answer }));
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
    const { mostGrowthMb } = limits;
    const patienceMs = worker ? limits.patienceMs : START_MS + limits.patienceMs;
    worker ??= start();
    const busy = worker;
    busy.ref();
    timer = setTimeout(() => giveUp(busy, `reading it takes longer than ${patienceMs / 1000} s`), patienceMs);
    let before: number | undefined;
    watch = setInterval(() => {
      const now = process.memoryUsage.rss();
      // Not sooner: asking for it costs more than reading most mails.
      before ??= now;
      const growthMb = (now - before) / MB;
      if (growthMb > mostGrowthMb) giveUp(busy, `reading it takes more than ${mostGrowthMb} MB of memory`);
    }, WATCH_EVERY_MS);
    busy.postMessage(current.question, current.taken);
  };

  return {
    ask: (question, taken) =>
      new Promise((resolve) => {
        orders.push({ question, taken, resolve });
        next();
      }),
    async close() {
      stopWatching();
      const closing = worker;
      worker = undefined;
      for (const order of [current, ...orders.splice(0)]) order?.resolve({ kind: 'given_up', why: 'we are closing' });
      current = undefined;
      await closing?.terminate();
    },
  };
}
