import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openPeal } from '../core/peal.ts';

it('bells that come now and then each go at once', async () => {
  const { jobs, peal } = openListener();
  for (let bell = 0; bell < 3; bell += 1) {
    peal.ring(bell);
    expect(jobs).toHaveLength(bell + 1);
    await sleep(20);
  }
});

it('where many ring, those close to each other go together, all of them and in order', async () => {
  const { jobs, peal } = openListener();
  const all = Array.from({ length: 300 }, (_, bell) => bell);
  for (const bell of all) {
    peal.ring(bell);
    if (bell % 5 === 0) await sleep(2);
  }
  await sleep(30);
  expect(jobs.flat()).toEqual(all);
  expect(jobs.length).toBeLessThan(150);
  expect(Math.max(...jobs.map((job) => job.length))).toBeLessThanOrEqual(16);
});

it('what still waits goes at the word', async () => {
  const { jobs, peal } = openListener();
  for (let bell = 0; bell < 20; bell += 1) peal.ring(bell);
  await sleep(60);
  peal.ring(20);
  peal.ring(21);
  expect(jobs.flat()).toHaveLength(20);
  peal.flush();
  expect(jobs.flat()).toHaveLength(22);
  await sleep(20);
  expect(jobs.flat()).toHaveLength(22);
});

function openListener() {
  const jobs: number[][] = [];
  return { jobs, peal: openPeal<number>((bells) => jobs.push(bells)) };
}
