import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeModel, startFakeModel } from '../fakes/model/server.ts';
import { until } from '../support/app.ts';
import { prepareData } from '../support/data.ts';
import { type Program, processesOn, ready, run, workplace } from '../support/process.ts';

let folder: string;
let program: Program;
let model: FakeModel;
let url: string;

/** Refunds what it is asked to refund, and repeats what came of it. */
beforeEach(async () => {
  folder = workplace();
  await prepareData(`${folder}/.data`);
  model = await startFakeModel(({ toolResults, lastUser }) => {
    if (toolResults.length > 0 || lastUser.includes('<outcome')) return { text: `I was told: ${lastUser}` };
    const refund = { order_id: 'ORD-1002', amount: 20, reason: 'The clasp is loose' };
    return { calls: [{ name: 'jewelryops__refund_order', arguments: refund }] };
  });
});

afterEach(async () => {
  await killAll();
  await model.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  program = run('start.ts', folder, { OPENAI_BASE_URL: model.baseUrl });
  url = await ready(program);
}

async function killAll(): Promise<void> {
  for (const pid of processesOn(folder)) kill(pid);
  program.child.kill('SIGKILL');
  await until(() => processesOn(folder).length === 0 || undefined, 'everything to be gone');
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended with the one before it.
  }
}

type Message = { ts: string; user: string; text: string; buttons?: string[] };

async function post(name: string, body: object): Promise<Record<string, string>> {
  const response = await fetch(`${url}/playground/${name}`, { method: 'POST', body: JSON.stringify(body) });
  const answer = (await response.json()) as Record<string, string>;
  expect(answer).not.toHaveProperty('error');
  return answer;
}

const get = async (path: string) => (await fetch(`${url}/playground/${path}`)).json();
const messages = async (path: string) => ((await get(`messages?${path}`)) as { messages: Message[] }).messages;
const approvals = 'C0APPROVALS';
const cardOf = async () => (await messages(`channel=${approvals}`)).find(({ buttons }) => buttons);

test('a card and a form that were open when everything was killed are signed and sent after it', {
  timeout: 120_000,
}, async () => {
  await start();
  const { thread } = await post('say', { text: 'refund 20 of order ORD-1002, the clasp is loose' });
  const card = await until(cardOf, 'the card');
  await post('click', { user: 'U0PRIYA', channel: approvals, ts: card.ts, action_id: 'approval.reject' });
  const formsOf = async () => ((await get('view?user=U0PRIYA')) as { forms: { view_id: string }[] }).forms;
  const [form] = await until(async () => ((await formsOf()).length > 0 ? formsOf() : undefined), 'the form');
  const said = () => messages(`thread=${thread}`);
  await until(async () => (await said()).some(({ text }) => text.includes('I was told')) || undefined, 'the answer');
  await until(async () => JSON.stringify(await said()).includes('on this card') || undefined, 'the way to the card');
  const before = [await said(), await messages(`channel=${approvals}`)];

  await killAll();
  await start();

  expect([await said(), await messages(`channel=${approvals}`)]).toEqual(before);
  expect(await formsOf()).toEqual([form]);
  const clicked = await post('click', {
    user: 'U0MARCO',
    channel: approvals,
    ts: card.ts,
    action_id: 'approval.approve',
  });
  expect(clicked).toEqual({ shown: 'done' });
  const told = () =>
    said().then((all) => all.find(({ text }) => /outcome.*\$20\.00 of ORD-1002 was refunded/s.test(text)));
  await until(told, 'the outcome in the thread', 30_000);
  expect(await cardOf()).toBeUndefined();

  // Too late, and said so in her form.
  const sent = await post('submit', { user: 'U0PRIYA', view_id: form!.view_id, values: { reason: 'no' } });
  expect(sent).toEqual({ shown: 'updated' });
  expect(JSON.stringify(await formsOf())).toMatch(/approved this/);
});
