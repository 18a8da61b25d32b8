import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWorkspace, type SlackWorkspace } from '../../playground/slack/workspace.ts';
import { type FakeModel, startFakeModel } from '../fakes/model/server.ts';
import { channel, until } from '../support/app.ts';
import { freshDatabase, redisUrl, type TestDatabase } from '../support/database.ts';
import { type Program, ready, run, workplace } from '../support/process.ts';
import { bundled, type Entry, fromSource } from '../support/programs.ts';
import { sampledBackends } from '../support/seeds.ts';

let folder: string;
let database: TestDatabase;
let slack: SlackWorkspace;
let model: FakeModel;
let account: Record<string, string>;
let programs: Program[];

beforeEach(async () => {
  folder = workplace();
  database = await freshDatabase();
  slack = createWorkspace({ retryDelaysMs: [100, 300, 1000] });
  model = await startFakeModel(({ lastUser }) => ({ text: `You said: ${lastUser}` }));
  const { apiUrl } = await slack.listen();
  account = { SLACK_BOT_TOKEN: slack.botToken, SLACK_SIGNING_SECRET: slack.signingSecret, SLACK_API_URL: apiUrl };
  programs = [];
});

afterEach(async () => {
  for (const { child } of programs) child.kill('SIGKILL');
  await Promise.all(programs.map(({ ended }) => ended));
  await Promise.all([slack.close(), model.close()]);
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(sampledBackends('start/apart'))('npm run bot and npm run workers, on %s', (backend) => {
  const queue = backend === 'redis' ? { REDIS_URL: redisUrl() } : {};
  const how = backend === 'redis' ? bundled : fromSource;

  test('a question that came while no worker ran is answered by the next one', async () => {
    const bot = program('bot/main.ts', queue, { how });
    slack.connect({ kind: 'http', urls: [`${await ready(bot)}/slack/events`] });
    const { ts } = await slack.say({ user: 'U0LISA', channel, text: `<@${slack.botUserId}> one` });

    const workers = program('workers/main.ts', queue, { how });
    await ready(workers);
    await until(() => answers(ts).length === 1 || undefined, 'the first answer');
    await slack.say({ user: 'U0LISA', channel, text: 'two', thread_ts: ts });
    await until(() => answers(ts).length === 2 || undefined, 'the second answer');

    expect(await Promise.all([bot.stop(), workers.stop()])).toEqual([0, 0]);
    expect(bot.err() + workers.err()).toBe('');
    expect(answers(ts).map(({ text }) => text)).toEqual([
      expect.stringContaining('one'),
      expect.stringContaining('two'),
    ]);
  });
});

test.each<[Entry, string, RegExp]>([
  ['bot/main.ts', 'DATABASE_URL', /^DATABASE_URL is not set: .*\.$/],
  ['workers/main.ts', 'DATABASE_URL', /^DATABASE_URL is not set: .*\.$/],
  ['bot/main.ts', 'SLACK_', /^SLACK_BOT_TOKEN is not set: .*\.$/],
  ['workers/main.ts', 'SLACK_', /^SLACK_BOT_TOKEN is not set: .*\.$/],
])('%s without %s says so and starts no stand-in', async (entry, missing, line) => {
  const alone = program(entry, {}, { without: missing });
  expect(await alone.ended).toBe(1);
  expect(alone.err().trimEnd()).toMatch(line);
});

function program(entry: Entry, queue: { REDIS_URL?: string }, { without = 'nothing', how = bundled }): Program {
  const all = { ...account, ...queue, DATABASE_URL: database.url, OPENAI_BASE_URL: model.baseUrl };
  const given = Object.entries(all).filter(([name]) => !name.startsWith(without));
  const started = run(entry, folder, Object.fromEntries(given), how);
  programs.push(started);
  return started;
}

function answers(thread: string) {
  return slack.messages(channel, thread).filter(({ user, streaming }) => user === slack.botUserId && !streaming);
}
