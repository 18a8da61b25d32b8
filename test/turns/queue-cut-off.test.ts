import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { pino } from 'pino';
import { expect, inject, it } from 'vitest';
import type { QueueStore } from '../../core/queue/connection.ts';
import { listen, openJobQueue } from '../../core/queue/queue.ts';
import { until } from '../support/app.ts';
import { freshDatabase } from '../support/database.ts';

const log = pino({ level: 'silent' });
const idle = async () => {};

it('given a queue on Postgres, when its connections are ended in the middle of their work, then later jobs are heard', async () => {
  const database = await freshDatabase();
  const store: QueueStore = { kind: 'postgres', url: database.url };
  const heard: number[] = [];
  const handlers = { turn: async ({ thread }: { thread: number }) => void heard.push(thread) };
  const others = { deliver: idle, summarize: idle, dispatch: idle, edit: idle, card: idle };
  const listening = listen(store, { ...handlers, ...others }, { turns: 2, chores: 1 }, log);
  const jobs = openJobQueue(store, log);
  jobs.add('turn', { tenant: 'T', thread: 0 });
  await until(() => heard.includes(0) || undefined, 'the first job');

  const admin = new pg.Client(inject('postgresUrl'));
  await admin.connect();
  const name = new URL(database.url).pathname.slice(1);
  for (let round = 0; round < 20; round += 1) {
    for (let thread = 1; thread <= 5; thread += 1) jobs.add('turn', { tenant: 'T', thread });
    await sleep(5);
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  }
  await admin.end();

  await until(() => {
    jobs.add('turn', { tenant: 'T', thread: 99 });
    return heard.includes(99) || undefined;
  }, 'a later job');
  expect(heard).toContain(99);
  await listening.close();
  await jobs.close();
  await database.drop();
});
