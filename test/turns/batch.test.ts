import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openBatch } from '../../core/queue/batch.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => vi.useRealTimers());
const pass = (ms: number) => vi.advanceTimersByTime(ms);

it('items that come now and then each go at once', () => {
  const { sent, batch } = openListener();
  for (let item = 0; item < 3; item += 1) {
    batch.add(item);
    expect(sent).toHaveLength(item + 1);
    pass(20);
  }
});

it('when many come, those close to each other go together, all of them and in order', () => {
  const { sent, batch } = openListener();
  const all = Array.from({ length: 300 }, (_, item) => item);
  for (const item of all) {
    batch.add(item);
    if (item % 5 === 0) pass(2);
  }
  pass(30);
  expect(sent.flat()).toEqual(all);
  expect(sent.length).toBeLessThan(150);
  expect(Math.max(...sent.map((job) => job.length))).toBeLessThanOrEqual(16);
});

it('what still waits goes at the word', () => {
  const { sent, batch } = openListener();
  for (let item = 0; item < 20; item += 1) batch.add(item);
  pass(60);
  batch.add(20);
  batch.add(21);
  expect(sent.flat()).toHaveLength(20);
  batch.flush();
  expect(sent.flat()).toHaveLength(22);
  pass(20);
  expect(sent.flat()).toHaveLength(22);
});

function openListener() {
  const sent: number[][] = [];
  return { sent, batch: openBatch<number>((items) => sent.push(items)) };
}
