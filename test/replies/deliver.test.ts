import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import type { JobQueue } from '../../core/queue/queue.ts';
import type { WorkerContext } from '../../workers/context.ts';
import { deliver } from '../../workers/deliver.ts';
import { openRecords, type Records, say, tenant } from '../crash/records.ts';
import { openWay, type Way } from './channel-setup.ts';

const silentQueue = { ping: async () => {}, close: async () => {} };

let records: Records;
let way: Way;
let thread: number;
let added: unknown[];
let lines: string[];
beforeAll(async () => {
  records = await openRecords();
});
afterAll(() => records.close());
beforeEach(async () => {
  way = await openWay();
  thread = await say(records.db);
  added = [];
  lines = [];
});

type Row = { state: string; attempts: number; last_error: string | null; waits: boolean };

async function reply(place: object, attempts = 0): Promise<number> {
  const [row] = await records.sql<{ id: string }>(
    `insert into countersign.outbox (tenant, thread_id, kind, place, body, state, attempts, due_at)
     values ($1, $2, 'notice', $3, 'the text', 'ready', $4, clock_timestamp() - interval '1 second') returning id`,
    [tenant, thread, place, attempts],
  );
  return Number(row?.id);
}

async function rowOf(id: number): Promise<Row | undefined> {
  const columns = 'state, attempts, last_error, due_at > clock_timestamp() as waits';
  return (await records.sql<Row>(`select ${columns} from countersign.outbox where id = $1`, [id]))[0];
}

function job(id: number): Promise<void> {
  const log = pino({ level: 'warn' }, { write: (line) => void lines.push(line) });
  const jobs: JobQueue = { ...silentQueue, add: (name, data) => void added.push({ name, ...data }) };
  const parts: Partial<WorkerContext> = {
    db: records.db,
    jobs,
    clock: systemClock,
    log,
    channels: { slack: way.channel },
  };
  return deliver(parts as WorkerContext, { tenant, reply: id });
}

const saysItFailed = () => lines.filter((line) => line.includes('a reply cannot be delivered')).length;

it('a reply that is sent adds a job for the one that waited for it, and for no other', async () => {
  const [first, second, third] = [await reply(way.place), await reply(way.place), await reply(way.place)];
  await job(first);
  expect(added).toEqual([{ name: 'deliver', tenant, reply: second }]);
  await job(second);
  await job(third ?? 0);
  expect(added).toHaveLength(2);
  expect(way.seen()).toEqual(['the text', 'the text', 'the text']);
});

it('a place that the channel cannot read counts as a try, and in the end the reply has visibly failed', async () => {
  const unreadable = { channel: way.place.channel };
  const first = await reply(unreadable, 3);
  await job(first);
  expect(await rowOf(first)).toMatchObject({ state: 'ready', attempts: 4, waits: true });
  expect((await rowOf(first))?.last_error).toContain('a fault of ours');

  const last = await records.sql(
    'update countersign.outbox set attempts = 59, due_at = clock_timestamp() where id = $1 returning id',
    [first],
  );
  expect(last).toHaveLength(1);
  const next = await reply(way.place);
  await job(first);
  expect(await rowOf(first)).toMatchObject({ state: 'failed', attempts: 60 });
  expect(saysItFailed()).toBe(1);
  expect(added).toEqual([{ name: 'deliver', tenant, reply: next }]);
});

it('a row that no worker can read is failed when it was claimed often enough, and its thread goes on', async () => {
  const foreign = await reply({ channel: 5 }, 60);
  const next = await reply(way.place);
  await expect(job(foreign)).rejects.toThrow();
  expect(await rowOf(foreign)).toMatchObject({ state: 'ready', attempts: 61 });

  await records.sql('update countersign.outbox set due_at = clock_timestamp() where id = $1', [foreign]);
  await job(foreign);
  expect(await rowOf(foreign)).toMatchObject({ state: 'failed', last_error: 'no worker could do anything with it' });
  expect(saysItFailed()).toBe(1);
  expect(added).toEqual([{ name: 'deliver', tenant, reply: next }]);
});
