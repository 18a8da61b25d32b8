import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from 'vitest';
import { closeLater, type Json, modal, openSlack, refusalOf, type Slack } from './setup.ts';

const channel = 'C0GENERAL';
const user = 'U0LISA';
const plainText = (said: string) => ({ type: 'plain_text', text: said });
const button = (action_id: string, value = 'apr_1') => ({ type: 'button', text: plainText('Go'), action_id, value });
const card = (...ids: string[]) => [{ type: 'actions', block_id: 'b1', elements: ids.map((id) => button(id)) }];
const field = (block_id: string, element: Json, more: Json = {}) => ({
  type: 'input',
  block_id,
  label: plainText(block_id),
  element: { type: 'plain_text_input', action_id: 'value', ...element },
  ...more,
});
const form = (...blocks: Json[]) => modal({ callback_id: 'f', submit: plainText('Send'), blocks });

type Request = { headers: Record<string, unknown>; fields: URLSearchParams; payload: Json };
type Answer = { status?: number; body?: unknown; afterMs?: number };

let clock = 0;
let slack: Slack;
let requests: Request[];
let answer: Answer;
let ts: string;

beforeEach(async () => {
  clock = 0;
  requests = [];
  answer = {};
  slack = await openSlack({ now: () => Date.now() + clock, ackTimeoutMs: 300 });
  const server = createServer(async (req, res) => {
    const fields = new URLSearchParams(await readText(req));
    requests.push({ headers: req.headers, fields, payload: JSON.parse(fields.get('payload') ?? '{}') });
    const { status = 200, body, afterMs = 0 } = answer;
    setTimeout(() => res.writeHead(status).end(body === undefined ? '' : JSON.stringify(body)), afterMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeLater(async () => server.closeAllConnections());
  closeLater(async () => server.close());
  slack.workspace.connect({ kind: 'http', urls: [`http://127.0.0.1:${(server.address() as AddressInfo).port}/`] });
  ts = String(
    (await slack.client.chat.postMessage({ channel, text: 'card', blocks: card('a.yes', 'a.no') as never })).ts,
  );
});

const click = (action_id = 'a.yes', more: Json = {}) =>
  slack.workspace.click({ user, channel, ts, action_id, ...more });
const respond = async (body: Json, url = String(requests.at(-1)?.payload.response_url)) => {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  return `${response.status} ${await response.text()}`;
};
const open = async (view: Json, by = user) => {
  await slack.workspace.click({ user: by, channel, ts, action_id: 'a.yes' });
  const opened = await slack.client.views.open({
    trigger_id: String(requests.at(-1)?.payload.trigger_id),
    view: view as never,
  });
  return String(opened.view?.id);
};

describe('a click', () => {
  it('comes as one signed form with what Slack says of it', async () => {
    expect(await click()).toMatchObject({ shown: 'done', status: 200 });
    const { headers, payload, fields } = requests[0]!;
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(headers['x-slack-signature']).toMatch(/^v0=[0-9a-f]{64}$/);
    expect([...fields.keys()]).toEqual(['payload']);
    expect(payload).toMatchObject({
      type: 'block_actions',
      user: { id: user, team_id: slack.workspace.teamId },
      team: { id: slack.workspace.teamId },
      container: { type: 'message', message_ts: ts, channel_id: channel },
      channel: { id: channel },
      message: { ts, text: 'card' },
      actions: [{ type: 'button', action_id: 'a.yes', block_id: 'b1', value: 'apr_1' }],
    });
  });

  it.each([
    ['that is not there', () => click('a.other'), 'has no button a.other'],
    ['of another value', () => click('a.yes', { value: 'apr_2' }), 'has no button a.yes for apr_2'],
    ['of a message that is not there', () => click('a.yes', { ts: '1.000001' }), 'no message'],
    ['in a channel that they do not see', () => click('a.yes', { channel: 'G0NONE' }), 'sees no channel'],
    ['by nobody', () => click('a.yes', { user: 'U0NOBODY' }), 'no user'],
  ])('on a button %s cannot be made', async (_what, wrong, fault) => {
    await expect(wrong()).rejects.toThrow(fault);
    expect(requests).toEqual([]);
  });

  it('cannot be made on a button that is gone, or in a message that is', async () => {
    await slack.client.chat.update({ channel, ts, text: 'decided', blocks: [] });
    await expect(click()).rejects.toThrow('it has none');
    await slack.client.chat.delete({ channel, ts });
    await expect(click()).rejects.toThrow('no message');
  });

  it('that is refused, or acknowledged too late, shows Slack’s warning, and comes once', async () => {
    answer = { status: 500 };
    expect(await click()).toMatchObject({ shown: 'failed', status: 500 });
    answer = { afterMs: 500 };
    expect(await click()).toMatchObject({ shown: 'failed', status: 0 });
    expect(requests).toHaveLength(2);
  });

  it('has a trigger that opens one form within three seconds, for who clicked', async () => {
    const id = await open(form(field('reason', {}, { optional: true })));
    expect(slack.workspace.openViews(user).map((view) => view.id)).toEqual([id]);
    expect(slack.workspace.openViews('U0MARCO')).toEqual([]);
    const used = { trigger_id: requests.at(-1)?.payload.trigger_id, view: modal() };
    expect(await refusalOf(slack.client, 'views.open', used)).toBe('exchanged_trigger_id');
    await click();
    clock += 3_001;
    const late = { trigger_id: requests.at(-1)?.payload.trigger_id, view: modal() };
    expect(await refusalOf(slack.client, 'views.open', late)).toBe('expired_trigger_id');
  });
});

describe('a response_url', () => {
  it('answers who clicked, and nobody else', async () => {
    await click();
    expect(await respond({ text: 'only for you' })).toBe('200 ok');
    expect(slack.workspace.ephemerals(user)).toMatchObject([{ text: 'only for you', channel }]);
    expect(slack.workspace.ephemerals('U0MARCO')).toEqual([]);
    expect(slack.workspace.messages(channel)).toHaveLength(1);
  });

  it('changes or removes the message, or says it to all, where it is told so', async () => {
    await click();
    await respond({ replace_original: true, text: 'decided', blocks: [] });
    expect(slack.workspace.messages(channel)[0]).toMatchObject({ ts, text: 'decided', blocks: [] });
    await respond({ response_type: 'in_channel', text: 'for all' });
    await respond({ delete_original: true });
    expect(slack.workspace.messages(channel).map(({ text }) => text)).toEqual(['for all']);
  });

  it('serves five times, for half an hour, what Slack can show', async () => {
    await click();
    expect(await respond({})).toContain('no_text');
    for (let use = 1; use <= 5; use += 1) expect(await respond({ text: `${use}` })).toBe('200 ok');
    expect(await respond({ text: '6' })).toContain('used_url');
    await click();
    clock += 30 * 60_000 + 1;
    expect(await respond({ text: 'late' })).toContain('expired_url');
    const base = String(requests.at(-1)?.payload.response_url).replace(/\w+$/, 'made0up');
    expect(await respond({ text: 'made up' }, base)).toContain('invalid_url');
    expect(slack.workspace.ephemerals(user)).toHaveLength(5);
  });
});

describe('a form', () => {
  const submit = (view_id: string, values = {}) => slack.workspace.submitView({ user, view_id, values });

  it('is sent with what stands in it', async () => {
    const options = ['EUR', 'USD'].map((name, at) => ({ text: plainText(name), value: String(at) }));
    const select = { type: 'static_select', action_id: 'value', options, initial_option: options[1] };
    const amount = { type: 'number_input', is_decimal_allowed: true, initial_value: '2.5' };
    const more = { private_metadata: 'mine' };
    const id = await open({ ...form(field('why', {}), field('amount', amount), field('currency', select)), ...more });
    expect((await submit(id, { why: 'because' })).shown).toBe('closed');
    expect(requests.at(-1)?.payload).toMatchObject({
      type: 'view_submission',
      user: { id: user },
      team: { id: slack.workspace.teamId },
      view: {
        id,
        callback_id: 'f',
        private_metadata: 'mine',
        state: {
          values: {
            why: { value: { type: 'plain_text_input', value: 'because' } },
            amount: { value: { type: 'number_input', value: '2.5' } },
            currency: { value: { type: 'static_select', selected_option: { value: '1' } } },
          },
        },
      },
    });
    await expect(submit(id)).rejects.toThrow('has no form');
  });

  it.each<[string, Json[], Json, string]>([
    ['a field that is required and empty', [field('a', {})], {}, 'complete this required field'],
    ['a field that it does not have', [field('a', {})], { b: 'x' }, 'has no field b'],
    ['more than a field takes', [field('a', { max_length: 3 })], { a: 'four' }, 'at most 3'],
    ['a second line', [field('a', {})], { a: 'one\ntwo' }, 'one line only'],
    [
      'words for a number',
      [field('a', { type: 'number_input', is_decimal_allowed: false })],
      { a: '1.5' },
      'valid number',
    ],
    [
      'an option that is none',
      [field('a', { type: 'static_select', options: [{ text: plainText('A'), value: '0' }] })],
      { a: '1' },
      'no option 1',
    ],
  ])('cannot be sent with %s', async (_what, blocks, values, fault) => {
    const id = await open(form(...blocks));
    const sent = requests.length;
    await expect(submit(id, values)).rejects.toThrow(fault);
    expect(requests).toHaveLength(sent);
  });

  it('is only for who opened it', async () => {
    const id = await open(form(field('a', {}, { optional: true })), 'U0MARCO');
    await expect(submit(id)).rejects.toThrow('has no form');
  });

  it.each<[string, unknown, string, Json]>([
    [
      'with errors stays, and shows them',
      { response_action: 'errors', errors: { a: 'too much' } },
      'errors',
      { a: 'too much' },
    ],
    ['with errors for no field of it is a fault', { response_action: 'errors', errors: { z: 'no' } }, 'failed', {}],
    [
      'with an update that Slack cannot show is a fault',
      { response_action: 'update', view: { type: 'modal' } },
      'failed',
      {},
    ],
    ['with an unheard-of word is a fault', { response_action: 'sing' }, 'failed', {}],
  ])('answered %s', async (_what, body, shown, errors) => {
    const id = await open(form(field('a', {}, { optional: true })));
    answer = { body };
    expect((await submit(id)).shown).toBe(shown);
    expect(slack.workspace.openViews(user)).toMatchObject([{ id, errors }]);
  });

  it('answered with clear is closed, with an update shows it, and with nothing in time stays', async () => {
    const id = await open(form(field('a', {}, { optional: true })));
    answer = { afterMs: 500 };
    expect((await submit(id)).shown).toBe('failed');
    answer = { body: { response_action: 'update', view: form(field('b', {}, { optional: true })) } };
    expect((await submit(id)).shown).toBe('updated');
    answer = { body: { response_action: 'clear' } };
    expect((await submit(id, { b: 'x' })).shown).toBe('closed');
    expect(slack.workspace.openViews(user)).toEqual([]);
  });

  it.each<[string, Json]>([
    ['an input of no kind', { type: 'sing_input' }],
    ['text of 3,001 filled in', { initial_value: 'x'.repeat(3_001) }],
    ['a number that is none filled in', { type: 'number_input', is_decimal_allowed: true, initial_value: '1e21' }],
    [
      'an option filled in that is not offered',
      {
        type: 'static_select',
        options: [{ text: plainText('A'), value: '0' }],
        initial_option: { text: plainText('B'), value: '1' },
      },
    ],
    [
      '101 options',
      {
        type: 'static_select',
        options: Array.from({ length: 101 }, (_, at) => ({ text: plainText('A'), value: `${at}` })),
      },
    ],
  ])('cannot be opened with %s', async (_what, element) => {
    const view = form(field('a', element));
    expect(await refusalOf(slack.client, 'views.open', { trigger_id: slack.workspace.issueTrigger(), view })).toBe(
      'invalid_arguments',
    );
  });
});

describe('a command', () => {
  const command = (said: string) => slack.workspace.command({ user, channel, text: said });

  it('comes as the fields of a signed form, and its answer is for who asked', async () => {
    answer = { body: { text: 'all is well' } };
    expect((await command('/countersign status now')).shown).toBe('done');
    expect(Object.fromEntries(requests[0]!.fields)).toMatchObject({
      command: '/countersign',
      text: 'status now',
      user_id: user,
      team_id: slack.workspace.teamId,
      channel_id: channel,
    });
    expect(slack.workspace.ephemerals(user)).toMatchObject([{ text: 'all is well' }]);
    expect(await respond({ text: 'more' }, String(requests[0]!.fields.get('response_url')))).toBe('200 ok');
    await expect(command('countersign')).rejects.toThrow('is no command');
  });

  it('that is not acknowledged in time shows Slack’s warning', async () => {
    answer = { afterMs: 500 };
    expect((await command('/countersign')).shown).toBe('failed');
  });
});

it('a private message of the app is kept for the one that it is for', async () => {
  await slack.client.chat.postEphemeral({ channel, user: 'U0MARCO', text: 'psst' });
  expect(slack.workspace.ephemerals('U0MARCO')).toMatchObject([{ text: 'psst', channel }]);
  expect(slack.workspace.ephemerals(user)).toEqual([]);
});

it('the app hears who opens the Messages tab, and shows its prompts there', async () => {
  const { workspace, client } = slack;
  const events: Json[] = [];
  const server = createServer(async (req, res) => {
    events.push((JSON.parse(await readText(req)) as { event: Json }).event);
    res.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeLater(async () => server.close());
  workspace.connect({ kind: 'http', urls: [`http://127.0.0.1:${(server.address() as AddressInfo).port}/`] });
  await client.views.publish({ user_id: user, view: { type: 'home', blocks: [] } });
  await workspace.openHome(user, 'messages');
  expect(events).toEqual([expect.objectContaining({ type: 'app_home_opened', user, tab: 'messages' })]);
  expect(events[0]).not.toHaveProperty('view');

  const dm = String(events[0]?.channel);
  const prompts = [{ title: 'Hello', message: 'Say hello' }];
  const offer = (more: Json) =>
    refusalOf(client, 'assistant.threads.setSuggestedPrompts', { channel_id: dm, prompts, ...more });
  expect(await offer({ thread_ts: ts })).toBe('accepted');
  expect(workspace.prompts(user)).toBeUndefined();
  expect(await offer({ title: 'Ask' })).toBe('accepted');
  expect(workspace.prompts(user)).toEqual({ title: 'Ask', prompts });
  expect(await offer({ prompts: [] })).toBe('accepted');
  expect(workspace.prompts(user)).toEqual({ prompts: [] });
  expect(workspace.prompts('U0MARCO')).toBeUndefined();
});

it('the app hears who opens the Home tab, and what the tab shows', async () => {
  const opened = await slack.workspace.openHome(user);
  expect(opened.attempts).toMatchObject([{ status: 200 }]);
  await slack.client.views.publish({ user_id: user, view: { type: 'home', blocks: [] } });
  expect(slack.workspace.home(user)).toEqual({ type: 'home', blocks: [] });
});
