import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDesksAndPeople } from '../../core/desk/desks-and-people.ts';
import { createWorkspace, type SlackWorkspace } from '../../playground/slack/workspace.ts';
import { httpHost } from '../fakes/mcp/http-host.ts';
import { toolServer } from '../fakes/mcp/tool-server.ts';
import { type FakeModel, startFakeModel } from '../fakes/model/server.ts';
import { channel, until } from '../support/app.ts';
import { inRun } from '../support/claim.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { query } from '../support/door.ts';
import { type Program, ready, run } from '../support/process.ts';

const desk = (tools: string, channels = '"*"') =>
  `title: Shop\ninstructions: help.md\nslack: { channels: ${channels}, direct_messages: true }\ntools: ${tools}\n`;

let folder: string;
let database: TestDatabase;
let slack: SlackWorkspace;
let model: FakeModel;
let bot: Program;
let workers: Program;

beforeAll(async () => {
  folder = mkdtempSync(inRun('reread-'));
  mkdirSync(join(folder, 'desks'));
  write('desks/help.md', 'You help people with the shop.');
  write('desks/shop.yaml', desk('{}'));
  database = await freshDatabase();
  slack = createWorkspace({ retryDelaysMs: [100, 300, 1000] });
  model = await startFakeModel(() => ({ text: 'Yes.' }));
  const { apiUrl } = await slack.listen();
  const variables = {
    ...{ SLACK_BOT_TOKEN: slack.botToken, SLACK_SIGNING_SECRET: slack.signingSecret, SLACK_API_URL: apiUrl },
    ...{ DATABASE_URL: database.url, OPENAI_BASE_URL: model.baseUrl, DATA_DIR: join(folder, 'data') },
  };
  bot = run('bot/main.ts', folder, variables);
  workers = run('workers/main.ts', folder, variables);
  slack.connect({ kind: 'http', urls: [`${await ready(bot)}/slack/events`] });
  await ready(workers);
});

afterAll(async () => {
  await Promise.all([bot?.stop(), workers?.stop()]);
  await Promise.all([slack?.close(), model?.close()]);
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** As an editor does: another file takes the place of the one of before. */
function write(name: string, text: string): void {
  writeFileSync(join(folder, 'draft'), text);
  renameSync(join(folder, 'draft'), join(folder, name));
}

async function hangUp(word: RegExp): Promise<string[]> {
  const programs = [bot, workers];
  const before = programs.map(({ out }) => out().length);
  for (const { child } of programs) child.kill('SIGHUP');
  const since = (at: number) => programs[at]!.out().slice(before[at]);
  await until(() => programs.every((_, at) => word.test(since(at))) || undefined, `${word} in both logs`, 10_000);
  return programs.map((_, at) => since(at));
}

/** What the model is given with a question, and what is answered. */
async function ask(text: string): Promise<{ asked: string; answer: string }> {
  const { ts } = await slack.say({ user: 'U0LISA', channel, text: `<@${slack.botUserId}> ${text}` });
  const isDone = ({ user, streaming }: { user: string; streaming?: boolean }) => user === slack.botUserId && !streaming;
  const { text: answer } = await until(() => slack.messages(channel, ts).find(isDone), `the answer to ${text}`);
  return { asked: JSON.stringify(model.ledger.at(-1)), answer };
}

test('given a broken desk, on SIGHUP its lines are in the log and the old one goes on', async () => {
  write('desks/shop.yaml', 'title: [\n');
  write('mcp.json', '{ "mcpServers": ');
  for (const log of await hangUp(/old content stays in use/)) expect(log).toMatch(/desks\/shop\.yaml:2: /);
  expect(workers.out()).toMatch(/mcp\.json: it is not valid JSON/);

  const { asked, answer } = await ask('one?');
  expect(asked).toContain('You help people with the shop.');
  expect(answer).toContain('Yes.');
});

test('given one broken file, on SIGHUP the good ones are not used either', async () => {
  write('desks/help.md', 'You speak of rings only.');
  write('desks/shop.yaml', desk('{}'));
  for (const log of [(await hangUp(/read again|old content stays in use/))[1]])
    expect(log).toMatch(/old content stays in use|mcp\.json/);
  expect((await ask('two?')).asked).toContain('You help people with the shop.');
});

test('given good files, on SIGHUP the next turn has the new words and the tools of the new server', async () => {
  const shop = await httpHost(toolServer().create);
  write('mcp.json', JSON.stringify({ mcpServers: { crm: { url: shop.url } } }));
  write('desks/shop.yaml', desk('{ crm: { add: { effect: read, rule: allow } } }'));
  await hangUp(/were read again/);

  const { asked } = await until(async () => {
    const now = await ask('three?');
    return now.asked.includes('crm__add') ? now : undefined;
  }, 'the tools of the new server');

  expect(asked).toContain('You speak of rings only.');
  // A later change of their definitions waits for a person, as that of the tools that were there at the start.
  const watched = `select 1 from countersign.tool_definitions where tool = 'crm__add'`;
  await until(async () => (await query(database.url, watched)).length > 0 || undefined, 'the tool to be watched');
  await shop.close();
});

test('whoever holds the people sees what was read last', () => {
  const opened = openDesksAndPeople(join(folder, 'desks'));
  if (opened.kind === 'broken') throw new Error(opened.lines.join('\n'));
  const { people, reread } = opened.opened;
  expect(people.personOf('slack:U0LISA')).toBe('slack:U0LISA');

  write('people.yaml', 'lisa: [slack:U0LISA, email:lisa@shop.example]\n');
  const read = reread();
  expect(people.personOf('slack:U0LISA')).toBe('slack:U0LISA');
  if (read.kind === 'read') read.use();

  expect(people.personOf('slack:U0LISA')).toBe('lisa');
  expect(people.accountsOf('email:lisa@shop.example')).toEqual(['slack:U0LISA', 'email:lisa@shop.example']);
});
