import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../core/log.ts';
import { prepareQueue, type QueueStore } from '../../core/queue/connection.ts';
import { type Handlers, listen, openJobQueue } from '../../core/queue/queue.ts';
import { backends, until } from '../support/app.ts';
import { freshDatabase, redisUrl } from '../support/database.ts';

const log = createLog({ level: 'error' });
const concurrency = { turns: 4, chores: 2 };

/** What one listener heard, by thread. */
function ears() {
  const heard: number[] = [];
  const idle = async () => {};
  const handlers: Handlers = {
    ...{ deliver: idle, summarize: idle, dispatch: idle, edit: idle, card: idle },
    turn: async ({ thread }) => void heard.push(thread),
  };
  return { heard, handlers };
}

describe.each(backends)('on %s', (backend) => {
  it('a worker that rests takes no job, another does, and it goes on when it is told to', async () => {
    const database = await freshDatabase();
    const store: QueueStore =
      backend === 'redis'
        ? { kind: 'redis', url: redisUrl(), prefix: 'test' }
        : { kind: 'postgres', url: database.url };
    await prepareQueue(store);
    const jobs = openJobQueue(store, log);
    const ring = (thread: number) => jobs.add('turn', { tenant: 'T1', thread });
    const first = ears();
    const resting = listen(store, first.handlers, concurrency, log);
    ring(1);
    await until(() => first.heard.includes(1) || undefined, 'the first ring');

    resting.pause();
    await sleep(300);
    ring(2);
    await sleep(1_500);
    expect(first.heard).toEqual([1]);

    const second = ears();
    const other = listen(store, second.handlers, concurrency, log);
    await until(() => second.heard.includes(2) || undefined, 'the other to take what waits');
    ring(3);
    await until(() => second.heard.includes(3) || undefined, 'the other to take what comes');
    await other.close();
    expect(first.heard).toEqual([1]);

    resting.resume();
    ring(4);
    await until(() => first.heard.includes(4) || undefined, 'it to go on');
    expect([first.heard, second.heard]).toEqual([
      [1, 4],
      [2, 3],
    ]);
    await resting.close();
    await jobs.close();
    await database.drop();
  });
});
