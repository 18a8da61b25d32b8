import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorkspace, type SlackWorkspace } from '../../playground/slack/workspace.ts';
import { type FakeModel, startFakeModel } from '../fakes/model/server.ts';
import { channel, until } from '../support/app.ts';
import { readServices, variablesOf } from '../support/compose-file.ts';
import { emptyDatabase, redisUrl, type TestDatabase } from '../support/database.ts';
import { asNobody, buildImage } from '../support/image.ts';
import { type Program, ready, spawnProgram } from '../support/process.ts';

const services = readServices();
const keys = { SEAL_KEY: 'a'.repeat(64), AUDIT_KEY: 'b'.repeat(64), POSTGRES_PASSWORD: 'letters1' };

test.each(['SEAL_KEY', 'AUDIT_KEY'])('compose refuses to start without %s, and says how to make one', (name) => {
  for (const service of ['migrate', 'bot', 'workers']) {
    expect(() => variablesOf(services[service]!, { ...keys, SLACK_BOT_TOKEN: 'xoxb-1', [name]: '' })).toThrow(
      `${name}: make one with: openssl rand -hex 32, and set it in .env`,
    );
  }
});

test('bot and workers wait until the tables are made', () => {
  for (const service of ['bot', 'workers']) {
    expect(services[service]?.depends_on.migrate).toEqual({ condition: 'service_completed_successfully' });
  }
  expect(services.migrate?.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
});

test('what is mounted has no file alone, which would stay what it was when an editor replaces it', () => {
  expect(services.bot?.working_dir).toBe('/config');
  expect(services.bot?.volumes).toEqual(['.:/config:ro', '/dev/null:/config/.env:ro', 'data:/app/.data']);
});

test('every mounted place is one that the Dockerfile knows of', () => {
  const dockerfile = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8');
  expect(dockerfile).toContain('DATA_DIR=/app/.data');
  expect(dockerfile).toMatch(/RUN mkdir \.data && chown node:node \.data\nUSER node\n/);
});

let folder: string;
let database: TestDatabase;
let slack: SlackWorkspace;
let model: FakeModel;
let dotEnv: Record<string, string>;
const programs: Program[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-image-'));
  chmodSync(folder, 0o755);
  buildImage(join(folder, 'app'));
  mkdirSync(join(folder, 'config'));
  cpSync(new URL('../../desks', import.meta.url), join(folder, 'config/desks'), { recursive: true });
  database = await emptyDatabase();
  slack = createWorkspace({ retryDelaysMs: [100, 300, 1000] });
  model = await startFakeModel(({ toolResults }) =>
    toolResults.length === 0
      ? { calls: [{ name: 'jewelryops__search_customers', arguments: { query: 'Lisa Park' } }] }
      : { text: `I found: ${toolResults[0]?.content}` },
  );
  const { apiUrl } = await slack.listen();
  dotEnv = {
    ...keys,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: apiUrl,
    OPENAI_BASE_URL: model.baseUrl,
  };
});

afterAll(async () => {
  for (const { child } of programs) child.kill('SIGKILL');
  await Promise.all(programs.map(({ ended }) => ended));
  await Promise.all([slack?.close(), model?.close()]);
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

test('given the image, root-owned, when its services start as another user, then a question is answered', async () => {
  const redis = redisUrl();
  const migrate = start('migrate', redis);
  expect(await migrate.ended, migrate.err()).toBe(0);
  expect(migrate.out()).toMatch(/^The database is up to date: \d\d migrations applied now\.$/m);

  const bot = start('bot', redis);
  const workers = start('workers', redis);
  const url = (await ready(bot)).replace('0.0.0.0', '127.0.0.1');
  const health = await fetch((await ready(workers)).replace('0.0.0.0', '127.0.0.1'));
  expect(await health.json()).toMatchObject({ status: 'ok', parts: { database: 'up', queue: 'BullMQ on Redis' } });
  slack.connect({ kind: 'http', urls: [`${url}/slack/events`] });
  const { ts } = await slack.say({ user: 'U0LISA', channel, text: `<@${slack.botUserId}> who is Lisa Park?` });
  const answer = await until(
    () => slack.messages(channel, ts).find(({ user, streaming }) => user === slack.botUserId && !streaming),
    'the answer',
  );

  expect(answer.text).toContain('CUST-001');
  expect(await Promise.all([bot.stop(), workers.stop()])).toEqual([0, 0]);
  expect(bot.err() + workers.err()).toBe('');
  expect(workers.out()).not.toMatch(/"level":(50|60)/);
  expect(readdirSync(join(folder, 'app/.data'))).toEqual(['audit-head.jsonl']);
});

/** As compose starts it, but for the hosts and ports of Postgres, Redis and itself. */
function start(service: string, redis: string): Program {
  const { command, ...rest } = services[service]!;
  const [script = '', ...words] = command;
  const variables = {
    ...variablesOf({ command, ...rest }, dotEnv),
    ...{
      DATABASE_URL: overTcp(database.url),
      REDIS_URL: redis,
      PORT: '0',
      HEALTH_PORT: '0',
      DATA_DIR: join(folder, 'app/.data'),
    },
    NODE_ENV: 'production',
  };
  const node = [process.execPath, '--enable-source-maps', script.replace(/^\/app/, join(folder, 'app')), ...words];
  const program = spawnProgram([...asNobody, ...node], join(folder, 'config'), variables);
  programs.push(program);
  return program;
}

/** The socket of the tests' Postgres lies in a folder that others may not enter. */
function overTcp(url: string): string {
  return url.split('?', 1)[0] ?? url;
}
