import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { until } from './app.ts';
import { startFakeModel } from './fakes/model/server.ts';
import { type Program, processesOn, ready, run, workplace } from './process.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

type Shown = { ts: string; text: string; user: string; buttons?: string[] };

describe('the playground, with a model', () => {
  let model: Awaited<ReturnType<typeof startFakeModel>>;
  let folder: string;
  let program: Program;
  let url: string;
  beforeAll(async () => {
    folder = workplace();
    const args = { order_id: 'ORD-1002', amount: 20, reason: 'the clasp is loose' };
    model = await startFakeModel(({ lastUser, toolResults }) => {
      const isOrder = lastUser.includes('refund 20') && toolResults.length === 0;
      return isOrder
        ? { calls: [{ name: 'jewelryops__refund_order', arguments: args }] }
        : { text: `Heard: ${lastUser}` };
    });
    const openai = { OPENAI_BASE_URL: model.baseUrl, OPENAI_API_KEY: 'key' };
    program = run('start.ts', folder, { DATA_DIR: `${folder}/data`, ...openai });
    url = await ready(program);
  });
  afterAll(async () => {
    await program.stop();
    await until(() => processesOn(folder).length === 0 || undefined, 'everything to be gone');
    await model.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const post = (path: string, body: unknown, headers = {}) =>
    fetch(`${url}/playground/${path}`, { method: 'POST', body: JSON.stringify(body), headers });
  const messages = async (query: string) => {
    const response = await fetch(`${url}/playground/messages?${query}`);
    return ((await response.json()) as { messages: Shown[] }).messages;
  };
  const click = (user: string, ts: string, action_id = 'approval.approve') =>
    post('click', { user, channel: 'C0APPROVALS', ts, action_id });

  test('lets a card be seen and signed, as the README shows it', async () => {
    const said = await post('say', { text: 'refund 20 of order ORD-1002, the clasp is loose' });
    const { thread } = (await said.json()) as { thread: string };
    const card = await until(async () => {
      const shown = await messages('channel=C0APPROVALS');
      return shown.find(({ buttons }) => buttons?.includes('approval.approve'));
    }, 'the card');

    const signed = await click('U0MARCO', card.ts);

    expect(signed.status).toBe(200);
    expect(await signed.json()).toEqual({ shown: 'done' });
    await until(
      async () => (await messages(`thread=${thread}`)).find(({ text }) => /Heard:.*is done/s.test(text)),
      'the outcome in the thread',
    );
    await until(async () => {
      const shown = (await messages('channel=C0APPROVALS')).find(({ ts }) => ts === card.ts);
      return shown?.buttons === undefined || undefined;
    }, 'the buttons to be gone');
  });

  test('says what cannot be clicked or looked at', async () => {
    const errors = await Promise.all(
      [post('click', { user: 'U0MARCO' }), click('U0MARCO', '1.1'), click('U0NOBODY', '1.1')].map(async (asked) => {
        const response = await asked;
        return [response.status, ((await response.json()) as { error: string }).error];
      }),
    );
    expect(errors).toEqual([
      [400, expect.stringContaining('Send {"user": "U0MARCO"')],
      [400, 'C0APPROVALS has no message 1.1 to click on.'],
      [400, expect.stringContaining('no user U0NOBODY')],
    ]);
    expect((await fetch(`${url}/playground/messages?channel=C0NONE`)).status).toBe(400);
    expect((await post('click', {}, { origin: 'https://evil.example' })).status).toBe(403);
  });
});
