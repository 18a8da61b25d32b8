import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openPeal } from '../core/peal.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => vi.useRealTimers());
const pass = (ms: number) => vi.advanceTimersByTime(ms);

it('bells that come now and then each go at once', () => {
  const { jobs, peal } = openListener();
  for (let bell = 0; bell < 3; bell += 1) {
    peal.ring(bell);
    expect(jobs).toHaveLength(bell + 1);
    pass(20);
  }
});

it('where many ring, those close to each other go together, all of them and in order', () => {
  const { jobs, peal } = openListener();
  const all = Array.from({ length: 300 }, (_, bell) => bell);
  for (const bell of all) {
    peal.ring(bell);
    if (bell % 5 === 0) pass(2);
  }
  pass(30);
  expect(jobs.flat()).toEqual(all);
  expect(jobs.length).toBeLessThan(150);
  expect(Math.max(...jobs.map((job) => job.length))).toBeLessThanOrEqual(16);
});

it('what still waits goes at the word', () => {
  const { jobs, peal } = openListener();
  for (let bell = 0; bell < 20; bell += 1) peal.ring(bell);
  pass(60);
  peal.ring(20);
  peal.ring(21);
  expect(jobs.flat()).toHaveLength(20);
  peal.flush();
  expect(jobs.flat()).toHaveLength(22);
  pass(20);
  expect(jobs.flat()).toHaveLength(22);
});

function openListener() {
  const jobs: number[][] = [];
  return { jobs, peal: openPeal<number>((bells) => jobs.push(bells)) };
}
