import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { QueueStore } from '../../core/queue/connection.ts';
import { listen, openJobQueue } from '../../core/queue/queue.ts';
import { backends, until } from '../support/app.ts';
import { freshDatabase, redisUrl, type TestDatabase } from '../support/database.ts';

const log = pino({ level: 'silent' });
const nothing = async () => {};
const idle = { turn: nothing, deliver: nothing, summarize: nothing, dispatch: nothing, edit: nothing, card: nothing };

describe.each(backends)('jobs that ring close together, on %s', (backend) => {
  let database: TestDatabase;
  let store: QueueStore;
  beforeEach(async () => {
    database = await freshDatabase();
    store =
      backend === 'redis'
        ? { kind: 'redis', url: redisUrl(), prefix: 'test' }
        : { kind: 'postgres', url: database.url };
  });
  afterEach(() => database.drop());

  /** Many enough that they go as jobs of several. */
  async function ringMany(): Promise<{ close(): Promise<void> }> {
    const jobs = openJobQueue(store, log);
    await until(
      () =>
        jobs.ping().then(
          () => true,
          () => undefined,
        ),
      'the jobs to be up',
    );
    for (let thread = 0; thread < 150; thread += 1) {
      jobs.add('turn', { tenant: 'T', thread });
      if (thread % 5 === 4) await sleep(3);
    }
    return jobs;
  }

  it('all are answered, and never more at once than the worker may', async () => {
    const answered = new Set<number>();
    let now = 0;
    let most = 0;
    const turn = async ({ thread }: { thread: number }) => {
      now += 1;
      most = Math.max(most, now);
      await sleep(20);
      now -= 1;
      answered.add(thread);
    };
    const jobs = await ringMany();
    const listening = listen(store, { ...idle, turn }, { turns: 6, chores: 1 }, log);
    await until(() => answered.size === 150 || undefined, 'all to be answered');
    expect(most).toBe(6);
    await listening.close();
    await jobs.close();
  });

  it('those that have not begun when the worker stops are left to the sweeper', async () => {
    let quick = 0;
    let begun = 0;
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    // The first go alone, as the jobs were not many yet.
    const turn = async () => {
      quick += 1;
      if (quick <= 60) return;
      begun += 1;
      await gate;
    };
    const jobs = await ringMany();
    const listening = listen(store, { ...idle, turn }, { turns: 6, chores: 1 }, log);
    await until(() => begun === 6 || undefined, 'as many to begin as may');
    const closing = listening.close();
    open();
    await closing;
    expect(begun).toBe(6);
    await jobs.close();
  });
});
