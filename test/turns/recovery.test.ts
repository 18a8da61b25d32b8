import { Redis } from 'ioredis';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { isAllDone, isWhole } from '../crash/kill.ts';
import type { Question } from '../crash/questions.ts';
import { inScene, type Scene } from '../crash/scene.ts';
import type { World } from '../crash/world.ts';
import { until } from '../support/app.ts';
import { sampledBackends } from '../support/seeds.ts';

const plays: Record<string, (scene: Scene) => Promise<void>> = {
  async 'what waits is answered within 30 seconds after the queue was emptied, and so is what comes then'({
    world,
    ask,
    answered,
  }) {
    const before: Question = { id: 'before', tools: ['look'], slow: false };
    const first = await ask(before);
    await emptyQueue(world);
    await world.start('workers/main.ts');
    await answered(first, before, 30_000);

    await emptyQueue(world);
    const after: Question = { id: 'after', tools: ['look'], slow: false };
    const second = await ask(after);
    await answered(second, after, 30_000);
    expect([...world.replies(first), ...world.replies(second)]).toHaveLength(2);
  },

  async 'a worker that is told to stop lets its turn finish, and ends'({ world, ask, turns }) {
    const { program } = await world.start('workers/main.ts');
    const thread = await ask({ id: 'slow', tools: ['look'], slow: true });
    await until(() => world.replies(thread)[0], 'the reply to begin');
    expect(await program.stop()).toBe(0);
    expect(world.replies(thread).map(isWhole)).toEqual([true]);
    expect(await turns()).toEqual([{ state: 'done', attempts: 0 }]);
  },

  async 'a worker that is told to stop hands back a turn that takes too long, which is no crash'({
    world,
    ask,
    answered,
    turns,
  }) {
    const question: Question = { id: 'endless', tools: ['look'], slow: false };
    world.moods.set(question.id, 'silent');
    const { program } = await world.start('workers/main.ts');
    const thread = await ask(question);
    await until(() => world.model.ledger[0], 'the model to be asked');
    const toldAt = Date.now();
    expect(await program.stop()).toBe(0);
    expect(Date.now() - toldAt).toBeLessThan(20_000);
    expect(world.replies(thread)).toEqual([]);
    expect(await turns()).toEqual([{ state: 'running', attempts: 0 }]);

    world.moods.clear();
    await world.start('workers/main.ts');
    await answered(thread, question, 20_000);
    expect(world.replies(thread)).toHaveLength(1);
    expect(await turns()).toEqual([{ state: 'done', attempts: 0 }]);
  },

  async 'a question that kills each worker is given up, its person is told, and the thread goes on'({
    world,
    ask,
    answered,
    turns,
  }) {
    const thread = await ask({ id: 'poison', tools: ['book'], slow: false });
    const victim = world.startVictim('model.asking', 1);
    expect(await victim.ended, victim.err()).toBe('SIGKILL');
    // As if it had killed five before.
    await world.sql('update countersign.turns set attempts = 5');
    await world.start('workers/main.ts');
    await until(async () => (await isAllDone(world)) || undefined, 'it to be given up', 30_000);
    expect(world.replies(thread).map(({ text }) => text)).toEqual([expect.stringContaining('stopped trying')]);
    expect(world.model.ledger).toEqual([]);

    const next: Question = { id: 'next', tools: ['look'], slow: false };
    await ask(next, thread);
    await answered(thread, next, 10_000);
    expect((await turns()).map(({ state }) => state)).toEqual(['failed', 'done']);
  },
};

/** They wait more than they work, so they go side by side. */
describe.concurrent.each(sampledBackends('turns/recovery'))('on %s', (backend) => {
  it.each(Object.keys(plays))('%s', (name) => inScene(backend, plays[name]!), 90_000);
});

async function emptyQueue({ redisUrl, sql }: World): Promise<void> {
  if (redisUrl) {
    const redis = new Redis(redisUrl);
    await redis.flushdb();
    await redis.quit();
    return;
  }
  const tables = await sql<{ name: string }>(
    `select format('bullmq.%I', tablename) as name from pg_tables where schemaname = 'bullmq' and tablename <> 'migration'`,
  );
  await truncate(tables.map(({ name }) => name).join(', '));

  // A worker may hold one of the tables and wait for another: Postgres then ends one of the two (deadlock_detected).
  async function truncate(names: string): Promise<void> {
    try {
      await sql(`truncate ${names} cascade`);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError && error.code === '40P01')) throw error;
      await truncate(names);
    }
  }
}
