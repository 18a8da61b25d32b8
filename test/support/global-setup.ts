import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runMigrations } from 'bullmq';
import pg from 'pg';
import { pino } from 'pino';
import type { TestProject } from 'vitest/node';
import { prepareDatabase } from '../../core/records/install.ts';
import { startEmbedded } from '../../prisma/embedded/start.ts';
import { memoryFolder, template } from './context.ts';
import { startRedis } from './redis.ts';

type Running = { url: string; stop(): Promise<void> };

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(await roomyFolder(), 'countersign-test-'));
  const running: Running[] = [];
  const tearDown = async () => {
    await Promise.all(running.map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await prepareGround(project, folder, running);
    return tearDown;
  } catch (error) {
    await tearDown();
    throw error;
  }
}

const ROOM_BYTES = 4e9;

/** Making a database, which hundreds of tests do, takes a tenth of the time in memory, where there is room for that. */
async function roomyFolder(): Promise<string> {
  const left = await statfs(memoryFolder).catch(() => undefined);
  const isRoomy = left && left.bavail * left.bsize > ROOM_BYTES && freemem() > 2 * ROOM_BYTES;
  return isRoomy ? memoryFolder : tmpdir();
}

async function prepareGround(project: TestProject, folder: string, running: Running[]): Promise<void> {
  const postgres = await startEmbedded(join(folder, 'postgres'), { log: pino({ level: 'error' }) });
  running.push(postgres);
  await makeTemplate(postgres.url);
  const redis = await startRedis();
  if (redis) running.push(redis);
  project.provide('postgresUrl', postgres.url);
  project.provide('redisUrl', redis?.url);
  project.provide('runFolder', folder);
  project.provide('sweepSeed', sweepSeed());
}

/** What a run samples is drawn by its seed, which is printed, so that the same run can be had again. */
function sweepSeed(): number {
  const seed = Number(process.env.SWEEP_SEED ?? 1 + Math.floor(Math.random() * 1_000_000));
  if (process.env.SWEEP !== 'long') process.stdout.write(`Samples are drawn with SWEEP_SEED=${seed}.\n`);
  return seed;
}

/** Migrated once, copied for each test that asks. */
async function makeTemplate(adminUrl: string): Promise<void> {
  const admin = new pg.Client(adminUrl);
  await admin.connect();
  await admin.query(`create database ${template}`);
  const url = new URL(adminUrl);
  url.pathname = template;
  await prepareDatabase(url.href);
  await migrateQueue(url.href);
  await admin.query(`alter database ${template} is_template true allow_connections false`);
  await admin.end();
}

async function migrateQueue(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await runMigrations(client);
  await client.end();
}
