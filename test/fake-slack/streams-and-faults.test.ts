import type { WebClient } from '@slack/web-api';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../playground/slack/faults.ts';
import type { WorkspaceOptions } from '../../playground/slack/state-type.ts';
import type { SlackWorkspace } from '../../playground/slack/workspace.ts';
import { type Json, openSlack, refusalOf, type Slack, section, task, text, webClient } from './setup.ts';

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

describe('streams', () => {
  async function started(more: Json = {}) {
    const { ts: thread_ts } = await workspace.say({ user: 'U0LISA', channel: 'C0GENERAL', text: 'root' });
    const to = { thread_ts, recipient_user_id: 'U0LISA', recipient_team_id: workspace.teamId, ...more };
    const { ts } = await client.chat.startStream({ channel: 'C0GENERAL', ...to });
    const seen = () => workspace.messages('C0GENERAL', thread_ts)[1];
    return { stream: { channel: 'C0GENERAL', ts: ts! }, seen, thread_ts };
  }

  it('grow by text and cards, and end with blocks and metadata', async () => {
    const { stream, seen } = await started({ markdown_text: 'Looking' });
    await client.chat.appendStream({
      ...stream,
      chunks: [{ type: 'plan_update', title: 'Refund' }, task({ details: 'a' })] as never,
    });
    await client.chat.appendStream({
      ...stream,
      markdown_text: ' up',
      chunks: [task({ status: 'complete', details: 'b' })] as never,
    });
    expect(seen()).toMatchObject({ streaming: true, text: 'Looking up', plan: 'Refund' });

    const metadata = { event_type: 'reply', event_payload: { id: 'r1' } };
    await client.chat.stopStream({ ...stream, markdown_text: '.', blocks: [section(5)] as never, metadata });

    expect(seen()).toMatchObject({ streaming: false, text: 'Looking up.', blocks: [{ type: 'section' }], metadata });
    expect(seen()?.tasks).toEqual([{ id: 't1', title: 'Look', status: 'complete', details: 'ab' }]);
    expect(await refusalOf(client, 'chat.appendStream', { ...stream, markdown_text: 'late' })).toBe(
      'message_not_in_streaming_state',
    );
  });

  it('need no recipient in a direct message', async () => {
    const channel = workspace.openDm('U0LISA');
    const { ts: thread_ts } = await workspace.say({ user: 'U0LISA', channel, text: 'root' });

    expect(await refusalOf(client, 'chat.startStream', { channel, thread_ts })).toBe('accepted');
  });

  it('die after five minutes, and can then be edited', async () => {
    const { stream, seen } = await started({ markdown_text: 'half' });
    clock += 5 * 60_000;

    expect(await refusalOf(client, 'chat.appendStream', { ...stream, markdown_text: 'x' })).toBe(
      'message_not_in_streaming_state',
    );
    await client.chat.update({ ...stream, text: 'whole' });

    expect(seen()).toMatchObject({ text: 'whole', streaming: false });
  });

  it('hold 12,000 characters in all, however small the appends', async () => {
    const { stream, seen } = await started({ markdown_text: text(11_000) });

    expect(await refusalOf(client, 'chat.appendStream', { ...stream, markdown_text: text(1_001) })).toBe(
      'msg_too_long',
    );
    expect(await refusalOf(client, 'chat.appendStream', { ...stream, markdown_text: text(1_000) })).toBe('accepted');
    expect(seen()?.text).toHaveLength(12_000);
  });

  it('mark appends that did not wait for each other, and only those', async () => {
    const { stream } = await started();
    const append = () => client.chat.appendStream({ ...stream, markdown_text: 'x' });
    const violations = () => workspace.ledger.map((row) => row.violation).filter(Boolean);
    await append();
    await append();
    expect(violations()).toEqual([]);

    workspace.fault('chat.appendStream', { kind: 'slow', ms: 60 });
    await Promise.all([append(), append()]);

    expect(violations()).toEqual(['parallel_stream_calls']);
  });
});

describe('faults', () => {
  const attempt = (how = client) => how.chat.postMessage({ channel: 'C0GENERAL', text: 'hi' });
  const shown = () => workspace.messages('C0GENERAL').length;

  const ACCEPTING: [Fault, status: number, posted: number][] = [
    [{ kind: '502' }, 502, 0],
    [{ kind: '502_after_accepting' }, 502, 1],
    [{ kind: 'hang' }, 0, 0],
    [{ kind: 'hang_after_accepting' }, 0, 1],
    [{ kind: 'reset' }, 0, 0],
    [{ kind: 'reset_after_accepting' }, 0, 1],
    [{ kind: '429', retryAfter: 7 }, 429, 0],
    [{ kind: 'error', error: 'fatal_error' }, 200, 0],
  ];

  it.each(ACCEPTING)(
    '%o: the caller gets no good answer, and what was accepted is there',
    async (fault, status, posted) => {
      workspace.fault('chat.postMessage', fault);

      await expect(attempt(webClient(slack.apiUrl, workspace.botToken, 200))).rejects.toThrow();

      expect(shown()).toBe(posted);
      expect(workspace.ledger).toMatchObject([
        { method: 'chat.postMessage', fault: fault.kind, status, ok: posted === 1 },
      ]);
      await attempt();
      expect(shown()).toBe(posted + 1);
    },
  );

  it('429 says how long to wait', async () => {
    workspace.fault('chat.postMessage', { kind: '429', retryAfter: 7 });

    await expect(attempt()).rejects.toMatchObject({ code: 'slack_webapi_rate_limited_error', retryAfter: 7 });
  });

  it('slow answers late, and well', async () => {
    workspace.fault('chat.postMessage', { kind: 'slow', ms: 80 });
    const startedAt = performance.now();

    await attempt();

    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(79);
    expect(shown()).toBe(1);
  });

  it('come in the order they were asked for, as often as asked, to their method only', async () => {
    workspace.fault('chat.postMessage', { kind: 'error', error: 'internal_error', times: 2 });
    workspace.fault('chat.postMessage', { kind: 'error', error: 'fatal_error' });
    const post = () => refusalOf(client, 'chat.postMessage', { channel: 'C0GENERAL', text: 't' });

    expect(await refusalOf(client, 'auth.test', {})).toBe('accepted');
    expect([await post(), await post(), await post(), await post()]).toEqual([
      'internal_error',
      'internal_error',
      'fatal_error',
      'accepted',
    ]);
  });
});

it('the ledger keeps as many of the newest calls as it was told to', async () => {
  await open({ keepLedger: 2 });

  for (const text of ['a', 'b', 'c']) await client.chat.postMessage({ channel: 'C0GENERAL', text });

  expect(workspace.ledger.map((row) => row.args.text)).toEqual(['b', 'c']);
});
