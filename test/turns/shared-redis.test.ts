import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { QueueStore } from '../../core/queue/connection.ts';
import { listen, openJobQueue } from '../../core/queue/queue.ts';
import { openDatabase } from '../../core/records/database.ts';
import { installationOf } from '../../core/records/installation.ts';
import { migrate } from '../../prisma/migrate.ts';
import { until } from '../support/app.ts';
import { emptyDatabase, redisUrl } from '../support/database.ts';

const log = pino({ level: 'silent' });
const idle = async () => {};

it('of two installations on one Redis, neither takes a job of the other', async () => {
  const url = redisUrl();
  const ours: QueueStore = { kind: 'redis', url, prefix: 'ours' };
  const theirs: QueueStore = { kind: 'redis', url, prefix: 'theirs' };
  const heard: string[] = [];
  const hear = (store: QueueStore, name: string) =>
    listen(
      store,
      {
        ...{ deliver: idle, summarize: idle, dispatch: idle, edit: idle, card: idle },
        turn: async ({ thread }) => void heard.push(`${name} ${thread}`),
      },
      { turns: 2, chores: 1 },
      log,
    );
  const listening = [hear(ours, 'ours'), hear(theirs, 'theirs')];
  const jobs = [openJobQueue(ours, log), openJobQueue(theirs, log)];
  await Promise.all(
    jobs.map((queue) =>
      until(
        () =>
          queue.ping().then(
            () => true,
            () => undefined,
          ),
        'Redis',
      ),
    ),
  );

  for (let thread = 1; thread <= 5; thread += 1) {
    jobs[0]?.add('turn', { tenant: 'T', thread });
    jobs[1]?.add('turn', { tenant: 'T', thread });
  }
  await until(() => heard.length === 10 || undefined, 'ten jobs');
  await sleep(200);

  expect(heard.filter((one) => one.startsWith('ours')).sort()).toEqual([1, 2, 3, 4, 5].map((one) => `ours ${one}`));
  await Promise.all([...listening, ...jobs].map((part) => part.close()));
});

it('an installation keeps its name, and another has another', async () => {
  const names = [];
  for (const database of [await emptyDatabase(), await emptyDatabase()]) {
    await migrate(database.url);
    await migrate(database.url);
    const db = openDatabase(database.url);
    names.push([await installationOf(db), await installationOf(db)]);
    await db.close();
    await database.drop();
  }

  const [first = [], second = []] = names;
  expect(first[0]).toBe(first[1]);
  expect(second[0]).not.toBe(first[0]);
});
