import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openPool } from '../../prisma/connection.ts';
import { emptyDatabase } from '../support/database.ts';

it('after a busy moment, a pool keeps the connections that one turn uses and closes the others', async () => {
  const database = await emptyDatabase();
  const pool = openPool({ connectionString: database.url, max: 6, idleTimeoutMillis: 20 }, () => {});
  onTestFinished(async () => {
    await pool.end();
    await database.drop();
  });
  await Promise.all(Array.from({ length: 6 }, () => pool.query('select pg_sleep(0.1)')));
  expect(pool.totalCount).toBe(6);
  await vi.waitFor(() => expect(pool.totalCount).toBe(4));
  await sleep(60);
  expect(pool.totalCount).toBe(4);
});
