import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openBatch } from '../../core/queue/batch.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => vi.useRealTimers());
const pass = (ms: number) => vi.advanceTimersByTime(ms);

it('items that come now and then each go at once', async () => {
  const { sent, batch, over } = openListener();
  for (let item = 0; item < 3; item += 1) {
    batch.add(item);
    expect(sent).toHaveLength(item + 1);
    await over();
    pass(20);
  }
});

it('those that come while a batch is under way go together as the next one, as soon as it is over', async () => {
  const { sent, batch, over } = openListener('told');
  batch.add(0);
  pass(30);
  batch.add(1);
  pass(30);
  batch.add(2);
  expect(sent).toEqual([[0]]);
  await over();
  expect(sent).toEqual([[0], [1, 2]]);
  await over();
  batch.add(3);
  expect(sent).toEqual([[0], [1, 2], [3]]);
});

it('when many come, those close to each other go together, all of them and in order', async () => {
  const { sent, batch, over } = openListener();
  const all = Array.from({ length: 300 }, (_, item) => item);
  for (const item of all) {
    batch.add(item);
    if (item % 5 === 0) pass(2);
    await over();
  }
  pass(30);
  expect(sent.flat()).toEqual(all);
  expect(sent.length).toBeLessThan(150);
  expect(Math.max(...sent.map((job) => job.length))).toBeLessThanOrEqual(16);
});

it('what still waits goes at the word', async () => {
  const { sent, batch, over } = openListener();
  for (let item = 0; item < 20; item += 1) {
    batch.add(item);
    await over();
  }
  pass(60);
  batch.add(20);
  batch.add(21);
  expect(sent.flat()).toHaveLength(20);
  batch.flush();
  expect(sent.flat()).toHaveLength(22);
  pass(20);
  expect(sent.flat()).toHaveLength(22);
});

/** A batch is over at once, or when the test says so. */
function openListener(ends: 'at once' | 'told' = 'at once') {
  const sent: number[][] = [];
  let end = () => {};
  const batch = openBatch<number>((items) => {
    sent.push(items);
    return ends === 'at once' ? Promise.resolve() : new Promise((resolve) => (end = resolve));
  });
  const over = async () => {
    end();
    await new Promise(setImmediate);
  };
  return { sent, batch, over };
}
