import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { afterAll, expect, it } from 'vitest';
import { openPlanner } from '../../playground/model/planner/planner.ts';
import { tool } from './planning.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'planner-'));
const warnings: string[] = [];
const planner = openPlanner({ dataDir, log: { warn: (_, line) => warnings.push(line) } });
afterAll(async () => {
  await planner.close();
  rmSync(dataDir, { recursive: true });
});

const id = { type: 'string', description: 'Id of the order, such as ORD-1001' };
const tools = [
  tool('get_order', 'Shows one order.', { order_id: id }, ['order_id']),
  tool('search_orders', 'Finds orders by words.', { query: { type: 'string', description: 'Words to look for' } }),
];
const ask = (text: string) => planner.decide({ messages: [{ role: 'user', text }], tools });

it('plans several requests that come at once, each for itself', async () => {
  const decisions = await Promise.all(['show ORD-1001', 'show ORD-1002', 'thanks!'].map(ask));
  expect(decisions).toEqual([
    { kind: 'calls', calls: [{ name: 'get_order', arguments: { order_id: 'ORD-1001' } }] },
    { kind: 'calls', calls: [{ name: 'get_order', arguments: { order_id: 'ORD-1002' } }] },
    { kind: 'answer', text: "You're welcome." },
  ]);
  expect(warnings).toEqual([]);
});

it('leaves the process free while it plans what takes long', async () => {
  const before = performance.eventLoopUtilization();
  for (const wall of ['1 ', '9', 'It’s John’s ', 'pay $5 to Ann Berg on May 5, '])
    expect(await ask(wall.repeat(100_000 / wall.length))).toMatchObject({ kind: expect.any(String) });
  expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.3);
});
