import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPostgresBackend, type Job, type Processor, Queue, Worker, withBackend } from 'bullmq';
import { z } from 'zod';
import { publishWork, type Work } from '../crash-points.ts';
import type { Log } from '../log.ts';
import { openSlots, type Slots } from '../slots.ts';
import { type Batch, openBatch } from './batch.ts';
import { type Connection, connect, disconnect, patiently, type QueueStore } from './connection.ts';

/** A job holds ids only: it says where in Postgres to look, never what is there. */
export const jobs = {
  turn: z.object({ tenant: z.string(), thread: z.number() }),
  deliver: z.object({ tenant: z.string(), reply: z.number() }),
  summarize: z.object({ tenant: z.string(), thread: z.number() }),
  dispatch: z.object({ tenant: z.string(), approval: z.string() }),
  edit: z.object({ tenant: z.string(), approval: z.string() }),
  card: z.object({ tenant: z.string(), card: z.number() }),
};
export type JobName = keyof typeof jobs;
export type JobData<N extends JobName> = z.infer<(typeof jobs)[N]>;

/** Two queues, so that quick jobs do not wait behind turns, which may take minutes. */
const queueOf = {
  turn: 'turns',
  dispatch: 'turns',
  deliver: 'chores',
  summarize: 'chores',
  edit: 'chores',
  card: 'chores',
} as const satisfies Record<JobName, string>;
type QueueName = (typeof queueOf)[JobName];

export type JobQueue = {
  ping(): Promise<void>;
  /** Does not wait for the queue to take the job: the sweeper adds a lost one again. */
  add<N extends JobName>(name: N, data: JobData<N>): void;
  close(): Promise<void>;
};

export type Handlers = { [N in JobName]: (data: JobData<N>) => Promise<void> };
export type Listening = {
  /** Takes no more jobs until `resume`. Jobs in hand, and one that is just arriving, are finished. */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
};

const onPostgres = withBackend(createPostgresBackend);

const CONNECTS_WITHIN_MS = 1_500;
const OPEN_AGAIN_MS = 1_000;

export function openJobQueue(store: QueueStore, log: Log): JobQueue {
  const connection = connect(store, 4, log, { enableOfflineQueue: false });
  const queues = { turns: openQueue(connection, 'turns', log), chores: openQueue(connection, 'chores', log) };
  const adding = new Set<Promise<void>>();
  const batchOf = <N extends JobName>(name: N) =>
    openBatch<JobData<N>>((jobs) => {
      const added = queues[queueOf[name]].part().add(name, jobs, { removeOnComplete: true, removeOnFail: true });
      const done = added.then(
        () => {},
        (error) => log.warn({ err: error, name }, 'a job could not be added; the sweeper adds it again'),
      );
      adding.add(done);
      return done.finally(() => adding.delete(done));
    });
  const batches: { [N in JobName]: Batch<JobData<N>> } = {
    turn: batchOf('turn'),
    deliver: batchOf('deliver'),
    summarize: batchOf('summarize'),
    dispatch: batchOf('dispatch'),
    edit: batchOf('edit'),
    card: batchOf('card'),
  };
  return {
    async ping() {
      if (connection.kind === 'postgres') return void (await connection.pool.query('select 1'));
      // Give a connection that is just opening the time that it needs.
      const isComing = connection.redis.status === 'connecting' || connection.redis.status === 'connect';
      if (isComing) await once(connection.redis, 'ready', { signal: AbortSignal.timeout(CONNECTS_WITHIN_MS) });
      await connection.redis.ping();
    },
    add(name, data) {
      // Do not keep a job that cannot be added now: the sweeper adds it again.
      if (connection.kind === 'redis' && connection.isLost()) return;
      batches[name].add(data);
    },
    async close() {
      for (const batch of Object.values(batches)) batch.flush();
      await patiently(Promise.all(adding));
      await patiently(Promise.all(Object.values(queues).map((queue) => queue.close())));
      await disconnect(connection);
    },
  };
}

export function listen(
  store: QueueStore,
  handlers: Handlers,
  concurrency: Record<QueueName, number>,
  log: Log,
): Listening {
  const slots = { turns: openSlots(concurrency.turns), chores: openSlots(concurrency.chores) };
  const running = new Set<Promise<void>>();
  const work: Processor = async (taken) => {
    const { name, data } = taken;
    publishWork(() => workOf(taken));
    const job = runJobs(handlers, name, data, slots, log);
    running.add(job);
    await job.finally(() => running.delete(job));
  };
  const open = () => openConsumers(store, work, concurrency, log);
  const all = [open()];
  let isPaused = false;
  return {
    pause() {
      isPaused = true;
      void all.at(-1)?.leave();
    },
    resume() {
      if (isPaused) all.push(open());
      isPaused = false;
    },
    async close() {
      const closed = Promise.all(all.map((consumers) => consumers.stop()));
      for (const queue of Object.values(slots)) queue.close();
      while (running.size > 0) await Promise.allSettled(running);
      await patiently(closed);
      await Promise.all(all.map((consumers) => consumers.cut()));
    },
  };
}

/** BullMQ's workers and their connections, which end together. */
type Consumers = {
  /** Takes no more jobs, and resolves when the jobs in hand are finished. */
  stop(): Promise<unknown>;
  leave(): Promise<void>;
  cut(): Promise<void>;
};

function openConsumers(
  store: QueueStore,
  work: Processor,
  concurrency: Record<QueueName, number>,
  log: Log,
): Consumers {
  const connection = connect(store, 8, log, { enableOfflineQueue: true });
  const workers = (['turns', 'chores'] as const).map((name) =>
    openWorker(connection, name, work, concurrency[name], log),
  );
  let stopped: Promise<unknown> | undefined;
  let isCut = false;
  const stop = () => {
    stopped ??= Promise.allSettled(workers.map((worker) => worker.close()));
    return stopped;
  };
  const cut = async () => {
    if (isCut) return;
    isCut = true;
    await disconnect(connection);
  };
  return { stop, cut, leave: () => stop().then(cut) };
}

function workOf({ id = '', name, queueName, data, timestamp, processedOn = Date.now() }: Job): Work {
  const jobs: unknown[] = Array.isArray(data) ? data : [data];
  return { kind: 'job', id, name, queue: queueName, jobs, addedAt: timestamp, takenAt: processedOn };
}

function openQueue(connection: Connection, name: QueueName, log: Log): Reopening<Adder> {
  const lost = (error: Error) =>
    log.warn({ err: error, queue: name }, 'the queue is out of reach; the sweeper adds its jobs again');
  const open = (): Adder =>
    connection.kind === 'postgres'
      ? new onPostgres.Queue(name, { connection: connection.pool }).on('error', lost)
      : new Queue(name, { connection: connection.redis, prefix: connection.prefix }).on('error', lost);
  return openUntilReady(open, () => {});
}

function openWorker(
  connection: Connection,
  name: QueueName,
  work: Processor,
  concurrency: number,
  log: Log,
): Reopening<Taker> {
  // A lost LISTEN connection may stay lost: look at least every five seconds.
  const options = { concurrency, drainDelay: 5, autorun: false };
  const lost = (error: Error) => log.warn({ err: error, queue: name }, 'the queue is out of reach');
  const open = (): Taker =>
    connection.kind === 'postgres'
      ? new onPostgres.Worker(name, work, { connection: connection.pool, ...options }).on('error', lost)
      : new Worker(name, work, { connection: connection.redis, prefix: connection.prefix, ...options }).on(
          'error',
          lost,
        );
  return openUntilReady(open, (worker) => void worker.run().catch(lost));
}

type Part = { waitUntilReady(): Promise<unknown>; close(): Promise<void> };
type Adder = Part & Pick<Queue, 'add'>;
type Taker = Part & Pick<Worker, 'run'>;
type Reopening<P> = { part(): P; close(): Promise<void> };

/**
 * Opens a part again until it is ready. A BullMQ part that failed to start never recovers: its worker asks for jobs in a
 * loop that blocks the whole process. So this closes it and opens another.
 */
function openUntilReady<P extends Part>(open: () => P, begin: (part: P) => void): Reopening<P> {
  const closing = new AbortController();
  let part = open();
  const isReady = () =>
    part.waitUntilReady().then(
      () => true,
      () => false,
    );
  const tryUntilReady = async () => {
    while (!(await isReady())) {
      await part.close().catch(() => {});
      await sleep(OPEN_AGAIN_MS, undefined, { signal: closing.signal });
      part = open();
    }
    if (!closing.signal.aborted) begin(part);
  };
  tryUntilReady().catch(() => {});
  return {
    part: () => part,
    close() {
      closing.abort();
      return part.close();
    },
  };
}

type Run = () => Promise<void>;
type Runs = (handlers: Handlers, data: unknown) => Run[];

/** Makes the schema of a batch once: making one costs more than reading a job with it. */
function runsOf<S extends z.ZodType>(
  job: S,
  handlerIn: (handlers: Handlers) => (data: z.infer<S>) => Promise<void>,
): Runs {
  const batch = z.array(job);
  return (handlers, data) => batch.parse(data).map((each) => () => handlerIn(handlers)(each));
}

const runs: Record<JobName, Runs> = {
  turn: runsOf(jobs.turn, ({ turn }) => turn),
  deliver: runsOf(jobs.deliver, ({ deliver }) => deliver),
  summarize: runsOf(jobs.summarize, ({ summarize }) => summarize),
  dispatch: runsOf(jobs.dispatch, ({ dispatch }) => dispatch),
  edit: runsOf(jobs.edit, ({ edit }) => edit),
  card: runsOf(jobs.card, ({ card }) => card),
};

/** A batch of jobs comes as one. Each runs by itself, counts by itself, and fails alone. */
async function runJobs(
  handlers: Handlers,
  name: string,
  data: unknown,
  slots: Record<QueueName, Slots>,
  log: Log,
): Promise<void> {
  if (!isJobName(name)) throw new Error(`no handler for a job named ${name}`);
  const failed = (error: unknown) =>
    log.error({ err: error, job: name, data }, 'a job failed; the sweeper adds it again');
  const jobs = runs[name](handlers, data);
  await Promise.all(jobs.map((job) => slots[queueOf[name]].run(job).catch(failed)));
}

function isJobName(name: string): name is JobName {
  return Object.hasOwn(jobs, name);
}
