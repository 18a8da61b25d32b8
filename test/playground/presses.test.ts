import type { WebClient } from '@slack/web-api';
import { beforeEach, describe, expect, test } from 'vitest';
import type { SlackWorkspace } from '../../playground/slack/workspace.ts';
import { type Json, modal, openSlack } from '../fake-slack/setup.ts';
import { openAppEnd } from './app-end.ts';
import { look } from './live-setup.ts';

let workspace: SlackWorkspace;
let client: WebClient;
let app: Awaited<ReturnType<typeof openAppEnd>>;
const C = 'C0GENERAL';
const user = 'U0LISA';
const words = (text: string) => ({ type: 'plain_text', text });
const button = (action_id: string, value: string) => ({ type: 'button', text: words('Go'), action_id, value });
const options = ['one', 'two'].map((value) => ({ text: words(value), value }));
const menu = (more: Json = {}) => ({ type: 'static_select', action_id: 'a.menu', options, ...more });
const actions = (...elements: Json[]) => ({ type: 'actions', block_id: 'b1', elements });
const heard = () => app.heard.at(-1)!.body;

beforeEach(async () => {
  ({ workspace, client } = await openSlack());
  app = await openAppEnd();
  workspace.connect({ kind: 'http', urls: [app.url] });
});

describe('a menu in a message', () => {
  test('says what was chosen in it, and in the state of the message', async () => {
    const blocks = [actions(menu({ initial_option: options[0] }), button('a.go', '1'))] as never;
    const { ts } = await client.chat.postMessage({ channel: C, text: 'card', blocks });

    expect((await workspace.click({ user, channel: C, ts: ts!, action_id: 'a.menu', value: 'two' })).shown).toBe(
      'done',
    );

    expect(heard()).toMatchObject({
      type: 'block_actions',
      actions: [{ type: 'static_select', action_id: 'a.menu', block_id: 'b1', selected_option: { value: 'two' } }],
      state: { values: { b1: { 'a.menu': { type: 'static_select', selected_option: { value: 'two' } } } } },
    });
  });

  test('has no other choice than those it shows', async () => {
    const { ts } = await client.chat.postMessage({ channel: C, text: 'card', blocks: [actions(menu())] as never });
    const choose = (value?: string) => workspace.click({ user, channel: C, ts: ts!, action_id: 'a.menu', value });

    await expect(choose('three')).rejects.toThrow('choose one of one, two');
    await expect(choose()).rejects.toThrow('choose one of one, two');
    expect(app.heard).toEqual([]);
  });
});

describe('what stands in a Home tab', () => {
  test('is pressed by its view, by whose it is', async () => {
    const view = { type: 'home', blocks: [actions(button('home.list', 'all'))] };
    await client.apiCall('views.publish', { user_id: user, view });
    const view_id = String(look(workspace, user).of('home')[0]?.view);

    await workspace.click({ user, view_id, action_id: 'home.list' });

    expect(heard()).toMatchObject({
      type: 'block_actions',
      user: { id: user },
      container: { type: 'view', view_id },
      view: { id: view_id, type: 'home' },
      actions: [{ type: 'button', action_id: 'home.list', block_id: 'b1', value: 'all' }],
    });
    expect(heard()).not.toHaveProperty('response_url');
    await expect(workspace.click({ user: 'U0MARCO', view_id, action_id: 'home.list' })).rejects.toThrow('no form');
    await expect(workspace.click({ user, view_id, action_id: 'home.other' })).rejects.toThrow('it has home.list');
  });
});

describe('a form', () => {
  const field = (block_id: string, element: Json, more: Json = {}) => ({
    ...{ type: 'input', block_id, label: words(block_id) },
    ...{ element: { type: 'plain_text_input', action_id: 'value', ...element }, ...more },
  });
  const open = async (view: Json) =>
    String((await client.views.open({ trigger_id: workspace.issueTrigger(user), view: view as never })).view?.id);

  test('tells of a press in it what stands in its fields, though they could not be sent so', async () => {
    const fields = [field('why', {}), field('kind', menu({ type: 'static_select' }), { dispatch_action: true })];
    const view_id = await open(modal({ submit: words('Send'), blocks: [...fields, actions(button('a.more', '1'))] }));

    await workspace.click({ user, view_id, action_id: 'a.more' });
    const empty = heard();
    await workspace.click({ user, view_id, action_id: 'a.menu', value: 'two', values: { why: 'because' } });

    const unfilled = { why: { value: { value: null } }, kind: { 'a.menu': { selected_option: null } } };
    expect(empty).toMatchObject({ actions: [{ action_id: 'a.more' }], view: { state: { values: unfilled } } });
    const filled = { why: { value: { value: 'because' } }, kind: { 'a.menu': { selected_option: { value: 'two' } } } };
    expect(heard()).toMatchObject({ actions: [{ action_id: 'a.menu' }], view: { state: { values: filled } } });
    expect(workspace.openViews(user)).toHaveLength(1);
  });

  test('that is closed is gone, and the app hears of it where it asked to', async () => {
    const loud = await open(modal({ notify_on_close: true, private_metadata: 'mine' }));
    const quiet = await open(modal());
    const page = look(workspace, user);

    await workspace.closeView({ user, view_id: quiet });
    expect(app.heard).toEqual([]);
    await workspace.closeView({ user, view_id: loud });

    expect(app.heard.map(({ body }) => body)).toMatchObject([
      { type: 'view_closed', user: { id: user }, is_cleared: false, view: { id: loud, private_metadata: 'mine' } },
    ]);
    expect(page.of('form_closed').map(({ id }) => id)).toEqual([quiet, loud]);
    expect(workspace.openViews(user)).toEqual([]);
    await expect(workspace.closeView({ user, view_id: loud })).rejects.toThrow('no form');
  });
});
