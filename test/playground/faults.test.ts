import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Script } from '../fakes/model/server.ts';
import { until } from '../support/app.ts';
import { type House, openHouse } from './faults-setup.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Calls what stands in the message as `tool {arguments}`, and says what it hears. */
const script: Script = ({ lastUser, toolResults }) => {
  if (toolResults.length > 0) return { text: `Told: ${toolResults.map(({ content }) => content).join(' ')}` };
  if (lastUser.includes('<outcome')) return { text: 'The outcome is in.' };
  const calls = [...lastUser.matchAll(/do (\w+) (\{[^}]*\})/g)];
  if (calls.length === 0) return { text: `Heard: ${lastUser.replace(/<[^>]*>|\n/g, '')}` };
  return { calls: calls.map(([, name = '', args = '']) => ({ name, arguments: JSON.parse(args) })) };
};
const look = 'do jewelryops__get_order {"order_id": "ORD-1002"}';

describe('the faults that people cause from the page, and what held', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(script);
  });
  afterEach(async () => {
    await house.faults({ part: 'slack', level: 'ok' });
    await house.faults({ part: 'tools', server: 'jewelryops', level: 'ok' });
    await house.faults({ part: 'threefold', on: false });
  });
  afterAll(() => house.close());

  const answered = (thread: string, what: RegExp, ms?: number) =>
    until(async () => (await house.answers(thread)).find(({ text }) => what.test(text)), `${what} in the thread`, ms);

  it('lists each part as it is', async () => {
    const { log: _, tools, ...state } = await house.faults();
    expect(state).toEqual({ slack: 'ok', model: 'ok', threefold: false, worker: { kind: 'inner' } });
    expect(new Set(Object.values(tools))).toEqual(new Set(['ok']));
    expect(Object.keys(tools)).toEqual(expect.arrayContaining(['jewelryops', 'bank', 'helpdesk']));
  });

  it('a Slack that loses its answers has each answer once', async () => {
    await house.faults({ part: 'slack', level: 'lossy' });
    // Every other call goes well: which one is hit in a turn is chance.
    const threads: string[] = [];
    for (let asked = 0; asked < 3; asked += 1) {
      const thread = await house.say({ text: `is it lost, ${asked}?` });
      await answered(thread, /Heard/, 50_000);
      threads.push(thread);
    }
    expect(await house.logged(/, turn \d+\./)).toMatch(
      /Slack (took|refused) \d+ calls?.*Its answer stands in the thread once/,
    );
    await until(
      async () => (await house.sql(`select 1 from countersign.outbox where state <> 'sent'`)).length === 0 || undefined,
      'all answers to be delivered',
      50_000,
    );
    const answers = await Promise.all(threads.map(house.answers));
    expect(answers.map((all) => all.map(({ text }) => text))).toEqual(
      threads.map((_, n) => [`Heard: is it lost, ${n}?`]),
    );
  });

  it('a Slack that is down has the answer when it is back, once', async () => {
    await house.faults({ part: 'slack', level: 'down' });
    const thread = await house.say({ text: 'hello' });
    await until(
      async () =>
        (await house.sql(`select 1 from countersign.outbox where body like '%hello%' and last_error is not null`))[0],
      'the outbox to have tried',
    );
    expect(await house.answers(thread)).toEqual([]);
    await house.faults({ part: 'slack', level: 'ok' });
    await answered(thread, /Heard: hello/, 30_000);
    expect(await house.logged(/, turn \d+\./)).toMatch(
      /Slack refused \d+ calls?\. Its answer stands in the thread once/,
    );
    expect(await house.answers(thread)).toHaveLength(1);
  });

  it('a message that is delivered three times is one entry, one turn and one answer', async () => {
    await house.faults({ part: 'threefold', on: true });
    const thread = await house.say({ text: 'thrice' });
    // A mention in a channel is two events.
    expect(await house.logged(/deliveries/)).toBe('6 deliveries of one message: 1 entry, 1 turn.');
    await answered(thread, /Heard: thrice/);
    expect(await house.answers(thread)).toHaveLength(1);
  });

  it('a slow tool server is waited for', async () => {
    await house.faults({ part: 'tools', server: 'jewelryops', level: 'slow' });
    const began = Date.now();
    const thread = await house.say({ text: look });
    await answered(thread, /Told: .*ORD-1002/s);
    expect(Date.now() - began).toBeGreaterThan(3_000);
    expect(await house.logged(/, turn \d+\./)).toMatch(
      /get_order answered 3 s late\. Its answer stands in the thread once/,
    );
  });

  it('a tool server that is down does nothing, and says so', async () => {
    await house.faults({ part: 'tools', server: 'jewelryops', level: 'down' });
    const thread = await house.say({ text: look });
    await answered(thread, /Told: .*cannot be reached right now.*Nothing was done/s);
    await house.faults({ part: 'tools', server: 'jewelryops', level: 'ok' });
    await until(async () => {
      const again = await house.say({ text: look });
      await answered(again, /Told/);
      return (await house.answers(again)).some(({ text }) => /Marcus Webb/.test(text)) || undefined;
    }, 'the server to be reached again');
  });

  it('a refund whose answer was lost is asked for again under its key, and is done once', async () => {
    const thread = await house.say({
      text: 'do jewelryops__refund_order {"order_id": "ORD-1003", "amount": 7, "reason": "came loose"}',
    });
    const card = await house.card('ORD-1003', 'approval.approve');
    await house.faults({ part: 'tools', server: 'jewelryops', level: 'lossy' });
    await house.click('U0MARCO', card.ts, 'approval.approve');

    const line = await house.logged(/^The signed refund_order/);
    expect(line).toMatch(/It was carried out, and its answer was lost 1 time\./);
    expect(line).toMatch(/Workers took it up \d+ times, under one key\./);
    expect(line).toMatch(/refund_order was done once: the tool server's own ledger says so\. It ended as succeeded\.$/);
    await answered(thread, /The outcome is in/);
    expect(await house.sql(`select refunded_cents from jewelryops.orders where id = 'ORD-1003'`)).toEqual([
      { refunded_cents: 700 },
    ]);
  });

  it('refuses what it cannot do, and says why', async () => {
    const refused = (order: object) => house.faults(order as never).catch((error: Error) => error.message);
    expect(await refused({ part: 'model', level: 'down' })).toContain('faults need the stand-in model');
    expect(await refused({ part: 'tools', server: 'nothing', level: 'down' })).toContain('no tool server nothing');
    expect(await refused({ part: 'worker', order: 'kill' })).toContain('Start a second worker first');
    expect(await refused({ part: 'worker', order: 'end' })).toContain('There is no second worker');
  });
});

describe('with the stand-in model', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(null);
  });
  afterAll(() => house.close());

  const answer = (thread: string, what: RegExp) =>
    until(
      async () => (await house.answers(thread)).find(({ text }) => what.test(text)),
      `${what} in the thread`,
      40_000,
    );

  it('a model that is down keeps the question, and answers once when it is back', async () => {
    await house.faults({ part: 'model', level: 'down' });
    const thread = await house.say({ text: 'who is CUST-001?' });
    await answer(thread, /The model cannot be reached right now\. Your message is kept/);
    await house.faults({ part: 'model', level: 'ok' });
    await answer(thread, /Lisa Park/);
    expect(await house.logged(/, turn \d+\./)).toMatch(
      /The model was away: a worker took the turn up \d+ times, and it was answered after .*Its answer stands in the thread once/,
    );
    expect((await house.answers(thread)).filter(({ text }) => text.includes('Lisa Park'))).toHaveLength(1);
  });

  it.each([
    ['slow', /The model was slow/],
    ['lossy', /The model's answers broke off; it was asked again/],
  ] as const)('a model that is %s answers all the same', async (level, what) => {
    await house.faults({ part: 'model', level });
    const thread = await house.say({ text: 'who is CUST-002?' });
    await answer(thread, /Marcus Webb/);
    expect(await house.logged(/, turn \d+\./)).toMatch(what);
    await house.faults({ part: 'model', level: 'ok' });
    expect(await house.answers(thread)).toHaveLength(1);
  });

  it('the page follows a thread behind the scenes, and shows who has something to sign', async () => {
    const thread = await house.say({ text: 'Refund $20 of order ORD-1002, the clasp is loose' });
    const seen = await house.watch('C0GENERAL', thread);
    const waits = await until(
      () => seen.rows().find(({ title }) => title === 'refund_order waits for a signature'),
      'the frozen refund',
    );
    expect(waits).toMatchObject({ kind: 'approval', state: 'waiting' });
    expect(seen.rows()[0]).toMatchObject({ kind: 'entry', title: 'Saved before Slack got an acknowledgement' });
    expect(seen.rows()[0]?.facts).toContainEqual({ name: 'from', value: 'Lisa Brandt' });
    await until(() => seen.waiting().U0MARCO === 1 || undefined, 'the badge of who may sign');
    expect(seen.waiting()).toMatchObject({ U0LISA: 0, U0PRIYA: 1 });

    const card = await house.card('ORD-1002', 'approval.approve');
    await house.click('U0MARCO', card.ts, 'approval.approve');
    await until(() => seen.rows().some(({ title }) => title === 'refund_order is done') || undefined, 'it to be done');
    expect(seen.rows().some(({ title }) => title === 'Marco Rossi signed')).toBe(true);
    await until(() => seen.waiting().U0MARCO === 0 || undefined, 'the badge to go');
    seen.close();
  });
});
