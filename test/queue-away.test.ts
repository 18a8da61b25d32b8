import { pino } from 'pino';
import { expect, it } from 'vitest';
import { listen, openBells, type QueueStore } from '../core/queue.ts';
import { until } from './app.ts';
import { startRedis } from './redis.ts';

const log = pino({ level: 'silent' });

it('with Redis gone, a job in hand is finished, nobody hangs on a bell, and everything closes', async () => {
  const redis = await startRedis();
  if (!redis) throw new Error('redis-server is not installed: install it (apt-get install redis-server), run again.');
  const store: QueueStore = { kind: 'redis', url: redis.url };
  const done: number[] = [];
  const gates = new Map<number, () => void>();
  const work = async ({ thread }: { thread: number }) => {
    await new Promise<void>((open) => gates.set(thread, open));
    done.push(thread);
  };
  const listening = listen(
    store,
    { turn: work, deliver: async () => {}, summarize: async () => {} },
    { turns: 2, chores: 1 },
    log,
  );
  const bells = openBells(store, log);
  bells.ring('turn', { tenant: 'T', thread: 1 });
  await until(() => gates.get(1), 'the job to begin');

  await redis.stop();
  for (let rung = 0; rung < 50; rung += 1) bells.ring('turn', { tenant: 'T', thread: 2 });
  const closing = listening.close();
  expect(done).toEqual([]);
  gates.get(1)?.();
  await closing;
  expect(done).toEqual([1]);
  await bells.close();
}, 15_000);
