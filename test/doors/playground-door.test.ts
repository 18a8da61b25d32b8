import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFakeModel } from '../fakes/model/server.ts';
import { until } from '../support/app.ts';
import { prepareData } from '../support/data.ts';
import { type Program, processesOn, ready, run, workplace } from '../support/process.ts';

type Offered = { prompts: { title: string; message: string }[] };
type Shown = { ts: string; text: string; user: string; card?: string[]; buttons?: string[] };
type View = {
  home: string[];
  forms: { view_id: string; form: string[] }[];
  ephemerals: { channel: string; text: string; card?: string[] }[];
};

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
    await prepareData(`${folder}/data`);
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
  const view = async (user: string) => (await (await fetch(`${url}/playground/view?user=${user}`)).json()) as View;
  const openCard = () =>
    until(async () => {
      const shown = await messages('channel=C0APPROVALS');
      return shown.find(({ buttons }) => buttons?.includes('approval.approve'));
    }, 'the card');
  const click = (user: string, ts: string, action_id = 'approval.approve') =>
    post('click', { user, channel: 'C0APPROVALS', ts, action_id });

  test('lets a card be seen and signed, as the README shows it', async () => {
    const said = await post('say', { text: 'refund 20 of order ORD-1002, the clasp is loose' });
    const { thread } = (await said.json()) as { thread: string };
    const card = await openCard();
    expect(card.card).toEqual(
      expect.arrayContaining([
        'System: jewelryops',
        '│ refund 20 of order ORD-1002, the clasp is loose',
        'order_id: "ORD-1002"',
        'amount: 20',
        'total: $1,250.00',
        '[Approve] approval.approve',
        '[Reject] approval.reject',
      ]),
    );

    const signed = await click('U0MARCO', card.ts);

    expect(signed.status).toBe(200);
    expect(await signed.json()).toEqual({ shown: 'done' });
    const outcome = await until(
      async () => (await messages(`thread=${thread}`)).find(({ text }) => /Heard:.*is done/s.test(text)),
      'the outcome in the thread',
    );
    expect(outcome.card).toBeUndefined();
    await until(async () => {
      const shown = (await messages('channel=C0APPROVALS')).find(({ ts }) => ts === card.ts);
      return shown?.buttons === undefined || undefined;
    }, 'the buttons to be gone');
  });

  test('offers what can be asked, and takes it', async () => {
    const opened = await post('open', { user: 'U0PRIYA' });
    expect(await opened.json()).toEqual({ channel: 'D0PRIYA' });
    const prompts = await until(async () => {
      const shown = (await (await fetch(`${url}/playground/prompts?user=U0PRIYA`)).json()) as Offered;
      return shown.prompts.length > 0 ? shown.prompts : undefined;
    }, 'the prompts');
    expect(prompts).toHaveLength(4);
    const [{ message = '' } = {}] = prompts;
    expect(message).toBe('Who is Lisa Park, and what has she ordered?');

    await post('say', { user: 'U0PRIYA', channel: 'D0PRIYA', text: message });
    const answered = (await messages('channel=D0PRIYA'))[0];
    expect(answered).toMatchObject({ user: 'U0PRIYA', text: message });
    await until(
      async () => (await messages('channel=D0PRIYA')).find(({ text }) => text.includes(`Heard:`)),
      'the answer to it',
    );
  });

  test('takes the command, whose answer one person sees', async () => {
    const said = await post('command', { user: 'U0PRIYA', channel: 'C0BANK' });
    expect([said.status, await said.json()]).toEqual([200, { shown: 'done' }]);
    const told = await until(async () => (await view('U0PRIYA')).ephemerals.at(-1), 'the answer to it');
    expect(told).toMatchObject({ channel: 'C0BANK' });
    expect(told.card).toEqual(
      expect.arrayContaining(['What you can ask here', '• Deactivate my card, it was stolen', 'Status']),
    );
  });

  test('shows what only one person sees, and takes their forms', async () => {
    await post('open', { user: 'U0MARCO', tab: 'home' });
    const home = await until(async () => {
      const lines = (await view('U0MARCO')).home;
      return lines.length > 0 ? lines : undefined;
    }, 'the Home tab');
    expect(home).toEqual(expect.arrayContaining(['Nothing is waiting for you', '• Where is order ORD-1015?']));
    const { thread } = (await (await post('say', { text: 'refund 20 of order ORD-1002 again' })).json()) as {
      thread: string;
    };
    const { ts } = await openCard();

    await click('U0LISA', ts);
    const told = await until(async () => (await view('U0LISA')).ephemerals.at(-1), 'a word to Lisa alone');
    expect(told).toMatchObject({ channel: 'C0APPROVALS', text: expect.stringContaining('can approve this') });
    await click('U0MARCO', ts, 'approval.reject');
    const [open] = (await view('U0MARCO')).forms;
    expect(open).toEqual({
      view_id: expect.any(String),
      form: ['Reject this request?', 'jewelryops__refund_order', 'Reason [reason]:', '[Reject]'],
    });
    expect((await view('U0LISA')).forms).toEqual([]);

    const wrong = await post('submit', { user: 'U0MARCO', values: { why: 'once is enough' } });
    expect([wrong.status, await wrong.json()]).toEqual([400, { error: expect.stringContaining('it has reason') }]);
    const sent = await post('submit', { user: 'U0MARCO', values: { reason: 'once is enough' } });
    expect(await sent.json()).toEqual({ shown: 'closed' });
    expect((await view('U0MARCO')).forms).toEqual([]);
    await until(
      async () => (await messages(`thread=${thread}`)).find(({ text }) => text.includes('once is enough')),
      'the reason in the thread',
    );
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
    expect((await fetch(`${url}/playground/prompts?user=U0NOBODY`)).status).toBe(400);
    expect((await post('open', { user: 'U0NOBODY' })).status).toBe(400);
    expect((await post('open', { tab: 'files' })).status).toBe(400);
    expect((await post('command', { text: 'countersign' })).status).toBe(400);
    expect((await post('command', { channel: 'C0NONE' })).status).toBe(400);
    expect((await fetch(`${url}/playground/view?user=U0NOBODY`)).status).toBe(400);
    expect((await post('submit', { values: {} })).status).toBe(400);
    expect((await post('submit', { user: 'U0PRIYA' })).status).toBe(400);
    expect((await post('say', { channel: 'C0NONE', text: 'hello' })).status).toBe(400);
    expect((await post('click', {}, { origin: 'https://evil.example' })).status).toBe(403);
  });
});
