import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';
import { claim } from './claim.ts';
import { memoryFolder, redisDatabases, template } from './context.ts';

export type TestDatabase = { url: string; drop(): Promise<void> };

/** A database with all migrations, BullMQ's included, and no rows. */
export function freshDatabase(): Promise<TestDatabase> {
  return createDatabase(template);
}

/** A database with nothing in it. */
export function emptyDatabase(): Promise<TestDatabase> {
  return createDatabase('template0');
}

async function createDatabase(source: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin((admin) => copyTemplate(admin, name, source));
  const url = new URL(inject('postgresUrl'));
  url.pathname = name;
  return { url: url.href, drop: () => asAdmin((admin) => admin.query(`drop database ${name} with (force)`)) };
}

async function asAdmin(work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const admin = new pg.Client(inject('postgresUrl'));
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

/** Files are copied faster than they are logged, but then all has to be on the disk, which takes seconds. */
const strategy = inject('runFolder').startsWith(memoryFolder) ? 'file_copy' : 'wal_log';

async function copyTemplate(admin: pg.Client, name: string, source: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await admin.query(`create database ${name} template ${source} strategy ${strategy}`);
      return;
    } catch (error) {
      // Another test file may be copying the template at this moment.
      const inUse = error instanceof pg.DatabaseError && error.code === '55006';
      if (!inUse || tries === 100) throw error;
      await sleep(50);
    }
  }
}

/** A Redis database that no other test has used. */
export function redisUrl(): string {
  const server = inject('redisUrl');
  if (!server) throw new Error('redis-server is not installed: install it (apt-get install redis-server), run again.');
  for (let number = 1; number < redisDatabases; number += 1) {
    if (claim(`redis-${number}`)) return `${server}/${number}`;
  }
  throw new Error(`All ${redisDatabases} Redis databases are in use: raise redisDatabases in test/support/context.ts.`);
}
