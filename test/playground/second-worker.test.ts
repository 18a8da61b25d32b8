import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { httpHost } from '../fakes/mcp/http-host.ts';
import { openShop } from '../fakes/mcp/shop.ts';
import type { Script, ScriptedRequest } from '../fakes/model/server.ts';
import { until } from '../support/app.ts';
import { type House, lives, openHouse } from './faults-setup.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

/** The second question of a turn hangs as long as it is told to. */
let isHanging = false;
const script: Script = ({ lastUser, toolResults }: ScriptedRequest) => {
  if (toolResults.length === 0 && lastUser.includes('look')) {
    return { calls: [{ name: 'jewelryops__get_order', arguments: { order_id: 'ORD-1002' } }] };
  }
  if (isHanging) return { hang: true };
  return { text: toolResults.length > 0 ? `Told: ${toolResults[0]?.content}` : `Heard: ${lastUser}` };
};

describe('a second worker', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(script);
  });
  afterEach(() => {
    isHanging = false;
  });
  afterAll(() => house.close());

  const start = async (): Promise<number> => {
    const { worker } = await house.faults({ part: 'worker', order: 'start' });
    if (worker.kind !== 'second') throw new Error(`the worker is ${worker.kind}`);
    return worker.pid;
  };

  it('that is killed in the middle of a turn leaves it to the first, which answers within 15 s', async () => {
    const pid = await start();
    isHanging = true;
    const asked = house.model!.ledger.length;
    const thread = await house.say({ text: 'look it up' });
    await until(
      () => house.model!.ledger.length >= asked + 2 || undefined,
      'the model to be asked for the second time',
    );
    isHanging = false;

    const killedAt = Date.now();
    const { worker } = await house.faults({ part: 'worker', order: 'kill' });
    expect(worker).toMatchObject({ kind: 'killed', pid });
    expect(lives(pid)).toBe(false);
    expect(await house.logged(/was killed/)).toBe(
      `Worker ${pid} was killed (kill -9) with 1 turn in hand; the worker in this process goes on. Its work is taken up within about 12 s.`,
    );
    // A message that the dead worker had begun to stream is ended first, and then holds the answer.
    await until(
      async () => (await house.answers(thread)).some(({ text }) => text !== '') || undefined,
      'the answer',
      20_000,
    );
    const tookMs = Date.now() - killedAt;

    expect(tookMs).toBeLessThan(15_000);
    expect((await house.answers(thread)).map(({ text }) => text)).toEqual([
      expect.stringMatching(/^Told: .*ORD-1002/s),
    ]);
    expect(await house.logged(/, turn \d+\./)).toMatch(
      /^“look it up”, turn 1\. The worker in this process took it up again at step 3, \d+\.\d s after the kill\. Its answer stands in the thread once, \d+\.\d s after the kill\.$/,
    );
    expect(await house.sql('select state, attempts from countersign.turns')).toEqual([{ state: 'done', attempts: 1 }]);
  });

  it('answers while the first rests, and hands back to it when it is ended', async () => {
    const pid = await start();
    const thread = await house.say({ text: 'who answers?' });
    await until(async () => (await house.answers(thread)).length > 0 || undefined, 'the answer');

    const { worker } = await house.faults({ part: 'worker', order: 'end' });
    expect(worker).toEqual({ kind: 'inner' });
    expect(lives(pid)).toBe(false);
    const again = await house.say({ text: 'and now?' });
    await until(async () => (await house.answers(again)).length > 0 || undefined, 'the next answer');
  });

  it('that was killed with nothing in hand is said to have had nothing', async () => {
    await start();
    await house.faults({ part: 'worker', order: 'kill' });
    expect(await house.logged(/was killed/)).toContain('with nothing in hand');
  });

  it('is started once', async () => {
    await start();
    await expect(house.faults({ part: 'worker', order: 'start' })).rejects.toThrow('There is a second worker already');
    await house.faults({ part: 'worker', order: 'end' });
  });
});

const desk = `
title: Shop
instructions: help.md
slack: { channels: "*", direct_messages: true }
tools:
  shop:
    slow_save: { effect: keyed, rule: approve, signers: [U0MARCO] }
`;

describe('a second worker that is killed over a signed call', () => {
  it('leaves it to the first, which asks for it again under the same key', async () => {
    const shop = openShop();
    const host = await httpHost(shop.create);
    const asks: Script = ({ lastUser, toolResults }) =>
      toolResults.length > 0 || lastUser.includes('<outcome')
        ? { text: 'So it is.' }
        : { calls: [{ name: 'shop__slow_save', arguments: { id: 'order 7' } }] };
    const house = await openHouse(asks, { desk, servers: { shop: { url: host.url } } });
    await house.say({ text: 'save it' });
    const card = await house.card('order 7', 'approval.approve');
    await house.faults({ part: 'worker', order: 'start' });
    await house.click('U0MARCO', card.ts, 'approval.approve');
    // The first call for an id takes longer than anybody waits.
    await until(() => shop.called().length > 0 || undefined, 'the call to arrive');
    await house.faults({ part: 'worker', order: 'kill' });

    expect(await house.logged(/was killed/)).toContain('with 1 signed call in hand');
    expect(await house.logged(/^The signed/, 40_000)).toMatch(
      /^The signed slow_save\. The killed worker was working on it\. Workers took it up 2 times, under one key\. slow_save succeeded\. It ended as succeeded, \d+\.\d s after the kill\.$/,
    );
    expect(shop.ledger).toHaveLength(2);
    expect(new Set(shop.ledger.map(({ key }) => key)).size).toBe(1);
    await house.close();
    await host.close();
  });
});

describe('npm start that ends', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('by %s leaves no second worker behind', async (signal) => {
    const house = await openHouse(script);
    const { worker } = await house.faults({ part: 'worker', order: 'start' });
    if (worker.kind !== 'second') throw new Error(`the worker is ${worker.kind}`);
    expect(lives(worker.pid)).toBe(true);
    house.program.child.kill(signal);
    await house.program.ended;
    await until(() => !lives(worker.pid) || undefined, 'the second worker to be gone', 5_000);
    await house.close();
  });
});
