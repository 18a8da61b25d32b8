import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { QueueStore } from '../../core/queue/connection.ts';
import { listen, openJobQueue } from '../../core/queue/queue.ts';
import { openDatabase } from '../../core/records/database.ts';
import { openPool } from '../../prisma/connection.ts';
import { until } from '../support/app.ts';
import { freshDatabase } from '../support/database.ts';

const log = pino({ level: 'silent' });
const nothing = async () => {};
const idle = { turn: nothing, deliver: nothing, summarize: nothing, dispatch: nothing, edit: nothing, card: nothing };

it.concurrent('a connection whose other end is gone without a word is given up and replaced', async () => {
  const way = await openWay();
  const db = openDatabase(way.url, 1);
  const jobs = openJobQueue({ kind: 'postgres', url: way.url }, log);
  await Promise.all([db.ping(), jobs.ping()]);

  way.freeze();
  const asked = Date.now();
  const outcomes = await Promise.allSettled([db.ping(), jobs.ping()]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(Date.now() - asked).toBeLessThan(20_000);

  await Promise.all([db.ping(), jobs.ping()]);
  await Promise.all([db.close(), jobs.close()]);
  await way.close();
});

it.concurrent('a connection that is given back without a word, after a question that nobody answered, is not handed out again', async () => {
  const way = await openWay();
  const lost: string[] = [];
  const pool = openPool({ connectionString: way.url, max: 1 }, ({ message }) => lost.push(message));
  const client = await pool.connect();
  way.freeze();
  await expect(client.query('select 1')).rejects.toThrow('Query read timeout');
  client.release();

  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  expect(lost).toEqual(['the database does not answer']);
  await pool.end();
  await way.close();
});

it.concurrent('a server that takes a connection and says nothing is not waited for', async () => {
  const way = await openWay();
  way.mute();
  const db = openDatabase(way.url, 1);
  const asked = Date.now();
  await expect(db.ping()).rejects.toThrow();
  expect(Date.now() - asked).toBeLessThan(8_000);
  await db.close();
  await way.close();
});

it.concurrent('the connection that listens for jobs stays the same, however long no job comes', async () => {
  const way = await openWay();
  const owner = new pg.Client(way.url);
  await owner.connect();
  const store: QueueStore = { kind: 'postgres', url: way.url };
  let heardAt = 0;
  const turn = async () => {
    heardAt = performance.now();
  };
  const listening = listen(store, { ...idle, turn }, { turns: 2, chores: 1 }, log);
  const jobs = openJobQueue(store, log);
  const listener = () =>
    owner
      .query(`select pid from pg_stat_activity where datname = current_database() and application_name = 'turns'`)
      .then(({ rows }) => rows[0]?.pid as number | undefined);
  const before = await until(listener, 'the listener');
  await sleep(18_000);
  const addedAt = performance.now();
  jobs.add('turn', { tenant: 'T', thread: 1 });
  await until(() => heardAt || undefined, 'the job');
  expect(heardAt - addedAt).toBeLessThan(1_500);
  expect(await listener()).toBe(before);
  await Promise.all([listening.close(), jobs.close()]);
  await owner.end();
  await way.close();
});

it.concurrent('a queue that could not begin at first is begun anew, and hears its jobs', async () => {
  const way = await openWay();
  way.breakNew(true);
  const store: QueueStore = { kind: 'postgres', url: way.url };
  let heard = 0;
  const turn = async () => {
    heard += 1;
  };
  const listening = listen(store, { ...idle, turn }, { turns: 2, chores: 1 }, log);
  const jobs = openJobQueue(store, log);
  const asked = Date.now();
  await sleep(500);
  expect(Date.now() - asked).toBeLessThan(3_000);
  way.breakNew(false);
  await until(() => {
    jobs.add('turn', { tenant: 'T', thread: 1 });
    return sleep(100).then(() => heard > 0 || undefined);
  }, 'a job to be heard');
  await Promise.all([listening.close(), jobs.close()]);
  await way.close();
});

/** A way to a fresh database by TCP. What is frozen stays open and carries nothing any more. */
async function openWay() {
  const database = await freshDatabase();
  const url = new URL(database.url);
  const to = Number(url.port);
  const pairs = new Set<[Socket, Socket]>();
  let isMute = false;
  let isBroken = false;
  const server = createServer((near) => {
    if (isBroken) return void near.on('error', () => {}).destroy();
    if (isMute) return void near.on('error', () => {});
    const far = connect(to, '127.0.0.1');
    pairs.add([near, far]);
    near.pipe(far).pipe(near);
    near.on('error', () => {}).on('close', () => far.destroy());
    far.on('error', () => {}).on('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  url.searchParams.delete('host');
  return {
    url: url.href,
    freeze() {
      for (const [near, far] of pairs) {
        near.unpipe(far).pause();
        far.unpipe(near).pause();
      }
    },
    mute() {
      isMute = true;
    },
    breakNew(yes: boolean) {
      isBroken = yes;
    },
    async close() {
      for (const [near, far] of pairs) {
        near.destroy();
        far.destroy();
      }
      server.close();
      await database.drop();
    },
  };
}
