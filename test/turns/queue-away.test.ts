import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { QueueStore } from '../../core/queue/connection.ts';
import { listen, openJobQueue } from '../../core/queue/queue.ts';
import { freePort } from '../../prisma/embedded/settings.ts';
import { until } from '../support/app.ts';
import { startRedis } from '../support/redis.ts';

const log = pino({ level: 'silent' });
const nothing = async () => {};
const idle = { turn: nothing, deliver: nothing, summarize: nothing, dispatch: nothing, edit: nothing, card: nothing };

it('with Redis gone, a job in hand is finished, nobody hangs on a bell, and everything closes', async () => {
  const redis = await startRedis();
  if (!redis) throw new Error('redis-server is not installed: install it (apt-get install redis-server), run again.');
  const store: QueueStore = { kind: 'redis', url: redis.url, prefix: 'test' };
  const done: number[] = [];
  const gates = new Map<number, () => void>();
  const work = async ({ thread }: { thread: number }) => {
    await new Promise<void>((open) => gates.set(thread, open));
    done.push(thread);
  };
  const listening = listen(store, { ...idle, turn: work }, { turns: 2, chores: 1 }, log);
  const jobs = openJobQueue(store, log);
  jobs.add('turn', { tenant: 'T', thread: 1 });
  await until(() => gates.get(1), 'the job to begin');

  await redis.stop();
  for (let rung = 0; rung < 50; rung += 1) jobs.add('turn', { tenant: 'T', thread: 2 });
  const closing = listening.close();
  expect(done).toEqual([]);
  gates.get(1)?.();
  await closing;
  expect(done).toEqual([1]);
  await jobs.close();
});

it('jobs that ring while Redis is away are not kept for when it is back, and later ones are heard', async () => {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const jobs = openJobQueue({ kind: 'redis', url, prefix: 'test' }, log);
  await sleep(300);
  for (let thread = 0; thread < 100; thread += 1) {
    jobs.add('turn', { tenant: 'T', thread });
    await sleep(5);
  }

  const server = await startRedis(port);
  const isUp = () =>
    jobs.ping().then(
      () => true,
      () => undefined,
    );
  await until(isUp, 'the jobs to be up');
  const redis = new Redis(url);
  jobs.add('turn', { tenant: 'T', thread: 100 });
  await until(async () => (await redis.llen('test:turns:wait')) > 0 || undefined, 'a bell');
  await sleep(200);
  const [only, ...others] = await redis.lrange('test:turns:wait', 0, -1);
  expect(others).toEqual([]);
  expect(await redis.hget(`test:turns:${only}`, 'data')).toContain('"thread":100');
  await redis.quit();
  await jobs.close();
  await server?.stop();
});
