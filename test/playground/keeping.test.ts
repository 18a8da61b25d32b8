import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { text as readText } from 'node:stream/consumers';
import pg from 'pg';
import { beforeEach, describe, expect, test } from 'vitest';
import { openStore } from '../../playground/slack/saving/store.ts';
import type { WorkspaceOptions } from '../../playground/slack/state-type.ts';
import { createWorkspace } from '../../playground/slack/workspace.ts';
import { closeLater, modal, plain, section, webClient } from '../fake-slack/setup.ts';
import { until } from '../support/app.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { bundled } from '../support/programs.ts';

let database: TestDatabase;
const C = 'C0GENERAL';

beforeEach(async () => {
  database = await freshDatabase();
  closeLater(() => database.drop());
});

/** The workspace of this database, as another process finds it. */
async function open(options: WorkspaceOptions = {}) {
  const workspace = createWorkspace({ store: await openStore(database.url), ...options });
  closeLater(workspace.close);
  const { apiUrl } = await workspace.listen();
  return { workspace, client: webClient(apiUrl, workspace.botToken) };
}

const allOf = (workspace: Awaited<ReturnType<typeof open>>['workspace']) => ({
  identity: [workspace.teamId, workspace.botToken, workspace.appToken, workspace.signingSecret],
  people: workspace.people(),
  channels: workspace.people().map(({ id }) => workspace.channels(id).map((channel) => [channel.id, channel.name])),
  messages: workspace.channels('U0LISA').map(({ id }) => workspace.messages(id)),
  ephemerals: workspace.ephemerals('U0LISA'),
  forms: workspace.openViews('U0LISA'),
  home: workspace.home('U0LISA'),
  prompts: workspace.prompts('U0LISA'),
});

describe('after a restart', () => {
  test('everything is there, whatever its kind', async () => {
    const { workspace, client } = await open();
    workspace.addUser('U0GRETA', { isRestricted: true, about: 'a guest', channels: [C] });
    workspace.addChannel('C0SHARED', { name: 'partners', sharedWith: ['T0THEIRS'] });
    workspace.addUserGroup('S0FINANCE', ['U0LISA']);
    const { ts } = await workspace.say({ user: 'U0LISA', channel: C, text: 'one' });
    const metadata = { event_type: 'reply', event_payload: { id: 'r1' } };
    const blocks = [section(5)] as never;
    const reply = await client.chat.postMessage({ channel: C, thread_ts: ts, text: 'answer', metadata, blocks });
    await client.chat.update({ channel: C, ts: reply.ts!, text: 'better answer' });
    await client.reactions.add({ channel: C, timestamp: ts, name: 'eyes' });
    await workspace.edit({ channel: C, ts, text: 'one, edited' });
    const gone = await client.chat.postMessage({ channel: C, text: 'gone' });
    await client.chat.delete({ channel: C, ts: gone.ts! });
    await client.filesUploadV2({ channel_id: C, filename: 'a.txt', content: 'hello', initial_comment: 'look' });
    await client.chat.postEphemeral({ channel: C, user: 'U0LISA', text: 'psst' });
    await client.apiCall('views.publish', { user_id: 'U0LISA', view: { type: 'home', blocks: [section(7)] } });
    await client.views.open({ trigger_id: workspace.issueTrigger('U0LISA'), view: modal() as never });
    const channel_id = workspace.openDm('U0LISA');
    const prompts = [{ title: 'Ask', message: 'Who is Lisa?' }];
    await client.apiCall('assistant.threads.setSuggestedPrompts', { channel_id, prompts, title: 'Try' });
    const before = JSON.parse(JSON.stringify(allOf(workspace)));
    await workspace.close();

    const next = await open();

    expect(JSON.parse(JSON.stringify(allOf(next.workspace)))).toEqual(before);
    expect(next.workspace.channels('U0GRETA').map(({ id }) => id)).toEqual([C, ...[]]);
    expect((await next.client.usergroups.users.list({ usergroup: 'S0FINANCE' })).users).toEqual(['U0LISA']);
    expect((await next.client.conversations.info({ channel: 'C0SHARED' })).channel?.is_ext_shared).toBe(true);
    const { messages } = await next.client.conversations.replies({ channel: C, ts, include_all_metadata: true });
    expect(messages).toMatchObject([{ text: 'one, edited' }, { text: 'better answer', metadata }]);
    expect((await next.client.conversations.history({ channel: C })).messages?.map(({ text }) => text)).toEqual([
      'look',
      'one, edited',
    ]);
  });

  test('no ts and no id comes again, though the clock was set back', async () => {
    const { workspace, client } = await open();
    const { ts } = await client.chat.postMessage({ channel: C, text: 'one' });
    const view = modal() as never;
    const first = await client.views.open({ trigger_id: workspace.issueTrigger('U0LISA'), view });
    await workspace.close();

    const next = await open({ now: () => 1_700_000_000_000 });
    const later = await next.client.chat.postMessage({ channel: C, text: 'two' });
    const second = await next.client.views.open({ trigger_id: next.workspace.issueTrigger('U0LISA'), view });

    expect(Number(later.ts)).toBeGreaterThan(Number(ts));
    expect(second.view?.id).not.toBe(first.view?.id);
    expect(next.workspace.messages(C).map(({ text }) => text)).toEqual(['one', 'two']);
  });

  test('a stream that was open has ended, and its text can be replaced', async () => {
    const { workspace, client } = await open();
    const { ts: thread_ts } = await workspace.say({ user: 'U0LISA', channel: C, text: 'hello' });
    const recipient = { recipient_user_id: 'U0LISA', recipient_team_id: workspace.teamId };
    const { ts } = await client.chat.startStream({ channel: C, thread_ts, ...recipient });
    await client.chat.appendStream({ channel: C, ts: ts!, markdown_text: 'half an ans' });
    await workspace.close();

    const next = await open();

    expect(next.workspace.messages(C, thread_ts).at(-1)).toMatchObject({ text: 'half an ans', streaming: false });
    await expect(next.client.chat.appendStream({ channel: C, ts: ts!, markdown_text: 'wer' })).rejects.toThrow(
      'message_not_in_streaming_state',
    );
    await next.client.chat.update({ channel: C, ts: ts!, text: 'the answer' });
    expect(next.workspace.messages(C, thread_ts).at(-1)).toMatchObject({ text: 'the answer' });
  });

  test('characters that a database may refuse are what they were', async () => {
    const { workspace, client } = await open();
    const text = `NUL \u0000, half a pair \ud83d, a whole one 🙂, and a quote "'\\`;
    await workspace.say({ user: 'U0LISA', channel: C, text });
    await client.chat.postMessage({ channel: C, text: 'card', blocks: [{ type: 'section', text: plain(3) }] as never });
    await workspace.close();

    const next = await open();

    expect(next.workspace.messages(C).map(({ text }) => text)).toEqual([text, 'card']);
  });

  test('an event that the app had not acknowledged goes out again, as a repetition of the same', async () => {
    const { workspace } = await open({ retryDelaysMs: [60_000] });
    workspace.connect({ kind: 'http', urls: ['http://127.0.0.1:9/slack/events'] });
    void workspace.say({ user: 'U0LISA', channel: C, text: 'hello' });
    await until(async () => (await rowsOf('deliveries')).length === 1 || undefined, 'the event to be kept');
    await workspace.close();
    const heard: { retry: unknown; body: { event_id: string; event: { text: string } } }[] = [];
    const app = createServer(async (req, res) => {
      heard.push({ retry: req.headers['x-slack-retry-num'], body: JSON.parse(await readText(req)) });
      res.end();
    });
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
    closeLater(async () => app.close());
    closeLater(async () => app.closeAllConnections());

    const next = await open();
    next.workspace.connect({ kind: 'http', urls: [`http://127.0.0.1:${(app.address() as AddressInfo).port}/`] });

    await until(async () => (await rowsOf('deliveries')).length === 0 || undefined, 'the event to be acknowledged');
    expect(heard).toMatchObject([{ retry: '1', body: { event: { text: 'hello' } } }]);
  });
});

test('a message that the app was told is posted survives a kill −9 right after', { timeout: 60_000 }, async () => {
  let posted = 0;
  for (let round = 0; round < 3; round += 1) {
    const child = spawn(process.execPath, [...bundled('test/playground/posting.ts'), database.url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const told = await killedAfter(child, 20 + 37 * round);
    posted += told.length;

    const { workspace } = await open();
    const there = workspace.messages(C).map(({ ts }) => ts);
    expect(told.filter((ts) => !there.includes(ts))).toEqual([]);
    expect(new Set(there).size).toBe(there.length);
    await workspace.close();
  }
  expect(posted).toBeGreaterThan(100);
});

/** What it printed until it was killed, in the middle of its work. */
async function killedAfter(child: ChildProcess, lines: number): Promise<string[]> {
  const printed: string[] = [];
  const closed = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout! })) {
    printed.push(line);
    if (printed.length === lines) child.kill('SIGKILL');
  }
  await closed;
  return printed;
}

describe('of two processes on one database', () => {
  test('the later one has the workspace, and the earlier one says so and posts no more', async () => {
    let lost = 0;
    const first = await open({ onTakenOver: () => (lost += 1) });
    await first.client.chat.postMessage({ channel: C, text: 'from the first' });
    const second = await open();

    await expect(first.client.chat.postMessage({ channel: C, text: 'too late' })).rejects.toThrow('internal_error');
    await second.client.chat.postMessage({ channel: C, text: 'from the second' });
    await second.workspace.close();

    expect(lost).toBe(1);
    const third = await open();
    expect(third.workspace.messages(C).map(({ text }) => text)).toEqual(['from the first', 'from the second']);
  });
});

describe('of a database that fails', () => {
  test('a lost connection is replaced, and what was posted over it is kept', async () => {
    const { workspace, client } = await open();
    await client.chat.postMessage({ channel: C, text: 'before' });
    await ask(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'playground'`);

    await client.chat.postMessage({ channel: C, text: 'after' });
    await workspace.close();

    const next = await open();
    expect(next.workspace.messages(C).map(({ text }) => text)).toEqual(['before', 'after']);
  });

  test('a call is not answered well before it is kept, and is kept when the database is back', async () => {
    const { workspace, client } = await open();
    await client.chat.postMessage({ channel: C, text: 'before' });
    const holder = new pg.Client(database.url);
    await holder.connect();
    await holder.query('begin; select * from playground.workspaces for update');

    await expect(client.chat.postMessage({ channel: C, text: 'meanwhile' })).rejects.toThrow('internal_error');
    await holder.end();
    await client.chat.postMessage({ channel: C, text: 'after' });
    await workspace.close();

    const next = await open();
    expect(next.workspace.messages(C).map(({ text }) => text)).toEqual(['before', 'meanwhile', 'after']);
  });
});

test('what the database refuses is told once, and kept as soon as it takes it', async () => {
  const troubles: unknown[] = [];
  const { workspace, client } = await open({ onTrouble: (error) => troubles.push(error) });
  await client.auth.test();
  await ask('revoke insert on playground.messages from countersign_playground');

  const posted = client.chat.postMessage({ channel: C, text: 'hello' });
  await until(() => troubles.length > 0 || undefined, 'the trouble to be told');
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  await ask('grant insert on playground.messages to countersign_playground');

  expect((await posted).ok).toBe(true);
  expect(troubles).toHaveLength(1);
  expect(String(troubles[0])).toContain('permission denied');
  await workspace.close();
});

test('the workspace’s own role sees neither another team’s rows nor the product’s', async () => {
  const { workspace } = await open();
  await workspace.say({ user: 'U0LISA', channel: C, text: 'hello' });
  const client = new pg.Client(database.url);
  await client.connect();
  closeLater(() => client.end());
  await client.query(`set role countersign_playground; set countersign.tenant = 'T0OTHER'`);

  expect((await client.query('select * from playground.messages')).rows).toEqual([]);
  expect((await client.query('select * from playground.workspaces')).rows).toEqual([]);
  await expect(client.query('select * from countersign.threads')).rejects.toThrow('permission denied');
  await expect(client.query('select * from jewelryops.customers')).rejects.toThrow('permission denied');
});

const rowsOf = (table: string) => ask(`select * from playground.${table}`);

async function ask(sql: string): Promise<unknown[]> {
  const client = new pg.Client(database.url);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
