import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Case, readCases } from '../../bench/eval/cases.ts';
import { type House, openHouse } from '../../bench/eval/house.ts';
import { openProgress } from '../../bench/eval/progress.ts';
import { tableOf } from '../../bench/eval/report.ts';
import { type Result, runCases } from '../../bench/eval/run.ts';
import { type FakeModel, type Script, startFakeModel } from '../fakes/model/server.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { query } from '../support/door.ts';

let database: TestDatabase;
let house: House;
let model: FakeModel;
beforeAll(async () => {
  database = await freshDatabase();
  house = await openHouse(database.url);
  model = await startFakeModel(() => ({ text: '' }));
});
afterAll(async () => {
  await model.close();
  await house.close();
  await database.drop();
});

const open = readCases();
const named = (...ids: string[]): Case[] => ids.map((id) => open.find((one) => one.id === id)!);

async function run(cases: Case[], script: Script, { limitMs = 20_000, signal = new AbortController().signal } = {}) {
  model.script(script);
  const endpoint = { apiKey: 'test-key-1', baseUrl: model.baseUrl, model: 'scripted' };
  const progress = openProgress(cases.length, { isTTY: false, write: () => true });
  return runCases(cases, { house, endpoint, limitMs, atOnce: 4, progress }, signal);
}

const brief = (results: Result[]) => results.map(({ id, faults }) => `${id} ${faults[0]?.kind ?? 'right'}`);

test('a case is asked through the turn, the gate and the tools, and what they give is what is judged', async () => {
  const where = named('jewelry/where-is-order');
  const [result] = await run(where, ({ toolResults }) => {
    const heard = toolResults.map(({ content }) => content).join('\n');
    return heard
      ? { text: heard }
      : { calls: [{ name: 'jewelryops__get_order', arguments: { order_id: 'ORD-1015' } }] };
  });
  expect(result).toMatchObject({
    right: true,
    calls: [{ tool: 'jewelryops__get_order', decision: 'dispatch', status: 'ok' }],
    answer: expect.stringContaining('Lisa Park'),
  });
  expect(result?.tokens).toBeGreaterThan(0);
  expect(result?.requestMs).toHaveLength(2);
});

test('what changes something waits, and the data stay as they are for the next case', async () => {
  const cancel = {
    name: 'jewelryops__cancel_order',
    arguments: { order_id: 'ORD-1019', reason: 'She found it cheaper' },
  };
  const script: Script = ({ toolResults }) =>
    toolResults.length > 0 ? { text: 'It waits for the signature of a manager.' } : { calls: [cancel] };
  const twice = [
    ...named('jewelry/cancel'),
    ...named('jewelry/cancel').map((one) => ({ ...one, id: 'jewelry/again' })),
  ];
  expect(brief(await run(twice, script))).toEqual(['jewelry/cancel right', 'jewelry/again right']);
  const orders = await query(database.url, "select status from jewelryops.orders where id = 'ORD-1019'");
  expect(orders).toEqual([{ status: 'paid' }]);
});

test('a follow-up is said in the thread of what was said before', async () => {
  const heard: string[] = [];
  const [result] = await run(named('jewelry/his-orders'), ({ messages, toolResults }) => {
    heard.push(messages.map(({ role, content }) => `${role}: ${content}`).join('\n'));
    if (toolResults.length > 0) return { text: toolResults.map(({ content }) => content).join('\n') };
    const call =
      messages.length > 2
        ? { name: 'jewelryops__list_orders', arguments: { customer_id: 'CUST-002' } }
        : { name: 'jewelryops__search_customers', arguments: { query: 'Marcus Webb' } };
    return { calls: [call] };
  });
  expect(result).toMatchObject({ right: true, said: ['Who is Marcus Webb?', 'and what did he order'] });
  expect(heard.at(-1)).toContain('Marcus Webb (CUST-002');
  expect(result?.calls.map(({ tool }) => tool)).toEqual(['jewelryops__list_orders']);
});

test('a secret argument is judged as the model wrote it, though the records hold a seal', async () => {
  const change =
    (new_password: string): Script =>
    ({ toolResults }) =>
      toolResults.length > 0
        ? { text: 'A manager has to sign it.' }
        : { calls: [{ name: 'bank__change_password', arguments: { user_id: 'user_001', new_password } }] };
  expect(brief(await run(named('bank/password'), change('Copper-Lantern-92-Fjord')))).toEqual(['bank/password right']);
  expect(brief(await run(named('bank/password'), change('copper-lantern-92')))).toEqual(['bank/password arguments']);
});

describe('an endpoint that behaves badly costs its own cases only', () => {
  const wordy = 'and so on '.repeat(40_000);
  const cases = named(
    'jewelry/weather',
    'helpdesk/lunch',
    'bank/send-money',
    'bank/loan',
    'store/change-bill',
    'store/text-message',
    'it/close',
    'helpdesk/no-ticket-change',
  );
  const answers: [words: string, answer: ReturnType<Script>][] = [
    ['weather', { hang: true }],
    ['pizza', { status: 500 }],
    ['transfer 200', { malformedSse: true }],
    ['credit card', { text: 'so slow', chunkDelayMs: 60_000 }],
    ['detergent', { text: wordy.repeat(4) }],
    ['text message', { text: wordy, chunkDelayMs: 20 }],
    ['TKT-010', { text: 'banana' }],
  ];

  test('each of them, while the others are answered', async () => {
    const began = Date.now();
    const results = await run(
      cases,
      ({ lastUser }) => {
        const found = answers.find(([words]) => lastUser.includes(words));
        return found ? found[1] : { text: 'I cannot do that here.' };
      },
      { limitMs: 6_000 },
    );
    expect(brief(results)).toEqual([
      'jewelry/weather error',
      'helpdesk/lunch error',
      'bank/send-money error',
      'bank/loan error',
      'store/change-bill error',
      'store/text-message error',
      'it/close facts',
      'helpdesk/no-ticket-change right',
    ]);
    expect(results[0]?.faults[0]?.what).toBe('no answer within 6 s');
    expect(Date.now() - began).toBeLessThan(40_000);
    expect(tableOf(results)).toContain('| all | 1 | 8 | 12.5 % | 6 |');
  });

  test('one that is stopped leaves what was asked until then', async () => {
    const stopping = new AbortController();
    const results = await run(
      cases,
      ({ seq }) => {
        if (seq % 3 === 0) stopping.abort();
        return { text: 'I cannot do that here.' };
      },
      { signal: stopping.signal },
    );
    expect(results.length).toBeLessThan(cases.length);
    expect(results.every(({ right }) => right)).toBe(true);
  });
});

test('a bar shows how far it is, and only to somebody who watches', () => {
  const drawn: string[] = [];
  const screen = (isTTY: boolean) => ({ isTTY, write: (text: string) => drawn.push(text) > 0 });
  const draw = (isTTY: boolean) => {
    const progress = openProgress(2, screen(isTTY));
    progress.step(true);
    progress.step(false);
    progress.end();
  };
  draw(false);
  expect(drawn).toEqual([]);
  draw(true);
  expect(drawn.at(-2)).toContain('2 of 2, 1 right');
});
