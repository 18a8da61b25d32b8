import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runMigrations } from 'bullmq';
import pg from 'pg';
import { pino } from 'pino';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../prisma/embedded.ts';
import { freePort } from '../prisma/embedded-settings.ts';
import { migrate } from '../prisma/migrate.ts';
import { spawnTied } from '../prisma/tied-process.ts';
import { redisDatabases, template } from './ground.ts';

type Running = { url: string; stop(): Promise<void> };

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-test-'));
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

async function prepareGround(project: TestProject, folder: string, running: Running[]): Promise<void> {
  const postgres = await startEmbedded(join(folder, 'data'), { log: pino({ level: 'error' }) });
  running.push(postgres);
  await makeTemplate(postgres.url);
  const redis = await startRedis();
  if (redis) running.push(redis);
  const redisClaims = join(folder, 'redis-claims');
  await mkdir(redisClaims);
  project.provide('postgresUrl', postgres.url);
  project.provide('redisUrl', redis?.url);
  project.provide('redisClaims', redisClaims);
}

/** Migrated once, copied for each test that asks. */
async function makeTemplate(adminUrl: string): Promise<void> {
  const admin = new pg.Client(adminUrl);
  await admin.connect();
  await admin.query(`create database ${template}`);
  const url = new URL(adminUrl);
  url.pathname = template;
  await migrate(url.href);
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

async function startRedis(): Promise<Running | undefined> {
  if (!hasRedis()) return undefined;
  const port = await freePort();
  const flags = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--databases', String(redisDatabases)];
  const server = spawnTied(['redis-server', '--port', String(port), ...flags], { PATH: process.env.PATH });
  server.stderr.resume();
  const ended = new Promise<void>((tell) => server.once('close', () => tell()));
  await untilListening(port);
  const stop = () => {
    server.stdin.end();
    return ended;
  };
  return { url: `redis://127.0.0.1:${port}`, stop };
}

function hasRedis(): boolean {
  try {
    execFileSync('redis-server', ['--version']);
    return true;
  } catch {
    return false;
  }
}

async function untilListening(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await accepts(port)) return;
    await sleep(25);
  }
  throw new Error(`redis-server does not listen on port ${port} after 5 seconds`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((tell) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.once('connect', () => tell(true)).once('error', () => tell(false));
    socket.once('connect', () => socket.destroy());
  });
}
