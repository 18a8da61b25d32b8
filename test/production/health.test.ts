import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Check, httpAnswer, openHealth, toolsText } from '../../core/health.ts';
import { createWorkspace, type SlackWorkspace } from '../../playground/slack/workspace.ts';
import { type FakeModel, startFakeModel } from '../fakes/model/server.ts';
import { channel, until } from '../support/app.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { type Program, ready, run, workplace } from '../support/process.ts';

describe('the state of health', () => {
  const told = async (checks: Record<string, Check>) => {
    const { code, body } = httpAnswer(await openHealth(checks).read());
    return [code, JSON.parse(body)];
  };

  it('is down where a part hangs or fails, and does not wait for long', async () => {
    const hung = () => new Promise<string>(() => {});
    const broken = () => Promise.reject(new Error('no luck'));
    expect(await told({ hung, broken, fine: () => 'up' })).toEqual([
      503,
      { status: 'down', parts: { hung: 'down: no answer', broken: 'down: no luck', fine: 'up' } },
    ]);
  });

  it('is degraded, and no more, where a tool server is down', async () => {
    expect(await told({ tools: () => toolsText({ crm: 'down', notes: 'up' }) })).toEqual([
      200,
      { status: 'degraded', parts: { tools: 'degraded: crm down, notes up' } },
    ]);
    expect(await told({ tools: () => toolsText({ crm: 'standby', notes: 'up' }) })).toMatchObject([
      200,
      { status: 'ok' },
    ]);
  });
});

describe.each([
  ['npm run workers', 'workers/main.ts'],
  ['npm start', 'start.ts'],
] as const)('%s', (_, entry) => {
  let folder: string;
  let database: TestDatabase;
  let slack: SlackWorkspace;
  let model: FakeModel;
  let programs: Program[];
  let variables: Record<string, string>;
  beforeEach(async () => {
    folder = workplace();
    database = await freshDatabase();
    slack = createWorkspace({ retryDelaysMs: [100, 300, 1000] });
    model = await startFakeModel(() => ({ hang: true }));
    const { apiUrl } = await slack.listen();
    programs = [];
    variables = {
      ...{ SLACK_BOT_TOKEN: slack.botToken, SLACK_SIGNING_SECRET: slack.signingSecret, SLACK_API_URL: apiUrl },
      ...{ DATABASE_URL: database.url, OPENAI_BASE_URL: model.baseUrl, HEALTH_PORT: '0' },
      ...{ DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'error' },
    };
  });
  afterEach(async () => {
    for (const { child } of programs) child.kill('SIGKILL');
    await Promise.all(programs.map(({ ended }) => ended));
    await Promise.all([slack.close(), model.close()]);
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  function start(what: 'workers/main.ts' | 'start.ts' | 'bot/main.ts'): Program {
    const program = run(what, folder, variables);
    programs.push(program);
    return program;
  }

  const health = async (url: string) => {
    const response = await fetch(new URL('/health', url));
    return { code: response.status, ...((await response.json()) as { status: string; parts: Record<string, string> }) };
  };

  it('is degraded while a tool server of mcp.json cannot be started', async () => {
    writeFileSync(join(folder, 'mcp.json'), '{ "mcpServers": { "gone": { "command": "/nowhere/to/be/found" } } }');
    const url = await ready(start(entry));
    const told = await until(async () => {
      const now = await health(url);
      return now.status === 'degraded' ? now : undefined;
    }, 'the server to be missed');
    expect(told).toMatchObject({
      code: 200,
      status: 'degraded',
      parts: { tools: expect.stringMatching(/^degraded: .*gone down/) },
    });
  });

  it('says that it is stopping, with 503, while a turn in flight is finished', async () => {
    const url = await ready(start(entry));
    const door = entry === 'start.ts' ? url : await ready(start('bot/main.ts'));
    slack.connect({ kind: 'http', urls: [`${door}/slack/events`] });
    let say: (answer: { text: string }) => void = () => {};
    model.script(() => new Promise((tell) => (say = tell)));
    const { ts } = await slack.say({ user: 'U0LISA', channel, text: `<@${slack.botUserId}> hello` });
    await until(() => model.ledger.length > 0 || undefined, 'the model to be asked');
    await until(async () => (await health(url)).code === 200 || undefined, 'it to be well');

    const ended = programs[0]?.stop();
    await until(async () => (await health(url)).code === 503 || undefined, 'the word that it stops', 5_000);
    expect(await health(url)).toMatchObject({ code: 503, status: 'stopping' });

    say({ text: 'Just in time.' });
    expect(await ended).toBe(0);
    const answers = slack.messages(channel, ts).filter(({ user }) => user === slack.botUserId);
    expect(answers.map(({ text }) => text)).toEqual([expect.stringContaining('Just in time.')]);
  });
});
