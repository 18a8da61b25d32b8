import type { WebClient } from '@slack/web-api';
import { beforeEach, describe, expect, it } from 'vitest';
import type { WorkspaceOptions } from '../../playground/slack/state-type.ts';
import type { SlackWorkspace } from '../../playground/slack/workspace.ts';
import { furnished } from './refusals.ts';
import { buttons, modal, openSlack, plain, raw, refusalOf, type Slack, section, text } from './setup.ts';

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

describe('the Web API takes', () => {
  it('a form, a JSON body and a token among the arguments alike', async () => {
    const { botToken } = workspace;
    const json = { authorization: `Bearer ${botToken}`, 'content-type': 'application/json' };

    await client.chat.postMessage({ channel: 'C0GENERAL', text: 'form', blocks: [section(5)] as never });
    await raw(slack, 'chat.postMessage', {
      headers: json,
      body: JSON.stringify({ channel: 'C0GENERAL', text: 'json', blocks: [section(5)] }),
    });
    await raw(slack, 'chat.postMessage', { query: `?token=${botToken}&channel=C0GENERAL&text=query` });

    expect(workspace.messages('C0GENERAL').map((message) => message.text)).toEqual(['form', 'json', 'query']);
    expect(workspace.ledger[0]?.args).toEqual({ ...workspace.ledger[1]?.args, text: 'form' });
    expect(JSON.stringify(workspace.ledger)).not.toContain(botToken);
  });

  it('everything at its limit', async () => {
    const full = [
      { type: 'header', text: plain(150) },
      section(3_000, { block_id: text(255) }),
      buttons({ text: plain(75), value: text(2_000), action_id: text(255) }),
    ];

    expect(await refusalOf(client, 'chat.postMessage', { channel: 'C0GENERAL', text: 't', blocks: full })).toBe(
      'accepted',
    );
    expect(
      await refusalOf(client, 'chat.postMessage', {
        channel: 'C0GENERAL',
        blocks: Array(50).fill({ type: 'divider' }),
      }),
    ).toBe('accepted');
    expect(
      await refusalOf(client, 'chat.postMessage', {
        channel: 'C0GENERAL',
        blocks: [{ type: 'markdown', text: text(12_000) }],
      }),
    ).toBe('accepted');
    expect(await refusalOf(client, 'chat.postMessage', { channel: 'C0GENERAL', markdown_text: text(12_000) })).toBe(
      'accepted',
    );
  });

  it('a post of more than 40,000 characters, cut, with a warning', async () => {
    const answer = await client.chat.postMessage({ channel: 'C0GENERAL', text: text(40_001) });

    expect(answer.response_metadata?.warnings).toEqual(['message_truncated']);
    expect(workspace.messages('C0GENERAL')[0]?.text).toHaveLength(40_000);
  });

  it('an edit that keeps what it does not mention', async () => {
    const kept = { event_type: 'reply', event_payload: { id: 'r1' } };
    const { ts } = await client.chat.postMessage({
      channel: 'C0GENERAL',
      text: 'one',
      metadata: kept,
      blocks: [section(5)] as never,
    });

    await client.chat.update({ channel: 'C0GENERAL', ts: ts!, text: 'two' });
    expect(workspace.messages('C0GENERAL')).toMatchObject([
      { ts, text: 'two', metadata: kept, blocks: [{ type: 'section' }] },
    ]);

    await client.chat.update({ channel: 'C0GENERAL', ts: ts!, text: 'three', blocks: [], metadata: {} as never });
    expect(workspace.messages('C0GENERAL')).toMatchObject([{ text: 'three', blocks: [] }]);
    expect(workspace.messages('C0GENERAL')[0]).not.toHaveProperty('metadata');
  });

  it('a deletion, after which nobody sees the message', async () => {
    const { ts } = await client.chat.postMessage({ channel: 'C0GENERAL', text: 'one' });
    await client.chat.delete({ channel: 'C0GENERAL', ts: ts! });

    expect(workspace.messages('C0GENERAL')).toEqual([]);
    expect((await client.conversations.history({ channel: 'C0GENERAL' })).messages).toEqual([]);
  });

  it('a file in three steps, and shows it in the channel', async () => {
    const upload = await client.filesUploadV2({
      channel_id: 'C0GENERAL',
      filename: 'a.txt',
      content: 'hello',
      initial_comment: 'look',
    });

    expect(upload.ok).toBe(true);
    expect(workspace.messages('C0GENERAL')).toMatchObject([{ text: 'look', files: [{ name: 'a.txt', size: 5 }] }]);
  });

  it('reactions, views, statuses, permalinks and questions about people', async () => {
    const { theirs, C, trigger } = await furnished(slack);
    workspace.addUserGroup('S0FINANCE', ['U0LISA', 'U0MARCO']);

    await client.reactions.remove({ channel: C, timestamp: theirs, name: 'eyes' });
    const opened = await client.views.open({ trigger_id: trigger, view: modal() as never });
    const { id, hash } = opened.view!;
    await client.apiCall('views.update', { view_id: id, hash, view: modal() });
    await client.apiCall('views.publish', { user_id: 'U0LISA', view: { type: 'home', blocks: [section(5)] } });
    await client.assistant.threads.setStatus({ channel_id: C, thread_ts: theirs, status: 'is thinking' });
    await client.apiCall('agents.sessions.setStatus', { channel_id: C, thread_ts: theirs, status: 'processing' });
    const { permalink } = await client.chat.getPermalink({ channel: C, message_ts: theirs });

    expect(workspace.messages(C, theirs)[0]?.reactions).toEqual([]);
    expect(permalink).toBe(`https://playground.slack.com/archives/C0GENERAL/p${theirs.replace('.', '')}`);
    expect((await client.auth.test()).user_id).toBe(workspace.botUserId);
    expect((await client.users.info({ user: 'U0LISA' })).user?.profile?.email).toBe('lisa@example.com');
    expect((await client.usergroups.users.list({ usergroup: 'S0FINANCE' })).users).toEqual(['U0LISA', 'U0MARCO']);
  });

  it('an ephemeral message, which stays out of the channel', async () => {
    await client.chat.postEphemeral({ channel: 'C0GENERAL', user: 'U0LISA', text: 'psst' });

    expect(workspace.messages('C0GENERAL')).toEqual([]);
    expect(workspace.ledger).toMatchObject([{ method: 'chat.postEphemeral', ok: true, args: { text: 'psst' } }]);
  });

  it('direct messages: one channel for each person, opened once', async () => {
    const first = await client.conversations.open({ users: 'U0LISA' });
    const again = await client.conversations.open({ users: 'U0LISA', return_im: true });

    expect(first.channel?.id).toBe(workspace.openDm('U0LISA'));
    expect(again).toMatchObject({
      already_open: true,
      channel: { id: first.channel?.id, user: 'U0LISA', is_im: true },
    });
    expect((await client.conversations.info({ channel: first.channel!.id! })).channel?.is_im).toBe(true);
  });
});

describe('reading back', () => {
  async function threadOf(replies: number) {
    const { ts } = await workspace.say({ user: 'U0LISA', channel: 'C0GENERAL', text: 'root' });
    const sent: string[] = [];
    for (let n = 0; n < replies; n += 1) {
      const metadata = { event_type: 'reply', event_payload: { n } };
      sent.push((await client.chat.postMessage({ channel: 'C0GENERAL', thread_ts: ts, text: `r${n}`, metadata })).ts!);
    }
    return { ts, sent };
  }
  const texts = (answer: { messages?: { text?: string }[] }) => answer.messages?.map((message) => message.text);

  it('a thread comes in pages, each with the first message on top', async () => {
    const { ts } = await threadOf(5);
    const pages: unknown[] = [];

    for await (const page of client.paginate('conversations.replies', { channel: 'C0GENERAL', ts, limit: 2 }))
      pages.push(texts(page as never));

    expect(pages).toEqual([
      ['root', 'r0', 'r1'],
      ['root', 'r2', 'r3'],
      ['root', 'r4'],
    ]);
  });

  it('metadata is shown to those who ask for it', async () => {
    const { ts } = await threadOf(1);

    const silent = await client.conversations.replies({ channel: 'C0GENERAL', ts });
    const asked = await client.conversations.replies({ channel: 'C0GENERAL', ts, include_all_metadata: true });

    expect(silent.messages?.[1]).not.toHaveProperty('metadata');
    expect(asked.messages?.[1]).toMatchObject({ metadata: { event_type: 'reply', event_payload: { n: 0 } } });
  });

  it('oldest and latest leave their own message out, unless inclusive', async () => {
    const { ts, sent } = await threadOf(3);
    const window = { channel: 'C0GENERAL', ts, oldest: sent[0], latest: sent[2] };

    expect(texts(await client.conversations.replies(window))).toEqual(['root', 'r1']);
    expect(texts(await client.conversations.replies({ ...window, inclusive: true }))).toEqual([
      'root',
      'r0',
      'r1',
      'r2',
    ]);
  });

  it('history has the newest first, no replies, and a stone for a deleted message that was answered', async () => {
    const { ts } = await threadOf(1);
    await workspace.say({ user: 'U0LISA', channel: 'C0GENERAL', text: 'later' });
    await workspace.remove({ channel: 'C0GENERAL', ts });

    const { messages } = await client.conversations.history({ channel: 'C0GENERAL' });

    expect(messages).toMatchObject([{ text: 'later' }, { ts, subtype: 'tombstone', reply_count: 1 }]);
    expect(workspace.messages('C0GENERAL', ts).map((message) => message.text)).toEqual(['r0']);
  });

  it('every ts is new and greater than the last, also when the clock stands still', async () => {
    await open({ now: () => 1_800_000_000_000 });

    const { ts, sent } = await threadOf(3);

    expect([ts, ...sent]).toEqual(['1800000000.000000', '1800000000.000001', '1800000000.000002', '1800000000.000003']);
  });
});
