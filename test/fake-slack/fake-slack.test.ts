import type { WebClient } from '@slack/web-api';
import { beforeEach, describe, expect, it } from 'vitest';
import type { WorkspaceOptions } from '../../playground/slack/state-type.ts';
import type { SlackWorkspace } from '../../playground/slack/workspace.ts';
import { furnished, REFUSALS } from './refusals.ts';
import { modal, openSlack, raw, refusalOf, type Slack, section } from './setup.ts';

let clock = 0;
let slack: Slack;
let workspace: SlackWorkspace;
let client: WebClient;

async function open(options: WorkspaceOptions = {}): Promise<void> {
  slack = await openSlack({ now: () => Date.now() + clock, ...options });
  ({ workspace, client } = slack);
}

beforeEach(async () => {
  clock = 0;
  await open();
});

describe('the Web API refuses', () => {
  it.each(REFUSALS)('%s: %s', async (_what, method, args, error) => {
    const given = await furnished(slack);
    const before = workspace.messages(given.C);

    expect(await refusalOf(client, method, args(given))).toBe(error);

    expect(workspace.messages(given.C)).toEqual(before);
    expect(workspace.ledger.at(-1)).toMatchObject({ method, ok: false, error, status: 200 });
  });

  it('a call without a token, with a wrong one, and with one that is no longer in time for its view', async () => {
    expect((await raw(slack, 'auth.test', {})).body).toEqual({ ok: false, error: 'not_authed' });
    expect((await raw(slack, 'auth.test', { headers: { authorization: 'Bearer xoxb-wrong' } })).body.error).toBe(
      'invalid_auth',
    );

    const trigger = workspace.issueTrigger();
    clock += 3_001;
    expect(await refusalOf(client, 'views.open', { trigger_id: trigger, view: modal() })).toBe('expired_trigger_id');
  });

  it('bodies that are not what their type says, and JSON where Slack reads forms only', async () => {
    const authorization = `Bearer ${workspace.botToken}`;
    const json = { authorization, 'content-type': 'application/json; charset=utf-8' };

    expect((await raw(slack, 'auth.test', { headers: json, body: '{' })).body.error).toBe('invalid_json');
    expect((await raw(slack, 'auth.test', { headers: json, body: '[]' })).body.error).toBe('json_not_object');
    expect(
      (await raw(slack, 'auth.test', { headers: { authorization, 'content-type': 'text/xml' }, body: '<a/>' })).body
        .error,
    ).toBe('invalid_post_type');
    expect((await raw(slack, 'users.info', { headers: json, body: '{"user":"U0LISA"}' })).body.error).toBe(
      'invalid_arguments',
    );
  });

  it('says where in the blocks the fault is', async () => {
    const call = client.chat.postMessage({
      channel: 'C0GENERAL',
      text: 't',
      blocks: [section(5), section(3_001)] as never,
    });

    await expect(call).rejects.toMatchObject({
      data: {
        response_metadata: {
          messages: ['[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]'],
        },
      },
    });
  });

  it('more posts a second in a channel than it was set to take', async () => {
    await open({ postsPerSecondPerChannel: 1, now: () => 1_800_000_000_000 + clock });
    const headers = { authorization: `Bearer ${workspace.botToken}` };
    const post = () =>
      raw(slack, 'chat.postMessage', { headers, body: new URLSearchParams({ channel: 'C0GENERAL', text: 't' }) });

    expect((await post()).status).toBe(200);
    expect(await post()).toEqual({ status: 429, body: { ok: false, error: 'ratelimited' }, retryAfter: '1' });
    clock += 1_000;
    expect((await post()).status).toBe(200);
    expect(workspace.messages('C0GENERAL')).toHaveLength(2);
  });
});
