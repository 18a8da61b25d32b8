import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import { beforeEach, describe, expect, test } from 'vitest';
import type { StoryRow } from '../../playground/page/protocol.ts';
import type { SlackWorkspace } from '../../playground/slack/workspace.ts';
import { modal, openSlack, section } from '../fake-slack/setup.ts';
import { until } from '../support/app.ts';
import { look, type Page, ports } from './live-setup.ts';

let workspace: SlackWorkspace;
let client: WebClient;
const C = 'C0GENERAL';

beforeEach(async () => {
  ({ workspace, client } = await openSlack());
});

const textsOf = (page: Page) => page.of('message').map(({ message }) => message.text);

describe('a page that opens', () => {
  test('is told who is there, which channels its person sees, and what each desk can be asked', () => {
    const [hello] = look(workspace, 'U0LISA').of('hello');

    expect(hello).toMatchObject({ me: 'U0LISA', botUserId: workspace.botUserId, approvalsChannel: 'C0APPROVALS' });
    expect(hello?.people.map(({ id, kind }) => [id, kind])).toContainEqual(['U0MARCO', 'member']);
    expect(hello?.people.map(({ id, kind }) => [id, kind])).toContainEqual([workspace.botUserId, 'bot']);
    const desks = Object.fromEntries(hello!.channels.map(({ id, desk }) => [id, desk?.title]));
    expect(desks).toMatchObject({ C0BANK: 'Bank', C0GENERAL: 'Jewelry operations', D0LISA: 'Jewelry operations' });
    expect(desks.C0APPROVALS).toBeUndefined();
  });

  test('lets the product warm up for the first question', () => {
    const scripted = ports();
    look(workspace, 'U0LISA', scripted);
    expect(scripted.opened).toBe(1);
  });

  test('has what stood on the screen before: ephemerals, forms, Home, prompts and faults', async () => {
    await client.chat.postEphemeral({ channel: C, user: 'U0LISA', text: 'psst' });
    await client.apiCall('views.publish', { user_id: 'U0LISA', view: { type: 'home', blocks: [section(5)] } });
    const prompts = [{ title: 'Ask', message: 'Who is Lisa?' }];
    await client.apiCall('assistant.threads.setSuggestedPrompts', { channel_id: workspace.openDm('U0LISA'), prompts });

    const page = look(workspace, 'U0LISA');

    expect(page.of('ephemeral')).toMatchObject([{ ephemeral: { text: 'psst' } }]);
    expect(page.of('home')).toMatchObject([{ blocks: [{ type: 'section' }] }]);
    expect(page.of('prompts')).toEqual([{ type: 'prompts', channel: 'D0LISA', prompts }]);
    expect(page.of('faults')).toMatchObject([{ faults: { slack: 'ok' } }]);
    expect(look(workspace, 'U0MARCO').of('home')).toEqual([{ type: 'home', blocks: null }]);
  });

  test('is refused to nobody of the workspace', () => {
    expect(() => look(workspace, 'U0NOBODY')).toThrow('no user U0NOBODY');
  });
});

describe('a person sees', () => {
  test('new, changed and deleted messages, and the count of replies below the first', async () => {
    const page = look(workspace, 'U0MARCO');

    const { ts } = await workspace.say({ user: 'U0LISA', channel: C, text: 'hello' });
    const answer = await client.chat.postMessage({ channel: C, thread_ts: ts, text: 'hi' });
    await sleep(60);
    await client.chat.update({ channel: C, ts: answer.ts!, text: 'hi again' });
    await sleep(60);
    await client.chat.delete({ channel: C, ts: answer.ts! });
    await until(() => page.of('message').at(-1)?.message.ts === ts || undefined, 'the last frame of the thread');

    const seen = page.of('message').map(({ message: { text, deleted, replyCount } }) => [text, deleted, replyCount]);
    expect(seen).toContainEqual(['hello', undefined, undefined]);
    expect(seen).toContainEqual(['hi', undefined, undefined]);
    expect(seen).toContainEqual(['hello', undefined, 1]);
    expect(seen).toContainEqual(['hi again', undefined, undefined]);
    expect(seen).toContainEqual(['', true, undefined]);
    expect(seen.at(-1)).toEqual(['hello', undefined, undefined]);
  });

  test('nothing of the direct messages, ephemerals, forms and Home tabs of others', async () => {
    const lisa = look(workspace, 'U0LISA');
    const marco = look(workspace, 'U0MARCO');
    const direct = workspace.openDm('U0LISA');

    const { ts } = await workspace.say({ user: 'U0LISA', channel: direct, text: 'secret' });
    await client.chat.postMessage({ channel: direct, thread_ts: ts, text: 'secret answer' });
    await client.assistant.threads.setStatus({ channel_id: direct, thread_ts: ts, status: 'is thinking' });
    await client.chat.postEphemeral({ channel: C, user: 'U0LISA', text: 'secret word' });
    await client.apiCall('views.publish', { user_id: 'U0LISA', view: { type: 'home', blocks: [section(5)] } });
    marco.ask({ type: 'history', channel: direct });
    marco.ask({ type: 'thread', channel: direct, thread: ts });
    marco.ask({ type: 'watch', channel: direct, thread: ts });

    expect(textsOf(lisa)).toEqual(expect.arrayContaining(['secret', 'secret answer']));
    expect(lisa.of('ephemeral')).toHaveLength(1);
    expect(lisa.of('status')).toMatchObject([{ channel: direct, thread: ts, text: 'is thinking' }]);
    const kinds = new Set(marco.frames.map(({ type }) => type));
    expect([...kinds].filter((kind) => !['hello', 'home', 'faults', 'waiting'].includes(kind))).toEqual([]);
    expect(JSON.stringify(marco.frames)).not.toContain('secret');
    expect(marco.of('hello')[0]?.channels.some(({ kind }) => kind === 'im')).toBe(true);
    expect(marco.of('hello')[0]?.channels.some(({ id }) => id === direct)).toBe(false);
  });

  test('of a guest and of another company’s people: only the channels they are in', async () => {
    workspace.addUser('U0GRETA', { isRestricted: true, channels: [C] });
    workspace.addUser('U0OTTO', { teamId: 'T0THEIRS', channels: ['C0SHARED'] });
    workspace.addChannel('C0SHARED', { sharedWith: ['T0THEIRS'] });
    const guest = look(workspace, 'U0GRETA');
    const outsider = look(workspace, 'U0OTTO');

    await workspace.say({ user: 'U0LISA', channel: 'C0BANK', text: 'for the bank' });
    await workspace.say({ user: 'U0LISA', channel: C, text: 'for all' });
    await workspace.say({ user: 'U0LISA', channel: 'C0SHARED', text: 'for partners' });

    expect(guest.of('hello')[0]?.channels.map(({ id }) => id)).toEqual([C, 'D0GRETA']);
    expect(outsider.of('hello')[0]?.channels).toMatchObject([{ id: 'C0SHARED', shared: true }]);
    expect([textsOf(guest), textsOf(outsider)]).toEqual([['for all'], ['for partners']]);
    expect(guest.of('hello')[0]?.people.find(({ id }) => id === 'U0GRETA')?.kind).toBe('guest');
    expect(guest.of('hello')[0]?.people.find(({ id }) => id === 'U0OTTO')?.kind).toBe('outsider');
  });

  test('what the bot is doing, until it answers', async () => {
    const { ts } = await workspace.say({ user: 'U0LISA', channel: C, text: 'hello' });
    const page = look(workspace, 'U0LISA');

    await client.apiCall('agents.sessions.setStatus', { channel_id: C, thread_ts: ts, status: 'processing' });
    await client.assistant.threads.setStatus({ channel_id: C, thread_ts: ts, status: 'is looking' });
    const late = look(workspace, 'U0LISA');
    await client.chat.postMessage({ channel: C, thread_ts: ts, text: 'found' });

    expect(page.of('status').map(({ text }) => text)).toEqual(['is thinking…', 'is looking', '']);
    expect(late.of('status').map(({ text }) => text)).toEqual(['is looking', '']);
  });

  test('a channel that comes into being', () => {
    const page = look(workspace, 'U0LISA');

    workspace.addChannel('C0NEW', { name: 'new-desk' });

    expect(page.of('channel')).toMatchObject([{ channel: { id: 'C0NEW', name: 'new-desk', kind: 'channel' } }]);
  });

  test('forms as they open, change and close', async () => {
    const page = look(workspace, 'U0LISA');
    const other = look(workspace, 'U0MARCO');

    const opened = await client.views.open({ trigger_id: workspace.issueTrigger('U0LISA'), view: modal() as never });
    const id = opened.view!.id!;
    await client.apiCall('views.update', { view_id: id, view: modal({ private_metadata: 'two' }) });

    expect(page.of('form').map(({ form }) => [form.id, form.view.private_metadata])).toEqual([
      [id, undefined],
      [id, 'two'],
    ]);
    expect(other.of('form')).toEqual([]);
  });
});

test('a streaming text is seen to grow, in at most some twenty frames a second', async () => {
  const { ts: thread_ts } = await workspace.say({ user: 'U0LISA', channel: C, text: 'hello' });
  const page = look(workspace, 'U0LISA');
  const recipient = { recipient_user_id: 'U0LISA', recipient_team_id: workspace.teamId };
  const started = await client.chat.startStream({ channel: C, thread_ts, ...recipient });
  const ts = started.ts!;

  const startedAt = Date.now();
  for (let n = 0; n < 100; n += 1) await client.apiCall('chat.appendStream', { channel: C, ts, markdown_text: 'x' });
  await client.apiCall('chat.stopStream', { channel: C, ts });
  const seconds = (Date.now() - startedAt) / 1000;

  const growing = () => page.of('message').filter(({ message }) => message.ts === ts);
  await until(() => growing().at(-1)?.message.streaming === false || undefined, 'the end of the stream');
  const lengths = growing().map(({ message }) => message.text.length);
  expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
  expect(lengths.at(-1)).toBe(100);
  expect(lengths.length).toBeGreaterThan(2);
  expect(lengths.length).toBeLessThanOrEqual(20 * seconds + 3);
});

describe('a page asks for', () => {
  test('the history of a channel, the newest fifty first messages, and those before', async () => {
    for (let n = 0; n < 60; n += 1) await workspace.say({ user: 'U0LISA', channel: C, text: `m${n}` });
    const [first] = workspace.messages(C);
    await client.chat.postMessage({ channel: C, thread_ts: first!.ts, text: 'in the thread' });
    await client.chat.postMessage({ channel: C, thread_ts: first!.ts, text: 'aloud', reply_broadcast: true });
    const page = look(workspace, 'U0LISA');

    page.ask({ type: 'history', channel: C });
    page.ask({ type: 'history', channel: C, before: page.of('history')[0]?.messages[0]?.ts });

    const [newest, older] = page.of('history');
    expect(newest).toMatchObject({ more: true });
    expect(newest?.messages.map(({ text }) => text)).toHaveLength(50);
    expect(newest?.messages.at(-1)).toMatchObject({ text: 'aloud', subtype: 'thread_broadcast' });
    expect(older).toMatchObject({ more: false });
    expect(older?.messages[0]).toMatchObject({ text: 'm0', replyCount: 2, replyUsers: [workspace.botUserId] });
    expect(older?.messages).toHaveLength(11);
  });

  test('a thread, without what was deleted in it', async () => {
    const { ts } = await workspace.say({ user: 'U0LISA', channel: C, text: 'hello' });
    const gone = await client.chat.postMessage({ channel: C, thread_ts: ts, text: 'gone' });
    const metadata = { event_type: 'reply', event_payload: { secret: 'not for eyes' } };
    await client.chat.postMessage({ channel: C, thread_ts: ts, text: 'stays', metadata });
    await client.chat.delete({ channel: C, ts: gone.ts! });
    const page = look(workspace, 'U0LISA');

    page.ask({ type: 'thread', channel: C, thread: ts });

    expect(page.of('thread')[0]?.messages.map(({ text }) => text)).toEqual(['hello', 'stays']);
    expect(JSON.stringify(page.frames)).not.toContain('not for eyes');
  });

  test('the story of a thread, as it goes on, until it looks away', async () => {
    const scripted = ports();
    const page = look(workspace, 'U0LISA', scripted);
    const { ts } = await workspace.say({ user: 'U0LISA', channel: C, text: 'hello' });
    const row: StoryRow = { id: 'e1', at: 1, kind: 'entry', title: 'Entry', facts: [], state: 'ok' };

    page.ask({ type: 'watch', channel: C, thread: ts });
    await until(() => page.of('story').length === 1 || undefined, 'the first story');
    scripted.rows = [row];
    await until(() => page.of('story').length === 2 || undefined, 'the second story', 1_000);
    page.ask({ type: 'unwatch' });
    await sleep(20);
    const looks = scripted.looks.length;
    await sleep(600);

    expect(page.of('story').map(({ rows }) => rows)).toEqual([[], [row]]);
    expect(scripted.looks.length).toBe(looks);
    expect(new Set(scripted.looks.map(({ thread }) => thread))).toEqual(new Set([ts]));
  });

  test('nothing that this protocol does not know: it is ignored', () => {
    const page = look(workspace, 'U0LISA');
    const before = page.frames.length;

    for (const frame of [null, 'hello', {}, { type: 'history' }, { type: 'shout', channel: C }]) page.ask(frame);

    expect(page.frames).toHaveLength(before);
  });
});

test('how many signatures wait and which faults are set is told when it changes, and not after the page was closed', async () => {
  const scripted = ports();
  const page = look(workspace, 'U0MARCO', scripted);
  await until(() => page.of('waiting').length === 1 || undefined, 'the first count');

  scripted.counts = { U0MARCO: 1 };
  await client.chat.postMessage({ channel: 'C0APPROVALS', text: 'a card' });
  await until(() => page.of('waiting').length === 2 || undefined, 'the second count', 1_000);
  scripted.level('slow');
  page.close();
  scripted.level('down');
  await workspace.say({ user: 'U0LISA', channel: C, text: 'unheard' });

  expect(page.of('waiting').map(({ counts }) => counts)).toEqual([{}, { U0MARCO: 1 }]);
  expect(page.of('faults').map(({ faults }) => faults.slack)).toEqual(['ok', 'slow']);
  expect(textsOf(page)).not.toContain('unheard');
});
